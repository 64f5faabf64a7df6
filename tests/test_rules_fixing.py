"""Whose task it is and until when: what is asked, answered, offered, and what becomes moot."""

from __future__ import annotations

import pytest

from tests.test_transitions import NOW, PLAN, report
from woodpecker.decisions import decide, eligible, leader_needed
from woodpecker.errors import Refused
from woodpecker.fixing import complete, planless, waits_for_officer
from woodpecker.people import Actor
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Kind, Level, Role, Status

OWNER, OFFICER, LEADER, OTHER_LEADER, SECOND, BOTH = 1, 3, 4, 5, 6, 8
WHO = {
    OWNER: Actor(OWNER),
    OFFICER: Actor(OFFICER, frozenset({Role.OFFICER})),
    SECOND: Actor(SECOND, frozenset({Role.OFFICER})),
    LEADER: Actor(LEADER, frozenset({Role.LEADER})),
    OTHER_LEADER: Actor(OTHER_LEADER, frozenset({Role.LEADER})),
    BOTH: Actor(BOTH, frozenset({Role.OFFICER, Role.LEADER})),
}


def task(**fields: object) -> Report:
    """A report that person OWNER has to fix."""
    usual = {"status": Status.ASSIGNED, "owner": OWNER, "due": NOW + 10, "kind": Kind.HAZARD, "level": Level.B}
    return report(**{**usual, **fields})


OPEN = {"extension": NOW + 20, "disclaimed": True, "receiver": 9}
# action, who acts, what it brings: which of the open questions are closed by it
MOOT = [
    (Action.FIX, OWNER, {"words": "done"}, {"extension", "disclaimed", "receiver"}),
    (Action.REASSIGN, OFFICER, {"owner": 7}, {"extension", "disclaimed", "receiver"}),
    (Action.TAKE_OVER, 9, {}, {"extension", "disclaimed", "receiver"}),
    (Action.DECLINE_OVER, 9, {}, {"receiver"}),
    (Action.GRANT_EXTENSION, OFFICER, {"due": NOW + 20}, {"extension"}),
    (Action.REFUSE_EXTENSION, OFFICER, {"words": "no"}, {"extension"}),
    (Action.SET_DUE, OFFICER, {"due": NOW + 15}, {"extension"}),
    (Action.KEEP_OWNER, OFFICER, {"words": "yours"}, {"disclaimed"}),
    (Action.PART_FIX, OWNER, {"words": "fenced off"}, set()),
    (Action.HAND_OVER, OWNER, {"receiver": 12}, set()),
]


@pytest.mark.parametrize("action, who, brings, closed", MOOT, ids=[m[0].value for m in MOOT])
def test_what_is_moot_after_it(action, who, brings, closed):
    actor = WHO.get(who, Actor(who))
    after = decide(task(**OPEN), Act(action, **brings), actor, NOW).report
    left = {name for name in ("extension", "disclaimed", "receiver") if getattr(after, name)}
    assert left == set(OPEN) - closed
    assert waits_for_officer(after) is bool(left & {"extension", "disclaimed"})


def test_another_date_may_be_given_than_the_one_asked_for():
    asked = decide(task(), Act(Action.ASK_EXTENSION, words="等配件", due=NOW + 20), WHO[OWNER], NOW)
    assert (asked.report.due, asked.report.extension) == (NOW + 10, NOW + 20)
    given = decide(asked.report, Act(Action.GRANT_EXTENSION, due=NOW + 15), WHO[OFFICER], NOW)
    assert given.report.due == NOW + 15
    assert given.detail == {"due": NOW + 15, "asked": NOW + 20}


def test_until_it_is_taken_over_the_old_owner_is_responsible():
    offered = decide(task(), Act(Action.HAND_OVER, receiver=9), WHO[OWNER], NOW).report
    assert offered.owner == OWNER
    assert decide(offered, Act(Action.FIX, words="done"), WHO[OWNER], NOW).report.status is Status.FIXED
    taken = decide(offered, Act(Action.TAKE_OVER), Actor(9), NOW)
    assert (taken.report.owner, taken.detail) == (9, {"owner": 9, "from": OWNER})
    with pytest.raises(Refused, match="not_owner"):
        decide(taken.report, Act(Action.FIX, words="done"), WHO[OWNER], NOW)


def test_an_owner_who_is_an_officer_does_not_answer_himself():
    own = task(owner=OFFICER, extension=NOW + 20, disclaimed=True)
    for action in (Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION, Action.SET_DUE, Action.KEEP_OWNER):
        with pytest.raises(Refused, match="own_fix"):
            decide(own, Act(action, words="x", due=NOW + 20), WHO[OFFICER], NOW)


def test_a_major_hazard_waits_for_its_plan():
    major = task(level=Level.MAJOR, due=None)
    assert planless(major)
    with pytest.raises(Refused, match="plan_missing"):
        decide(major, Act(Action.FIX, words="done"), WHO[OWNER], NOW)
    for who in (OWNER, OFFICER):
        planned = decide(major, Act(Action.PLAN, plan=PLAN, due=NOW + 9), WHO[who], NOW)
        assert (planned.report.plan, planned.report.due) == (PLAN, NOW + 9)
        assert not planless(planned.report)
        assert decide(planned.report, Act(Action.FIX, words="done"), WHO[OWNER], NOW).report.status is Status.FIXED


@pytest.mark.parametrize("n", range(5))
def test_each_of_the_five_points_is_needed(n):
    assert complete(PLAN)
    assert not complete((*PLAN[:n], " ", *PLAN[n + 1 :]))
    assert not complete(PLAN[:n])


def test_a_major_hazard_is_admitted_without_a_date_and_never_closed_at_once():
    new = report(kind=Kind.HAZARD)
    what = Act(Action.ADMIT, level=Level.MAJOR, owner=9)
    assert decide(new, what, WHO[OFFICER], NOW).report.due is None
    with pytest.raises(Refused, match="due_past"):
        decide(new, what._replace(level=Level.A), WHO[OFFICER], NOW)
    at_once = Act(Action.FIXED_ON_SPOT, level=Level.MAJOR, words="done")
    with pytest.raises(Refused, match="major_not_at_once"):
        decide(new, at_once, WHO[OFFICER], NOW)


# Who may be the first and then the second to accept a major hazard: two persons, one of them a leader.
PAIRS = {
    (OFFICER, SECOND): "leader_needed",
    (OFFICER, OFFICER): "same_acceptor",
    (OFFICER, LEADER): "",
    (OFFICER, BOTH): "",
    (LEADER, OFFICER): "",
    (LEADER, LEADER): "same_acceptor",
    (LEADER, OTHER_LEADER): "",
    (BOTH, OFFICER): "",
    (BOTH, BOTH): "same_acceptor",
    (BOTH, LEADER): "",
}


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_two_accept_a_major_hazard_one_of_them_a_leader(pair):
    first, second = (WHO[p] for p in pair)
    major = task(status=Status.FIXED, level=Level.MAJOR, plan=PLAN, fixer=OWNER)
    half = decide(major, Act(Action.ACCEPT_FIX), first, NOW).report
    assert (half.status, half.first_acceptor) == (Status.FIXED, first.person)
    assert leader_needed(half) is (Role.LEADER not in first.roles)
    if not PAIRS[pair]:
        assert decide(half, Act(Action.ACCEPT_FIX), second, NOW).report.status is Status.CLOSED
        return
    with pytest.raises(Refused, match=PAIRS[pair]):
        decide(half, Act(Action.ACCEPT_FIX), second, NOW)


def test_a_leader_accepts_nothing_else_while_officers_can():
    plain = task(status=Status.FIXED, fixer=OWNER)
    with pytest.raises(Refused, match="not_officer"):
        decide(plain, Act(Action.ACCEPT_FIX), WHO[LEADER], NOW)
    everybody = list(WHO.values())
    assert {a.person for a in eligible(plain, Action.ACCEPT_FIX, everybody)} == {OFFICER, SECOND, BOTH}
    major = plain._replace(level=Level.MAJOR)
    assert {a.person for a in eligible(major, Action.ACCEPT_FIX, everybody)} == set(WHO) - {OWNER}
    half = major._replace(first_acceptor=OFFICER)
    assert {a.person for a in eligible(half, Action.ACCEPT_FIX, everybody)} == {LEADER, OTHER_LEADER, BOTH}


def test_an_own_hazard_is_not_accepted_by_a_leader_either():
    major = task(status=Status.FIXED, level=Level.MAJOR, reporter=LEADER)
    with pytest.raises(Refused, match="own_report"):
        decide(major, Act(Action.ACCEPT_FIX), WHO[LEADER], NOW)


def test_returned_or_reopened_it_takes_two_again():
    half = task(status=Status.FIXED, level=Level.MAJOR, plan=PLAN, first_acceptor=LEADER, first_by_leader=True)
    back = decide(half, Act(Action.RETURN_FIX, words="x"), WHO[OFFICER], NOW).report
    closed = half._replace(status=Status.CLOSED, reporter=2)
    again = decide(closed, Act(Action.REOPEN, words="x"), Actor(2), NOW).report
    for after in (back, again):
        assert (after.first_acceptor, after.first_by_leader) == (None, False)


def test_a_claim_is_one_persons():
    claimed = decide(report(), Act(Action.CLAIM), WHO[OFFICER], NOW).report
    assert (claimed.claimed_by, claimed.claimed_at) == (OFFICER, NOW)
    with pytest.raises(Refused, match=r"refused\.claimed"):
        decide(claimed, Act(Action.CLAIM), WHO[SECOND], NOW)
    back = decide(claimed, Act(Action.UNCLAIM), Actor(None), NOW).report
    assert (back.claimed_by, back.claimed_at) == (None, None)


@pytest.mark.parametrize(
    "before, after, due, plan",
    [
        (Level.B, Level.MAJOR, None, ()),  # by its plan, which is still to be given
        (Level.MAJOR, Level.B, NOW + 77, ()),  # by its level
        (Level.MAJOR, Level.MAJOR, NOW + 10, PLAN),
        (Level.B, Level.C, NOW + 10, ()),
    ],
)
def test_a_plan_and_its_date_belong_to_a_major_hazard(before, after, due, plan):
    given = task(level=before, plan=PLAN if before is Level.MAJOR else ())
    what = Act(Action.CORRECT, level=after, category="21", due=NOW + 77)
    corrected = decide(given, what, WHO[3], NOW).report
    assert (corrected.due, corrected.plan) == (due, plan)
