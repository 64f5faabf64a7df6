"""Photos and voices beside the cards: who may see them, and as what."""

from __future__ import annotations

from typing import Any

from handlers.desk import Desk
from handlers.message import Media, MediaKind, Message
from handlers.turn import Turn
from storage import evidence, history, reports
from storage.evidence import Evidence
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Report, relations
from woodpecker.words import Action, Kind, Relation, Role

BROUGHT = frozenset({Relation.REPORTER, Relation.JOINT, Relation.LOGGER})
WORKS = frozenset({Relation.OWNER, Relation.FIXER, Relation.RECEIVER})


def may_see(person: Person, report: Report) -> bool:
    """Whether a person may open a report with its photos."""
    mine = relations(report, person.id)
    if Relation.ACCUSED in mine:
        return False
    if mine & (BROUGHT | WORKS):
        return True
    if may_see_all(person):
        return True
    if person.has(Role.OFFICER):  # a limit to departments holds for looking as well
        return person.actor.in_scope(report.department)
    return report.kind is not Kind.VIOLATION and person.left_on is None


def may_see_all(person: Person) -> bool:
    """Whether no limit to departments holds for what a person may open."""
    return any(person.has(r) for r in (Role.LEADER, Role.APPROVER, Role.SECOND_APPROVER))


def may_hear(person: Person, report: Report) -> bool:
    """A voice gives its speaker away: never to whoever fixes it, only to those who brought or judge it."""
    mine = relations(report, person.id)
    if mine & BROUGHT:
        return True
    officer = person.has(Role.OFFICER) and person.actor.in_scope(report.department)
    return not mine & WORKS and Relation.ACCUSED not in mine and (officer or person.has(Role.LEADER))


def media_of(pieces: list[Evidence]) -> tuple[Media, ...]:
    """Evidence as media for sending."""
    return tuple(Media(MediaKind(e.kind), "", mime=e.mime, sha=e.sha, thumb=e.thumb) for e in pieces)


BOTH = "both"  # before and after, for whoever accepts
SHEET = 9  # photos on one sheet, so that each can be made out


def send_beside(desk: Desk, person: int, report: Report, stage: str, *, urgent: bool = False) -> None:
    """Has pictures ("before", "after" or BOTH) sent ahead of a card, if there are any."""
    if _of_stage(desk, report, stage):
        desk.push(person, "photos", {"report": report.id, "stage": stage, "status": report.status}, urgent=urgent)


def photos(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The pictures of a stage as one sheet; moot once the report has moved on."""
    report = reports.get(desk.store, body["report"])
    if report is None or not may_see(person, report) or body.get("status", report.status) != report.status:
        return None
    pieces = _of_stage(desk, report, body["stage"])
    if not pieces:
        return None
    several = len(pieces) > 1
    stage = body["stage"] if len({_side(e) for e in pieces}) > 1 or body["stage"] != BOTH else _side(pieces[0])
    caption = desk.text(person.language, f"photos.{stage}", number=report.number)
    labels = tuple(desk.text(person.language, f"photos.on_{_side(e)}") for e in pieces) if several else ()
    return Message(caption, media=media_of(pieces), sheet=several, labels=labels if stage == BOTH else ())


def _side(piece: Evidence) -> str:
    return piece.stage if piece.stage in {"after", "interim"} else "before"


def _of_stage(desk: Desk, report: Report, stage: str) -> list[Evidence]:
    """What shows the hazard, the fix, or all of it; of a fix that was returned only the last try."""
    found = [e for e in evidence.of_report(desk.store, report.id) if e.kind == "photo"]
    after = [e for e in found if e.stage == "after"]
    if stage == "interim":
        return _newest_interim(desk, report, found)
    if after:
        again = (Action.RETURN_FIX, Action.REOPEN)
        since = max((e.at for e in history.of_report(desk.store, report.id) if e.action in again), default=0)
        after = [e for e in after if e.at >= since]
    if stage == BOTH:
        before = [e for e in found if e.stage != "after"]  # what was done meanwhile stands between
        return before[: max(1, SHEET - len(after))] + after[: SHEET - 1 if before else SHEET]
    return after if stage == "after" else [e for e in found if _side(e) == "before"]


def _newest_interim(desk: Desk, report: Report, found: list[Evidence]) -> list[Evidence]:
    """What came with the newest interim measures."""
    steps = [e for e in history.of_report(desk.store, report.id) if e.action is Action.PART_FIX]
    came = int(steps[-1].detail.get("evidence", 0)) if steps else 0
    return [e for e in found if e.stage == "interim"][-came:] if came else []


def send_originals(turn: Turn, report: Report) -> None:
    """Answers in the person's own chat with all photos as they are, and voices where they may be heard.

    Raises Refused.
    """
    if not may_see(turn.me, report):
        raise Refused("refused.no_report")
    pieces = evidence.of_report(turn.store, report.id)
    voices = [e for e in pieces if e.kind == "voice"] if may_hear(turn.me, report) else []
    sent = False
    for stage in ("before", "answer", "interim", "reopen", "after"):
        found = [e for e in pieces if e.stage == stage and e.kind != "voice"]
        if found:
            turn.send(Message(turn.text(f"photos.{stage}", number=report.number), media=media_of(found)))
            sent = True
    for voice in voices:
        turn.send(Message(turn.text("photos.voice", number=report.number), media=media_of([voice])))
    if not sent and not voices:
        turn.reply("photos.none", number=report.number)


def keep(turn: Turn, media: list[Media], stage: str, *, draft: int | None = None, report: int | None = None) -> None:
    """Gives media that have arrived to a draft or a report."""
    for piece in media:
        evidence.add(
            turn.store,
            draft=draft,
            report=report,
            stage=stage,
            kind=piece.kind.value,
            sha=piece.sha,
            thumb=piece.thumb,
            size=(piece.width, piece.height),
            mime=piece.mime,
            album=turn.incoming.album,
            taken_at=piece.taken_at,
            person=turn.me.id,
            at=turn.desk.now,
        )
