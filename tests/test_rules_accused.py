"""Whom a violation is about: who may note it, and what it bars."""

from __future__ import annotations

import pytest

from tests.test_transitions import ACTORS, JUDGES, ME, NOW, full, report
from woodpecker.accused import check_accuse, may_accuse
from woodpecker.decisions import decide
from woodpecker.errors import Refused
from woodpecker.names import View, reporter_name
from woodpecker.reports import relations
from woodpecker.words import OPEN, Action, Kind, Naming, Relation, Status

VIOLATION = report(kind=Kind.VIOLATION)
SOMEBODY = 77


@pytest.mark.parametrize("actor", ACTORS)
def test_only_who_judges_it_notes_whom_it_is_about(actor):
    assert may_accuse(VIOLATION, ACTORS[actor]) == (actor in JUDGES)


@pytest.mark.parametrize("kind", list(Kind))
def test_only_a_violation_is_about_somebody(kind):
    assert may_accuse(report(kind=kind), ACTORS["officer"]) == (kind is Kind.VIOLATION)


@pytest.mark.parametrize("status", list(Status))
def test_while_it_is_open_or_closed(status):
    expected = status in OPEN | {Status.CLOSED}
    assert may_accuse(report(status, kind=Kind.VIOLATION), ACTORS["officer"]) == expected


@pytest.mark.parametrize("column", ["reporter", "logger", "accused"])
def test_whoever_brought_it_or_is_accused_notes_nobody(column):
    assert not may_accuse(report(kind=Kind.VIOLATION, **{column: ME}), ACTORS["officer"])


@pytest.mark.parametrize("column", ["owner", "receiver", "fixer"])
def test_whoever_mends_it_is_not_noted(column):
    with pytest.raises(Refused, match="accused_mends"):
        check_accuse(report(kind=Kind.VIOLATION, **{column: SOMEBODY}), ACTORS["officer"], SOMEBODY)


def test_noting_whoever_brought_it_tells_nothing_and_means_nothing():
    subject = report(kind=Kind.VIOLATION, reporter=SOMEBODY, accused=SOMEBODY)
    check_accuse(subject, ACTORS["officer"], SOMEBODY)
    assert relations(subject, SOMEBODY) == {Relation.REPORTER}


@pytest.mark.parametrize("action", [Action.ADMIT, Action.REASSIGN])
def test_it_is_never_given_to_the_accused_to_mend(action):
    status = Status.REPORTED if action is Action.ADMIT else Status.ASSIGNED
    with pytest.raises(Refused, match="accused_mends"):
        decide(report(status, accused=full(action).owner), full(action), ACTORS["officer"], NOW)


def test_an_owner_who_offers_it_to_the_accused_does_not_hear_why_not():
    subject = report(Status.ASSIGNED, owner=ME, accused=full(Action.HAND_OVER).receiver)
    with pytest.raises(Refused, match="receiver_missing"):
        decide(subject, full(Action.HAND_OVER), ACTORS["worker"], NOW)


@pytest.mark.parametrize("naming", list(Naming))
def test_the_accused_never_learns_who_reported_it(naming):
    accused = frozenset({Relation.ACCUSED})
    assert reporter_name(View.HANDLER, Kind.VIOLATION, naming, "王磊", relations=accused, alias="上报人-7F3") is None
