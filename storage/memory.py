"""What was read and may be taken for true still: within a transaction, and from one to the next.

A reading names its sources: whole tables, or parts of them such as everything about one report. A write spoils
the readings of what it may have touched and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar, cast

T = TypeVar("T")

Part = tuple[str, Hashable]
"""Of a table what belongs to something: ("report", 42)."""

Source = str | Part

SELDOM = frozenset(
    {"person", "person_role", "department", "place", "chat_group", "absence", "danger_alert", "reporting_ban"}
)
MOST = 10_000  # readings; then it begins anew


class Memory:
    """Readings as they were last committed: of tables that seldom change, and of parts of all others.

    True only where one connection does all writing, as with SQLite: of several processes none would hear what
    another one wrote.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}
        self._of: dict[Source, set[Hashable]] = {}
        self._parts: dict[str, set[Part]] = {}  # by table

    @staticmethod
    def covers(sources: Iterable[Source]) -> bool:
        """Whether a reading of these is worth keeping: what stands in a busy table is never the same for long."""
        return all(isinstance(source, tuple) or source in SELDOM for source in sources)

    def __contains__(self, key: Hashable) -> bool:
        """Whether this was read and nothing has changed since."""
        return key in self._kept

    def __getitem__(self, key: Hashable) -> Any:
        """The reading."""
        return self._kept[key]

    def committed(
        self,
        tables: Iterable[str],
        parts: Iterable[Part],
        read: Iterable[tuple[tuple[Source, ...], Hashable, Any]],
    ) -> None:
        """After a commit: forgets what the writes may have changed, then keeps what was read and is still true."""
        for table in tables:
            self._forget(table)
            for part in self._parts.pop(table, ()):
                self._forget(part)
        for part in parts:
            self._forget(part[0])
            self._forget(part)
        if len(self._kept) > MOST:
            self._kept.clear()
            self._of.clear()
            self._parts.clear()
        for sources, key, found in read:
            self._kept[key] = found
            for source in sources:
                self._of.setdefault(source, set()).add(key)
                if isinstance(source, tuple):
                    self._parts.setdefault(source[0], set()).add(source)

    def _forget(self, source: Source) -> None:
        for key in self._of.pop(source, ()):
            self._kept.pop(key, None)


class Readings:
    """What one transaction has read, and how often each source was written to since it began."""

    __slots__ = ("_kept", "_memory", "_parts", "_tables", "_true", "_writes")

    def __init__(self, memory: Memory | None) -> None:
        self._memory = memory
        self._kept: dict[Hashable, tuple[tuple[Source, ...], int, Any]] = {}
        self._true: dict[Hashable, Any] = {}  # what was read since the last write to anything
        self._writes: dict[str, int] = {}  # to a table in all
        self._tables: dict[str, int] = {}  # those that may have touched anything in it
        self._parts: dict[Part, int] = {}  # those that touched this part only

    def wrote(self, table: str, part: Hashable = None) -> None:
        """A table was written to; with `part` nothing else in it was touched."""
        self._true.clear()
        self._writes[table] = self._writes.get(table, 0) + 1
        if part is None:
            self._tables[table] = self._tables.get(table, 0) + 1
        else:
            self._parts[table, part] = self._parts.get((table, part), 0) + 1

    def has_written(self, table: str) -> bool:
        """Whether a table was written to."""
        return table in self._writes

    def _state(self, sources: tuple[Source, ...]) -> int:
        """How often they were written to: more than before if any of them was."""
        state = 0
        if self._writes:
            for source in sources:
                if isinstance(source, str):
                    state += self._writes.get(source, 0)
                else:
                    state += self._tables.get(source[0], 0) + self._parts.get(source, 0)
        return state

    def recall(self, sources: tuple[Source, ...], key: Hashable, load: Callable[[], T]) -> T:
        """What `load` read under this key, read again only after one of its sources was written to."""
        if key in self._true:
            return cast(T, self._true[key])
        state = self._state(sources)
        kept = self._kept.get(key)
        if kept is not None and kept[1] == state:
            found = cast(T, kept[2])
        elif self._memory is not None and not state and key in self._memory:
            found = cast(T, self._memory[key])
        else:
            found = load()
            self._kept[key] = sources, state, found
        self._true[key] = found
        return found

    def known(self, sources: tuple[Source, ...], key: Hashable) -> Any:
        """What was read under this key and is still true; None if nothing is."""
        return self.recall(sources, key, lambda: None) if self._knows(sources, key) else None

    def _knows(self, sources: tuple[Source, ...], key: Hashable) -> bool:
        state = self._state(sources)
        if (kept := self._kept.get(key)) is not None:
            return kept[1] == state
        return self._memory is not None and not state and key in self._memory

    def keep(self, sources: tuple[Source, ...], key: Hashable, found: Any) -> None:
        """Notes for `recall` what is known by another way."""
        self._kept[key] = sources, self._state(sources), found

    def forget(self) -> None:
        """Something was rolled back: nothing that was read counts."""
        self._kept.clear()
        self._true.clear()

    def committed(self) -> None:
        """Hands on to the memory what is true now."""
        if self._memory is None:
            return
        read = [
            (sources, key, found)
            for key, (sources, state, found) in self._kept.items()
            if Memory.covers(sources) and state == self._state(sources)
        ]
        self._memory.committed(self._tables, self._parts, read)
