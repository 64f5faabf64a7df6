"""Who decides an award, and by which amounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from tests.award_cast import (
    BOOKS,
    CAST,
    EVERY_ROLE,
    LI,
    NOW,
    PLANT,
    QIAN,
    SUN,
    WANG,
    ZHANG,
    ZHAO,
    ZHOU,
    A,
    S,
    act,
    award,
    half,
    refusal,
)
from woodpecker.award_decisions import needs_two
from woodpecker.award_table import AWARD_TRANSITIONS, ON_APPEAL
from woodpecker.awards import Award, award_of, may_propose, offered_award
from woodpecker.errors import Refused
from woodpecker.programme import Caps
from woodpecker.rewards import Books, Had, propose
from woodpecker.words import AwardAction, AwardStatus, Kind, Level, Relation, Role


def test_an_award_starts_as_it_was_proposed() -> None:
    plant = PLANT._replace(duty_factor=Decimal("1.2"))
    proposal = propose(plant, date(2026, 11, 24), Kind.HAZARD, Level.B, True, extra=10_00, words="避免停机")
    start = award_of(proposal, id=9, report=42, kind=Kind.HAZARD, level=Level.B, level_setter=LI, words="避免停机")
    assert (start.status, start.fen, start.proposed, start.extra) == (S.PROPOSED, 70_00, 70_00, 10_00)
    assert (start.outside_duty, start.words, start.version) == (True, "避免停机", 1)
    assert (start.rule, start.card_version) == ("rate.B.outside_duty", "1")


def test_an_approver_says_yes() -> None:
    done = act(award(), A.APPROVE, ZHAO, words="")
    assert done.approved
    assert (done.half, done.held, done.reverses) == (False, False, False)
    assert (done.award.status, done.award.first_approver, done.award.approved_at) == (S.APPROVED, ZHAO, NOW)
    assert done.award.version == award().version + 1
    assert [(part.person, part.pays) for part in done.shares] == [(WANG, 50_00)]


def test_another_amount_with_words() -> None:
    done = act(award(), A.CHANGE, ZHAO, amount=80_00, words=" 避免停机 ")
    assert done.approved
    assert (done.award.fen, done.award.proposed, done.award.words) == (80_00, 50_00, "避免停机")


def test_no_with_words() -> None:
    done = act(award(), A.REFUSE, ZHAO, words="不属实")
    assert (done.award.status, done.award.words, done.approved, done.shares) == (S.REFUSED, "不属实", False, ())


@pytest.mark.parametrize("action", [A.CHANGE, A.REFUSE])
def test_words_are_needed(action: AwardAction) -> None:
    assert refusal(award(), action, ZHAO, amount=80_00, words=" ") == "refused.words_missing"


@pytest.mark.parametrize(
    "extra, amount, key",
    [
        (0, 550_01, "refused.extra_limit"),
        (30_00, 550_01, "refused.extra_limit"),  # the extra is within the limit once, not twice
        (0, 0, "refused.amount_missing"),
        (0, -5, "refused.amount_missing"),
        (0, None, "refused.amount_missing"),
        (0, 50_00, "refused.amount_unchanged"),
    ],
)
def test_a_changed_amount_has_bounds(extra: int, amount: int | None, key: str) -> None:
    changed = award(proposed=50_00 + extra, extra=extra)
    assert refusal(changed, A.CHANGE, ZHAO, amount=amount) == key


@pytest.mark.parametrize("fen, status", [(499_99, S.APPROVED), (500_00, S.HALF_APPROVED), (500_01, S.HALF_APPROVED)])
def test_from_the_threshold_on_two(fen: int, status: AwardStatus) -> None:
    done = act(award(fen=fen, proposed=fen), A.APPROVE, ZHAO)
    assert (done.award.status, done.half) == (status, status is S.HALF_APPROVED)


def test_a_changed_amount_may_reach_the_proposal_and_the_whole_extra() -> None:
    assert act(award(), A.CHANGE, ZHAO, amount=550_00).half


def test_a_refusal_tells_what_its_sentence_needs() -> None:
    with pytest.raises(Refused) as no:
        act(award(), A.CHANGE, ZHAO, amount=550_01)
    assert no.value.args_for_text == {"limit": 550_00}
    for late in (award(status=S.PAID), half()):
        with pytest.raises(Refused) as no:
            act(late, A.APPROVE, ZHAO)
        assert no.value.args_for_text == {"status": late.status}


def test_the_threshold_looks_at_the_reports_total_not_at_a_share() -> None:
    joint = Books((WANG, ZHANG))
    assert act(award(Level.MAJOR), A.APPROVE, ZHAO, books=joint).half
    each = PLANT._replace(joint="each")
    assert act(award(fen=250_00, proposed=250_00), A.APPROVE, ZHAO, books=joint, programme=each).half


def test_the_threshold_comes_after_lapses_and_caps() -> None:
    major = award(Level.MAJOR)
    lapsed = Books((WANG, LI), frozenset({LI}))
    assert act(major, A.APPROVE, ZHAO, books=lapsed).approved
    capped = PLANT._replace(caps=Caps(person_month=600_00))
    done = act(major, A.APPROVE, ZHAO, programme=capped, books=Books((WANG,), had={WANG: Had(550_00, 0)}))
    assert done.approved
    assert [(part.pays, part.cut) for part in done.shares] == [(50_00, 450_00)]


def test_an_amount_changed_to_the_threshold_needs_the_second_even_if_caps_cut_it() -> None:
    capped = PLANT._replace(caps=Caps(person_month=100_00))
    assert act(award(), A.CHANGE, ZHAO, amount=500_00, programme=capped).half


def test_the_second_one_makes_it_final() -> None:
    done = act(half(), A.APPROVE, QIAN)
    assert done.approved
    assert done.award.approvers == (ZHAO, QIAN)


def test_nobody_is_both_approvers() -> None:
    first = act(award(Level.MAJOR), A.APPROVE, QIAN).award
    assert refusal(first, A.APPROVE, QIAN) == "refused.both_approvers"
    assert refusal(first, A.APPROVE, QIAN, stands_in=True, roles=EVERY_ROLE) == "refused.both_approvers"


def test_an_approver_late_at_a_half_approved_award_sees_that_it_moved_on() -> None:
    assert refusal(half(), A.APPROVE, ZHAO) == "refused.award_moved_on"
    assert refusal(half(), A.APPROVE, SUN) == "refused.not_approver"


def test_a_second_approver_who_changes_the_amount_returns_it_to_the_first() -> None:
    back = act(half(), A.CHANGE, QIAN, amount=600_00)
    assert (back.award.status, back.returned_to, back.award.changed_by) == (S.PROPOSED, ZHAO, QIAN)
    assert not back.approved
    assert refusal(back.award, A.APPROVE, QIAN) == "refused.both_approvers"
    assert refusal(back.award, A.APPROVE, SUN, roles=EVERY_ROLE) == "refused.returned_to_first"
    again = act(back.award, A.APPROVE, ZHAO)
    assert (again.half, again.award.changed_by) == (True, None)
    final = act(again.award, A.APPROVE, QIAN)
    assert (final.approved, final.award.fen, final.award.approvers) == (True, 600_00, (ZHAO, QIAN))


def test_returned_below_the_threshold_the_first_ones_word_is_enough() -> None:
    back = act(half(), A.CHANGE, QIAN, amount=400_00)
    assert act(back.award, A.APPROVE, ZHAO).approved


def test_a_leader_stands_in_for_a_first_approver_who_left() -> None:
    back = act(half(), A.CHANGE, QIAN, amount=400_00)
    assert act(back.award, A.APPROVE, SUN, stands_in=True).approved
    with_lead = CAST[QIAN] | {Role.LEADER}
    assert refusal(back.award, A.APPROVE, QIAN, roles=with_lead, stands_in=True) == "refused.both_approvers"


@pytest.mark.parametrize("action", [A.APPROVE, A.CHANGE, A.REFUSE])
@pytest.mark.parametrize(
    "relation, key",
    [
        (Relation.REPORTER, "refused.own_report"),
        (Relation.JOINT, "refused.own_report"),
        (Relation.LOGGER, "refused.own_report"),
        (Relation.ACCUSED, "refused.not_approver"),
        (Relation.LEVEL_SETTER, "refused.level_setter"),
    ],
)
@pytest.mark.parametrize("start", [award(Level.MAJOR), half()])
def test_whoever_has_a_part_in_the_report_never_judges_its_money(
    start: Award, relation: Relation, key: str, action: AwardAction
) -> None:
    more = {"relations": frozenset({relation}), "roles": EVERY_ROLE, "amount": 1, "stands_in": True}
    assert refusal(start, action, SUN, **more) == key
    offered = offered_award(start, person=SUN, roles=EVERY_ROLE, relations=frozenset({relation}))
    assert offered == ()


def test_who_set_the_level_or_shares_the_award_is_known_from_the_award_too() -> None:
    assert refusal(award(), A.APPROVE, LI, roles=EVERY_ROLE) == "refused.level_setter"
    assert refusal(award(), A.APPROVE, WANG, roles=EVERY_ROLE) == "refused.own_report"


@pytest.mark.parametrize("person", [WANG, LI, ZHOU, SUN])
def test_money_belongs_to_approvers_not_to_admins_or_leaders(person: int) -> None:
    start = award(level_setter=None)
    assert refusal(start, A.APPROVE, person, books=Books((ZHANG,))) == "refused.not_approver"


def test_a_leader_stands_in_when_nobody_else_is_eligible() -> None:
    done = act(award(), A.APPROVE, SUN, stands_in=True)
    assert done.approved
    assert act(half(), A.APPROVE, SUN, stands_in=True).approved
    assert refusal(award(), A.APPROVE, ZHOU, stands_in=True) == "refused.not_approver"


def test_a_report_gets_another_award_only_after_all_were_reversed() -> None:
    assert may_propose(())
    assert may_propose((award(status=S.REVERSED),))
    for status in set(AwardStatus) - {S.REVERSED}:
        assert not may_propose((award(status=S.REVERSED), award(status=status)))


def test_approve_all_passes_over_what_needs_a_second_look() -> None:
    assert not needs_two(award(), PLANT, BOOKS)
    assert needs_two(award(Level.MAJOR), PLANT, BOOKS)


@pytest.mark.parametrize(
    "start, person, actions",
    [
        (award(), ZHAO, (A.APPROVE, A.CHANGE, A.REFUSE)),
        (award(), SUN, ()),
        (award(), ZHOU, ()),
        (half(), ZHAO, ()),
        (half(), QIAN, (A.APPROVE, A.CHANGE, A.REFUSE)),
        (award(status=S.HELD_BUDGET), SUN, (A.REFUSE, A.LIFT_HOLD)),
        (award(status=S.APPROVED), ZHAO, (A.REVERSE,)),
        (award(status=S.REVERSED), ZHAO, ()),
        (award(status=S.BATCHED), ZHOU, (A.OBJECT,)),
    ],
)
def test_only_what_a_person_may_do_is_offered(start: Award, person: int, actions: tuple[AwardAction, ...]) -> None:
    offered = offered_award(start, person=person, roles=CAST[person], relations=frozenset())
    assert offered == actions


def test_a_leader_who_stands_in_is_offered_it_unless_the_leader_shares_it() -> None:
    def offered(books: Books) -> tuple[AwardAction, ...]:
        return offered_award(award(), person=SUN, roles=CAST[SUN], relations=frozenset(), stands_in=True, books=books)

    assert offered(BOOKS) == (A.APPROVE, A.CHANGE, A.REFUSE)
    assert offered(Books((WANG, SUN))) == ()


@pytest.mark.parametrize("status, action, role", list(product(AwardStatus, AwardAction, Role)))
def test_every_status_action_and_role(status: AwardStatus, action: AwardAction, role: Role) -> None:
    start = award(status=status, fen=60_00, appealed_at=NOW if action in ON_APPEAL else None)
    step = AWARD_TRANSITIONS.get((status, action))
    brought = frozenset({Relation.REPORTER} if action is A.APPEAL else ())
    more = {"roles": frozenset({role}), "amount": 70_00, "relations": brought}
    if step is None:
        assert refusal(start, action, ZHOU, **more) == "refused.award_moved_on"
    elif role not in step.roles:
        expected = {"refused.not_approver", "refused.award_moved_on"}
        assert refusal(start, action, ZHOU, **more) in expected
    else:
        assert act(start, action, ZHOU, **more).award.status in step.to
