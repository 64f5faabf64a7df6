"""Files that were fetched by link, on disk for some minutes: a broken download goes on, a second one costs nothing."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.papers import NotMade, TooLarge

log = logging.getLogger(__name__)

LARGEST = 2_000_000_000  # bytes of one file
ROOM = 6_000_000_000  # bytes of all
RESERVE = 1_000_000_000  # bytes of the disk that stay free
KEEP = 600.0  # seconds after it was last fetched
AT_ONCE = 2  # files that are made at the same time


@dataclass(slots=True)
class Kept:
    """A file on the shelf."""

    path: Path
    size: int
    used: float
    readers: int = 0
    noted: bool = False  # that it was fetched; goes on with the file


Make = Callable[[Path, int], Awaitable[None]]
"""Writes the file to a path; of more than so many bytes it may raise TooLarge."""


class Shelf:
    """A folder of its own: nothing that lies in it is needed after a crash."""

    def __init__(self, folder: Path, monotonic: Callable[[], float]) -> None:
        self.folder = folder
        self._monotonic = monotonic
        self._kept: dict[str, Kept] = {}
        self._making: dict[str, asyncio.Task[Kept]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    def clear(self) -> None:
        """Removes everything, also what a dead process left."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)

    def tidy(self, room: int = ROOM) -> None:
        """Removes what nobody fetched for a while, and beyond `room` bytes what was not fetched for longest."""
        total = sum(kept.size for kept in self._kept.values())
        for key, kept in sorted(self._kept.items(), key=lambda pair: pair[1].used):
            old = kept.used + KEEP < self._monotonic()
            if not kept.readers and (old or total > room):
                kept.path.unlink(missing_ok=True)
                del self._kept[key]
                total -= kept.size

    async def get(self, what: str, make: Make, patience: float) -> Kept | None:
        """The file, made unless it is here; None if it is still being made after `patience` seconds.

        Raises NotMade and TooLarge.
        """
        key = sha256(what.encode()).hexdigest()
        if (found := self._kept.get(key)) and found.path.exists():
            found.used = self._monotonic()
            return found
        if key not in self._making:
            self._making[key] = asyncio.create_task(self._make(key, make))
            self._making[key].add_done_callback(lambda task: self._made(key, task))
        task = self._making[key]
        await asyncio.wait([task], timeout=patience)
        return task.result() if task.done() else None

    @contextmanager
    def lent(self, kept: Kept) -> Iterator[None]:
        """The file stays as long as the block runs."""
        kept.readers += 1
        try:
            yield
        finally:
            kept.readers -= 1
            kept.used = self._monotonic()

    async def close(self) -> None:
        """Ends what is being made and removes everything."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)

    async def _make(self, key: str, make: Make) -> Kept:
        async with self._places:
            self.tidy(ROOM - AT_ONCE * LARGEST)  # so that what is being made finds room, however large
            self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)  # somebody may have tidied up
            free = shutil.disk_usage(self.folder).free - RESERVE
            if free <= 0:
                raise NotMade("the disk is nearly full")
            path, most = self.folder / key, min(LARGEST, free)
            try:
                await make(path, most)
                size = path.stat().st_size
                if size > most:
                    raise TooLarge(size)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            self._kept[key] = kept = Kept(path, size, self._monotonic())
            return kept

    def _made(self, key: str, task: asyncio.Task[Kept]) -> None:
        del self._making[key]
        if not task.cancelled() and (error := task.exception()):  # whoever asked may be gone
            log.warning("a file could not be made for a link: %s", error)
