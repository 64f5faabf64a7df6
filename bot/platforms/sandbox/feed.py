"""Hands every change to the pages that are open right now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

WAITING = 256  # changes a page may lag behind before it is let go; it comes back and resumes


class News(NamedTuple):
    """Something a page must show; `seq` 0 is of the moment and is not repeated to who was away."""

    kind: str  # message, phone, group, toast, clock, reset
    seq: int
    body: dict[str, Any]


@dataclass(eq=False, slots=True)
class Line:
    """One open page."""

    drop: Callable[[], None]
    queue: asyncio.Queue[News | None] = field(default_factory=asyncio.Queue)


class Feed:
    """The open pages of one enterprise's sandbox."""

    def __init__(self) -> None:
        self._lines: set[Line] = set()
        self.closed = False

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return len(self._lines)

    def publish(self, news: Iterable[News]) -> None:
        """Tells every open page; one that has stopped reading is dropped, nobody waits for it."""
        for item in news:
            for line in list(self._lines):
                if line.queue.qsize() >= WAITING:
                    self._lines.discard(line)
                    line.drop()
                else:
                    line.queue.put_nowait(item)

    @contextmanager
    def follow(self, drop: Callable[[], None]) -> Iterator[asyncio.Queue[News | None]]:
        """A queue of what happens from now on; None is its end. `drop` is called on who lags behind."""
        line = Line(drop)
        self._lines.add(line)
        if self.closed:
            line.queue.put_nowait(None)
        try:
            yield line.queue
        finally:
            self._lines.discard(line)

    def close(self) -> None:
        """Ends every line."""
        self.closed = True
        for line in self._lines:
            line.queue.put_nowait(None)
