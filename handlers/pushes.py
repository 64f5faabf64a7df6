"""What people are told without having asked: put into words when it is sent, dropped if moot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handlers import appeal_times, deadlines, evidence, steps
from handlers.desk import Desk
from handlers.message import Message
from storage import outbox
from storage.outbox import Outgoing
from woodpecker.people import Person

Push = Callable[[Desk, Person, dict[str, Any]], Message | None]

PUSHES: Mapping[str, Push] = {
    "step": steps.step,
    "notice": steps.notice,
    "photos": evidence.photos,
    "reminder": deadlines.reminder,
    "appeal": appeal_times.put,
}

TOGETHER = frozenset({"step", "notice", "reminder", "appeal"})  # what waited overnight comes as one message


def put(desk: Desk, row: Outgoing) -> Message | None:
    """A push in words, with the others of its kind that wait for the same person; None if all are moot."""
    person = desk.person(row.person)
    if person is None:
        return None
    bodies = _gather(desk, row, person)
    said = [m for m in (PUSHES[row.push](desk, person, body) for body in bodies) if m is not None]
    if len(said) < 2:
        return said[0] if said else None
    return replace(said[0], text="\n\n".join(m.text for m in said))


def _gather(desk: Desk, row: Outgoing, person: Person) -> list[dict[str, Any]]:
    """Ends the others and writes what they say into this row: a failed sending must not lose it."""
    bodies = [row.body, *row.body.get("together", ())]
    if row.push not in TOGETHER:
        return bodies
    known = len(bodies)
    for other in outbox.pushes_of(desk.store, person.id, row.push, row.id, desk.now):
        bodies += [other.body, *other.body.get("together", ())]
        outbox.end(desk.store.tx, other.id, "dropped", f"in {row.id}", desk.real_now)
    if len(bodies) > known:
        outbox.set_body(desk.store.tx, row.id, {**row.body, "together": bodies[1:]})
    return bodies
