"""A task offered to somebody: taken over or not; until then it is its owner's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.judging import finish, open_fresh, tapped
from handlers.message import Button
from handlers.report_text import (
    acted_line,
    due_line,
    evidence_line,
    head,
    interim_line,
    pieces_button,
    superseded,
    talk_lines,
    text_of,
)
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import reports
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

OVER = frozenset({Action.HAND_OVER, Action.TAKE_OVER, Action.DECLINE_OVER, Action.FIX, Action.REASSIGN, Action.VOID})


def take(turn: Turn, tap: Tap) -> None:
    """接手: the task is the receiver's now."""
    report = tapped(turn, tap, Action.TAKE_OVER)
    finish(turn, report, Act(Action.TAKE_OVER), "offer.taken")
    open_fresh(turn, "task", report.id)


def decline(turn: Turn, tap: Tap) -> None:
    """不接手: the owner keeps it."""
    report = tapped(turn, tap, Action.DECLINE_OVER)
    finish(turn, report, Act(Action.DECLINE_OVER), "offer.declined")


def draw(d: Drawing) -> View:
    """What is offered by whom; never who reported it."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    if d.reader is None or d.reader.id != report.receiver or report.status is not Status.ASSIGNED:
        text = text_of(head(d, report), acted_line(d, report, OVER))
        return view(text, live=False, moot=not d.card.args.get("asked"))
    return view(_offered(d, report), _buttons(d, report))


def _offered(d: Drawing, report: Report) -> str:
    owner = d.desk.person(report.owner)
    return text_of(
        head(d, report, "🔁 "),
        *talk_lines(d, report),
        due_line(d, report),
        interim_line(d, report),
        evidence_line(d, report),
        d.text("offer.asks", who=owner.name if owner else ""),
    )


def _buttons(d: Drawing, report: Report) -> list[Button]:
    return [
        d.button("offer.take", "tt", report.id, report.version),
        d.button("offer.decline", "td", report.id, report.version),
        *pieces_button(d, report),
    ]


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"tt": take, "td": decline}
CARDS: Mapping[str, Draw] = {"offer": draw}
