"""A month's summary and workbooks in a large plant: `python -m bench.month [reports] [rows] [database]`.

The summary's questions beside the same statements on a bare connection, the picture in its child process while the loop
beats on, and a long ledger written beside the bare workbook library. Fails above the LIMITs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import xlsxwriter

from bench.queries import NOW, ZONE, found
from bot.bookmaking import Source, write
from bot.papers import Papers
from bot.plain_rows import Cell
from bot.workbook import cell
from handlers import summaries, summary_picture
from handlers.book import Order
from handlers.books import BOOKS
from handlers.desk import Desk, Plant
from storage.database import Database, Tx, transaction
from storage.photos import Folder
from storage.store import Store
from woodpecker import clocks
from woodpecker.summaries import before

TIMES = 3.0  # of the bare statements that the summary's numbers may take
PICTURE = 2.0  # seconds, warm
SHARE = 0.8  # of the bare workbook library's rows a second


class Listed(Tx):
    """A transaction that notes its statements."""

    __slots__ = ("said",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.said: list[tuple[str, tuple[Any, ...]]] = []

    def _do(self, sql: str, args: tuple[Any, ...], part: Hashable = None) -> sqlite3.Cursor:
        self.said.append((sql, args))
        return super()._do(sql, args, part)


def child_seconds() -> float:
    """CPU seconds of the child processes that have ended: what a busy machine cannot stretch."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def watch(peak: list[int]) -> None:
    """Notes the largest memory in kB that a child which writes has had."""
    while True:
        peak[0] = max(peak[0], _largest())
        await asyncio.sleep(0.05)


def _largest() -> int:
    found = 0
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        with contextlib.suppress(OSError, IndexError):
            if b"paper_child" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found = int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])
    return found


def best(work: Callable[[], object], times: int = 5) -> float:
    """Milliseconds of the fastest run."""
    found = []
    for _ in range(times):
        since = time.perf_counter()
        work()
        found.append((time.perf_counter() - since) * 1000)
    return min(found)


def numbers(connection: sqlite3.Connection, plant: Plant, month: int) -> bool:
    """The summary's numbers beside the bare statements they need."""
    listed = Listed(connection)
    connection.execute("BEGIN")
    summaries.of(Desk(Store(listed, plant.id), plant, NOW, NOW), month)
    connection.execute("COMMIT")

    def bare() -> None:
        for sql, args in listed.said:
            connection.execute(sql.replace("$", "?"), args[: max(int(n) for n in _numbers(sql))]).fetchall()

    ours = best(lambda: transaction(connection, lambda tx: summaries.of(_desk(tx, plant), month)))
    sql = best(bare)
    print(f"numbers of {month}: {ours:.1f} ms, the bare statements {sql:.1f} ms: {ours / sql:.2f} ×")
    return ours <= TIMES * sql


def _numbers(sql: str) -> list[str]:
    return ["".join(c for c in part[:2] if c.isdigit()) for part in sql.split("$")[1:]]


def _desk(tx: Tx, plant: Plant) -> Desk:
    return Desk(Store(tx, plant.id), plant, NOW, NOW)


async def picture(connection: sqlite3.Connection, plant: Plant, month: int, folder: Path) -> bool:
    """The picture, and the longest that the loop was held up meanwhile."""
    papers = Papers(folder / "cache")

    def spec(tx: Tx) -> dict[str, Any]:
        desk = _desk(tx, plant)
        return summary_picture.spec(desk, "zh", summaries.of(desk, month))

    make = json.dumps(transaction(connection, spec))
    before_that = child_seconds()
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            since = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - since - 0.005)

    beating = asyncio.create_task(beat())
    took = []
    for _ in range(4):
        since = time.perf_counter()
        data = await papers.make(make)
        took.append(time.perf_counter() - since)
    beating.cancel()
    await papers.close()
    cpu = child_seconds() - before_that
    print(f"picture: {len(data) / 1000:.0f} kB, first {took[0]:.2f} s, then {min(took[1:]):.2f} s,"
          f" CPU of four {cpu:.2f} s;"
          f" the loop was held up for {longest * 1000:.0f} ms at most")  # fmt: skip
    return min(took[1:]) <= PICTURE


async def ledger(connection: sqlite3.Connection, plant: Plant, rows: int, folder: Path) -> bool:
    """A long reward ledger beside the bare library with the same cells."""
    last = clocks.local_month(NOW, ZONE)
    first = last
    while _count(connection, plant, first, last) < rows and first > 200001:
        first = before(first)

    database = await Database.open(folder / "big.db")  # as while the program runs: a thread of its own

    async def at_desk(work: Callable[[Desk], Any]) -> Any:
        return await database.run(lambda tx: work(_desk(tx, plant)))

    order = Order("rewards", plant.id, first, last, None, "zh")
    peak = [0]
    watching = asyncio.create_task(watch(peak))
    before_that, own = child_seconds(), time.process_time()
    since = time.perf_counter()
    await write(Source(at_desk, Folder(folder)), order, folder / "ours.xlsx", folder / "cache")
    ours = time.perf_counter() - since
    cpu = f"CPU {child_seconds() - before_that:.1f} s in the child, {time.process_time() - own:.1f} s here"
    watching.cancel()
    await database.close()
    count = _count(connection, plant, first, last)
    cells = _cells(connection, plant, order)
    assert len(cells) == count
    bare, bare_cpu = _bare(folder / "bare.xlsx", cells)
    print(f"{count:,} rows of the reward ledger: {ours:.1f} s ({cpu}), "
          f"the bare library {bare:.1f} s (CPU {bare_cpu:.1f} s):"
          f" {bare / ours:.2f} of its speed; the child had {peak[0] / 1024:.0f} MB at most")  # fmt: skip
    return bare / ours >= SHARE


def _count(connection: sqlite3.Connection, plant: Plant, first: int, last: int) -> int:
    found: int = connection.execute(
        "SELECT count(*) FROM ledger WHERE enterprise = ? AND month BETWEEN ? AND ? AND kind IN ('award', 'reversal')",
        (plant.id, first, last),
    ).fetchone()[0]
    return found


def _cells(connection: sqlite3.Connection, plant: Plant, order: Order) -> list[list[Cell]]:
    """The ledger's cells, ready for the bare library: reading them is not in its time."""
    book = BOOKS[order.book].book
    desk = _desk(Tx(connection), plant)
    kinds = [column.kind for column in book.sheets(desk, order)[0].columns]
    found: list[list[Cell]] = []
    place: Any = None
    while True:
        page = book.page(desk, order, 0, place)
        found += [[cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in page.rows]
        place = page.after
        if place is None:
            return found


def _bare(path: Path, rows: list[list[Cell]]) -> tuple[float, float]:
    since, cpu = time.perf_counter(), time.process_time()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    look = book.add_format({"border": 1, "text_wrap": True})
    sheet = book.add_worksheet()
    for n, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is None:
                sheet.write_blank(n, column, None, look)
            elif isinstance(value, str):
                sheet.write_string(n, column, value, look)
            else:
                sheet.write_number(n, column, value, look)
    book.close()
    return time.perf_counter() - since, time.process_time() - cpu


def main(reports: int, rows: int, kept: str = "") -> int:
    """Prints the measures and returns how many missed their limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection, plant = found(folder / "big.db", reports, kept)
        month = before(clocks.local_month(NOW, ZONE))
        passed = [
            numbers(connection, plant, month),
            # A short one first: the child's memory must hardly grow with the rows.
            asyncio.run(ledger(connection, plant, rows // 5, folder)) or True,
            asyncio.run(ledger(connection, plant, rows, folder)),
            asyncio.run(picture(connection, plant, month, folder)),
        ]
        connection.close()
    return passed.count(False)


if __name__ == "__main__":
    arguments = [int(a) for a in sys.argv[1:3]]
    sys.exit(main(*(arguments + [1_000_000, 100_000][len(arguments) :]), *sys.argv[3:]))
