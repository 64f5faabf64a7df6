"""五落实: the five points of a major hazard, given one after the other by its owner or an officer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from handlers.choosing import due_meant, full_name
from handlers.judging import check_may, finish, forget_question, open_fresh, state, tapped
from handlers.plan_card import DAYS, POINTS, draw
from handlers.turn import Tap, Turn
from handlers.views import Draw
from storage import cards, reports
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.fixing import complete
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Level, Point

CARD = "plan"
LONGEST = 200  # characters of one point


def major(turn: Turn, tap: Tap) -> Report:
    """The major hazard a button is about, for whoever may give its plan. Raises Refused."""
    report = tapped(turn, tap, Action.PLAN)
    if report.level is not Level.MAJOR:
        raise Refused("refused.not_major")
    return report


def begin(turn: Turn, tap: Tap) -> None:
    """五落实: asks the first point."""
    _ask(turn, major(turn, tap), [], fresh=True)


def _ask(turn: Turn, report: Report, given: list[str], *, fresh: bool) -> None:
    """Asks the next point, or whether all is right; what was typed is answered below."""
    step = "sure" if len(given) == len(POINTS) else "point"
    args: dict[str, Any] = {"step": step, "given": given, "asked": True}
    card = turn.card if turn.card and (turn.card.kind, turn.card.subject) == (CARD, report.id) else None
    if fresh or card is None:
        number = open_fresh(turn, CARD, report.id, args)
    else:
        number = card.id
        cards.set_args(turn.store, number, args)
        turn.refresh_card()
    if step == "point":
        turn.ask(CARD, card=number, report=report.id, at=len(given))
    else:
        turn.settle()


def tapped_answer(turn: Turn, tap: Tap) -> None:
    """An answer on a button: it begins with the number of the point it was drawn for."""
    report = major(turn, tap)
    args = state(turn, report, CARD)
    given = list(args.get("given", []))
    if args.get("step") != "point" or tap.arg[:1] != str(len(given)):
        raise Refused("refused.moved_on")
    _ask(turn, report, [*given, _chosen(turn, report, POINTS[len(given)], tap.arg[1:])], fresh=False)


def _chosen(turn: Turn, report: Report, point: Point, word: str) -> str:
    owner = turn.desk.person(report.owner)
    if word == "keep" and complete(report.plan):
        return report.plan[POINTS.index(point)] if point is not Point.TIME else _day(turn, report.due)
    if word == "owner" and point is Point.DUTY and owner is not None:
        return full_name(turn.desk, owner)
    if word == "free" and point is Point.FUNDS:
        return turn.text("plan.no_funds")
    if word in DAYS and point is Point.TIME:
        return _day(turn, turn.desk.now + int(word) * clocks.DAY)
    raise Refused("refused.unknown_button")


def _day(turn: Turn, at: int | None) -> str:
    return clocks.local_day(at or turn.desk.now, turn.desk.plant.zone).isoformat()


def answer(turn: Turn, question: Question) -> bool:
    """Takes what was typed as the point that was asked for."""
    words = turn.incoming.text.strip()
    if turn.incoming.media or not words:
        return False
    report = reports.get(turn.store, question.args["report"])
    card = cards.get(turn.store, question.args["card"])
    given = list(card.args.get("given", [])) if card else []
    if report is None or card is None or len(given) != question.args["at"] or card.args.get("step") != "point":
        turn.settle()
        return False
    check_may(turn.desk, turn.me, report, Action.PLAN)
    turn.card = card
    _ask(turn, report, [*given, _meant(turn, POINTS[len(given)], words)], fresh=True)
    return True


def _meant(turn: Turn, point: Point, words: str) -> str:
    if point is Point.TIME:
        return _day(turn, due_meant(words, turn.desk.now, turn.desk.plant.zone))
    if len(words) > LONGEST:
        raise Refused("refused.point_too_long", longest=LONGEST)
    return words


def back(turn: Turn, tap: Tap) -> None:
    """上一项."""
    report = major(turn, tap)
    args = state(turn, report, CARD)
    given = list(args.get("given", []))
    if not given or tap.arg != str(len(given)):
        raise Refused("refused.moved_on")
    _ask(turn, report, given[:-1], fresh=False)


def cancel(turn: Turn, tap: Tap) -> None:
    """取消: nothing is changed."""
    report = major(turn, tap)
    if turn.card is not None and turn.card.kind == CARD and turn.card.subject == report.id:
        cards.set_args(turn.store, turn.card.id, {"step": "", "asked": True})
        forget_question(turn, turn.card.id)
    turn.refresh_card()


def submit(turn: Turn, tap: Tap) -> None:
    """提交: the plan stands, its day is the due date."""
    report = major(turn, tap)
    args = state(turn, report, CARD)
    if args.get("step") != "sure":
        raise Refused("refused.moved_on")
    plan = tuple(args["given"])
    due = clocks.end_of_day(turn.desk.plant.zone, date.fromisoformat(plan[POINTS.index(Point.TIME)]))
    finish(turn, report, Act(Action.PLAN, plan=plan, due=due), "plan.submitted")
    if turn.card is not None:
        cards.set_args(turn.store, turn.card.id, {"step": "", "asked": True})


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "mp": begin,
    "mpa": tapped_answer,
    "mpb": back,
    "mpx": cancel,
    "mpy": submit,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {CARD: answer}
CARDS: Mapping[str, Draw] = {CARD: draw}
