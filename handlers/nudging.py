"""Who has not answered is reminded: of an offered task, of awards that wait long, of a question about to lapse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import proposals
from handlers.away import present, reminded
from handlers.behalf import speaker
from handlers.desk import Desk
from handlers.drafting import shortened
from handlers.formats import day_text, minute_text
from handlers.message import Message
from handlers.report_text import last_of
from storage import deadlines, jobs, reports, windows
from woodpecker import clocks
from woodpecker.people import Person
from woodpecker.words import Action, Status

JOB = "nudges"
AWARD_DAYS = 3  # an award that has waited so long is asked for every morning


def remind(desk: Desk) -> None:
    """A day before a question lapses; every morning what was offered, on working days also awards not decided."""
    _queries(desk)
    today = clocks.local_day(desk.now, desk.plant.zone)
    if desk.now < clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone):
        return
    if jobs.last(desk.store, JOB) == today.isoformat() or not jobs.claim(desk.store, JOB, today.isoformat(), desk.now):
        return
    _offers(desk)
    if clocks.working_day(today):
        _awards(desk)


def _queries(desk: Desk) -> None:
    soon = desk.now - (desk.plant.programme.clocks.query_days - 1) * clocks.DAY
    for number in deadlines.asked_before(desk.store, soon):
        report = reports.get(desk.store, number)
        mouth = speaker(desk, report) if report is not None else None
        if report is None or mouth is None:
            continue
        if jobs.claim(desk.store, "query_soon", f"{report.id}.{report.queried_at}", desk.now):
            desk.push(mouth, "nudge", {"what": "query", "report": report.id})


def _offers(desk: Desk) -> None:
    today = clocks.local_day(desk.now, desk.plant.zone)
    for report in windows.offered(desk.store):
        asked = last_of(desk, report, (Action.HAND_OVER,))
        if asked is None or clocks.local_day(asked.at, desk.plant.zone) >= today:
            continue
        for what, person in (("offer", report.receiver), ("offer_own", report.owner)):
            if person is not None:
                desk.push(reminded(desk, person), "nudge", {"what": what, "report": report.id})


def _awards(desk: Desk) -> None:
    old = windows.awards_since(desk.store, desk.now - AWARD_DAYS * clocks.DAY)
    if not old:
        return
    candidates = proposals.deciders(desk)
    for person in present(desk, [p.id for p in candidates]):
        who = desk.person(person)
        if who is not None and any(a.id in old for a, _ in proposals.waiting(desk, who, candidates)):
            desk.push(person, "nudge", {"what": "award"})


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What waits for the person, as it stands when it is said; None if it waits no more."""
    return PUT[body["what"]](desk, person, body)


def _put_award(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    old = windows.awards_since(desk.store, desk.now - AWARD_DAYS * clocks.DAY)
    since = [old[a.id] for a, _ in proposals.waiting(desk, person) if a.id in old]
    if not since:
        return None
    days = (desk.now - min(since)) // clocks.DAY
    return Message(desk.text(person.language, "nudge.award", count=len(since), days=days))


def _put_offer(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    report = reports.get(desk.store, body["report"])
    if report is None or report.status is not Status.ASSIGNED or report.receiver is None:
        return None
    other = desk.person(report.owner if body["what"] == "offer" else report.receiver)
    due = (
        day_text(report.due, desk.plant.zone) if report.due is not None else desk.text(person.language, "rule.no_date")
    )
    return Message(
        desk.text(
            person.language, f"nudge.{body['what']}", number=report.number, who=other.name if other else "", due=due,
            place=report.place_text, words=shortened(report.text.replace("\n", " "), 24),
        )
    )  # fmt: skip


def _put_query(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    report = reports.get(desk.store, body["report"])
    if report is None or report.status is not Status.QUERIED or report.queried_at is None:
        return None
    asked = last_of(desk, report, (Action.QUERY,))
    words = shortened(asked.detail.get("words", ""), 60) if asked else ""
    at = minute_text(clocks.query_until(report.queried_at, desk.plant.programme.clocks), desk.plant.zone)
    return Message(desk.text(person.language, "nudge.query", number=report.number, words=words, at=at))


PUT: Mapping[str, Callable[[Desk, Person, dict[str, Any]], Message | None]] = {
    "award": _put_award,
    "offer": _put_offer,
    "offer_own": _put_offer,
    "query": _put_query,
}
