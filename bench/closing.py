"""Closing a month in a large plant: `python -m bench.closing [reports] [database]`.

What is approved becomes a batch, then a frozen sheet, then paid, each beside the same statements on a bare connection.
Every run is rolled back. Fails above the limits.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bench.month import Listed, _numbers
from bench.queries import NOW, ZONE, found
from handlers import closing, paying
from handlers.desk import Desk, Plant
from storage import batches
from storage.database import Tx, transaction
from storage.store import Store
from woodpecker import clocks
from woodpecker.batches import month_before

LIMIT = 3.0  # times of the bare statements
PAYING = 5.0  # the same where every entry is hashed into the chain and everybody's message is made
TIMES = 3

Work = Callable[[Desk], object]


def first_of_month() -> int:
    """10 o'clock on the 1st after what is there."""
    day = datetime.fromtimestamp(NOW / 1000, ZONE).replace(day=1) + timedelta(days=32)
    return int(day.replace(day=1, hour=10, minute=0, second=0, microsecond=0).timestamp() * 1000)


def measured(
    connection: sqlite3.Connection, plant: Plant, name: str, now: int, work: Work, limit: float = LIMIT
) -> bool:
    """One step beside its bare statements; then it is done for good."""
    ours, bare = [], []
    for _ in range(TIMES):
        listed = Listed(connection)
        connection.execute("BEGIN")
        since = time.perf_counter()
        work(Desk(Store(listed, plant.id), plant, now, now))
        ours.append(time.perf_counter() - since)
        connection.execute("ROLLBACK")
        said = [(sql.replace("$", "?"), args[: max(map(int, _numbers(sql)), default=0)]) for sql, args in listed.said]
        connection.execute("BEGIN")
        since = time.perf_counter()
        for sql, args in said:
            connection.execute(sql, args).fetchall()
        bare.append(time.perf_counter() - since)
        connection.execute("ROLLBACK")
    transaction(connection, lambda tx: work(Desk(Store(tx, plant.id), plant, now, now)))
    share = min(ours) / min(bare)
    print(f"{name}: {min(ours) * 1000:,.0f} ms, {len(listed.said):,} bare statements {min(bare) * 1000:,.0f} ms:"
          f" {share:.2f} ×")  # fmt: skip
    return share <= limit


def prepared(connection: sqlite3.Connection, plant: Plant) -> None:
    """All but the last month is paid; what the last month approved waits."""
    month = month_before(clocks.local_month(first_of_month(), ZONE))
    since = clocks.start_of_month(ZONE, month)

    def work(tx: Tx) -> None:
        tx.run("UPDATE award SET status = 'paid' WHERE enterprise = $1 AND status IN ('approved', 'batched')", plant.id)
        tx.run(
            "UPDATE award SET status = 'approved' WHERE enterprise = $1 AND status = 'paid' AND approved_at >= $2",
            plant.id, since,
        )  # fmt: skip

    transaction(connection, work)
    count = "SELECT count(*) FROM award WHERE enterprise = ? AND status = 'approved'"
    entries = connection.execute("SELECT count(*) FROM ledger").fetchone()[0]
    print(f"{connection.execute(count, (plant.id,)).fetchone()[0]:,} awards to close, {entries:,} ledger entries")


def main(reports: int, kept: str = "") -> int:
    """Prints the measures and returns how many missed their limit."""
    with tempfile.TemporaryDirectory() as name:
        connection, plant = found(Path(name) / "big.db", reports, kept)
        prepared(connection, plant)
        now = first_of_month()
        passed = [measured(connection, plant, "closed and announced", now, closing.close)]
        batch = transaction(connection, lambda tx: batches.newest(Store(tx, plant.id)))
        assert batch is not None
        over = batch.window_end + 10 * 3_600_000  # in the morning
        passed.append(measured(connection, plant, "sheet frozen", over, closing.freeze))
        passed.append(measured(connection, plant, "marked as paid", over, lambda d: paying.settle(d, batch, 1), PAYING))
        connection.close()
    return passed.count(False)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, *sys.argv[2:]))
