"""A child process that works for us and may fall without harm: it is asked in frames and answers in frames."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_MAX_ANSWER = 64 << 20
START = 30.0  # seconds; the first one on a slow machine reads much from the disk
# All a child gets to see: no token, no password.
_KEPT = ("LD_LIBRARY_PATH", "LANG", "XDG_DATA_HOME", "XDG_DATA_DIRS", "SYSTEMROOT", "WINDIR")

log = logging.getLogger(__name__)

Answer = tuple[dict[str, Any], list[bytes]]


class NoChild(Exception):
    """The child process does not start; trying later may help."""


class Fallen(Exception):
    """The child ended, or talked nonsense."""


class Child:
    """One child running `module`, which starts when needed; `limit` is seconds for one answer."""

    def __init__(
        self, module: str, arguments: Sequence[str], limit: float, env: Mapping[str, str] | None = None
    ) -> None:
        self._module = module
        self._arguments = tuple(arguments)
        self._limit = limit
        self._env = dict(env or {})
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id while one runs."""
        child = self._child
        return child.pid if child and child.returncode is None else None

    async def close(self) -> None:
        """Ends the child at once; whoever waits for an answer gets NoChild."""
        self._closed = True
        await self._end()

    async def ask(self, head: dict[str, Any], blobs: Sequence[bytes] = ()) -> Answer:
        """The child's answer, one question at a time. Raises TimeoutError, Fallen, NoChild.

        Tries twice within the limit: the child may have just gone to rest, or been killed by others.
        """
        async with self._turn:
            await self._ready()
            async with asyncio.timeout(self._limit):
                with contextlib.suppress(Fallen):
                    return await self._once(head, blobs)
                return await self._once(head, blobs)

    async def _once(self, head: dict[str, Any], blobs: Sequence[bytes]) -> Answer:
        done = False
        try:
            child = await self._ready()
            answer = await _exchange(child, head, blobs)
            done = True
            return answer
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise Fallen from error
        finally:
            if not done:  # also on time-out and cancellation: its answer would be taken for the next one's
                await self._end()

    async def _ready(self) -> Process:
        self._still_open()
        if self._child and self._child.returncode is None:
            return self._child
        env = {name: os.environ[name] for name in _KEPT if name in os.environ}
        env |= {"PYTHONPATH": str(Path(__file__).parents[1]), **self._env}
        program = [sys.executable, "-P", "-s", "-B", "-m", self._module, *self._arguments]
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
            async with asyncio.timeout(START):
                await _answer(child)
            self._still_open()
            greeted = True
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            raise NoChild(f"{self._module} does not start") from error
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
        if not self._closed:  # when all ends it is no news
            log.info("%s ended with %s", self._module, code)


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
