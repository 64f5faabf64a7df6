"""The one connection, its thread, and what a transaction is: one synchronous function run there."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import aiosqlite

from storage.memory import Memory, Readings
from storage.savepoint import Savepoint

T = TypeVar("T")
log = logging.getLogger(__name__)

# aiosqlite's debug log prints parameters, that is people's names.
logging.getLogger("aiosqlite").setLevel(logging.WARNING)

SAFE_SQLITE = (3, 51, 3)
BACKPORTS = ((3, 50, 7), (3, 44, 6))


class Row(Protocol):
    """A row by column name, by position, or value by value."""

    def __getitem__(self, key: str | int | slice, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class DiskFull(Exception):
    """The disk is full; nothing was written."""


class Busy(Exception):
    """Another process holds the database file."""


def wal_reset_bug(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite can corrupt a WAL file when two connections write (3.7.0 to 3.51.2)."""
    if version >= SAFE_SQLITE or version < (3, 7, 0):
        return False
    return not any(version[:2] == b[:2] and version >= b for b in BACKPORTS)


def _full(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "disk is full" in str(error)


_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)", re.I)
_PARAMETER = re.compile(r"\$(\d+)")


class _Statement(NamedTuple):
    """A statement, the table it writes to ("" if it only reads), and how many values it takes."""

    sql: str
    table: str
    takes: int
    returns: bool  # what it wrote, so that how much that is cannot be told at once


@lru_cache(maxsize=2048)
def _statement(sql: str) -> _Statement:
    """The statement with `?1` for `$1`: so SQLite takes the values as they stand, without a name for each."""
    found = _WRITES.match(sql)
    takes = max((int(n) for n in _PARAMETER.findall(sql)), default=0)
    table = found[1].lower() if found else ""
    return _Statement(_PARAMETER.sub(r"?\1", sql), table, takes, " RETURNING " in sql)


class Tx:
    """An open transaction; SQL takes `$1`, `$2`, … on every database."""

    __slots__ = ("_cursor", "_readings", "after", "keep", "known", "recall", "told", "wrote")

    def __init__(self, connection: sqlite3.Connection, memory: Memory | None = None) -> None:
        self._cursor = connection.cursor()
        self._cursor.row_factory = sqlite3.Row
        self._readings = Readings(memory)
        self.recall = self._readings.recall
        self.known = self._readings.known
        self.keep = self._readings.keep
        self.wrote = self._readings.wrote
        self.after: list[Callable[[], None]] = []  # run on commit, in this thread
        self.told: set[Hashable] = set()  # what those at work in it have for whoever runs it

    def _do(self, sql: str, args: tuple[Any, ...], part: Hashable = None) -> sqlite3.Cursor:
        text, table, takes, returns = _statement(sql)
        try:
            cursor = self._cursor.execute(text, args if len(args) == takes else args[:takes])
        except sqlite3.OperationalError as error:
            if _full(error):
                raise DiskFull from error
            raise
        if table and (returns or cursor.rowcount):
            self.wrote(table, part)
        return cursor

    def run(self, sql: str, *args: Any, part: Hashable = None) -> int:
        """Runs one statement and returns how many rows it changed; with `part` all of them belong to that part."""
        return self._do(sql, args, part).rowcount

    def one(self, sql: str, *args: Any, part: Hashable = None) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._do(sql, args, part).fetchone()
        return row

    def all(self, sql: str, *args: Any) -> list[Row]:
        """All rows."""
        return self._do(sql, args).fetchall()

    def value(self, sql: str, *args: Any, part: Hashable = None) -> Any:
        """The first column of the first row, or None."""
        row = self._do(sql, args, part).fetchone()
        return row[0] if row is not None else None

    def insert(self, sql: str, *args: Any, part: Hashable = None) -> int:
        """Inserts one row and returns its id, without RETURNING: SQLite keeps what that gives in a table of its own."""
        new = self._do(sql, args, part).lastrowid
        if new is None:
            raise RuntimeError("no INSERT")
        return new

    def insert_new(self, sql: str, *args: Any, part: Hashable = None) -> int | None:
        """The same for an INSERT … ON CONFLICT DO NOTHING; None if it did nothing."""
        cursor = self._do(sql, args, part)
        return cursor.lastrowid if cursor.rowcount else None

    def has_written(self, table: str) -> bool:
        """Whether anything in this table was written."""
        return self._readings.has_written(table)

    def committed(self) -> None:
        """Hands on to the memory what is true now."""
        self._readings.committed()

    def scrub(self) -> None:
        """What is erased here is gone from the write-ahead log, too, once this is committed."""
        connection = self._cursor.connection
        if not any(isinstance(one, Scrub) for one in self.after):
            self.after.append(Scrub(connection))

    def savepoint(self) -> AbstractContextManager[None]:
        """All statements inside commit with the transaction, or none of them if it raises."""
        return Savepoint(self._cursor, self._readings)


class Scrub:
    """Empties the write-ahead log; deleted pages in the file itself are zeros already (secure_delete)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __call__(self) -> None:
        """Does it; what is committed stays committed if it fails."""
        try:
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error:
            busy = 1
        if busy:
            log.warning("the write-ahead log could not be emptied now; the next time will do it")


PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA cache_size = -16000",
    # Savepoints keep pages aside: in memory, not in a file of their own each time.
    "PRAGMA temp_store = MEMORY",
    # Pages: 64 MB are read again in a moment after a crash. See `passing`.
    "PRAGMA wal_autocheckpoint = 16000",
)


def transaction(connection: sqlite3.Connection, work: Callable[[Tx], T], memory: Memory | None = None) -> T:
    """Runs `work` in one immediate transaction on a bare connection."""
    connection.execute("BEGIN IMMEDIATE")
    tx = Tx(connection, memory)
    try:
        result = work(tx)
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if _full(error):
            raise DiskFull from error
        if isinstance(error, StopIteration):  # a future cannot carry it
            raise RuntimeError("work raised StopIteration") from error
        raise
    tx.committed()
    for follow in tx.after:
        follow()
    return result


def passing(connection: sqlite3.Connection, work: Callable[[Tx], T], memory: Memory | None = None) -> T:
    """The same without waiting for the disk: a power cut may undo it, the end of the process does not.

    As nobody waits for it, it is what writes the log back into the file, once a busy page serves for many commits.
    """
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    try:
        return transaction(connection, work, memory)
    finally:
        connection.execute("PRAGMA wal_autocheckpoint = 16000")
        connection.execute("PRAGMA synchronous = FULL")


def prepare(connection: sqlite3.Connection) -> None:
    """Sets and asserts what every connection must have."""
    for pragma in PRAGMAS:
        connection.execute(pragma)
    if connection.execute("PRAGMA foreign_keys").fetchone()[0] != 1:
        raise RuntimeError("SQLite was built without foreign keys")


class _Connection(aiosqlite.Connection):
    """aiosqlite's connection and thread, with whole transactions instead of awaited statements."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self.memory = Memory()

    async def run(self, work: Callable[[Tx], T], *, durable: bool = True) -> T:
        """Runs `work` as one transaction, to its end even if the caller is cancelled."""
        # What lies in the thread's queue runs, whoever still waits for it: nothing has to be shielded.
        run = transaction if durable else passing
        found: T = await self._execute(run, self._conn, work, self.memory)  # type: ignore[no-untyped-call]
        return found

    async def call(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `function` on the bare connection outside any transaction (checkpoint, backup)."""
        found: T = await self._execute(function, self._conn)  # type: ignore[no-untyped-call]
        return found


class Database:
    """A SQLite file with one connection; every transaction is one function handed to its thread."""

    def __init__(self, connection: _Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    async def open(cls, path: Path) -> Database:
        """Opens or makes the file, with WAL, FULL and foreign keys."""
        path.parent.mkdir(parents=True, exist_ok=True)

        def connector() -> sqlite3.Connection:
            # More statements than we have: compiling one costs ten times what running it does.
            return sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=1000)

        connection = _Connection(connector)
        await connection
        try:
            await connection.call(prepare)
        except BaseException:  # or its thread would keep the process alive
            await connection.close()
            raise
        return cls(connection, path)

    async def run(self, work: Callable[[Tx], T], *, durable: bool = True) -> T:
        """Runs `work` as one transaction: all of it is committed, or nothing. Raises DiskFull.

        A power cut may undo what is not `durable`, until something durable is committed after it.
        """
        return await self._connection.run(work, durable=durable)

    async def call(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Runs `function` on the bare connection, between transactions."""
        return await self._connection.call(function)

    async def close(self) -> None:
        """Waits for what is running and ends the thread."""
        await self._connection.close()
