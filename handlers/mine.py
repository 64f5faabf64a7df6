"""我的: one's own reports by status, each with its whole history."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import cases
from handlers.drafting import shortened
from handlers.message import Button
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import cards
from storage import mine as rows
from woodpecker.errors import Refused
from woodpecker.reports import Report
from woodpecker.words import Status

PAGE = 4  # reports a card lists; two more buttons turn pages


def show(turn: Turn, payload: str) -> None:
    """Lists the newest reports of whoever asks."""
    turn.open_card("mine", turn.me.id, {"skip": 0})


def _mine(d: Drawing) -> View:
    person = d.card.subject
    if d.reader is None or d.reader.id != person:
        return view(d.text("refused.no_report"), live=False)
    counts = rows.counts(d.desk.store, person)
    if not counts:
        return view(d.text("mine.none"), live=False)
    total, skip = sum(counts.values()), d.card.args.get("skip", 0)
    parts = [d.text("mine.count", status=d.text(f"status.{s}"), n=counts[s]) for s in Status if s in counts]
    lines = [d.text("mine.title", n=total), " · ".join(parts), ""]
    buttons = []
    for report in rows.brought(d.desk.store, person, PAGE, skip):
        status, place = d.text(f"status.{report.status}"), report.place_text
        words = shortened(report.text.replace("\n", " "), 24)
        line = d.text("mine.line", number=report.number, status=status, place=place, words=words)
        lines.append(_mark(report, person) + line)
        buttons.append(Button(report.number[:10], tap_data("case", report.id)))
    if skip:
        buttons.append(d.button("button.newer", "page", person, None, str(max(0, skip - PAGE))))
    if skip + PAGE < total:
        buttons.append(d.button("button.older", "page", person, None, str(skip + PAGE)))
    return view("\n".join([*lines, "", d.text("mine.choose")]), buttons, width=2)


def _mark(report: Report, person: int) -> str:
    """🤝 found together with the reporter, 👤 logged for somebody."""
    if report.reporter == person:
        return ""
    return "🤝 " if person in report.joint else "👤 "


def _page(turn: Turn, tap: Tap) -> None:
    if tap.id != turn.me.id or not (tap.arg.isascii() and tap.arg.isdigit() and len(tap.arg) < 9):
        raise Refused("refused.no_report")
    if turn.card is None or turn.card.kind != "mine":
        turn.open_card("mine", turn.me.id, {"skip": int(tap.arg)})
        return
    cards.set_args(turn.store, turn.card.id, {"skip": int(tap.arg)})
    turn.refresh_card()


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {**cases.TAPS, "page": _page}
QUESTIONS: Mapping[str, Callable[..., bool]] = {}
CARDS: Mapping[str, Draw] = {"mine": _mine, **cases.CARDS}
