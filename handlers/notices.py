"""公示: what a batch will pay, with masked names and numbers, and until when anybody may object."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from handlers import cause_text
from handlers.desk import Desk
from handlers.formats import day_text, yuan
from handlers.judging import open_fresh
from handlers.message import Button
from handlers.months import month_text
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import awards, batches, cards, causes
from storage.batches import Batch, Extent, Noticed
from woodpecker.activities import Activity
from woodpecker.batches import pages, public_name
from woodpecker.clocks import local
from woodpecker.errors import Refused
from woodpecker.models import Model
from woodpecker.words import AwardStatus

PAGE = 20  # lines of a card


def show(turn: Turn, payload: str) -> None:
    """Answers the command with the newest notice."""
    batch = batches.newest(turn.store)
    if batch is None:
        turn.reply("notice.none")
    else:
        open_fresh(turn, "notice", batch.id)


def leaf(turn: Turn, tap: Tap) -> None:
    """Another page, on the same card."""
    card, page = turn.card, re.fullmatch(r"[1-9][0-9]{0,3}", tap.arg)
    if card is None or (card.kind, card.subject) != ("notice", tap.id) or card.person is None or page is None:
        raise Refused("refused.unknown_button")
    cards.set_args(turn.store, card.id, {**card.args, "page": int(page[0])})
    turn.refresh_card()


def open_now(batch: Batch, now: int) -> bool:
    """Whether somebody may still object."""
    return batch.state == "notice" and now <= batch.window_end


def draw(d: Drawing) -> View:
    """The notice; in a group its first page, and no names but masked ones anywhere."""
    batch = batches.get(d.desk.store, d.card.subject)
    if batch is None:
        return view(d.text("notice.none"), live=False, moot=True)
    if d.card.person is not None and superseded(d):
        return view(d.text("card.below"), live=False)
    size = batches.extent(d.desk.store, batch.id)
    leaves = list(pages(size.numbered, PAGE))
    page = min(int(d.card.args.get("page", 1)), len(leaves)) if d.card.person is not None else 1
    first, last = leaves[page - 1]
    lines = [_line(d, entry) for entry in batches.entries(d.desk.store, batch.id, first, last)]
    text = text_of(
        d.text("notice.title", month=month_text(d.desk, d.language, batch.month)),
        d.text("notice.sum", count=size.entries, amount=yuan(size.fen)),
        *lines,
        _more(d, size, page, len(leaves)),
        d.text("notice.secret", count=size.secret, amount=yuan(size.secret_fen)) if size.secret else "",
        _state(d, batch),
    )
    return view(text, _buttons(d, batch, size, page, len(leaves)), live=batch.state != "paid" or len(leaves) > 1)


def what_for(desk: Desk, language: str, entry: Noticed) -> str:
    """What it is for, in a word: the kind of report, of a team's activity, or a model worker's quarter."""
    kept = awards.get(desk.store, entry.award) if entry.kind is None else None
    cause = causes.of(desk.store, kept.award) if kept else None
    if isinstance(cause, Activity | Model):
        return cause_text.said(desk, language, cause)
    return desk.text(language, f"kind.{entry.kind}")


def names(desk: Desk, language: str, entry: Noticed) -> str:
    """Who shares it, as everybody may read it."""
    shown = (public_name(entry.kind, entry.naming, name, show) for name, show, _ in entry.people)
    return desk.text(language, "word.comma").join(name for name in shown if name)


def _line(d: Drawing, entry: Noticed) -> str:
    amount = yuan(sum(fen for _, _, fen in entry.people))
    line = d.text("notice.line", n=entry.n, names=names(d.desk, d.language, entry),
                  what=what_for(d.desk, d.language, entry), amount=amount)  # fmt: skip
    if entry.status is AwardStatus.REVERSED:
        return line + d.text("notice.reversed")
    if entry.out_at is not None:
        return line + d.text("notice.objected" if entry.status is AwardStatus.OBJECTED else "notice.later")
    return line


def _more(d: Drawing, size: Extent, page: int, of: int) -> str:
    if of == 1:
        return ""
    return d.text("notice.in_private", count=size.numbered) if d.card.person is None else d.text(
        "notice.page", page=page, of=of
    )  # fmt: skip


def _state(d: Drawing, batch: Batch) -> str:
    zone = d.desk.plant.zone
    if open_now(batch, d.desk.now):
        key = "notice.open" if batches.extent(d.desk.store, batch.id).numbered else "notice.until"
        return d.text(key, until=day_text(batch.window_end, zone))
    if batch.paid_at is not None and batch.paid_by is None:
        return d.text("notice.nothing")
    if batch.paid_at is not None:
        return d.text("notice.paid", day=f"{local(batch.paid_at, zone):%m-%d}")
    return d.text("notice.over")


def _buttons(d: Drawing, batch: Batch, size: Extent, page: int, of: int) -> list[Button]:
    buttons = []
    if open_now(batch, d.desk.now) and size.numbered:
        buttons.append(d.button("notice.object", "obj", batch.id))
    if d.card.person is not None and page > 1:
        buttons.append(Button(d.text("notice.back"), tap_data("ntc", batch.id, None, str(page - 1))))
    if d.card.person is not None and page < of:
        buttons.append(Button(d.text("notice.next"), tap_data("ntc", batch.id, None, str(page + 1))))
    return buttons


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"ntc": leaf}
CARDS: Mapping[str, Draw] = {"notice": draw}
