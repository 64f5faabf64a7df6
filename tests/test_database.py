"""One connection, one thread, and whole transactions whatever happens to the caller."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import database
from storage.database import Database, DiskFull, Tx, wal_reset_bug


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    found = await Database.open(tmp_path / "x" / "test.db")
    await found.run(lambda tx: tx.run("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT"))
    yield found
    await found.close()


def put(tx: Tx, text: str) -> int:
    return tx.run("INSERT INTO note (text) VALUES ($1)", text)


async def notes(db: Database) -> list[str]:
    return [row["text"] for row in await db.run(lambda tx: tx.all("SELECT text FROM note ORDER BY id"))]


async def test_a_run_is_one_transaction(db: Database) -> None:
    def work(tx: Tx) -> None:
        put(tx, "a")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await db.run(work)
    assert await notes(db) == []
    assert await db.run(lambda tx: put(tx, "b")) == 1
    assert await notes(db) == ["b"]


async def test_parameters_by_number_may_come_twice(db: Database) -> None:
    assert await db.run(lambda tx: tx.value("SELECT $2 || $1 || $2", "a", "b")) == "bab"
    assert await db.run(lambda tx: tx.one("SELECT 1 WHERE $1 = 2", 1)) is None
    assert await db.run(lambda tx: tx.value("SELECT 1 WHERE $1 = 2", 1)) is None


async def test_a_cancelled_caller_does_not_stop_the_work(db: Database) -> None:
    running, may_end = threading.Event(), threading.Event()

    def work(tx: Tx) -> None:
        put(tx, "first")
        running.set()
        may_end.wait(30)
        put(tx, "second")

    task = asyncio.create_task(db.run(work))
    await asyncio.to_thread(running.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    may_end.set()
    assert await notes(db) == ["first", "second"]


async def test_stop_iteration_cannot_hang_a_future(db: Database) -> None:
    def work(tx: Tx) -> None:
        put(tx, "a")
        next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        await db.run(work)
    assert await notes(db) == []


async def _fill(db: Database, spare: int) -> None:
    pages = await db.call(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    await db.call(lambda c: c.execute(f"PRAGMA max_page_count = {pages + spare}").fetchone())


async def _room(db: Database) -> None:
    await db.call(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())


async def test_a_full_disk_has_a_name_and_leaves_nothing(db: Database) -> None:
    await _fill(db, 1)
    with pytest.raises(DiskFull):
        await db.run(lambda tx: [put(tx, f"{n}" * 3000) for n in range(20)])
    assert await notes(db) == []
    await _room(db)
    await db.run(lambda tx: put(tx, "again"))
    assert await notes(db) == ["again"]


async def test_a_full_disk_inside_a_savepoint_keeps_its_name(db: Database) -> None:
    """SQLite rolls the whole transaction back then: there is no savepoint left to go back to."""

    def work(tx: Tx) -> None:
        put(tx, "outside")
        try:
            with tx.savepoint(), tx.savepoint():
                # Without a statement journal the transaction is lost with the statement.
                tx.run("INSERT INTO note (text) VALUES ($1)", "x" * 200_000)
        except ValueError:
            put(tx, "must not be reached")

    await _fill(db, 2)
    with pytest.raises(DiskFull):
        await db.run(work)
    await _room(db)
    assert await notes(db) == []


class _FullAtCommit:
    """A connection whose disk fills up at the last moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(self.connection, name)

    def execute(self, sql: str) -> object:
        if sql == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return self.connection.execute(sql)


async def test_a_disk_that_fills_at_commit_is_told_too(db: Database) -> None:
    def work(connection: sqlite3.Connection) -> None:
        database.transaction(_FullAtCommit(connection), lambda tx: put(tx, "a"))  # type: ignore[arg-type]

    with pytest.raises(DiskFull):
        await db.call(work)
    assert await notes(db) == []


async def test_savepoints_nest(db: Database) -> None:
    def inner(tx: Tx) -> None:
        with tx.savepoint():
            put(tx, "inner")
            raise ZeroDivisionError

    def work(tx: Tx) -> None:
        with tx.savepoint():
            put(tx, "outer")
            with pytest.raises(ZeroDivisionError):
                inner(tx)
            put(tx, "after")
        with pytest.raises(sqlite3.IntegrityError), tx.savepoint():
            put(tx, "outer")
        put(tx, "last")

    await db.run(work)
    assert await notes(db) == ["outer", "after", "last"]


async def test_what_follows_a_commit_runs_only_then(db: Database) -> None:
    heard: list[str] = []

    def work(tx: Tx) -> None:
        tx.after.append(lambda: heard.append(threading.current_thread().name))
        put(tx, "a")

    await db.run(work)
    assert len(heard) == 1
    assert heard != [threading.current_thread().name]
    with pytest.raises(sqlite3.IntegrityError):
        await db.run(work)
    assert len(heard) == 1


async def test_every_connection_has_the_pragmas(db: Database) -> None:
    def ask(connection: sqlite3.Connection, name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    found = {
        name: await db.call(lambda c, name=name: ask(c, name))  # type: ignore[misc]
        for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "secure_delete")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }


async def test_only_what_need_not_last_spares_the_disk(db: Database) -> None:
    def how(tx: Tx) -> tuple[int, int]:
        return tx.value("PRAGMA synchronous"), tx.value("PRAGMA wal_autocheckpoint")

    def fails(tx: Tx) -> None:
        tx.run("INSERT INTO note (text) VALUES ('x')")
        raise ZeroDivisionError

    lasting, passing = (2, 16000), (1, 4000)
    assert await db.run(how) == lasting
    assert await db.run(how, durable=False) == passing
    assert await db.run(how) == lasting
    with pytest.raises(ZeroDivisionError):
        await db.run(fails, durable=False)
    assert await db.run(how) == lasting
    assert await db.run(lambda tx: tx.value("SELECT count(*) FROM note")) == 0


async def test_foreign_keys_hold(db: Database) -> None:
    await db.run(lambda tx: tx.run("CREATE TABLE leaf (note INTEGER REFERENCES note (id)) STRICT"))
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await db.run(lambda tx: tx.run("INSERT INTO leaf VALUES (77)"))


def test_a_sqlite_without_foreign_keys_is_refused() -> None:
    class Without:
        def execute(self, sql: str) -> Without:
            return self

        def fetchone(self) -> tuple[int]:
            return (0,)

    with pytest.raises(RuntimeError, match="foreign keys"):
        database.prepare(Without())  # type: ignore[arg-type]


async def test_runs_at_once_do_not_mix(db: Database) -> None:
    await db.run(lambda tx: put(tx, "0"))

    def add_one(tx: Tx) -> None:
        tx.run("UPDATE note SET text = $1", str(int(tx.value("SELECT text FROM note")) + 1))

    await asyncio.gather(*(db.run(add_one) for _ in range(100)))
    assert await notes(db) == ["100"]


async def test_debug_logging_prints_no_words(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await db.run(lambda tx: put(tx, "王磊 found a leak"))
    with pytest.raises(sqlite3.IntegrityError):
        await db.run(lambda tx: put(tx, "王磊 found a leak"))
    assert "王磊" not in caplog.text


async def test_a_file_that_is_no_database_leaves_no_thread(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"this is no database, it is a text" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        await Database.open(wrong)
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:
            thread.join(5)
            assert not thread.is_alive()


def test_the_process_ends_after_close(tmp_path: Path) -> None:
    program = f"""
import asyncio, pathlib
from storage.database import Database
async def main():
    db = await Database.open(pathlib.Path({str(tmp_path / "p.db")!r}))
    await db.run(lambda tx: tx.run("CREATE TABLE t (a)"))
    await db.close()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "version, affected",
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_which_sqlite_can_damage_a_file(version: tuple[int, int, int], affected: bool) -> None:
    assert wal_reset_bug(version) is affected
