"""Whoever holds the code of an anonymous report stands for its reporter, and is nothing else to anything."""

from __future__ import annotations

import pytest

from tests.test_transitions import ACTORS, EXPECTED, ME, NOW, asked_before, full, report
from woodpecker.decisions import allowed, decide
from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.reports import Act
from woodpecker.words import Action, Naming, Role, Status

NAMELESS = {"naming": Naming.ANONYMOUS, "reporter": None}
HOLDER = Actor(None, holds=5)


@pytest.mark.parametrize("status", list(Status))
def test_a_holder_may_what_a_reporter_may(status):
    for action in Action:
        rule = EXPECTED.get((status, action))
        subject = report(status, **asked_before(action), **NAMELESS)
        expected = rule is not None and rule[1] == "r"
        assert allowed(subject, action, HOLDER) == expected, action
        if expected:
            assert decide(subject, full(action), HOLDER, NOW).report.reporter is None


@pytest.mark.parametrize("naming", [Naming.SHOWN, Naming.HIDDEN])
def test_a_code_means_nothing_for_a_report_with_a_name(naming):
    assert not allowed(report(naming=naming), Action.WITHDRAW, HOLDER)


def test_a_code_opens_one_report_only():
    assert not allowed(report(**NAMELESS), Action.WITHDRAW, HOLDER._replace(holds=6))


def test_roles_beside_a_code_mean_nothing():
    """A holder who names roles of its own acts as a holder all the same."""
    assert not allowed(report(), Action.ADMIT, Actor(None, frozenset(Role), holds=5))


def test_a_nameless_report_has_no_other_reporter():
    assert not allowed(report(**NAMELESS), Action.WITHDRAW, ACTORS["worker"])


def test_an_appeal_is_made_once():
    with pytest.raises(Refused, match="appealed_already"):
        decide(report(Status.REJECTED, reporter=ME), Act(Action.APPEAL, words="x"), ACTORS["worker"], NOW)
