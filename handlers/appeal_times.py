"""Until when an appeal may be filed and must be decided, and what the clock does about those that wait."""

from __future__ import annotations

from typing import Any

from handlers import proposals
from handlers.desk import Desk
from handlers.formats import day_text
from handlers.message import Message
from handlers.next_hands import eligible_people
from storage import awards, causes, jobs, people, reports
from woodpecker import clocks
from woodpecker.awards import Award
from woodpecker.causes import Cause
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, AwardAction, Role


def report_until(desk: Desk, person: int | None, report: Report) -> int | None:
    """The last instant at which a rejection may be appealed against; None if it is none."""
    return None if report.closed_at is None else _until(desk, person, report.closed_at)


def award_until(desk: Desk, person: int | None, award: Award) -> int:
    """The last instant at which an award may be appealed against; 0 if nobody decided it."""
    return 0 if award.decided_at is None else _until(desk, person, award.decided_at)


def _until(desk: Desk, person: int | None, decided: int) -> int:
    """Working days count from the day on which it could be heard."""
    return clocks.appeal_until(desk.heard_at(person, decided), desk.plant.zone, desk.plant.programme.clocks)


def decide_until(desk: Desk, appealed_at: int) -> int:
    """The last instant for deciding an appeal."""
    return clocks.appeal_until(appealed_at, desk.plant.zone, desk.plant.programme.clocks)


def day_of(desk: Desk, until: int) -> str:
    """The day that ends at such an instant: 11-09."""
    return day_text(until, desk.plant.zone)


def remind(desk: Desk) -> None:
    """Once a day: whoever may decide is reminded before and on the last day and after it, then leaders as well."""
    clock, zone = desk.plant.programme.clocks, desk.plant.zone
    today = clocks.local_day(desk.now, zone)
    if desk.now < clocks.instant(today, clock.reminder_at, zone):
        return
    if jobs.last(desk.store, "appeals") == today.isoformat():
        return
    jobs.claim(desk.store, "appeals", today.isoformat(), desk.now)
    for report in reports.appealed(desk.store):
        hands = eligible_people(desk, report, Action.UPHOLD)
        _remind(desk, report.appealed_at or desk.now, hands, {"report": report.id})
    candidates = proposals.deciders(desk)
    for award, cause in awards.appealed(desk.store):
        found = proposals.eligible(award, cause, candidates, AwardAction.DISMISS_APPEAL)
        _remind(desk, award.appealed_at or desk.now, [p.id for p in found], {"award": award.id})


def _remind(desk: Desk, appealed_at: int, hands: list[int], body: dict[str, Any]) -> None:
    days = clocks.decision_reminder(decide_until(desk, appealed_at), desk.now, desk.plant.zone, appealed_at)
    if days is None:
        return
    leaders = [p.id for p in people.with_role(desk.store, Role.LEADER)] if days else []
    for person in dict.fromkeys((*hands, *leaders)):
        desk.push(person, "appeal", body)


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """That an appeal waits, in words; None once it is decided."""
    cause: Cause | None
    if "report" in body:
        cause = report = reports.get(desk.store, body["report"])
        appealed_at = report.appealed_at if report else None
    else:
        kept = awards.get(desk.store, body["award"])
        cause = causes.of(desk.store, kept.award if kept else None)
        appealed_at = kept.award.appealed_at if kept else None
    if cause is None or appealed_at is None:
        return None
    until = decide_until(desk, appealed_at)
    days = clocks.days_overdue(until, desk.now, desk.plant.zone)
    key = "appeal.overdue" if days else "appeal.remind"
    return Message(desk.text(person.language, key, number=cause.number, day=day_of(desk, until), days=days))
