"""A part of a transaction that is undone by itself."""

from __future__ import annotations

import sqlite3

from storage.memory import Readings


class Savepoint:
    """All statements inside commit with the transaction, or none of them if something is raised."""

    __slots__ = ("_cursor", "_readings")

    def __init__(self, cursor: sqlite3.Cursor, readings: Readings) -> None:
        self._cursor = cursor
        self._readings = readings

    def __enter__(self) -> None:
        self._cursor.execute("SAVEPOINT part")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._readings.forget()
            # A full disk may have rolled the whole transaction back already.
            if not self._cursor.connection.in_transaction:
                return
            self._cursor.execute("ROLLBACK TO part")
        self._cursor.execute("RELEASE part")
