"""A real database file with one enterprise, for tests that work on the roster."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from storage import enterprises
from storage.database import Tx, prepare, transaction
from storage.store import Store
from tests.template import careless, fresh

T = TypeVar("T")
NOW = 1_795_500_000_000  # 2026-11-24, in milliseconds
DAY = 86_400_000


@contextmanager
def opened(path: Path) -> Iterator[Callable[[Callable[[Store], T]], T]]:
    """Runs functions of a store, each in a transaction, on a new or known file."""
    connection = sqlite3.connect(fresh(path), isolation_level=None)
    try:
        prepare(connection)
        careless(connection)

        def plant(tx: Tx) -> int:
            return enterprises.ensure(tx, "demo", "示例厂", "zh", "Asia/Shanghai")

        enterprise = transaction(connection, plant)

        def run(work: Callable[[Store], T]) -> T:
            return transaction(connection, lambda tx: work(Store(tx, enterprise)))

        yield run
    finally:
        connection.close()
