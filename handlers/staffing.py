"""The alarm that nobody is there for a step, in words; it is not said any more once somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import proposals
from handlers.away import present
from handlers.desk import Desk
from handlers.message import Message
from handlers.next_hands import eligible_people
from storage import awards, reports
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Status

STEPS: Mapping[str, tuple[Status, Action]] = {
    "verify": (Status.REPORTED, Action.ADMIT),
    "accept": (Status.FIXED, Action.ACCEPT_FIX),
    "second": (Status.FIXED, Action.ACCEPT_FIX),
    "appeal": (Status.REJECTED, Action.UPHOLD),
    "asked": (Status.ASSIGNED, Action.SET_DUE),
}


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What an admin reads; None once the step was taken or somebody is there for it."""
    report = reports.get(desk.store, body["report"]) if body.get("report") else None
    if report is not None and not _true(desk, report, body["step"], body["of"]):
        return None
    return Message(desk.text(person.language, f"staffing.{body['step']}", number=body["number"]))


def _true(desk: Desk, report: Report, step: str, of: str) -> bool:
    """Whether nobody is there still: for the step itself, or `of` whom only people on leave were asked."""
    if of == "award":
        return _award_waits(desk, report, away=step == "on_leave")
    if of not in STEPS:
        return True
    status, action = STEPS[of]
    if report.status is not status:
        return False
    there = eligible_people(desk, report, action)
    return not (present(desk, there) if step == "on_leave" else there)


def _award_waits(desk: Desk, report: Report, *, away: bool) -> bool:
    candidates = proposals.deciders(desk)
    for award in awards.of_report(desk.store, report.id):
        if award.status in proposals.WORD_OF:
            there = [p.id for p in proposals.eligible(award, report, candidates)]
            if not (present(desk, there) if away else there):
                return True
    return False
