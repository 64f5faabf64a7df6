"""Database time of 待办, 查找, 排行 and 奖励 after ten years: `python -m bench.queries [reports]`.

The questions go through the real handlers and the cards are drawn; only the statements are timed. Fails above LIMIT.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bench import plant as plants
from handlers import outgoing, routes
from handlers.desk import Desk, Plant
from handlers.message import Incoming
from storage import cards, enterprises, sending
from storage.database import Row, Tx, prepare, transaction
from storage.migrations import migrate
from storage.store import Store
from woodpecker.programme import Programme

LIMIT = 50.0  # ms of database time for one answer
T = TypeVar("T")
W = TypeVar("W", bound=Tx)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = 1_795_500_000_000
SAID = {
    "待办": ("todo", ("officer", "approver", "owner")),
    "我的": ("mine", ("worker", "busy", "officer")),
    "奖励": ("rewards", ("worker", "busy")),
    "排行": ("board", ("worker", "busy")),
    "排行 本季": ("board:quarter", ("worker", "busy")),
    "查找 护栏": ("find", ("worker", "officer")),
    "查找 防护罩 破碎机 裂纹": ("find", ("worker",)),
    "查找 吊钩 除尘器 12号": ("find", ("worker",)),
    "查找 车间": ("find", ("worker",)),
    "查找 栏": ("find", ("worker",)),
    "查找 龙": ("find", ("worker",)),
    "查找 没有这个词": ("find", ("worker",)),
    "查找 42": ("find", ("worker",)),
    "查找 2005-0042": ("find", ("worker",)),
}


class Timed(Tx):
    """A transaction that adds up how long its statements take."""

    __slots__ = ("slowest", "spent")

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.spent = 0.0
        self.slowest: tuple[float, str] = (0.0, "")

    def _timed(self, sql: str, work: Callable[[], T]) -> T:
        since = time.perf_counter()
        result = work()
        took = (time.perf_counter() - since) * 1000
        self.spent += took
        self.slowest = max(self.slowest, (took, sql))
        return result

    def run(self, sql: str, *args: Any, part: Hashable = None) -> int:
        return self._timed(sql, lambda: super(Timed, self).run(sql, *args, part=part))

    def one(self, sql: str, *args: Any, part: Hashable = None) -> Row | None:
        return self._timed(sql, lambda: super(Timed, self).one(sql, *args, part=part))

    def all(self, sql: str, *args: Any) -> list[Row]:
        return self._timed(sql, lambda: super(Timed, self).all(sql, *args))

    def value(self, sql: str, *args: Any, part: Hashable = None) -> Any:
        return self._timed(sql, lambda: super(Timed, self).value(sql, *args, part=part))


def answer(
    connection: sqlite3.Connection,
    plant: Plant,
    person: int,
    text: str,
    now: int,
    watch: Callable[[sqlite3.Connection], W] = Timed,  # type: ignore[assignment]
) -> W:
    """Says something as a person and draws what comes back; everything is rolled back."""
    connection.execute("BEGIN IMMEDIATE")
    tx = watch(connection)
    try:
        desk = Desk(Store(tx, plant.id), plant, now, now)
        said, _, period = text.partition(" ") if text == "排行 本季" else (text, "", "")
        incoming = Incoming("bench", f"u{person}", f"c{person}", "d1", now, text=said)
        routes.handle(desk, incoming)
        for row in sending.waiting(tx, now):
            if period and row.card is not None:
                cards.set_args(desk.store, row.card, {"period": "quarter"})
            outgoing.draw(desk, row)
    finally:
        connection.execute("ROLLBACK")
    return tx


def questions(made: plants.Plant) -> Iterator[tuple[str, str, int]]:
    """What is asked: the words, as whom, and that person's id."""
    who = {"officer": made.officer, "approver": made.approver, "owner": made.owner,
           "worker": made.people[len(made.people) // 2], "busy": made.people[plants.OFFICERS + 10]}  # fmt: skip
    for text, (_, roles) in SAID.items():
        for role in roles:
            yield text, role, who[role]


def build(path: Path, reports: int, people: int = 3_000) -> tuple[sqlite3.Connection, Plant, plants.Plant]:
    """A database of that many reports over ten years."""
    connection = sqlite3.connect(path, isolation_level=None)
    prepare(connection)
    migrate(connection, 0, lambda _: None)
    connection.execute("PRAGMA synchronous = OFF")
    enterprise = transaction(connection, lambda tx: enterprises.ensure(tx, "big", "大矿", "zh", "Asia/Shanghai"))
    made = plants.fill(connection, enterprise, reports=reports, people=people, until=NOW - 60_000, zone=ZONE)
    return connection, Plant(enterprise, "big", "大矿", "zh", ZONE, Programme(), b"bench"), made


def found(path: Path, reports: int, kept: str = "") -> tuple[sqlite3.Connection, Plant]:
    """A database of that many reports at `path`: a copy of the file `kept`, which is made first if it is not there."""
    first = Path(kept) if kept else path
    if not first.exists():
        build(first, reports)[0].close()
    if kept:
        shutil.copyfile(first, path)
    connection = sqlite3.connect(path, isolation_level=None)
    prepare(connection)
    connection.execute("PRAGMA synchronous = OFF")
    migrate(connection, 0, lambda _: None)
    enterprise = transaction(connection, lambda tx: enterprises.ensure(tx, "big", "大矿", "zh", "Asia/Shanghai"))
    return connection, Plant(enterprise, "big", "大矿", "zh", ZONE, Programme(), b"bench")


def main(reports: int) -> int:
    """Prints the table and returns how many answers were too slow."""
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        since = time.perf_counter()
        connection, plant, made = build(Path(folder) / "big.db", reports)
        size = (Path(folder) / "big.db").stat().st_size / 1e6
        print(
            f"{reports:,} reports, {len(made.people):,} people: {size:,.0f} MB in {time.perf_counter() - since:.0f} s"
        )
        for text, role, person in questions(made):
            first, *again = [answer(connection, plant, person, text, NOW) for _ in range(5)]
            worst = max(again, key=lambda tx: tx.spent)
            bad = first.spent > LIMIT or worst.spent > LIMIT
            slow += bad
            print(f"{text:<16} {role:<9} first {first.spent:6.1f} ms, then at most {worst.spent:6.1f} ms"
                  f"{'   TOO SLOW: ' + worst.slowest[1] if bad else ''}")  # fmt: skip
        connection.close()
    return slow


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
