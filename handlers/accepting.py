"""Accepting a fix: before and after side by side, accepted or returned by somebody who did not do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from handlers.desk import Desk
from handlers.drafting import shortened
from handlers.formats import day_text, minute_text
from handlers.judging import asked_for, finish, go, may_take, tapped, too_late
from handlers.major_card import first_line
from handlers.plan_card import plan_lines
from handlers.report_text import (
    acted_line,
    grade_line,
    head,
    interim_line,
    last_of,
    pieces_button,
    superseded,
    text_of,
)
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import reports
from storage.questions import Question
from woodpecker import clocks
from woodpecker.lengths import SENTENCE
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Level, Status

DONE = frozenset({Action.ACCEPT_FIX, Action.RETURN_FIX, Action.VOID})


def accept(turn: Turn, tap: Tap) -> None:
    """验收通过."""
    report = tapped(turn, tap, Action.ACCEPT_FIX)
    first = report.level is Level.MAJOR and report.first_acceptor is None
    finish(turn, report, Act(Action.ACCEPT_FIX), "accept.first" if first else "accept.accepted")


def send_back(turn: Turn, tap: Tap) -> None:
    """退回整改: asks why."""
    go(turn, tapped(turn, tap, Action.RETURN_FIX), {"step": "return"}, "accept")


def back(turn: Turn, tap: Tap) -> None:
    """返回."""
    go(turn, tapped(turn, tap, Action.RETURN_FIX), {"step": ""}, "accept")


def why(turn: Turn, question: Question) -> bool:
    """Takes the reason why a fix is returned."""
    words = turn.incoming.text.strip()
    if turn.incoming.media or not words:
        return False
    report = asked_for(turn, question)
    if report is None:
        return too_late(turn, question)
    what = Act(Action.RETURN_FIX, words=words, due=due_again(turn.desk, report))
    finish(turn, report, what, "accept.returned")
    return True


def due_again(desk: Desk, report: Report) -> int:
    """Until when a returned fix is due: as before, but not before the end of tomorrow."""
    zone = desk.plant.zone
    tomorrow = clocks.local_day(desk.now, zone) + timedelta(days=1)
    return max(report.due or 0, clocks.end_of_day(zone, tomorrow))


def draw(d: Drawing) -> View:
    """What was fixed, by whom, how and in time or not; the photos stand above."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    if report.status is not Status.FIXED:
        text = text_of(head(d, report), acted_line(d, report, DONE))
        return view(text, live=False, moot=not d.card.args.get("asked"))
    second = first_line(d, report) if report.level is Level.MAJOR else ""
    body = text_of(head(d, report, "🔍 "), *_fixed(d, report), *plan_lines(d, report), interim_line(d, report), second)
    if d.reader is None or not may_take(d.desk, d.reader, report, Action.RETURN_FIX):
        return view(body)
    if d.card.args.get("step") == "return":
        buttons = [d.button("word.back", "kb", report.id, report.version)]
        return view(text_of(body, d.text("accept.why")), buttons)
    accepts = may_take(d.desk, d.reader, report, Action.ACCEPT_FIX)
    buttons = [d.button("accept.accept", "ka", report.id, report.version)] if accepts else []
    buttons.append(d.button("accept.return", "kr", report.id, report.version))
    buttons += pieces_button(d, report)
    return view(body, buttons)


def _fixed(d: Drawing, report: Report) -> list[str]:
    zone = d.desk.plant.zone
    event = last_of(d.desk, report, (Action.FIX,))
    fixer = d.desk.person(report.fixer)
    words = shortened(event.detail.get("words", ""), SENTENCE) if event else ""
    done = d.text(
        "accept.fixed_by",
        who=fixer.name if fixer else "",
        at=minute_text(report.fixed_at or d.desk.now, zone),
        quoted=d.text("word.quoted", words=words) if words else "",
    )
    if report.due is None:
        return [done]
    late = clocks.overdue(report.due, report.fixed_at or d.desk.now)
    in_time = d.text("accept.late" if late else "accept.in_time")
    return [d.text("accept.due", grade=grade_line(d, report), due=day_text(report.due, zone), in_time=in_time), done]


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"ka": accept, "kr": send_back, "kb": back}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"accept": why}
CARDS: Mapping[str, Draw] = {"accept": draw}
