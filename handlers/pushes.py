"""What people are told without having asked: put into words when it is sent, dropped if moot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handlers import deadlines, evidence, steps
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
}

TOGETHER = frozenset({"step", "notice", "reminder"})  # what waited overnight comes as one message


def merge(desk: Desk, row: Outgoing, message: Message) -> Message:
    """The message together with the others of its kind that wait for the same person."""
    if row.push not in TOGETHER or row.person is None:
        return message
    texts = [message.text]
    for other in outbox.pushes_of(desk.store, row.person, row.push, row.id, desk.now):
        person = desk.person(other.person)
        more = PUSHES[other.push](desk, person, other.body) if person else None
        if more is not None:
            texts.append(more.text)
        outbox.end(desk.store.tx, other.id, "dropped", f"in {row.id}", desk.real_now)
    return replace(message, text="\n\n".join(texts))
