"""The list of people on leave: shown, added to, shortened."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.commands.changes import who
from bot.commands.outcome import LeaveNotice, OperationFailed, Outcome
from storage import audit, people
from storage import leave as leaves
from storage.store import Store
from woodpecker.errors import Refused
from woodpecker.leave import Leave, check
from woodpecker.people import Person

_WHY = {
    "refused.leave_backwards": "the last day is before the first",
    "refused.leave_over": "these days are over",
    "refused.leave_long": "a leave lasts a year at most",
    "refused.own_deputy": "the deputy has to be somebody else",
}


def leave(store: Store, params: dict[str, Any], today: date, now: int) -> Outcome:
    """Lists, enters or ends leave. Raises OperationFailed."""
    if not params.get("number"):
        return _list(store, today)
    person = _by_number(store, params["number"])
    return _end(store, person, today, now) if params.get("end") else _enter(store, person, params, today, now)


def _by_number(store: Store, number: str) -> Person:
    person = people.by_number(store, number)
    if person is None or person.left_on is not None:
        raise OperationFailed(f"Nobody here has the employee number {number}.")
    return person


def _list(store: Store, today: date) -> Outcome:
    return Outcome([_line(store, one) for one in leaves.coming(store, today)] or ["Nobody is on leave."])


def _line(store: Store, one: Leave) -> str:
    person, deputy = people.get(store, one.person), people.get(store, one.deputy)
    stands_in = f", deputy {who(deputy)}" if deputy else ""
    return f"{who(person) if person else one.person}: {one.first} to {one.last}{stands_in}"


def _enter(store: Store, person: Person, params: dict[str, Any], today: date, now: int) -> Outcome:
    deputy = _by_number(store, params["deputy"]).id if params.get("deputy") else None
    try:
        first, last = (_day(params[name]) for name in ("first", "last"))
        new = Leave(person.id, first, last, deputy)
        check(new, today)
    except ValueError as error:
        raise OperationFailed(f"{error}.") from None
    except Refused as refusal:
        raise OperationFailed(f"{who(person)}: {_WHY[refusal.key]}.") from None
    leaves.add(store, new, None, now)
    audit.write(store, now, "leave.enter", person.id, source="cli", first=first.isoformat(), last=last.isoformat(),
                deputy=deputy)  # fmt: skip
    return Outcome([_line(store, new)], leaves=[LeaveNotice(store.enterprise, new)])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is no date: write it as 2026-11-30") from None


def _end(store: Store, person: Person, today: date, now: int) -> Outcome:
    out = Outcome()
    for one in leaves.of_person(store, person.id, today):
        leaves.end(store, one.id, now)
        audit.write(store, now, "leave.end", person.id, source="cli", first=one.first.isoformat())
        out.lines.append(f"{who(person)}: no longer on leave {one.first} to {one.last}")
        out.leaves.append(LeaveNotice(store.enterprise, one, over=True))
    if not out.lines:
        raise OperationFailed(f"{who(person)} has no leave on the list.")
    return out
