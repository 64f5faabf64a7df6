"""An alert of danger to life: who may take it, when it rings again, when it goes up to the leaders."""

from __future__ import annotations

from typing import NamedTuple

from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.programme import Clocks
from woodpecker.words import Role

MINUTE = 60_000
HELPERS = frozenset({Role.OFFICER, Role.LEADER})


class Alert(NamedTuple):
    """An alert; `person` is None for an account that has not joined, `words` what was said and where.

    `rung_at` is when it last rang, None if it never will again; `said_at` and `delivery` are of the newest words.
    """

    id: int
    account: int
    person: int | None
    words: str
    at: int
    rung_at: int | None = None
    rings: int = 1
    taken_by: int | None = None
    taken_at: int | None = None
    reached_by: int | None = None
    reached_at: int | None = None
    escalated_at: int | None = None
    ended_by: int | None = None
    ended_at: int | None = None
    said_at: int = 0
    delivery: str = ""
    latitude: float | None = None
    longitude: float | None = None
    draft: int | None = None
    report: int | None = None

    @property
    def open(self) -> bool:
        """Whether the caller still waits for somebody."""
        return self.ended_at is None and self.reached_at is None


def helps(person: Person, stands_in: bool) -> bool:
    """Whether a person is called to alerts; an admin if nobody else can be told."""
    return any(person.has(role) for role in HELPERS) or (stands_in and person.has(Role.ADMIN))


def may_be_taken(alert: Alert, person: int) -> bool:
    """Whether this person may take it: it is free, or has gone up and another one has it."""
    if not alert.open or alert.person == person:
        return False
    return alert.taken_by is None or (alert.escalated_at is not None and alert.taken_by != person)


def take(alert: Alert, person: Person, stands_in: bool, now: int) -> Alert:
    """The alert in this person's hands. Raises Refused."""
    _check(alert, person, stands_in)
    if alert.reached_at is not None:
        raise Refused("refused.alert_reached")
    if alert.taken_by == person.id:
        raise Refused("refused.alert_yours")
    if not may_be_taken(alert, person.id):
        raise Refused("refused.alert_taken")
    return alert._replace(taken_by=person.id, taken_at=now)


def reach(alert: Alert, person: Person, stands_in: bool, now: int) -> Alert:
    """The alert whose caller this person has spoken to; whoever had taken it keeps it. Raises Refused."""
    _check(alert, person, stands_in)
    if alert.reached_at is not None:
        raise Refused("refused.alert_reached")
    if alert.taken_by is None:
        alert = alert._replace(taken_by=person.id, taken_at=now)
    return alert._replace(reached_by=person.id, reached_at=now)


def end(alert: Alert, person: Person | None, own: bool, stands_in: bool, now: int) -> Alert:
    """The alert ended as a false one by whoever raised it (`own`) or is called to it. Raises Refused."""
    if not own and (person is None or not helps(person, stands_in)):
        raise Refused("refused.not_you")
    if alert.ended_at is not None:
        return alert
    return alert._replace(ended_by=person.id if person else None, ended_at=now)


def _check(alert: Alert, person: Person, stands_in: bool) -> None:
    if alert.person == person.id or not helps(person, stands_in):
        raise Refused("refused.not_you")
    if alert.ended_at is not None:
        raise Refused("refused.alert_over")


def rings_again(alert: Alert, now: int, clocks: Clocks) -> bool:
    """Whether it must ring now, because nobody has taken it; what was missed is made up for by one ring."""
    if not alert.open or alert.taken_by is not None or alert.rung_at is None:
        return False
    return now >= alert.rung_at + clocks.danger_repeat_minutes * MINUTE


def goes_up(alert: Alert, now: int, clocks: Clocks) -> bool:
    """Whether the leaders must hear that nobody has reached the caller in time."""
    if not alert.open or alert.escalated_at is not None or alert.rung_at is None:
        return False
    return now >= alert.at + clocks.callback_minutes * MINUTE
