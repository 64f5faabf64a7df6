"""When an award is proposed, and who is asked to act: the rules in a few words each."""

from __future__ import annotations

import pytest

from storage.history import Event
from tests.test_transitions import ACTORS, ELSEWHERE, ME, NOW, full, report
from woodpecker.decisions import closed_before, decide, eligible
from woodpecker.people import Actor
from woodpecker.reports import Act
from woodpecker.words import Action, Role, Status


@pytest.mark.parametrize(
    "propose_on, action, proposes",
    [
        ("admit", Action.ADMIT, True),
        ("admit", Action.ADMIT_CLOSED, True),
        ("admit", Action.FIXED_ON_SPOT, True),
        ("close", Action.ADMIT, False),
        ("close", Action.ADMIT_CLOSED, True),
        ("close", Action.FIXED_ON_SPOT, True),
    ],
)
def test_when_an_award_is_proposed(propose_on, action, proposes):
    assert decide(report(), full(action), ACTORS["officer"], NOW, propose_on=propose_on).proposes_award is proposes


def test_closing_again_after_reopening_proposes_nothing_on_admit():
    done = decide(report(Status.FIXED), Act(Action.ACCEPT_FIX), ACTORS["officer"], NOW)
    assert not done.proposes_award
    assert decide(
        report(Status.FIXED), Act(Action.ACCEPT_FIX), ACTORS["officer"], NOW, propose_on="close"
    ).proposes_award


def test_leaders_are_asked_only_where_no_officer_may():
    officer, leader = Actor(ME, frozenset({Role.OFFICER})), Actor(3, frozenset({Role.LEADER}))
    assert [a.person for a in eligible(report(), Action.ADMIT, [leader, officer])] == [ME]
    own = report(reporter=ME)
    assert [a.person for a in eligible(own, Action.ADMIT, [leader, officer])] == [3]
    assert eligible(own._replace(logger=3), Action.ADMIT, [leader, officer]) == []
    elsewhere = officer._replace(departments=frozenset({ELSEWHERE}))
    assert [a.person for a in eligible(report(), Action.ADMIT, [elsewhere, leader])] == [3]


ADMITTED = (Status.REPORTED, Action.ADMIT, Status.ASSIGNED)
CLOSED = (Status.FIXED, Action.ACCEPT_FIX, Status.CLOSED)
REOPENED = (Status.CLOSED, Action.REOPEN, Status.ASSIGNED)
CONFIRMED = (Status.CLOSED, Action.CONFIRM, Status.CLOSED)


@pytest.mark.parametrize(
    "past, again",
    [
        ((), False),
        ((ADMITTED,), False),
        ((ADMITTED, CLOSED, REOPENED), True),
        ((ADMITTED, CLOSED, CONFIRMED, REOPENED), True),
        ((ADMITTED, CLOSED, REOPENED, CLOSED, REOPENED), True),
        (((Status.REPORTED, Action.FIXED_ON_SPOT, Status.CLOSED), REOPENED), True),
        ((ADMITTED, CLOSED, REOPENED, (Status.ASSIGNED, Action.CORRECT, Status.ASSIGNED, "level")), False),
        ((ADMITTED, CLOSED, REOPENED, (Status.ASSIGNED, Action.CORRECT, Status.ASSIGNED, "place_text")), True),
        ((ADMITTED, CLOSED, (Status.CLOSED, Action.CORRECT, Status.CLOSED, "level"), REOPENED), True),
        ((ADMITTED, CLOSED, (Status.CLOSED, Action.MERGE, Status.DUPLICATE), ADMITTED), False),
    ],
)
def test_closing_again_earns_nothing_unless_it_was_judged_anew(past, again):
    steps = [
        Event(1, n, step[1], step[0], step[2], ME, NOW, dict.fromkeys(step[3:], "x")) for n, step in enumerate(past)
    ]
    assert closed_before(steps) is again
