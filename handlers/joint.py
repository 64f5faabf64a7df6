"""Whoever is said to have found it too: told when the report is sent, and free to say 不是我."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.act import act
from handlers.desk import Desk
from handlers.drafting import brief, shortened
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import cards, reports
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

OVER = frozenset({Status.WITHDRAWN, Status.VOID})


def invite(desk: Desk, report: Report) -> None:
    """Tells everybody who was named, as soon as the report is sent."""
    for person in report.joint:
        desk.open_card(person, "joint", report.id)


def draw(d: Drawing) -> View:
    """Who named this person, about what, and how to say no."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None:
        return view(d.text("refused.no_report"), live=False, moot=True)
    if d.reader.id not in report.joint:
        return view(d.text("joint.declined", number=report.number), live=False, moot=True)
    if report.status in OVER:
        stands = d.text("report.stands", number=report.number, status=d.text(f"status.{report.status}"))
        return view(stands, live=False, moot=True)
    reporter = d.desk.person(report.reporter)
    share = d.text(f"joint.{d.desk.plant.programme.joint}")
    text = text_of(
        d.text("joint.named", number=report.number, who=reporter.name if reporter else d.text("word.reporter")),
        d.text("draft.problem", words=shortened(report.text)),
        d.text("report.at_place", place=report.place_text),
    )
    if d.card.args.get("sure"):
        asked = d.text("joint.sure")
        buttons = [
            d.button("button.sure_not_me", "notme", report.id, None, "y"),
            d.button("button.back", "notme", report.id, None, "n"),
        ]
        return view(text_of(text, asked), buttons)
    progress = d.button("button.progress", "case", report.id)
    return view(text_of(text, share), [progress, d.button("button.not_me", "notme", report.id)])


def decline(turn: Turn, tap: Tap) -> None:
    """不是我: asks once more, since it gives up the share; then takes the person out."""
    report = reports.get(turn.store, tap.id)
    if report is None or turn.me.id not in report.joint:
        raise Refused("refused.not_joint")
    if not allowed(report, Action.DECLINE_JOINT, turn.me.actor):
        raise Refused("refused.moved_on")
    if tap.arg == "y":
        act(turn.desk, report.id, Act(Action.DECLINE_JOINT), turn.me)
        brief(turn, "joint.declined", number=report.number)
    elif turn.card is not None and (turn.card.kind, turn.card.subject) == ("joint", report.id):
        cards.set_args(turn.store, turn.card.id, {} if tap.arg == "n" else {"sure": True})
        turn.refresh_card()
    else:
        turn.open_card("joint", report.id, {} if tap.arg == "n" else {"sure": True})


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"notme": decline}
CARDS: Mapping[str, Draw] = {"joint": draw}
