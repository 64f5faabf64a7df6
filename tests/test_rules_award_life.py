"""What becomes of an award that was decided: budget, batch, objection, reversal."""

from __future__ import annotations

import pytest

from tests.award_cast import CAST, NOW, PLANT, QIAN, SUN, WANG, ZHAO, ZHOU, A, S, act, award, refusal
from woodpecker.awards import in_batch
from woodpecker.programme import Budget, Caps
from woodpecker.rewards import Books, BudgetState, Had
from woodpecker.words import AwardStatus, Level, Relation, Role

BUDGETED = PLANT._replace(budget=Budget(1000_00))


def test_the_award_that_crosses_the_budget_is_held_whole_until_a_leader_lifts_it() -> None:
    full = Books((WANG,), spent=990_00)
    held = act(award(), A.APPROVE, ZHAO, programme=BUDGETED, books=full)
    assert (held.award.status, held.held, held.approved) == (S.HELD_BUDGET, True, False)
    assert held.budget is BudgetState.HOLD
    assert held.award.approved_at is None
    assert refusal(held.award, A.LIFT_HOLD, ZHAO) == "refused.not_approver"
    lifted = act(held.award, A.LIFT_HOLD, SUN, programme=BUDGETED, books=full)
    assert (lifted.approved, lifted.award.approvers) == (True, (ZHAO, SUN))
    assert lifted.budget is BudgetState.HOLD


def test_the_budget_warns_on_the_way() -> None:
    near = act(award(), A.APPROVE, ZHAO, programme=BUDGETED, books=Books((WANG,), spent=780_00))
    assert (near.approved, near.budget) == (True, BudgetState.WARN)


def test_a_hold_lifted_when_caps_leave_more_still_needs_the_second() -> None:
    plant = BUDGETED._replace(caps=Caps(person_month=500_00))
    december = Books((WANG,), spent=990_00)
    november = december._replace(had={WANG: Had(450_00, 450_00)})
    held = act(award(Level.MAJOR), A.APPROVE, ZHAO, programme=plant, books=november)
    assert held.held
    lifted = act(held.award, A.LIFT_HOLD, SUN, programme=plant, books=december)
    assert lifted.half
    done = act(lifted.award, A.APPROVE, QIAN, programme=plant, books=december)
    assert (done.approved, done.award.approvers) == (True, (ZHAO, QIAN, SUN))


def test_from_approved_to_paid() -> None:
    batched = act(award(status=S.APPROVED, approved_at=NOW), A.BATCH, None).award
    paid = act(batched, A.PAY, WANG, roles=frozenset({Role.FINANCE})).award
    assert (batched.status, paid.status) == (S.BATCHED, S.PAID)


@pytest.mark.parametrize(
    "status, at, before, belongs",
    [
        (S.APPROVED, NOW, NOW + 1, True),
        (S.APPROVED, NOW, NOW, False),
        (S.APPROVED, None, NOW, False),
        (S.BATCHED, NOW, NOW + 1, False),
    ],
)
def test_a_batch_is_what_was_approved_before_the_1st(
    status: AwardStatus, at: int | None, before: int, belongs: bool
) -> None:
    assert in_batch(award(status=status, approved_at=at), before) is belongs


def test_an_objection_dismissed_waits_for_the_next_batch_upheld_it_reverses() -> None:
    batched = award(status=S.BATCHED, approved_at=NOW - 5, first_approver=ZHAO)
    objected = act(batched, A.OBJECT, ZHOU).award
    assert objected.status is S.OBJECTED
    dismissed = act(objected, A.DISMISS_OBJECTION, QIAN)
    assert (dismissed.award.status, dismissed.award.approved_at, dismissed.approved) == (
        S.APPROVED,
        NOW - 5,
        False,
    )
    assert (objected.words, dismissed.award.words) == (batched.words, batched.words)
    assert act(objected, A.REVERSE, QIAN).reverses
    assert refusal(objected, A.REVERSE, SUN) == "refused.not_approver"
    assert act(objected, A.REVERSE, SUN, stands_in=True).reverses
    assert refusal(objected, A.DISMISS_OBJECTION, ZHAO) == "refused.approved_it"
    objector = frozenset({Relation.OBJECTOR})
    assert refusal(objected, A.DISMISS_OBJECTION, QIAN, relations=objector) == "refused.own_objection"
    lead = CAST[ZHAO] | {Role.LEADER}
    assert refusal(objected, A.REVERSE, ZHAO, roles=lead) == "refused.approved_it"
    assert act(objected, A.REVERSE, ZHAO, roles=lead, stands_in=True).reverses


@pytest.mark.parametrize("status", list(AwardStatus))
def test_a_corrected_report_takes_its_award_back_from_anywhere(status: AwardStatus) -> None:
    start = award(status=status, first_approver=ZHAO)
    if status is S.REVERSED:
        assert refusal(start, A.REVERSE, None) == "refused.award_moved_on"
        return
    done = act(start, A.REVERSE, None)
    assert done.award.status is S.REVERSED
    assert done.reverses is (status in {S.APPROVED, S.BATCHED, S.OBJECTED, S.PAID})
    assert refusal(start, A.REVERSE, None, words="") == "refused.words_missing"


def test_the_program_itself_never_judges() -> None:
    assert refusal(award(), A.APPROVE, None) == "refused.not_approver"
