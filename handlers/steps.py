"""The sentences of a report's steps, for those who brought it and in its history."""

from __future__ import annotations

from typing import Any

from handlers.desk import Desk
from handlers.formats import day_text, minute_text
from handlers.message import Message
from storage import history, reports
from storage.history import Event
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, RejectReason, Status


def step(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """One step of a report, told to somebody who brought it or witnessed it."""
    report = reports.get(desk.store, body["report"])
    event = history.one(desk.store, body["report"], body["seq"])
    if report is None or event is None:
        return None
    text = desk.text(person.language, f"told.{told_key(event)}", number=report.number, **facts(desk, person, event))
    if "witness" in body:
        witness = reports.get(desk.store, body["witness"])
        number = witness.number if witness else report.number
        text = desk.text(person.language, "told.as_witness", number=number, text=text)
    return Message(text)


def notice(desk: Desk, person: Person, body: dict[str, Any]) -> Message:
    """A sentence whose facts do not change any more."""
    return Message(desk.text(person.language, body["key"], **body.get("args", {})))


def told_key(event: Event) -> str:
    """Which sentence an event gets."""
    if event.action is Action.ACCEPT_FIX and event.after is not Status.CLOSED:
        return "first_acceptance"
    return event.action.value


def facts(desk: Desk, person: Person, event: Event) -> dict[str, str]:
    """All facts of an event in the reader's words; a sentence takes the ones it names."""
    detail = event.detail
    zone, language = desk.plant.zone, person.language
    owner = desk.person(detail.get("owner"))
    actor = desk.person(event.person)
    words = str(detail.get("words", ""))
    reason = desk.text(language, f"reject.{detail['reason']}") if detail.get("reason") else ""
    if detail.get("reason") == RejectReason.OTHER and words:
        reason, words = words, ""
    return {
        "who": actor.name if actor else desk.text(language, "word.clock"),
        "at": minute_text(event.at, zone),
        "level": _grade(desk, language, event),
        "owner": owner.name if owner else "",
        "due": day_text(detail["due"], zone) if detail.get("due") else "",
        "reason": reason,
        "original": str(detail.get("original", "")),
        "words": words,
        "quoted": desk.text(language, "word.quoted", words=words) if words else "",
    }


def _grade(desk: Desk, language: str, event: Event) -> str:
    """The level that was given, or the kind of what has none."""
    if event.detail.get("level"):
        return desk.text(language, f"level.{event.detail['level']}")
    report = reports.get(desk.store, event.report) if event.action is Action.ADMIT else None
    return desk.text(language, f"kind.{report.kind}") if report else ""


def history_lines(desk: Desk, person: Person, report: Report) -> list[str]:
    """A report's whole history, one line a step, oldest first."""
    lines = []
    for event in history.of_report(desk.store, report.id):
        known = facts(desk, person, event)
        brought = event.person is not None and event.person in report.people
        if brought and person.id not in report.people:
            known["who"] = desk.text(person.language, "word.reporter")
        lines.append(desk.text(person.language, f"did.{told_key(event)}", **known))
    return lines
