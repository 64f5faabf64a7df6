"""Photos and voices beside the cards: who may see them, and as what."""

from __future__ import annotations

from typing import Any

from handlers.desk import Desk
from handlers.message import Media, MediaKind, Message
from storage import evidence, reports
from storage.evidence import Evidence
from woodpecker.people import Person
from woodpecker.reports import Report, relations
from woodpecker.words import Kind, Relation, Role

BROUGHT = frozenset({Relation.REPORTER, Relation.JOINT, Relation.LOGGER})
WORKS = frozenset({Relation.OWNER, Relation.FIXER, Relation.RECEIVER})


def may_see(person: Person, report: Report) -> bool:
    """Whether a person may open a report with its photos."""
    mine = relations(report, person.id)
    if mine & (BROUGHT | WORKS):
        return True
    if Relation.ACCUSED in mine:
        return False
    officer = person.has(Role.OFFICER) and person.actor.in_scope(report.department)
    judges = officer or any(person.has(r) for r in (Role.LEADER, Role.APPROVER, Role.SECOND_APPROVER))
    return judges or (report.kind is not Kind.VIOLATION and person.left_on is None)


def may_hear(person: Person, report: Report) -> bool:
    """A voice gives its speaker away: never to whoever fixes it, only to those who brought or judge it."""
    mine = relations(report, person.id)
    if mine & BROUGHT:
        return True
    return not mine & WORKS and person.has(Role.OFFICER) and person.actor.in_scope(report.department)


def media_of(pieces: list[Evidence]) -> tuple[Media, ...]:
    """Evidence as media for sending."""
    return tuple(Media(MediaKind(e.kind), "", mime=e.mime, sha=e.sha, thumb=e.thumb) for e in pieces)


def send_beside(desk: Desk, person: int, report: Report, stage: str, *, urgent: bool = False) -> None:
    """Has a report's pictures of a stage sent ahead of a card, if there are any."""
    if evidence.of_report(desk.store, report.id, stage):
        desk.push(person, "photos", {"report": report.id, "stage": stage, "status": report.status}, urgent=urgent)


def photos(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The pictures of a stage as one sheet; moot once the report has moved on."""
    report = reports.get(desk.store, body["report"])
    if report is None or not may_see(person, report) or body.get("status", report.status) != report.status:
        return None
    pieces = [e for e in evidence.of_report(desk.store, report.id, body["stage"]) if e.kind == "photo"]
    if not pieces:
        return None
    caption = desk.text(person.language, f"photos.{body['stage']}", number=report.number)
    return Message(caption, media=media_of(pieces), sheet=len(pieces) > 1)
