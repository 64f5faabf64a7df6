"""The owner's side: what is to be fixed by when, and saying that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import drafting
from handlers.act import act
from handlers.ask_card import asked_lines, requests, step
from handlers.asking import put_aside
from handlers.drafting import shortened
from handlers.handing_in import hand_in
from handlers.judging import tapped
from handlers.plan_card import plan_button, plan_lines
from handlers.report_text import (
    acted_line,
    due_line,
    evidence_line,
    head,
    interim_line,
    last_of,
    pieces_button,
    superseded,
    talk_lines,
    text_of,
)
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import evidence, reports
from storage.drafts import Draft
from woodpecker.errors import Refused
from woodpecker.fixing import planless
from woodpecker.lengths import SENTENCE
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

GIVEN = frozenset({Action.REASSIGN, Action.TAKE_OVER})  # what a former owner is left with


def begin(turn: Turn, tap: Tap) -> None:
    """已整改: photos and words belong to the fix from now on."""
    report = tapped(turn, tap, Action.FIX)
    put_aside(turn)
    drafting.begin(turn, "fix", report.id)


def submit(turn: Turn, tap: Tap) -> None:
    """提交: the fix goes to whoever accepts it. Raises Refused without a photo or a word."""
    draft = drafting.own(turn, tap.id, "fix")
    if draft.report is None:
        raise Refused("refused.no_draft")
    pieces = evidence.submit(turn.store, draft.id, draft.report, "after")
    if not pieces and not draft.text.strip():
        raise Refused("refused.evidence_missing")
    decision = act(turn.desk, draft.report, Act(Action.FIX, words=draft.text, evidence=pieces), turn.me)
    turn.desk.refresh(("todo",), turn.me.id)
    hand_in(turn, draft, decision.report)


def draw(d: Drawing) -> View:
    """The task: what, where, until when; never who reported it."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    mine = d.reader is not None and d.reader.id == report.owner
    if not mine or report.status is not Status.ASSIGNED:
        return _not_now(d, report, mine)
    text = text_of(
        head(d, report, "🔧 "),
        *talk_lines(d, report),
        due_line(d, report),
        *plan_lines(d, report),
        evidence_line(d, report),
        _again(d, report),
        interim_line(d, report),
        *asked_lines(d, report),
    )
    asking = step(d, report)
    if asking is not None:
        return view(text_of(text, asking[0]), asking[1])
    first = plan_button(d, report) if planless(report) else d.button("fix.done", "fx", report.id, report.version)
    buttons = [first, *requests(d, report), *pieces_button(d, report)]
    return view(text, buttons)


def _again(d: Drawing, report: Report) -> str:
    """Why it came back, if it did."""
    event = last_of(d.desk, report, (Action.RETURN_FIX, Action.REOPEN, Action.ADMIT, Action.REASSIGN, Action.PASS_ON))
    if event is None or event.action not in (Action.RETURN_FIX, Action.REOPEN):
        return ""
    words = shortened(event.detail.get("words", ""), SENTENCE)
    quoted = d.text("word.quoted", words=words) if words else ""
    return d.text(f"fix.{event.action.value}", quoted=quoted)


def _not_now(d: Drawing, report: Report, mine: bool) -> View:
    told = frozenset(Action) - {Action.EDIT, Action.CORRECT, Action.CONFIRM} if mine else GIVEN
    line = acted_line(d, report, told)
    text = text_of(head(d, report), line or d.text("fix.not_yours"))
    return view(text, live=report.status is Status.FIXED, moot=not d.card.args.get("asked"))


def draw_draft(d: Drawing) -> View:
    """What the fix holds so far."""
    return drafting.draw(d, _face)


def _face(d: Drawing, draft: Draft) -> View:
    report = reports.get(d.desk.store, draft.report) if draft.report else None
    number = report.number if report else ""
    pieces = evidence.of_draft(d.desk.store, draft.id)
    hint = "" if draft.text or pieces else d.text("fix.show_it")
    buttons = [
        d.button("button.submit", "fsend", draft.id),
        drafting.anew_button(d, draft),
        drafting.cancel_button(d, draft),
    ]
    place = report.place_text if report else ""
    text = text_of(d.text("fix.title", number=number, place=place), *drafting.contents(d, draft), hint)
    return view(text, buttons)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"fx": begin, "fsend": submit}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Draw] = {"task": draw, "fixdraft": draw_draft}
