"""Appeals: who files one against what, who decides it, and what becomes of the award."""

from __future__ import annotations

from typing import Any

import pytest

from tests.award_cast import BOOKS, CAST, LI, NOW, PLANT, QIAN, SUN, WANG, ZHAO, ZHOU, A, S, act, award, refusal
from woodpecker.award_decisions import AwardDecision, decide_again
from woodpecker.awards import Award, offered_award
from woodpecker.decisions import decide
from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.programme import Budget
from woodpecker.reports import Act, Report
from woodpecker.rewards import Books
from woodpecker.words import Action, AwardAction, AwardStatus, Kind, Naming, Relation, Role, Status

MINE = frozenset({Relation.REPORTER})
TWO = {ZHOU: frozenset({Role.WORKER, Role.APPROVER})}  # an approver who had no say in it


def changed(status: AwardStatus = S.APPROVED, fen: int = 30_00, **more: Any) -> Award:
    given: dict[str, Any] = {"fen": fen, "first_approver": ZHAO, "judges": (ZHAO,), "words": "只是小事"}
    return award(status=status, **(given | more))


def refused_award(**more: Any) -> Award:
    return changed(S.REFUSED, 50_00, first_approver=None, **more)


def appealed(start: Award, **more: Any) -> Award:
    return act(start, A.APPEAL, WANG, relations=MINE, words="差点伤人", **more).award


def decided(start: Award, action: AwardAction, person: int = ZHOU, **more: Any) -> AwardDecision:
    return act(start, action, person, **({"roles": TWO[ZHOU]} | more))


@pytest.mark.parametrize("start", [changed(), changed(S.BATCHED), changed(S.PAID), refused_award()])
def test_an_appeal_stands_beside_the_status(start: Award) -> None:
    filed = appealed(start)
    assert (filed.status, filed.appealed, filed.appealed_at, filed.appeal_words) == (
        start.status, True, NOW, "差点伤人",
    )  # fmt: skip
    assert (filed.words, filed.fen, filed.version) == (start.words, start.fen, start.version + 1)


@pytest.mark.parametrize(
    "start, more, key",
    [
        (changed(), {"relations": frozenset()}, "refused.not_reporter"),
        (changed(), {"relations": frozenset({Relation.LOGGER})}, "refused.not_reporter"),
        (award(status=S.APPROVED), {}, "refused.award_by_rule"),
        (changed(appealed=True), {}, "refused.appealed_already"),
        (changed(), {"words": " "}, "refused.words_missing"),
        (changed(), {"window_end": NOW - 1}, "refused.appeal_too_late"),
        (changed(S.PROPOSED), {}, "refused.award_moved_on"),
        (changed(S.HALF_APPROVED), {}, "refused.award_moved_on"),
        (changed(S.HELD_BUDGET), {}, "refused.award_moved_on"),
        (changed(S.OBJECTED), {}, "refused.award_moved_on"),
        (changed(S.REVERSED), {}, "refused.award_moved_on"),
    ],
)
def test_who_may_not_appeal(start: Award, more: dict[str, Any], key: str) -> None:
    given = {"relations": MINE, "books": Books()} | more
    assert refusal(start, A.APPEAL, WANG, **given) == key


def test_a_joint_reporter_appeals_too_until_the_last_instant() -> None:
    joint = act(changed(), A.APPEAL, ZHOU, relations=frozenset({Relation.JOINT}), window_end=NOW)
    assert joint.award.appealed


@pytest.mark.parametrize("action", [A.UPHOLD_APPEAL, A.DISMISS_APPEAL])
@pytest.mark.parametrize(
    "person, more, key",
    [
        (ZHAO, {}, "refused.decided_it"),  # who decided it
        (QIAN, {"judges": (ZHAO, QIAN)}, "refused.decided_it"),  # who had a say, though the name stands nowhere else
        (QIAN, {"second_approver": QIAN}, "refused.decided_it"),
        (QIAN, {"barred": (QIAN,)}, "refused.decided_it"),
        (SUN, {}, "refused.not_approver"),  # a leader only where nobody else may
        (LI, {"roles": frozenset({Role.APPROVER})}, "refused.level_setter"),
        (WANG, {"roles": frozenset({Role.APPROVER}), "relations": MINE}, "refused.own_report"),
        (QIAN, {"books": Books((WANG, QIAN))}, "refused.own_report"),
        (QIAN, {"relations": frozenset({Relation.ACCUSED})}, "refused.not_approver"),
        (QIAN, {"appealed_at": None}, "refused.not_appealed"),
    ],
)
def test_who_may_not_decide_an_appeal(action: AwardAction, person: int, more: dict[str, Any], key: str) -> None:
    names = {"judges", "second_approver", "barred", "appealed_at"} & more.keys()
    start = appealed(changed())._replace(**{k: more[k] for k in names})
    given = {"amount": 80_00} | {k: v for k, v in more.items() if k not in names}
    assert refusal(start, action, person, **given) == key


def test_a_leader_decides_where_nobody_else_may_unless_the_leader_decided_it() -> None:
    start = appealed(changed())
    assert act(start, A.DISMISS_APPEAL, SUN, stands_in=True).award.appealed_at is None
    lifted = start._replace(lifted_by=SUN)
    assert refusal(lifted, A.DISMISS_APPEAL, SUN, stands_in=True) == "refused.decided_it"


def test_dismissed_with_words_it_stays_as_it_was() -> None:
    start = appealed(changed())
    done = decided(start, A.DISMISS_APPEAL, words="照片看过了")
    assert (done.award.status, done.award.fen, done.award.words) == (S.APPROVED, 30_00, "只是小事")
    assert (done.award.appealed_at, done.award.appeal_answer, done.reverses) == (None, "照片看过了", False)
    assert refusal(start, A.DISMISS_APPEAL, ZHOU, roles=TWO[ZHOU], words="") == "refused.words_missing"
    assert refusal(done.award, A.APPEAL, WANG, relations=MINE) == "refused.appealed_already"
    assert not act(done.award, A.REVERSE, None, words="报告作废").award.replaced


@pytest.mark.parametrize(
    "start, reverses, floor",
    [
        (changed(), True, 30_00),
        (changed(S.BATCHED), True, 30_00),
        (changed(S.PAID), True, 30_00),
        (refused_award(), False, 0),
    ],
)
def test_upheld_it_is_reversed_and_entered_again(start: Award, reverses: bool, floor: int) -> None:
    done = decided(appealed(start), A.UPHOLD_APPEAL, amount=80_00)
    assert (done.award.status, done.reverses, done.award.appealed_at) == (S.REVERSED, reverses, None)
    assert done.award.replaced
    assert done.again is not None
    again = decide_again(done.again, PLANT, BOOKS, NOW)
    assert again.approved
    assert (again.award.fen, again.award.proposed, again.award.floor) == (80_00, 50_00, floor)
    assert (again.award.approvers, again.award.judges, again.award.barred) == ((ZHOU,), (ZHOU,), (ZHAO,))
    assert (again.award.rule, again.award.card_version) == (start.rule, start.card_version)
    assert refusal(again.award, A.APPEAL, WANG, relations=MINE) == "refused.appealed_already"


@pytest.mark.parametrize(
    "start, amount, key",
    [
        (changed(), None, "refused.amount_missing"),
        (changed(), 0, "refused.amount_missing"),
        (changed(), 30_00, "refused.appeal_not_less"),
        (changed(), 20_00, "refused.appeal_not_less"),
        (changed(), 550_01, "refused.extra_limit"),
        (refused_award(), 0, "refused.amount_missing"),
    ],
)
def test_an_appeal_never_takes_anything_away(start: Award, amount: int | None, key: str) -> None:
    assert refusal(appealed(start), A.UPHOLD_APPEAL, ZHOU, roles=TWO[ZHOU], amount=amount) == key


def test_upheld_to_the_threshold_it_needs_a_second_who_did_not_decide_it() -> None:
    done = decided(appealed(changed(judges=(ZHAO, QIAN))), A.UPHOLD_APPEAL, amount=520_00)
    assert done.again is not None
    half = decide_again(done.again, PLANT, BOOKS, NOW)
    assert half.half
    assert refusal(half.award, A.APPROVE, QIAN) == "refused.decided_it"
    other = {"roles": CAST[QIAN]}
    assert act(half.award, A.APPROVE, SUN, **other).approved
    assert refusal(half.award, A.REFUSE, SUN, **other) == "refused.appeal_stands"
    assert refusal(half.award, A.CHANGE, SUN, amount=29_99, **other) == "refused.appeal_not_less"
    assert act(half.award, A.CHANGE, SUN, amount=40_00, **other).award.fen == 40_00
    offered = offered_award(half.award, person=SUN, roles=CAST[QIAN], relations=frozenset())
    assert offered == (A.APPROVE, A.CHANGE)


def test_upheld_beyond_the_budget_it_is_held() -> None:
    done = decided(appealed(refused_award()), A.UPHOLD_APPEAL, amount=50_00)
    assert done.again is not None
    plant = PLANT._replace(budget=Budget(100_00))
    held = decide_again(done.again, plant, Books((WANG,), spent=90_00), NOW)
    assert (held.held, held.award.status) == (True, S.HELD_BUDGET)


def test_a_correction_ends_an_open_appeal() -> None:
    assert act(appealed(changed()), A.REVERSE, None).award.appealed_at is None


def rejected(**fields: Any) -> Report:
    plain = Report(
        id=5, number="2611-0005", kind=Kind.HAZARD, status=Status.REJECTED, version=3, text="x", place=1,
        place_text="p", department=7, naming=Naming.SHOWN, reporter=WANG, found_at=1, sent_at=1, delivery="d",
        submitted_at=1, month=202611, rejecter=LI,
    )  # fmt: skip
    return plain._replace(**fields)


def test_a_rejection_is_decided_once_and_appealed_against_once() -> None:
    filed = decide(rejected(), Act(Action.APPEAL, words="有照片"), Actor(WANG), NOW).report
    assert (filed.appealed, filed.appealed_at) == (True, NOW)
    other = Actor(ZHOU, frozenset({Role.OFFICER}))
    done = decide(filed, Act(Action.DISMISS, words="看过了"), other, NOW).report
    assert (done.status, done.appealed, done.appealed_at) == (Status.REJECTED, True, None)
    for action in (Action.UPHOLD, Action.DISMISS):
        with pytest.raises(Refused, match="not_appealed"):
            decide(done, Act(action, words="又来"), other, NOW)
    with pytest.raises(Refused, match="appealed_already"):
        decide(done, Act(Action.APPEAL, words="还是"), Actor(WANG), NOW)


def test_upheld_it_is_verified_by_another_officer() -> None:
    filed = rejected(appealed=True, appealed_at=NOW)
    back = decide(filed, Act(Action.UPHOLD), Actor(ZHOU, frozenset({Role.OFFICER})), NOW).report
    assert (back.status, back.appealed_at, back.rejecter) == (Status.REPORTED, None, LI)
    with pytest.raises(Refused, match="own_rejection"):
        decide(back, Act(Action.ADMIT, owner=9, due=NOW + 1), Actor(LI, frozenset({Role.OFFICER})), NOW)
