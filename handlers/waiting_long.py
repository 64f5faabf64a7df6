"""What waits too long: the officers hear before the time to verify is over, the leaders when it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from handlers.away import present
from handlers.desk import Desk
from handlers.drafting import shortened
from handlers.evidence import may_see
from handlers.formats import minute_text
from handlers.message import Message
from handlers.next_hands import eligible_people
from storage import deadlines, jobs, people, reports
from woodpecker import clocks
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Role, Status

HOUR = 3_600_000  # ms


def remind(desk: Desk) -> None:
    """Tells once of each report: soon to be verified, not verified in time, not accepted in time."""
    for what, (since, hear) in WAITS.items():
        for report in deadlines.waiting_since(desk.store, what, *since(desk)):
            if jobs.claim(desk.store, what, deadlines.slot(report), desk.now):
                for person in hear(desk, report):
                    desk.push(person, "waits", {"report": report.id, "what": what})


def _soon(desk: Desk) -> tuple[Status, int]:
    hours = desk.plant.programme.clocks
    return Status.REPORTED, desk.now - max(0, hours.verify_hours - hours.verify_remind_hours) * HOUR


def _late(desk: Desk) -> tuple[Status, int]:
    return Status.REPORTED, desk.now - desk.plant.programme.clocks.verify_hours * HOUR


def _unaccepted(desk: Desk) -> tuple[Status, int]:
    return Status.FIXED, desk.now - desk.plant.programme.clocks.accept_days * 24 * HOUR


def _officers(desk: Desk, report: Report) -> Iterable[int]:
    """Whoever took it on, else all who may verify it."""
    return [report.claimed_by] if report.claimed_by else eligible_people(desk, report, Action.ADMIT)


def _leaders(desk: Desk, report: Report) -> Iterable[int]:
    found = [p.id for p in people.with_role(desk.store, Role.LEADER) if may_see(p, report)]
    joined = people.joined(desk.store, found)
    return present(desk, [p for p in found if p in joined])


Since = Callable[[Desk], tuple[Status, int]]
Hear = Callable[[Desk, Report], Iterable[int]]
WAITS: Mapping[str, tuple[Since, Hear]] = {
    "verify_soon": (_soon, _officers),
    "verify_late": (_late, _leaders),
    "accept_late": (_unaccepted, _leaders),
}


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What waits, as it stands when it is said; None if it waits no more."""
    report = reports.get(desk.store, body["report"])
    status, _ = WAITS[body["what"]][0](desk)
    if report is None or report.status is not status:
        return None
    at = report.fixed_at if status is Status.FIXED else _until(desk, report)
    over = body["what"] == "verify_soon" and desk.now > (at or 0)
    key = "verify_over" if over else body["what"]  # as it is when it is said: a machine may have been off
    return Message(
        desk.text(
            person.language, f"waits.{key}", number=report.number, at=minute_text(at or 0, desk.plant.zone),
            place=report.place_text, words=shortened(report.text.replace("\n", " "), 24),
        )
    )  # fmt: skip


def _until(desk: Desk, report: Report) -> int:
    since = report.submitted_at if report.waits_since is None else report.waits_since
    return clocks.verify_until(since, report.queried_for, desk.plant.programme.clocks)
