"""A major hazard without its plan has no due date: it is asked for every morning until it is there."""

from __future__ import annotations

from typing import Any

from handlers.away import present, reminded
from handlers.desk import Desk
from handlers.message import Message
from handlers.report_text import last_of
from storage import jobs, major, people, reports
from woodpecker import clocks
from woodpecker.fixing import planless
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Role, Status

JOB = "plans"
TOLD = (Action.ADMIT, Action.REASSIGN, Action.TAKE_OVER, Action.CORRECT)
LEADERS_AFTER = 2  # days since the owner was told


def remind(desk: Desk) -> None:
    """Once a day: the owner of each, from the second day on the leaders too."""
    today = clocks.local_day(desk.now, desk.plant.zone)
    if desk.now < clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone):
        return
    if not jobs.claim(desk.store, JOB, today.isoformat(), desk.now):
        return
    leaders = people.joined(desk.store, [p.id for p in people.with_role(desk.store, Role.LEADER)])
    for report in (r for r in major.assigned(desk.store) if planless(r)):
        days = _days(desk, report)
        if days < 1 or report.owner is None:
            continue
        above = present(desk, sorted(leaders)) if days >= LEADERS_AFTER else []
        for person in dict.fromkeys((reminded(desk, report.owner), *above)):
            desk.push(person, "plan_due", {"report": report.id})


def _days(desk: Desk, report: Report) -> int:
    """Local days since the owner got it."""
    told = last_of(desk, report, TOLD)
    since = told.at if told else desk.now
    return (clocks.local_day(desk.now, desk.plant.zone) - clocks.local_day(since, desk.plant.zone)).days


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """That the plan is missing, in words; None once it is there."""
    report = reports.get(desk.store, body["report"])
    if report is None or report.status is not Status.ASSIGNED or not planless(report):
        return None
    owner = desk.person(report.owner)
    key = "plan.remind" if owner is not None and owner.id == person.id else "plan.remind_of"
    name = owner.name if owner else ""
    return Message(desk.text(person.language, key, number=report.number, days=_days(desk, report), owner=name))
