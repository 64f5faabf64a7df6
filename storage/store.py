"""A transaction bound to one enterprise, so that a query cannot forget it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from storage.database import Row, Tx

T = TypeVar("T")


class Store:
    """Runs SQL whose `$1` is always the enterprise; the caller's arguments start at `$2`."""

    __slots__ = ("enterprise", "tx")

    def __init__(self, tx: Tx, enterprise: int) -> None:
        self.tx = tx
        self.enterprise = enterprise

    def run(self, sql: str, *args: Any) -> int:
        """Runs one statement and returns how many rows it changed."""
        return self.tx.run(sql, self.enterprise, *args)

    def one(self, sql: str, *args: Any) -> Row | None:
        """The first row, or None."""
        return self.tx.one(sql, self.enterprise, *args)

    def all(self, sql: str, *args: Any) -> list[Row]:
        """All rows."""
        return self.tx.all(sql, self.enterprise, *args)

    def value(self, sql: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        return self.tx.value(sql, self.enterprise, *args)

    def recall(self, tables: tuple[str, ...], key: Hashable, load: Callable[[], T]) -> T:
        """What `load` read, once a transaction unless one of its tables is written to; `key` names it."""
        return self.tx.recall(tables, (self.enterprise, key), load)

    def keep(self, tables: tuple[str, ...], key: Hashable, found: object) -> None:
        """Notes for `recall` what was read by another way."""
        self.tx.keep(tables, (self.enterprise, key), found)

    def insert(self, sql: str, *args: Any) -> int:
        """Runs an INSERT … RETURNING id and returns the id."""
        new: int = self.tx.value(sql, self.enterprise, *args)
        return new
