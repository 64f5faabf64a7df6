"""A database that is there at once: the migrations run once in a process, every test begins with a copy."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from storage.migrations import migrate


@cache
def _migrated() -> bytes:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, 0, lambda _: None)
    made = connection.serialize()
    connection.close()
    return made


def fresh(path: Path) -> Path:
    """The path, with an empty migrated database if there was none."""
    if not path.exists():
        path.write_bytes(_migrated())
    return path


def careless(connection: sqlite3.Connection) -> None:
    """Waits for no disk: for tests in which no power is cut."""
    connection.execute("PRAGMA synchronous = OFF")
