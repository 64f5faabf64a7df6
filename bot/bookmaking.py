"""Has a workbook written: pages are read in short transactions and handed to a child process of the book's own."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bot.child import Child
from bot.exchange import Exchange
from bot.media import Maker
from bot.papers import NothingThere, NotMade, NotTheirs, TooLarge, ask, child
from handlers import books
from handlers.book import Order, Page, Sheet, from_json
from handlers.books import BOOKS, FORM, may_have
from handlers.desk import Desk
from storage.photos import Folder

log = logging.getLogger(__name__)
T = TypeVar("T")

ENTRY = 200  # bytes of a zip that a photo takes up beside itself


class Source(NamedTuple):
    """Where a book's rows and photos come from: one short transaction at a plant's desk each time."""

    at_desk: Callable[[Callable[[Desk], Any]], Awaitable[Any]]
    folder: Folder


async def write(source: Source, order: Order, target: Path, cache: Path, *, zipped: bool = True) -> list[Path]:
    """Writes the book to `target`; with photos too many for it only their names, and unless `zipped` is False a zip
    of them beside it. Returns what was written. Raises bot.papers.NotMade.
    """
    book = BOOKS[order.book].book
    sheets: Sequence[Sheet] = await source.at_desk(lambda desk: book.sheets(desk, order))
    many: bool = await source.at_desk(lambda desk: books.apart(desk, order))
    apart = order.part == "photos" or (many and order.part != "bare")
    beside = target.with_suffix(".zip") if apart and zipped else None
    writer = child(cache)
    try:
        specs = [{**sheet._asdict(), "columns": [column._asdict() for column in sheet.columns]} for sheet in sheets]
        opened: dict[str, Any] = {"path": str(target), "photos": str(beside or ""), "apart": apart}
        await ask(writer, "book.open", sheets=specs, **opened)
        for n, sheet in enumerate(sheets):
            shown = _Photos(source.folder, _columns(sheet), order.part != "bare", small=not apart)
            await _rows(source, order, n, writer, shown)
        await ask(writer, "book.close")
    finally:
        await writer.close()
    return [target, beside] if beside else [target]


async def weigh(source: Source, order: Order) -> int:
    """How many bytes a zip of the book's photos has."""
    book, weight = BOOKS[order.book].book, 0
    sheets: Sequence[Sheet] = await source.at_desk(lambda desk: book.sheets(desk, order))
    for n, sheet in enumerate(sheets):
        photos = _Photos(source.folder, _columns(sheet), wanted=True, small=False)
        async for page in _pages(source, order, n):
            for row in map(photos.found, page.rows):
                paths = [Path(path) for column in photos.columns for path in row[column]]
                weight += sum(path.stat().st_size + ENTRY for path in paths)
    return weight


def _columns(sheet: Sheet) -> list[int]:
    return [n for n, column in enumerate(sheet.columns) if column.kind == "photos"]


class Bookmaker:
    """Makes the books that messages name, for the plants of the running program."""

    def __init__(self, exchange: Exchange, folder: Folder, cache: Path, forms: Mapping[int, Path]) -> None:
        self._exchange, self._folder, self._cache = exchange, folder, cache
        self._forms = forms  # the plants' own tables of a month

    @property
    def makers(self) -> dict[str, Maker]:
        """What makes which piece of media, by the JSON's "what"."""
        return {"book": self.make, FORM: self.fill}

    def source(self, enterprise: int) -> Source:
        """Reads at a plant's desk through the one way into the database."""
        plants = self._exchange.plants

        async def at_desk(work: Callable[[Desk], Any]) -> Any:
            return await self._exchange.run(lambda tx: work(plants.desk(tx, enterprise, plants.clock())))

        return Source(at_desk, self._folder)

    async def make(self, spec: dict[str, Any], target: Path, most: int) -> None:
        """Writes what an order names to `target`. Raises NotMade, and TooLarge for photos of more than `most` bytes."""
        order = from_json(spec)
        source = self.source(order.enterprise)
        if not await source.at_desk(lambda desk: may_have(desk, order)):
            raise NotTheirs(f"person {order.reader} may not have the {order.book} any more")
        zipped = order.part == "photos"
        if zipped and (weight := await weigh(source, order)) > most:
            raise TooLarge(weight)
        if zipped and not weight:
            raise NothingThere("no photos")
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            written = await write(source, order, Path(folder) / "book.xlsx", self._cache, zipped=zipped)
            written[-1].replace(target)

    async def fill(self, spec: dict[str, Any], target: Path, most: int) -> None:
        """A plant's own table, filled. Raises NotMade."""
        template = self._forms.get(spec["enterprise"])
        if template is None:
            raise NotMade("the plant has no table of its own")
        await fill(template, spec["values"], target, self._cache)


async def fill(template: Path, values: Mapping[str, Any], target: Path, cache: Path) -> None:
    """Writes a plant's own table, filled, to `target`. Raises bot.papers.NotMade."""
    writer = child(cache)
    try:
        await ask(writer, "form", path=str(template), values=dict(values), target=str(target))
    finally:
        await writer.close()


async def _pages(source: Source, order: Order, sheet: int) -> AsyncIterator[Page]:
    book = BOOKS[order.book].book
    place: Any = None
    while True:

        def read(desk: Desk, place: Any = place) -> Page:
            return book.page(desk, order, sheet, place)

        page: Page = await source.at_desk(read)
        yield page
        place = page.after
        if place is None:
            return


async def _rows(source: Source, order: Order, sheet: int, writer: Child, photos: _Photos) -> None:
    """Reads the next page while the last one is being written."""
    writing: asyncio.Task[Any] | None = None
    try:
        async for page in _pages(source, order, sheet):
            if writing is not None:
                await writing
            rows = [photos.found(row) for row in page.rows] if photos.columns else page.rows
            writing = asyncio.create_task(ask(writer, "book.rows", sheet=sheet, rows=rows))
    finally:
        if writing is not None:
            await writing


class _Photos(NamedTuple):
    """Turns photos' hashes into paths, small versions for cells."""

    folder: Folder
    columns: Sequence[int]
    wanted: bool
    small: bool

    def found(self, row: list[Any]) -> list[Any]:
        """The row with paths of photos that are there."""
        for n in self.columns:
            paths = [self.folder.path(thumb if self.small and thumb else sha) for sha, thumb in row[n] if self.wanted]
            row[n] = [str(path) for path in paths if path.exists()]
            if len(row[n]) < len(paths):
                log.warning("%s photos of a row are not in the folder", len(paths) - len(row[n]))
        return row
