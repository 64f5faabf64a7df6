"""What people are told without having asked: put into words when it is sent, dropped if moot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import (
    appeal_times,
    behalf,
    certificates,
    closing,
    deadlines,
    evidence,
    nudging,
    on_leave,
    overdue,
    paid_told,
    paying,
    plan_due,
    staffing,
    steps,
    summaries,
    telling_fix,
    waiting_long,
)
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
    "logged_award": behalf.award,
    "on_leave": on_leave.put,
    "plan_due": plan_due.put,
    "overdue": overdue.put,
    "waits": waiting_long.put,
    "nudge": nudging.put,
    "staffing": staffing.put,
    "summary": summaries.put,
    "own_month": summaries.put_own,
    "owner": telling_fix.put,
    "certificate": certificates.put,
    "sheet": paying.sheet,
    "paid": paid_told.put,
    "unpaid": closing.unpaid,
}

# What waited overnight comes as one message.
TOGETHER = frozenset(
    {
        "step",
        "notice",
        "reminder",
        "appeal",
        "on_leave",
        "plan_due",
        "overdue",
        "owner",
        "waits",
        "nudge",
        "staffing",
        "own_month",
        "paid",
    }
)
LONGEST = 3_000  # characters of one message; what is left comes as the next


def put(desk: Desk, row: Outgoing) -> Message | None:
    """A push in words, with others that wait for the same person; None if all are moot."""
    person = desk.person(row.person)
    if person is None:
        return None
    said = _said(desk, person, row)
    kept = len(said)
    if row.push in TOGETHER:
        kinds = sorted(TOGETHER) if row.not_before else [row.push]
        for other in outbox.together_with(desk.store, row, kinds, desk.now):
            more = _said(desk, person, other)
            if sum(len(m.text) for _, _, m in (*said, *more)) > LONGEST:
                break
            said += more
            outbox.end(desk.store.tx, other.id, "dropped", f"in {row.id}", desk.real_now)
    if not said:
        return None
    if len(said) > kept:  # a failed sending must not lose what the others say
        together = [[push, body] for push, body, _ in said]
        outbox.set_body(desk.store.tx, row.id, {"said": together})
    texts = dict.fromkeys(m.text for _, _, m in said)  # two days of an outage say the same twice
    return said[0][2] if len(said) == 1 else said[0][2]._replace(text="\n\n".join(texts))


def _said(desk: Desk, person: Person, row: Outgoing) -> list[tuple[str, dict[str, Any], Message]]:
    """What a row says that is not moot, with what it took over from others."""
    alike = ((row.push, body) for body in (row.body, *row.body.get("together", ())))  # as 0.1 wrote it
    bodies = row.body.get("said") or alike
    made = ((push, body, PUSHES[push](desk, person, body)) for push, body in bodies)
    return [(push, body, message) for push, body, message in made if message is not None]
