"""A transaction bound to one enterprise, so that a query cannot forget it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from storage.database import Row, Tx
from storage.memory import Source

T = TypeVar("T")


class Store:
    """Runs SQL whose `$1` is always the enterprise; the caller's arguments start at `$2`."""

    __slots__ = ("enterprise", "tx")

    def __init__(self, tx: Tx, enterprise: int) -> None:
        self.tx = tx
        self.enterprise = enterprise

    def run(self, sql: str, *args: Any, part: Hashable = None) -> int:
        """Runs one statement and returns how many rows it changed; with `part` all of them belong to that part."""
        return self.tx.run(sql, self.enterprise, *args, part=part)

    def one(self, sql: str, *args: Any, part: Hashable = None) -> Row | None:
        """The first row, or None."""
        return self.tx.one(sql, self.enterprise, *args, part=part)

    def all(self, sql: str, *args: Any) -> list[Row]:
        """All rows."""
        return self.tx.all(sql, self.enterprise, *args)

    def value(self, sql: str, *args: Any, part: Hashable = None) -> Any:
        """The first column of the first row, or None."""
        return self.tx.value(sql, self.enterprise, *args, part=part)

    def recall(self, sources: tuple[Source, ...], key: Hashable, load: Callable[[], T]) -> T:
        """What `load` read, again only after one of its sources was written to; `key` names it.

        It must not be changed by whoever gets it.
        """
        return self.tx.recall(sources, (self.enterprise, key), load)

    def known(self, sources: tuple[Source, ...], key: Hashable) -> Any:
        """What was read under this key and is still true; None if nothing is."""
        return self.tx.known(sources, (self.enterprise, key))

    def keep(self, sources: tuple[Source, ...], key: Hashable, found: object) -> None:
        """Notes for `recall` what is known by another way."""
        self.tx.keep(sources, (self.enterprise, key), found)

    def insert(self, sql: str, *args: Any, part: Hashable = None) -> int:
        """Inserts one row and returns its id; no RETURNING."""
        return self.tx.insert(sql, self.enterprise, *args, part=part)

    def insert_new(self, sql: str, *args: Any, part: Hashable = None) -> int | None:
        """The same for an INSERT … ON CONFLICT DO NOTHING; None if it did nothing."""
        return self.tx.insert_new(sql, self.enterprise, *args, part=part)
