"""The card on which leaders and officers watch a major hazard until it is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.drafting import shortened
from handlers.judging import may_take
from handlers.major import CARD, OPEN
from handlers.plan_card import plan_button, plan_lines
from handlers.report_text import QUOTED, acted_line, due_text, evidence_line, head, superseded, text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import reports
from woodpecker.reports import Report
from woodpecker.words import Action, Level, Status

ANYTHING = frozenset(Action) - {Action.EDIT, Action.CONFIRM}


def draw(d: Drawing) -> View:
    """What leaders watch until it is closed: who fixes it by when, and whether it has a plan."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    if report.level is not Level.MAJOR or report.status not in OPEN:
        return view(text_of(head(d, report), acted_line(d, report, ANYTHING)), live=False)
    owner = d.desk.person(report.owner)
    text = text_of(
        d.text("major.title"),
        head(d, report),
        d.text("verify.owner_is", owner=owner.name if owner else ""),
        d.text("verify.due_is", due=due_text(d, report.due)) if report.due else d.text("major.by_plan"),
        d.text("major.interim", words=shortened(report.interim, QUOTED)) if report.interim else "",
        *plan_lines(d, report),
        first_line(d, report),
        evidence_line(d, report),
    )
    buttons = [plan_button(d, report)] if may_take(d.desk, d.reader, report, Action.PLAN) else []
    if evidence_line(d, report):
        buttons.append(d.button("word.photos", "pics", report.id))
    return view(text, [*buttons, d.button("button.progress", "case", report.id)])


def first_line(d: Drawing, report: Report) -> str:
    """Who was the first of the two to accept it, and who has to be the second."""
    if report.first_acceptor is None:
        return d.text("major.two_needed") if report.status is Status.FIXED else ""
    first = d.desk.person(report.first_acceptor)
    mine = d.reader is not None and d.reader.id == report.first_acceptor
    key = "major.second_any" if report.first_by_leader else "major.second_leader"
    return d.text(key, who=d.text("award.you") if mine else first.name if first else "")


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Draw] = {CARD: draw}
