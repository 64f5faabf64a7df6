"""What is overdue goes up: to the owner's leader first, later to the leaders; one list a person and day."""

from __future__ import annotations

from typing import Any

from handlers.away import leader_for, present, reachable, reminded
from handlers.desk import Desk
from handlers.drafting import shortened
from handlers.message import Message
from handlers.report_text import text_of
from storage import deadlines, jobs, people
from woodpecker import clocks
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Role

JOB = "overdue"
LINES = 12  # reports a list names


def remind(desk: Desk) -> None:
    """Once a day, from the hour of reminders on; a machine that was off makes up for today only."""
    today = clocks.local_day(desk.now, desk.plant.zone)
    if desk.now < clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone):
        return
    if not jobs.claim(desk.store, JOB, today.isoformat(), desk.now):
        return
    leaders = [p.id for p in people.with_role(desk.store, Role.LEADER)]
    found: dict[int, None] = {}
    for report in deadlines.overdue(desk.store, desk.now):
        above = _owners_leader(desk, report)
        found.update(dict.fromkeys([above] if above is not None else []))
        found.update(dict.fromkeys(leaders if _for_leaders(desk, report) else []))
    joined = people.joined(desk.store, list(found))
    for person in present(desk, [p for p in found if p in joined]):
        desk.push(person, "overdue", {})


def _days(desk: Desk, report: Report) -> int:
    return 0 if report.due is None else clocks.days_overdue(report.due, desk.now, desk.plant.zone)


def _owners_leader(desk: Desk, report: Report) -> int | None:
    """Who stands above the owner, once it is time; None if the owner's own reminder goes there already."""
    owner = report.owner
    if owner is None or _days(desk, report) < desk.plant.programme.clocks.overdue_to_owners_leader_days:
        return None
    above = leader_for(desk, owner, report.department)
    heard = reminded(desk, owner) == above or not reachable(desk, owner)
    return None if heard else above


def _for_leaders(desk: Desk, report: Report) -> bool:
    return _days(desk, report) >= desk.plant.programme.clocks.overdue_to_leaders_days


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What this person should know is overdue when it is sent; None if nothing is any more."""
    leads = person.has(Role.LEADER)
    late = [
        r
        for r in deadlines.overdue(desk.store, desk.now)
        if r.owner != person.id and ((leads and _for_leaders(desk, r)) or _owners_leader(desk, r) == person.id)
    ]
    if not late:
        return None
    more = len(late) - LINES
    return Message(
        text_of(
            desk.text(person.language, "above.title", count=len(late)),
            *(_line(desk, person, r) for r in late[:LINES]),
            desk.text(person.language, "above.more", count=more) if more > 0 else "",
        )
    )


def _line(desk: Desk, person: Person, report: Report) -> str:
    owner = desk.person(report.owner)
    return desk.text(
        person.language, "above.line", number=report.number, days=_days(desk, report), place=report.place_text,
        owner=owner.name if owner else "", words=shortened(report.text.replace("\n", " "), 24),
    )  # fmt: skip
