"""Has a workbook written: pages are read in short transactions and handed to a child process of the book's own."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.child import Child
from bot.exchange import Exchange
from bot.papers import NotMade, ask, child
from handlers.book import Order, Page, Sheet, from_json
from handlers.books import BOOKS, FORM, may_have
from handlers.desk import Desk
from storage.photos import Folder

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST = 19 << 20  # bytes that every platform takes as a file
EMBEDDED = 2_000  # rows up to which photos stand in the workbook itself


@dataclass(frozen=True, slots=True)
class Source:
    """Where a book's rows and photos come from: one short transaction at a plant's desk each time."""

    at_desk: Callable[[Callable[[Desk], Any]], Awaitable[Any]]
    folder: Folder


async def write(source: Source, order: Order, target: Path, cache: Path, *, photos: bool = True) -> list[Path]:
    """Writes the book to `target`, beyond EMBEDDED rows with a zip of photos beside it; returns what was written.

    Raises bot.papers.NotMade.
    """
    book = BOOKS[order.book].book
    sheets: Sequence[Sheet] = await source.at_desk(lambda desk: book.sheets(desk, order))
    rows: int = await source.at_desk(lambda desk: book.photographed(desk, order))
    zipped = target.with_suffix(".zip") if photos and rows > EMBEDDED else None
    writer = child(cache)
    try:
        specs = [asdict(sheet) for sheet in sheets]
        await ask(writer, "book.open", path=str(target), sheets=specs, photos=str(zipped) if zipped else "")
        for n, sheet in enumerate(sheets):
            columns = [i for i, column in enumerate(sheet.columns) if column.kind == "photos"]
            shown = _Photos(source.folder, columns, photos, small=zipped is None)
            await _rows(source, order, n, writer, shown)
        await ask(writer, "book.close")
    finally:
        await writer.close()
    return [target, zipped] if zipped else [target]


class Bookmaker:
    """Makes the books that messages name, for the plants of the running program."""

    def __init__(self, exchange: Exchange, folder: Folder, cache: Path, forms: Mapping[int, Path]) -> None:
        self._exchange, self._folder, self._cache = exchange, folder, cache
        self._forms = forms  # the plants' own tables of a month

    @property
    def makers(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[bytes]]]:
        """What makes which piece of media, by the JSON's "what"."""
        return {"book": self.make, FORM: self.fill}

    def source(self, enterprise: int) -> Source:
        """Reads at a plant's desk through the one way into the database."""
        plants = self._exchange.plants

        async def at_desk(work: Callable[[Desk], Any]) -> Any:
            return await self._exchange.run(lambda tx: work(plants.desk(tx, enterprise, plants.clock())))

        return Source(at_desk, self._folder)

    async def make(self, spec: dict[str, Any]) -> bytes:
        """The workbook of an order, without photos if they would make it larger than MOST. Raises NotMade."""
        order = from_json(spec)
        if not await self.source(order.enterprise).at_desk(lambda desk: may_have(desk, order)):
            raise NotMade("whoever asked for it may not have it any more")
        for photos in (True, False):
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / "book.xlsx"
                written = await write(self.source(order.enterprise), order, target, self._cache, photos=photos)
                if len(written) == 1 and target.stat().st_size <= MOST:
                    return await asyncio.to_thread(target.read_bytes)
        raise NotMade("the workbook is too large for a chat")

    async def fill(self, spec: dict[str, Any]) -> bytes:
        """A plant's own table, filled. Raises NotMade."""
        template = self._forms.get(spec["enterprise"])
        if template is None:
            raise NotMade("the plant has no table of its own")
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "form.xlsx"
            await fill(template, spec["values"], target, self._cache)
            return await asyncio.to_thread(target.read_bytes)


async def fill(template: Path, values: Mapping[str, Any], target: Path, cache: Path) -> None:
    """Writes a plant's own table, filled, to `target`. Raises bot.papers.NotMade."""
    writer = child(cache)
    try:
        await ask(writer, "form", path=str(template), values=dict(values), target=str(target))
    finally:
        await writer.close()


async def _rows(source: Source, order: Order, sheet: int, writer: Child, photos: _Photos) -> None:
    """Reads the next page while the last one is being written."""
    book = BOOKS[order.book].book
    place: Any = None
    writing: asyncio.Task[Any] | None = None
    while True:

        def read(desk: Desk, place: Any = place) -> Page:
            return book.page(desk, order, sheet, place)

        try:
            page: Page = await source.at_desk(read)
        finally:
            if writing is not None:
                await writing
        rows = [photos.found(row) for row in page.rows] if photos.columns else page.rows
        writing = asyncio.create_task(ask(writer, "book.rows", sheet=sheet, rows=rows))
        place = page.after
        if place is None:
            await writing
            return


@dataclass(frozen=True, slots=True)
class _Photos:
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
