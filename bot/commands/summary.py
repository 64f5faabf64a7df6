"""`woodpecker summary`: a month's picture and workbooks, written into a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.bookmaking import Source, fill, write
from bot.commands.ledger_export import month_number
from bot.commands.outcome import OperationFailed, Outcome
from bot.papers import NotMade, Papers
from bot.payout_book import Sheet, payout_book, payout_sheet
from handlers import monthly_form, summaries, summary_picture
from handlers.book import Order
from handlers.books import BOOKS, FORM
from handlers.desk import Desk
from storage import batches

SPANS = {3: "quarter", 12: "year"}


async def summary(source: Source, forms: Mapping[int, Path], cache: Path, month_text: str, out: Path) -> Outcome:
    """Writes everything of a month into `out`, with the figures of the quarter or year that it ends.

    Raises OperationFailed.
    """
    month = month_number(month_text)
    try:
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
        lines = await _picture(source, cache, month, out)
        written = [f"summary-{month}.png"]
        for name, first in _books(month):
            written += await _book(source, cache, name, first, month, out)
        written += await _payout(source, month, out)
        written += await _form(source, forms, cache, month, out)
    except NotMade as error:
        raise OperationFailed(f"It could not be written: {error}.") from None
    except OSError as error:
        raise OperationFailed(f"{out}: {(error.strerror or 'cannot be written to').lower()}.") from None
    return Outcome([*lines, *(f"Written: {out / name}" for name in written)])


def _books(month: int) -> list[tuple[str, int]]:
    """Which books, each with its first month."""
    found = [(name, month) for name, of in BOOKS.items() if of.monthly]
    return found + [("statistics", month - months + 1) for months in SPANS if month % 100 % months == 0]


async def _picture(source: Source, cache: Path, month: int, out: Path) -> list[str]:
    def read(desk: Desk) -> tuple[dict[str, object], list[str]]:
        found, language = summaries.of(desk, month), desk.plant.language
        title, lines = summaries.title(desk, language, found), summaries.lines(desk, language, found)
        return summary_picture.spec(desk, language, found), [title, *lines]

    spec, lines = await source.at_desk(read)
    papers = Papers(cache)
    try:
        (out / f"summary-{month}.png").write_bytes(await papers.picture("summary", spec))
    finally:
        await papers.close()
    found: list[str] = lines
    return found


async def _book(source: Source, cache: Path, name: str, first: int, last: int, out: Path) -> list[str]:
    def asked(desk: Desk) -> Order:
        return Order(name, desk.plant.id, first, last, None, desk.plant.language)

    span = f"{last}" if first == last else f"{first}-{last}"
    paths = await write(source, await source.at_desk(asked), out / f"{name}-{span}.xlsx", cache)
    return [path.name for path in paths]


async def _payout(source: Source, month: int, out: Path) -> list[str]:
    """The sheet of the batch that closed the month, once it is frozen; the same file that finance got."""

    def read(desk: Desk) -> Sheet | None:
        batch = batches.of_month(desk.store, month)
        return payout_sheet(desk.store, batch.id) if batch and batch.frozen_at is not None else None

    sheet: Sheet | None = await source.at_desk(read)
    if sheet is None:
        return []
    await asyncio.to_thread((out / f"payout-{month}.xlsx").write_bytes, payout_book(sheet))
    return [f"payout-{month}.xlsx"]


async def _form(source: Source, forms: Mapping[int, Path], cache: Path, month: int, out: Path) -> list[str]:
    plant: int = await source.at_desk(lambda desk: desk.plant.id)
    if plant not in forms:
        return []
    values = await source.at_desk(lambda desk: monthly_form.values(desk, month))
    await fill(forms[plant], values, out / f"{FORM}-{month}.xlsx", cache)
    return [f"{FORM}-{month}.xlsx"]
