"""An alert of danger to life as the rules see it: who may act, when it rings, when it goes up."""

from __future__ import annotations

import pytest

from woodpecker import danger
from woodpecker.danger import Alert
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.programme import Clocks
from woodpecker.words import Role

MINUTE = 60_000
AT = 1_000_000_000
OPEN = Alert(1, account=1, person=1, words="", at=AT, rung_at=AT)
TAKEN = OPEN._replace(taken_by=2, taken_at=AT)
UP = TAKEN._replace(escalated_at=AT + 15 * MINUTE)
REACHED = TAKEN._replace(reached_by=2, reached_at=AT)
OVER = OPEN._replace(ended_by=2, ended_at=AT)
OLD = OPEN._replace(rung_at=None)
OFFICER, LEADER = Person(2, "李静", roles=frozenset({Role.OFFICER})), Person(3, "刘洋", roles=frozenset({Role.LEADER}))
ADMIN, WORKER = Person(4, "陈丽", roles=frozenset({Role.ADMIN})), Person(5, "周涛")
CALLER = Person(1, "王磊", roles=frozenset({Role.OFFICER}))
GONE = OFFICER._replace(id=6, left_on="2026-11-01")


@pytest.mark.parametrize("rule", [danger.take, danger.reach])
@pytest.mark.parametrize(
    "alert, person, stands_in, refusal",
    [
        (OPEN, OFFICER, False, None),
        (OPEN, LEADER, False, None),
        (OPEN, WORKER, True, "refused.not_you"),
        (OPEN, CALLER, False, "refused.not_you"),
        (OPEN, GONE, False, "refused.not_you"),
        (OPEN, ADMIN, False, "refused.not_you"),
        (OPEN, ADMIN, True, None),
        (OVER, OFFICER, False, "refused.alert_over"),
        (REACHED, LEADER, False, "refused.alert_reached"),
        (UP, LEADER, False, None),
    ],
)
def test_who_may_take_and_reach(rule, alert, person, stands_in, refusal):
    if refusal:
        with pytest.raises(Refused, match=refusal):
            rule(alert, person, stands_in, AT)
    else:
        assert rule(alert, person, stands_in, AT + 1) != alert


@pytest.mark.parametrize(
    "alert, person, refusal",
    [
        (TAKEN, OFFICER, "refused.alert_yours"),
        (TAKEN, LEADER, "refused.alert_taken"),
        (UP, OFFICER, "refused.alert_yours"),
    ],
)
def test_what_is_taken_stays_taken_until_it_goes_up(alert, person, refusal):
    with pytest.raises(Refused, match=refusal):
        danger.take(alert, person, False, AT)


def test_whoever_reaches_the_caller_leaves_it_with_whoever_took_it():
    reached = danger.reach(TAKEN, LEADER, False, AT + 5)
    assert (reached.taken_by, reached.reached_by, reached.reached_at) == (2, 3, AT + 5)
    assert danger.reach(OPEN, LEADER, False, AT + 5).taken_by == 3


def test_only_the_caller_and_those_called_end_it():
    assert danger.end(OPEN, None, True, False, AT + 1).ended_at == AT + 1
    assert danger.end(REACHED, LEADER, False, False, AT + 1).ended_by == 3
    assert danger.end(OVER, LEADER, False, False, AT + 1) is OVER
    for person in (None, WORKER, ADMIN):
        with pytest.raises(Refused, match="not_you"):
            danger.end(OPEN, person, False, False, AT)


@pytest.mark.parametrize(
    "alert, minutes, rings, up",
    [
        (OPEN, 4, False, False),
        (OPEN, 5, True, False),
        (OPEN, 15, True, True),
        (OPEN, 600, True, True),
        (OPEN._replace(rung_at=AT + 12 * MINUTE), 15, False, True),
        (TAKEN, 14, False, False),
        (TAKEN, 15, False, True),
        (UP, 600, False, False),
        (REACHED, 600, False, False),
        (OVER, 600, False, False),
        (OLD, 600, False, False),
    ],
)
def test_when_it_rings_and_goes_up(alert, minutes, rings, up):
    now = AT + minutes * MINUTE
    assert danger.rings_again(alert, now, Clocks()) is rings
    assert danger.goes_up(alert, now, Clocks()) is up


def test_the_plants_own_minutes_hold():
    own = Clocks(danger_repeat_minutes=2, callback_minutes=30)
    assert danger.rings_again(OPEN, AT + 2 * MINUTE, own)
    assert not danger.goes_up(OPEN, AT + 29 * MINUTE, own)
