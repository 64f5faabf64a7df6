"""What leave means for the tasks of an owner: who hears of them meanwhile, and what is said when it begins and ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from handlers.away import away, leader_for, taker
from handlers.desk import Desk
from handlers.message import Message
from handlers.next_hands import eligible_people
from storage import jobs, leave, people, reports
from woodpecker import clocks
from woodpecker.leave import Leave
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Role, Status

JOB = "leave"
NUMBERS = 8  # reports a notice names


def days_of(desk: Desk, language: str, one: Leave) -> str:
    """The days of a leave in words: 11-03 至 11-06."""
    key = "leave.days_one" if one.first == one.last else "leave.days"
    return desk.text(language, key, first=f"{one.first:%m-%d}", last=f"{one.last:%m-%d}")


def tell_entered(desk: Desk, new: Leave, by: int | None) -> None:
    """Whoever is away or stands in hears of a leave that somebody else entered; the officers what is left lying."""
    _tell(desk, new.deputy, "leave.told_deputy", new, by)
    if new.person != by:
        _tell(desk, new.person, "leave.told_person", new, by)
    _tell_stood_in_for(desk, new)
    if new.first <= clocks.local_day(desk.now, desk.plant.zone):
        begin(desk, new.person)


def _tell_stood_in_for(desk: Desk, new: Leave) -> None:
    """A deputy is away as well: whoever is stood in for hears it, and the officers of that department."""
    deputy = desk.person(new.person)
    for one in leave.stood_in_for(desk.store, new.person, new.first, new.last):
        who = desk.person(one.person)
        if deputy is None or who is None:
            continue
        officers = [p.id for p in people.with_role(desk.store, Role.OFFICER) if p.actor.in_scope(who.department)]
        for reader in dict.fromkeys((who.id, *officers)):
            to = desk.person(reader)
            if to is not None and reader != new.person:
                key = "leave.deputy_away" if reader == who.id else "leave.deputy_away_of"
                known = {"name": deputy.name, "who": who.name, "days": days_of(desk, to.language, new)}
                desk.push(reader, "notice", {"key": key, "args": known})


def tell_ended(desk: Desk, old: Leave, by: int | None) -> None:
    """The same when a leave is taken off the list."""
    _tell(desk, old.deputy, "leave.told_deputy_over", old, by)
    if old.person != by:
        _tell(desk, old.person, "leave.told_over", old, by)


def _tell(desk: Desk, reader: int | None, key: str, one: Leave, by: int | None) -> None:
    to, away_one, who = desk.person(reader), desk.person(one.person), desk.person(by)
    if to is None or away_one is None:
        return
    known = {
        "name": away_one.name,
        "by": who.name if who else desk.text(to.language, "role.admin"),
        "days": days_of(desk, to.language, one),
    }
    desk.push(to.id, "notice", {"key": key, "args": known})


def told_instead(desk: Desk, report: Report, owner: int) -> bool:
    """Whether the owner is on leave: then whoever stands in and the officers hear that a task came back."""
    if owner not in away(desk):
        return False
    deputy = _stand_in(desk, owner)
    for person in _once([deputy, *eligible_people(desk, report, Action.REASSIGN)]):
        desk.push(person, "on_leave", {"owner": owner, "report": report.id})
    return True


def _stand_in(desk: Desk, owner: int) -> int | None:
    return taker(desk, owner) or leader_for(desk, owner, None)


def _once(persons: list[int | None]) -> list[int]:
    return [p for p in dict.fromkeys(persons) if p is not None]


def begin(desk: Desk, person: int) -> None:
    """The officers hear which open tasks somebody has who is on leave from today on."""
    officers: dict[int, None] = {}
    for report in reports.owned(desk.store, person):
        officers |= dict.fromkeys(eligible_people(desk, report, Action.REASSIGN))
    for officer in officers:
        desk.push(officer, "on_leave", {"owner": person})


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What an officer or a deputy hears, in words; None once the owner is back or has nothing to fix."""
    owner, gone = desk.person(body["owner"]), away(desk).get(body["owner"])
    if owner is None or gone is None:
        return None
    deputy = desk.person(_stand_in(desk, owner.id))
    known = {"name": owner.name, "last": f"{gone.last:%m-%d}", "deputy": deputy.name if deputy else ""}
    if "report" in body:
        return _came_back(desk, person, reports.get(desk.store, body["report"]), owner.id, known)
    found = [r for r in reports.owned(desk.store, owner.id) if person.id in eligible_people(desk, r, Action.REASSIGN)]
    if not found:
        return None
    numbers = desk.text(person.language, "word.comma").join(r.number for r in found[:NUMBERS])
    if len(found) > NUMBERS:
        numbers += "…"
    key = "leave.tasks" if deputy else "leave.tasks_nobody"
    return Message(desk.text(person.language, key, count=len(found), numbers=numbers, **known))


def _came_back(desk: Desk, person: Person, report: Report | None, owner: int, known: dict[str, str]) -> Message | None:
    if report is None or report.status is not Status.ASSIGNED or report.owner != owner:
        return None
    key = "leave.came_back_officer" if person.has(Role.OFFICER) else "leave.came_back"
    return Message(desk.text(person.language, key, number=report.number, place=report.place_text, **known))


def daily(desk: Desk) -> None:
    """Once a day, from the hour of reminders on: who is away from today, and who is back.

    A machine that was off makes up for the days that it missed.
    """
    today = clocks.local_day(desk.now, desk.plant.zone)
    if desk.now < clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone):
        return
    last = jobs.last(desk.store, JOB)
    since = date.fromisoformat(last) if last else today - timedelta(days=1)
    if since >= today or not jobs.claim(desk.store, JOB, today.isoformat(), desk.now):
        return
    gone = away(desk)
    for one, entered in leave.touching(desk.store, since, today):
        if one.first > since and entered < clocks.start_of_day(desk.plant.zone, one.first) and one.person in gone:
            begin(desk, one.person)
        elif since <= one.last < today and one.person not in gone:
            _welcome_back(desk, one)


def _welcome_back(desk: Desk, one: Leave) -> None:
    waiting = len(reports.owned(desk.store, one.person))
    if waiting:
        desk.push(one.person, "notice", {"key": "leave.back_again", "args": {"count": waiting}})
