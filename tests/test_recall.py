"""What a transaction has read it reads again only if it may have changed."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from storage.database import Tx, prepare, transaction


def test_what_was_read_is_read_again_only_after_its_table_was_written_to(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    prepare(connection)
    connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, n INTEGER)")
    connection.execute("CREATE TABLE other (id INTEGER PRIMARY KEY)")
    read: list[int] = []

    def sums(tx: Tx) -> int:
        def load() -> int:
            read.append(1)
            found: int = tx.value("SELECT coalesce(sum(n), 0) FROM thing")
            return found

        return tx.recall(("thing",), "sum", load)

    def work(tx: Tx) -> list[int]:
        seen = [sums(tx), sums(tx)]
        tx.run("INSERT INTO other (id) VALUES ($1)", 1)
        seen.append(sums(tx))
        tx.value("INSERT INTO thing (n) VALUES ($1) RETURNING id", 5)
        seen.append(sums(tx))
        with suppress(KeyError), tx.savepoint():
            tx.run("UPDATE thing SET n = 7")
            seen.append(sums(tx))
            raise KeyError
        seen.append(sums(tx))
        return seen

    assert transaction(connection, work) == [0, 0, 0, 5, 7, 5]
    assert len(read) == 4
    connection.close()
