"""Due dates: reminders, drafts, questions and claims that lapse; each job looks for itself what is due."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from handlers.act import act
from handlers.away import away, present, reminded
from handlers.desk import Desk
from handlers.drafting import DRAFT_CARDS, shortened
from handlers.formats import day_text
from handlers.message import Message
from handlers.report_text import last_of, text_of
from storage import deadlines, departments, jobs, people, reports, waiting
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.people import CLOCK, Person
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Role

OWNERS_AT_ONCE = 200  # people reminded in one transaction
LINES = 12  # reports a reminder lists
DONE = "~"  # sorts after every owner's number
TOLD = (
    Action.ADMIT,
    Action.REASSIGN,
    Action.PASS_ON,
    Action.TAKE_OVER,
    Action.RETURN_FIX,
    Action.REOPEN,
    Action.GRANT_EXTENSION,
    Action.SET_DUE,
)


def remind(desk: Desk) -> None:
    """Once a day, from the hour of reminders on: owners of what is due, then whoever has reports to verify.

    A machine that was off makes up for today only.
    """
    today = clocks.local_day(desk.now, desk.plant.zone)
    at = clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone)
    last = jobs.last(desk.store, "reminders") or ""
    _, _, upto = last.partition("#") if last.startswith(today.isoformat()) else ("", "", "0")
    if desk.now < at or upto == DONE:
        return
    soon = clocks.end_of_day(desk.plant.zone, today) + clocks.DAY + 1
    owners = deadlines.owners_due(desk.store, soon, int(upto), OWNERS_AT_ONCE)
    finished = len(owners) < OWNERS_AT_ONCE
    slot = f"{today.isoformat()}#{DONE if finished else format(owners[-1], '012d')}"
    if not jobs.claim(desk.store, "reminders", slot, desk.now):
        return
    for owner in owners:
        _remind_owner(desk, owner)
    if finished:
        _remind_verifiers(desk)


def _remind_owner(desk: Desk, owner: int) -> None:
    clock = desk.plant.programme.clocks
    for report in reports.owned(desk.store, owner):
        told = last_of(desk, report, TOLD)
        since = told.at if told else None
        if report.due and clocks.reminder_due(report.due, desk.now, desk.plant.zone, clock, since):
            break
    else:
        return
    if not desk.push(reminded(desk, owner), "reminder", {"owner": owner}):
        _remind_leader(desk, owner)


def _remind_leader(desk: Desk, owner: int) -> None:
    """An owner who has not joined is reminded through the department's leader."""
    who = desk.person(owner)
    leader = departments.leader_of(desk.store, who.department) if who else None
    if leader is not None and leader != owner:
        desk.push(leader, "reminder", {"owner": owner})


def _remind_verifiers(desk: Desk) -> None:
    found = people.with_role(desk.store, Role.OFFICER, Role.LEADER)
    here = set(present(desk, people.joined(desk.store, [p.id for p in found])))
    for person in found:
        if person.id in here and _to_verify(desk, person):
            desk.push(person.id, "reminder", {})


def _to_verify(desk: Desk, person: Person) -> int:
    """How many reports wait for this person to verify; for a leader those that no officer may."""
    if person.has(Role.OFFICER):
        where = waiting.to_verify(person.actor)
    elif person.has(Role.LEADER):
        officers = people.with_role(desk.store, Role.OFFICER)
        here = set(present(desk, people.joined(desk.store, [p.id for p in officers])))
        where = waiting.to_verify(person.actor, [p.actor for p in officers if p.id in here])
    else:
        return 0
    # What came in later this morning has just been shown.
    today = clocks.local_day(desk.now, desk.plant.zone)
    before = clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone)
    return waiting.count(desk.store, deadlines.submitted_before(where, before), desk.now).count


def reminder(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What is due, put into words when it is sent; None if nothing is any more."""
    if "owner" in body:
        return _owners_reminder(desk, person, body["owner"])
    count = _to_verify(desk, person)
    return Message(desk.text(person.language, "due.to_verify", count=count)) if count else None


def _owners_reminder(desk: Desk, person: Person, owner: int) -> Message | None:
    today = clocks.local_day(desk.now, desk.plant.zone)
    soon = clocks.end_of_day(desk.plant.zone, today) + clocks.DAY
    due = [r for r in reports.owned(desk.store, owner) if r.due is not None and r.due <= soon]
    if not due:
        return None
    who = desk.person(owner)
    elsewhere = "due.title_on_leave" if owner in away(desk) else "due.title_of"
    key = "due.title" if owner == person.id else elsewhere
    title = desk.text(person.language, key, count=len(due), name=who.name if who else "")
    more = len(due) - LINES
    return Message(
        text_of(
            title,
            *(_line(desk, person, r) for r in due[:LINES]),
            desk.text(person.language, "due.more", count=more) if more > 0 else "",
        )
    )


def _line(desk: Desk, person: Person, report: Report) -> str:
    assert report.due is not None
    zone = desk.plant.zone
    days = (clocks.local_day(desk.now, zone) - clocks.local_day(report.due, zone)).days
    key = "due.overdue" if days > 0 else "due.today" if days == 0 else "due.tomorrow"
    return desk.text(
        person.language, key, number=report.number, place=report.place_text,
        words=shortened(report.text.replace("\n", " "), 24), due=day_text(report.due, zone), days=days,
    )  # fmt: skip


def expire_drafts(desk: Desk) -> None:
    """Drafts left alone for a day end, and their owners hear it."""
    before = desk.now - desk.plant.programme.clocks.draft_hours * clocks.HOUR
    for draft, person, purpose in deadlines.expire_drafts(desk.store, before):
        desk.refresh(DRAFT_CARDS, draft)
        desk.push(person, "notice", {"key": f"due.draft_{purpose}", "args": {}})


def lapse_queries(desk: Desk) -> None:
    """What was asked and not answered in a week goes back to the officers as it is."""
    before = desk.now - desk.plant.programme.clocks.query_days * clocks.DAY
    _by_clock(desk, deadlines.asked_before(desk.store, before), Action.QUERY_LAPSED)


def lapse_claims(desk: Desk) -> None:
    """What an officer took on and left lying goes back to all."""
    before = desk.now - desk.plant.programme.clocks.claim_hours * clocks.HOUR
    _by_clock(desk, deadlines.claimed_before(desk.store, before), Action.UNCLAIM)


def _by_clock(desk: Desk, found: Iterable[int], action: Action) -> None:
    for report in found:
        try:
            with desk.store.tx.savepoint():
                act(desk, report, Act(action), CLOCK)
        except Refused:  # somebody was faster
            continue
