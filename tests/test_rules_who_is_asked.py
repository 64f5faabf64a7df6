"""When an award is proposed, and who is asked to act: the rules in a few words each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.test_transitions import ACTORS, ELSEWHERE, ME, NOW, full, report
from woodpecker.decisions import decide, eligible
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
    assert eligible(replace(own, logger=3), Action.ADMIT, [leader, officer]) == []
    elsewhere = replace(officer, departments=frozenset({ELSEWHERE}))
    assert [a.person for a in eligible(report(), Action.ADMIT, [elsewhere, leader])] == [3]
