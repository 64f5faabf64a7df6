"""Opens other people's pictures, in a child process that may fall without harm."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_FILE = 20 << 20  # bytes; Telegram gives no larger ones either
MEMORY = 1 << 30  # bytes of address space; the worst seen at 40 megapixels is a WebP with 680 MB
_MAX_ANSWER = 64 << 20
# All a child gets to see: no token, no password.
_KEPT = ("LD_LIBRARY_PATH", "LANG", "XDG_DATA_HOME", "XDG_DATA_DIRS", "SYSTEMROOT", "WINDIR")

log = logging.getLogger(__name__)

Answer = tuple[dict[str, Any], list[bytes]]


class BadPicture(Exception):
    """The picture cannot be used: "too_big", "too_many_pixels", "unreadable" or "too_slow"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoChild(Exception):
    """The child process does not start; the picture may be good, and trying later may help."""


class _Fallen(Exception):
    """The child ended, or talked nonsense."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew without metadata: JPEG of at most 1600 and 320 pixels a side, upright.

    `taken_at_ms` (UTC) and `has_gps` tell what the file said of itself; where it was taken is not kept.
    """

    full: bytes
    thumb: bytes
    width: int  # of `full`
    height: int
    taken_at_ms: int | None
    has_gps: bool


class Pictures:
    """Opens one picture at a time in one child, which starts when needed and ends when idle.

    `limit` is seconds per picture, `rest` seconds until an idle child ends, `memory` bytes.
    """

    def __init__(self, limit: float = 10, rest: float = 60, memory: int = MEMORY) -> None:
        self._limit = limit
        self._start = [str(memory), str(rest), str(limit)]
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id while one runs."""
        child = self._child
        return child.pid if child and child.returncode is None else None

    async def clean(self, data: bytes) -> Picture:
        """The picture in `data` – JPEG, PNG, WebP or HEIF – made anew. Raises BadPicture, NoChild."""
        if len(data) > MAX_FILE:
            raise BadPicture("too_big")
        head, (full, thumb) = await self._ask({"work": "clean"}, [data], 2)
        return Picture(full, thumb, head["width"], head["height"], head["taken"], head["gps"])

    async def sheet(self, pictures: Sequence[bytes], labels: Sequence[str] = ()) -> bytes:
        """A JPEG of all the pictures, numbered from 1 or labelled; 2 to 12 look best.

        An unreadable picture is a grey tile. Raises ValueError for none at all, BadPicture, NoChild.
        """
        if not pictures:
            raise ValueError("a sheet of no pictures")
        _, (sheet,) = await self._ask({"work": "sheet", "labels": list(labels)}, pictures, 1)
        return sheet

    async def close(self) -> None:
        """Ends the child at once; whoever waits for a picture gets NoChild."""
        self._closed = True
        await self._end()

    async def _ask(self, head: dict[str, Any], blobs: Sequence[bytes], results: int) -> Answer:
        async with self._turn:
            answer, made = await self._asked(head, blobs)
        if "reason" in answer:
            raise BadPicture(str(answer["reason"]))
        if len(made) != results:
            raise BadPicture("unreadable")
        return answer, made

    async def _asked(self, head: dict[str, Any], blobs: Sequence[bytes]) -> Answer:
        """Tries twice within the limit: the child may have just gone to rest, or been killed by others."""
        try:
            await self._ready()
            async with asyncio.timeout(self._limit):
                with contextlib.suppress(_Fallen):
                    return await self._once(head, blobs)
                return await self._once(head, blobs)
        except TimeoutError:
            raise BadPicture("too_slow") from None
        except _Fallen:
            raise BadPicture("unreadable") from None

    async def _once(self, head: dict[str, Any], blobs: Sequence[bytes]) -> Answer:
        done = False
        try:
            child = await self._ready()
            answer = await _exchange(child, head, blobs)
            done = True
            return answer
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise _Fallen from error
        finally:
            if not done:  # also on time-out and cancellation: its answer would be taken for the next one's
                await self._end()

    async def _ready(self) -> Process:
        self._still_open()
        if self._child and self._child.returncode is None:
            return self._child
        env = {name: os.environ[name] for name in _KEPT if name in os.environ}
        env["PYTHONPATH"] = str(Path(__file__).parents[1])
        program = [sys.executable, "-P", "-s", "-B", "-m", "bot.picture_child", *self._start]
        try:
            child = await asyncio.create_subprocess_exec(*program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=env)
        except OSError as error:
            raise NoChild(str(error)) from error
        self._child = child
        await self._greeted(child)
        return child

    def _still_open(self) -> None:
        if self._closed:
            raise NoChild("closed")

    async def _greeted(self, child: Process) -> None:
        greeted = False
        try:
            async with asyncio.timeout(10):
                await _answer(child)
            self._still_open()
            greeted = True
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            raise NoChild("the child process for pictures does not start") from error
        finally:
            if not greeted:
                await self._end()

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
        if child.stdin:
            child.stdin.close()
        code = await child.wait()
        log.info("picture child ended with %s", code)


async def _exchange(child: Process, head: dict[str, Any], blobs: Sequence[bytes]) -> Answer:
    assert child.stdin
    text = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    child.stdin.write(struct.pack(">I", len(text)) + text)
    for blob in blobs:
        child.stdin.write(blob)
    await child.stdin.drain()
    return await _answer(child)


async def _answer(child: Process) -> Answer:
    """One frame of the child's, which a picture may have taken over: lengths are not believed."""
    assert child.stdout
    (length,) = struct.unpack(">I", await child.stdout.readexactly(4))
    if length > 1 << 16:
        raise ValueError("too long a head")
    head = json.loads(await child.stdout.readexactly(length))
    sizes = [int(size) for size in head["sizes"]]
    if sum(sizes) > _MAX_ANSWER or min(sizes, default=0) < 0:
        raise ValueError("too long an answer")
    return head, [await child.stdout.readexactly(size) for size in sizes]
