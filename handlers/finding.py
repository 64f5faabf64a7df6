"""查找: by word, number or place, within what the asker may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from handlers.drafting import shortened
from handlers.evidence import BROUGHT, may_see, may_see_all
from handlers.message import Button, Event, Message
from handlers.report_text import text_of
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import cards, departments, finding, reports
from storage.questions import Question
from woodpecker import clocks
from woodpecker.reports import Report, relations
from woodpecker.words import Status

PAGE = 5  # reports a card shows; the sixth button turns the page
NEWEST = 20
MONTHS = 24  # a bare number is looked for this far back
_NUMBER = re.compile(r"(\d{4})[-－—]?(\d{4,})")


def find(turn: Turn, payload: str) -> None:
    """Answers with what was found, or asks for what."""
    if payload:
        _answer(turn, payload)
        return
    turn.ask("find")
    turn.reply("find.ask")


def asked(turn: Turn, question: Question) -> bool:
    """What is to be found."""
    text = turn.incoming.text.strip()
    if not text or turn.incoming.media:
        turn.settle()
        return False
    turn.settle()
    _answer(turn, text)
    return True


def _answer(turn: Turn, text: str) -> None:
    def visible(report: Report) -> bool:
        mine = relations(report, turn.me.id) & BROUGHT
        return bool(mine) or (report.status is not Status.WITHDRAWN and may_see(turn.me, report))

    numbered = [r for r in finding.by_numbers(turn.store, _numbers(turn, text)) if visible(r)]
    found = finding.search(turn.store, text, visible, NEWEST)
    ids = list(dict.fromkeys(r.id for r in (*numbered, *found.reports)))[:NEWEST]
    if not ids:
        key = "find.none_newest" if found.partly else "find.none"
        turn.send(Message(text_of(turn.text(key, words=shortened(text, 20)), _within(turn))))
        return
    _show(turn, {"words": shortened(text, 20), "ids": ids, "skip": 0, "more": found.more})


def _within(turn: Turn) -> str:
    """Where somebody limited to departments looks."""
    if turn.me.actor.departments is None or may_see_all(turn.me):
        return ""
    found = (departments.get(turn.store, d) for d in sorted(turn.me.scopes))
    names = turn.text("word.comma").join(d.name for d in found if d is not None)
    return turn.text("find.within", names=names)


def _show(turn: Turn, args: dict[str, Any]) -> None:
    for old in cards.of_subject(turn.store, ("found",), turn.me.id):
        cards.retire(turn.store, old.id)  # its buttons still work; a typed label means the newest
    turn.open_card("found", turn.me.id, args)


def _numbers(turn: Turn, text: str) -> list[str]:
    """The report numbers a text can mean: a whole one, or the digits behind the dash in one of the last months."""
    plain = text.strip().lstrip("#＃")
    if whole := _NUMBER.fullmatch(plain):
        return [f"{whole[1]}-{whole[2]}"]
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 6):
        return []
    month = clocks.local_month(turn.desk.now, turn.desk.plant.zone)
    first = month // 100 * 12 + month % 100 - 1
    months = (divmod(first - back, 12) for back in range(MONTHS))
    return [f"{year % 100:02d}{m + 1:02d}-{int(plain):04d}" for year, m in months]


def turn_page(turn: Turn, tap: Tap) -> None:
    """The next reports, after the last ones the first again."""
    if turn.card is None or turn.card.kind != "found" or turn.card.person != turn.me.id:
        turn.reply("find.ask")
        turn.ask("find")
        return
    skip = turn.card.args["skip"] + PAGE
    args = {**turn.card.args, "skip": skip if skip < len(turn.card.args["ids"]) else 0}
    if turn.incoming.event is not Event.TAP:
        _show(turn, args)
        return
    cards.set_args(turn.store, turn.card.id, args)
    turn.refresh_card()


def draw(d: Drawing) -> View:
    """One page of what was found, as it stands now; a button opens a report."""
    args = d.card.args
    ids, skip = args["ids"], args["skip"]
    title = "find.newest" if args["more"] else "find.title"
    lines = [d.text(title, words=args["words"], count=len(ids))]
    if len(ids) > PAGE:
        lines.append(d.text("find.page", page=skip // PAGE + 1, pages=-(-len(ids) // PAGE)))
    buttons = []
    for report in (reports.get(d.desk.store, i) for i in ids[skip : skip + PAGE]):
        if report is None or d.reader is None or not may_see(d.reader, report):
            continue
        status = d.text(f"status.{report.status}")
        words = shortened(report.text.replace("\n", " "), 40)
        lines.append(d.text("find.line", number=report.number, status=status, place=report.place_text, words=words))
        buttons.append(Button(report.number[:10], tap_data("case", report.id)))
    if len(ids) > PAGE:
        buttons.append(d.button("find.next", "fnext", d.card.subject))
    return view("\n".join(lines), buttons)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"fnext": turn_page}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"find": asked}
CARDS: Mapping[str, Draw] = {"found": draw}
