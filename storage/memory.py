"""What was read of tables that seldom change, kept from one transaction to the next."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

SELDOM = frozenset({"person", "person_role", "department", "place", "chat_group", "absence", "danger_alert"})
MOST = 20_000  # readings; then it begins anew


class Memory:
    """Readings of seldom changed tables as they were last committed.

    True only where one connection does all writing, as with SQLite: of several processes none would hear what
    another one wrote.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}
        self._of: dict[str, set[Hashable]] = {}  # by table

    @staticmethod
    def covers(tables: Iterable[str]) -> bool:
        """Whether all of these tables seldom change."""
        return SELDOM.issuperset(tables)

    def __contains__(self, key: Hashable) -> bool:
        """Whether this was read and nothing has changed since."""
        return key in self._kept

    def __getitem__(self, key: Hashable) -> Any:
        """The reading."""
        return self._kept[key]

    def committed(self, written: Iterable[str], read: Iterable[tuple[tuple[str, ...], Hashable, Any]]) -> None:
        """After a commit: forgets what it may have changed, keeps what it read and left alone."""
        changed = SELDOM.intersection(written)
        for table in changed:
            for key in self._of.pop(table, ()):
                self._kept.pop(key, None)
        if len(self._kept) > MOST:
            self._kept.clear()
            self._of.clear()
        for tables, key, found in read:
            if changed.isdisjoint(tables):
                self._kept[key] = found
                for table in tables:
                    self._of.setdefault(table, set()).add(key)
