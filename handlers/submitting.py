"""From a draft to a report: the next question is the first empty field, then number, receipt and officers."""

from __future__ import annotations

from typing import Any

from handlers import alert_report, bans, behalf, drafting, joint, limits, nameless, places
from handlers.act import record
from handlers.message import Event
from handlers.taking import take
from handlers.turn import Turn
from storage import cards, drafts, evidence, reports
from storage import places as roster
from storage.drafts import Draft
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.reports import Decision, Report
from woodpecker.words import Action, Naming, Status


def submit(turn: Turn, draft: Draft) -> None:
    """Sends the report, or asks for what it lacks and goes on once that is said."""
    bans.check(turn)
    if not draft.text.strip():
        turn.ask("what", draft=draft.id)
        voices = [e for e in evidence.of_draft(turn.store, draft.id) if e.kind == "voice"]
        turn.reply("draft.voice_too" if voices else "draft.ask_text")
    elif not draft.place_text:
        places.ask(turn, draft, submit=True)
    else:
        _send(turn, draft)


def what(turn: Turn, question: Question) -> bool:
    """The sentence that was missing."""
    text = turn.incoming.text.strip()
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is None or draft.id != question.args["draft"] or not text:
        return False
    turn.settle()
    draft = take(turn, draft, text)
    drafting.show(turn, draft, said=text)
    submit(turn, draft)
    return True


def where(turn: Turn, question: Question) -> bool:
    """The place that was missing or is to be changed."""
    answered = places.answer(turn, question)
    if answered is None:
        return False
    draft, send = answered
    if draft.place_text and send:
        submit(turn, draft)
    elif draft.place_text:
        drafting.show(turn, draft)
    return True


def _send(turn: Turn, draft: Draft) -> None:
    limits.check(turn, draft, turn.me.id)
    if draft.naming is Naming.ANONYMOUS:
        alert_report.check_named(turn, draft)
        _send_nameless(turn, draft)
        return
    parts = _parts(turn, draft)
    report = reports.add(turn.store, _report(turn, draft))
    pieces = evidence.submit(turn.store, draft.id, report.id, "before")
    drafting.close(turn, draft, "submitted", report.id)
    _receipt(turn, draft, report.id, {"parts": parts} if parts else {})
    said = {"evidence": pieces, "for": report.reporter if report.logger else None, "joint": list(report.joint)}
    detail: dict[str, Any] = {name: value for name, value in said.items() if value}
    detail |= alert_report.submitted(turn, draft, report)
    record(turn.desk, Decision(report, report, Action.SUBMIT, detail), turn.me.id)
    behalf.tell_worker(turn.desk, report)
    joint.invite(turn.desk, report)
    drafting.come_back(turn)


def _send_nameless(turn: Turn, draft: Draft) -> None:
    place = roster.get(turn.store, draft.place) if draft.place is not None else None
    unnamed = nameless.unnamed(_report(turn, draft), place.department if place else None)
    report = reports.add(turn.store, unnamed)
    pieces = nameless.hand_in(turn, draft, report)
    detail: dict[str, Any] = {"evidence": pieces} if pieces else {}
    record(turn.desk, Decision(report, report, Action.SUBMIT, detail), None)


def _receipt(turn: Turn, draft: Draft, report: int, args: dict[str, Any]) -> None:
    """The tapped card becomes the receipt, in place; after words it comes below them."""
    card = turn.card
    if turn.incoming.event is Event.TAP and card is not None and (card.kind, card.subject) == ("draft", draft.id):
        cards.become(turn.store, card.id, "receipt", report, args)
    else:
        turn.open_card("receipt", report, args)


def _parts(turn: Turn, draft: Draft) -> dict[str, str]:
    card = drafting.here(turn, draft)
    return dict(card.args.get("parts", {})) if card else {}


def _report(turn: Turn, draft: Draft) -> Report:
    month = clocks.local_month(turn.desk.now, turn.desk.plant.zone)
    place = roster.get(turn.store, draft.place) if draft.place is not None else None
    reporter = turn.desk.person(draft.behalf) or turn.me
    if draft.naming is Naming.ANONYMOUS and (draft.joint or reporter != turn.me):
        raise Refused("refused.anonymous_alone")
    if reporter != turn.me:
        behalf.check(turn.desk, turn.me, reporter)
    return Report(
        id=0,
        number=reports.next_number(turn.store, month),
        kind=draft.kind,
        status=Status.REPORTED,
        version=1,
        text=draft.text,
        place=place.id if place else None,
        place_text=draft.place_text,
        department=(place.department if place else None) or reporter.department,
        naming=draft.naming,
        reporter=reporter.id,
        logger=turn.me.id if reporter != turn.me else None,
        joint=tuple(p for p in draft.joint if p != reporter.id),
        found_at=draft.sent_at if draft.found_at is None else draft.found_at,
        sent_at=draft.sent_at,
        delivery=draft.delivery,
        submitted_at=turn.desk.now,
        month=month,
        latitude=draft.latitude,
        longitude=draft.longitude,
    )
