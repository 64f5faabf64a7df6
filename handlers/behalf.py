"""代报: an officer or shift leader logs a report for a worker without a phone, and hears for the worker."""

from __future__ import annotations

from typing import Any

from handlers.desk import Desk
from handlers.message import Message
from storage import departments, reports
from woodpecker.behalf import check_logger
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Role


def may_log(desk: Desk, person: Person) -> bool:
    """Whether this person logs for others at all."""
    return person.has(Role.OFFICER) or person.has(Role.LEADER) or departments.leads(desk.store, person.id)


def check(desk: Desk, person: Person, worker: Person) -> None:
    """Raises Refused unless this person may log for this worker."""
    leads = departments.leader_of(desk.store, worker.department) == person.id
    if worker.left_on is not None:
        raise Refused("refused.behalf_left")
    check_logger(person.actor, worker, leads=leads)


def speaker(desk: Desk, report: Report) -> int | None:
    """Who answers for a report: its reporter, or whoever logged it for somebody that cannot be reached."""
    reporter, logger = report.reporter, report.logger
    if logger is None or (reporter is not None and desk.account_of(reporter) is not None):
        return reporter
    return logger


def hearers(desk: Desk, report: Report) -> tuple[int, ...]:
    """Who hears every step: everybody who brought it, and whoever speaks for its reporter."""
    mouth = speaker(desk, report)
    return report.people if mouth is None or mouth in report.people else (*report.people, mouth)


def as_logger(desk: Desk, person: Person, report: Report, text: str) -> str:
    """The sentence with a word on whom to pass it on to, for whoever only logged it."""
    worker = desk.person(report.reporter)
    if worker is None or person.id != report.logger or person.id in report.people:
        return text
    return desk.text(person.language, "told.as_logger", text=text, name=worker.name)


def tell_worker(desk: Desk, report: Report) -> None:
    """The worker hears that somebody reported in the worker's name, if there is a way."""
    if report.logger is not None and report.reporter is not None:
        desk.open_card(report.reporter, "receipt", report.id)


def tell_award(desk: Desk, report: Report, person: int) -> None:
    """Whoever logged it passes on that the worker's award comes with the pay; never how much."""
    if report.logger is not None and person == report.reporter and desk.account_of(person) is None:
        desk.push(report.logger, "logged_award", {"report": report.id})


def award(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """That the award of a worker without a phone is approved."""
    report = reports.get(desk.store, body["report"])
    worker = desk.person(report.reporter) if report else None
    if report is None or worker is None:
        return None
    key = "behalf.award_points" if desk.plant.programme.reward == "points" else "behalf.award"
    return Message(desk.text(person.language, key, number=report.number, name=worker.name))
