"""五落实 as it is shown: the five points on every card of a major hazard, and the card on which they are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.choosing import full_name
from handlers.judging import may_take
from handlers.message import Button
from handlers.own_words import in_language
from handlers.report_text import acted_line, due_text, head, superseded, text_of
from handlers.turn import tap_data
from handlers.views import Drawing, View, view
from storage import reports
from woodpecker.fixing import complete, planless
from woodpecker.reports import Report
from woodpecker.words import Action, Level, Point, Status

POINTS = tuple(Point)
DAYS = ("7", "15", "30")
ANYTHING = frozenset(Action) - {Action.EDIT}
LABEL = 10  # characters


def plan_lines(d: Drawing, report: Report) -> list[str]:
    """The five points of a major hazard, or that they are missing; nothing for any other report."""
    if report.level is not Level.MAJOR:
        return []
    if planless(report):
        return [d.text("plan.missing")] if report.status is Status.ASSIGNED else []
    return [d.text("plan.title"), *_given(d, report.plan, report)]


def _given(d: Drawing, plan: Sequence[str], report: Report | None = None) -> list[str]:
    lines = []
    for point, words in zip(POINTS, plan, strict=False):
        if point is Point.TIME:  # once settled the due date is the truth
            settled = report.due if report is not None else None
            said = due_text(d, settled) if settled is not None else f"{date.fromisoformat(words):%m-%d}"
        else:
            said = in_language(d.desk, d.language, words)
        lines.append(d.text("plan.line", point=d.text(f"plan.{point}"), words=said))
    return lines


def plan_button(d: Drawing, report: Report) -> Button:
    """[五落实], once it is given [改方案]."""
    return d.button("plan.begin" if planless(report) else "plan.change", "mp", report.id, report.version)


def draw(d: Drawing) -> View:
    """What was given so far and the next point's question; then all five to be confirmed."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    if report.status is not Status.ASSIGNED or report.level is not Level.MAJOR:
        return view(text_of(head(d, report), acted_line(d, report, ANYTHING)), live=False)
    may = may_take(d.desk, d.reader, report, Action.PLAN)
    step, given = d.card.args.get("step", ""), list(d.card.args.get("given", []))
    if not may or not step:
        return view(text_of(head(d, report, "📋 "), *plan_lines(d, report)), [plan_button(d, report)] if may else [])
    if step == "sure":
        asked, buttons = d.text("plan.sure"), [_tap(d, report, "plan.submit", "mpy")]
    else:
        asked, buttons = _question(d, report, given), _answers(d, report, given)
    text = text_of(head(d, report, "📋 "), *_given(d, given), asked)
    return view(text, [*buttons, *_ends(d, report, given)])


def _question(d: Drawing, report: Report, given: Sequence[str]) -> str:
    point = POINTS[len(given)]
    asked = d.text("plan.step", n=len(given) + 1, point=d.text(f"plan.{point}"))
    return text_of(asked, d.text(f"plan.ask_{point}"))


def _tap(d: Drawing, report: Report, key: str, verb: str, arg: str = "") -> Button:
    return d.button(key, verb, report.id, report.version, arg)


def _answers(d: Drawing, report: Report, given: Sequence[str]) -> list[Button]:
    """What can be answered with one tap."""
    at, point = len(given), POINTS[len(given)]
    buttons = []
    owner = d.desk.person(report.owner)
    if point is Point.DUTY and owner is not None:
        name = full_name(d.desk, owner)[:LABEL]
        buttons.append(Button(name, tap_data("mpa", report.id, report.version, f"{at}owner")))
    if point is Point.FUNDS:
        buttons.append(_tap(d, report, "plan.no_funds", "mpa", f"{at}free"))
    if point is Point.TIME:
        for n in DAYS:
            label = d.text("choose.days", n=n)
            buttons.append(Button(label, tap_data("mpa", report.id, report.version, f"{at}{n}")))
    if complete(report.plan):
        buttons.append(_tap(d, report, "plan.keep", "mpa", f"{at}keep"))
    return buttons


def _ends(d: Drawing, report: Report, given: Sequence[str]) -> list[Button]:
    back = [_tap(d, report, "plan.back", "mpb", str(len(given)))] if given else []
    return [*back, _tap(d, report, "button.cancel", "mpx")]
