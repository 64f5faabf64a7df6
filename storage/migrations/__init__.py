"""Numbered `.sql` files: each runs once, in one transaction; its hash is kept and checked."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class WrongSchema(Exception):
    """The database does not fit this program."""


class Migration(NamedTuple):
    """One numbered file."""

    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def makes_anew(self) -> bool:
        """Whether a table is dropped, to be made anew while others point to it."""
        return "DROP TABLE" in self.sql


def migrations(engine: str = "sqlite") -> list[Migration]:
    """All migrations of an engine, in order."""
    files = sorted((HERE / engine).glob("[0-9]*.sql"))
    return [Migration(f.stem, f.read_text(encoding="utf-8")) for f in files]


def statements(sql: str) -> list[str]:
    """The statements of a file; a trigger's body stays in one piece."""
    found, part = [], ""
    for piece in re.split(r"(;)", re.sub(r"^--.*$", "", sql, flags=re.M)):
        part += piece
        if piece == ";" and sqlite3.complete_statement(part):
            found.append(part.strip())
            part = ""
    return [s for s in found if s]


def pending(connection: sqlite3.Connection) -> list[Migration]:
    """What has not run yet. Raises WrongSchema for a changed or a newer migration."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migration"
        " (name TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL, at INTEGER NOT NULL) STRICT"
    )
    done = dict(connection.execute("SELECT name, digest FROM migration ORDER BY name").fetchall())
    known = {m.name: m for m in migrations()}
    for name, digest in done.items():
        if name not in known:
            raise WrongSchema(f"the database was made by a newer version (it has {name}): update the program")
        if known[name].digest != digest:
            raise WrongSchema(f"migration {name} is not the one that ran: restore the original file")
    return [m for m in known.values() if m.name not in done]


def migrate(connection: sqlite3.Connection, now: int, before: Callable[[list[Migration]], None]) -> list[str]:
    """Brings the schema up to date and returns the names of what ran.

    `before` is called with what is about to run on a database that is not empty (to back it up). Raises WrongSchema
    if rows would point to some that are not there.
    """
    todo = pending(connection)
    if todo and connection.execute("SELECT count(*) FROM migration").fetchone()[0]:
        before(todo)
    for migration in todo:
        if migration.makes_anew:
            connection.execute("PRAGMA foreign_keys = OFF")  # or what points to the table would go with it
        try:
            _run(connection, migration, now)
        finally:
            connection.execute("PRAGMA foreign_keys = ON")
    return [m.name for m in todo]


def _run(connection: sqlite3.Connection, migration: Migration, now: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(migration.sql):
            connection.execute(statement)
        lost = connection.execute("PRAGMA foreign_key_check").fetchone() if migration.makes_anew else None
        if lost is not None:
            raise WrongSchema(
                f"{migration.name} would leave rows of {lost[0]} without their {lost[2]}: nothing is done"
            )
        connection.execute(
            "INSERT INTO migration (name, digest, at) VALUES (?, ?, ?)", (migration.name, migration.digest, now)
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
