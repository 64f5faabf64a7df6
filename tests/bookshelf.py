"""Workbooks of a story's plant, written by the real child process and read back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from bot.bookmaking import Source, write
from handlers.book import Order
from handlers.desk import Desk
from storage.photos import Folder
from tests.scenes import hazard_photo
from tests.world import World

NOVEMBER = 202611


def source(world: World, folder: Path) -> Source:
    """The plant as the book's maker reads it."""

    async def at_desk(work: Callable[[Desk], Any]) -> Any:
        return world.transaction(work)

    return Source(at_desk, Folder(folder / "photos"))


def order(world: World, book: str, reader: str | None = None, first: int = NOVEMBER, last: int = NOVEMBER) -> Order:
    """A book as somebody wants it; nobody is the operator."""
    return Order(book, world.plant.id, first, last, world.ids[reader] if reader else None, "zh")


async def made(world: World, folder: Path, book: str, reader: str | None = None, **more: Any) -> openpyxl.Workbook:
    """The book, read back as Excel would show it."""
    target = folder / f"{book}.xlsx"
    await write(source(world, folder), order(world, book, reader, **more), target, folder / "cache")
    return openpyxl.load_workbook(BytesIO(target.read_bytes()))


def table(sheet: Any) -> list[dict[str, Any]]:
    """The rows below the headings by heading, without the sums."""
    headings = [cell.value for cell in sheet[3]]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return [dict(zip(headings, row, strict=True)) for row in rows if not str(row[0]).startswith("合计")]


def sums(sheet: Any) -> dict[str, Any]:
    """The last row by heading."""
    headings = [cell.value for cell in sheet[3]]
    found = [[c.value for c in row] for row in sheet.iter_rows(min_row=4) if str(row[0].value).startswith("合计")]
    return dict(zip(headings, found[0], strict=True))


def with_photos(world: World, folder: Path, name: str = "王磊", count: int = 1) -> None:
    """Puts real pictures behind everything that the plant's phones sent."""
    kept = Folder(folder / "photos")

    def work(desk: Desk) -> None:
        for n, row in enumerate(desk.store.all("SELECT id FROM evidence WHERE enterprise = $1")):
            sha = kept.put(hazard_photo(n))
            desk.store.run("UPDATE evidence SET sha = $2, thumb = $2 WHERE enterprise = $1 AND id = $3", sha, row["id"])

    world.transaction(work)
