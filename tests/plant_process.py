"""The real program as a process of its own, at the fake Telegram in another: to be killed at any moment.

`python -m tests.plant_process CONFIG` has everything imported and waits: each line it reads starts the program as a new
process, with Telegram's pace and the reserve's size taken out. So a power cut meets a program at work, not its imports.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[1]
START, END = 60.0, 30.0  # seconds a loaded machine may take
ODDS = 0.02  # of dying at one of the moments that are aimed at


class Child:
    """The program, started again after each end; its log goes on in one file."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self.log = config.with_name("log.txt")
        self._nest: asyncio.subprocess.Process | None = None
        self._pid = 0
        self._code: asyncio.Future[int] | None = None

    async def start(self, aim: int | None = None) -> None:
        """Starts it; with `aim` it dies by itself, right before or after a commit or a sending."""
        if self._nest is None:
            command = [sys.executable, "-m", "tests.plant_process", str(self._config)]
            with self.log.open("ab") as out:
                self._nest = await asyncio.create_subprocess_exec(
                    *command, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=out
                )
        assert self._nest.stdin is not None
        self._nest.stdin.write(b"\n" if aim is None else b"%d\n" % aim)
        self._pid = await asyncio.wait_for(self._said(), START)
        self._code = asyncio.ensure_future(self._said())

    async def _said(self) -> int:
        assert self._nest is not None
        assert self._nest.stdout is not None
        return int(await self._nest.stdout.readline())

    async def wait(self, seconds: float) -> int | None:
        """Its exit code if it ends by itself within so many seconds."""
        assert self._code is not None
        await asyncio.wait({self._code}, timeout=seconds)
        return self._code.result() if self._code.done() else None

    def _signal(self, what: signal.Signals) -> None:
        if self._code is not None and not self._code.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, what)

    async def kill(self) -> None:
        """Ends it as a power cut would; harmless if it has ended."""
        self._signal(signal.SIGKILL)
        if self._code is not None:
            await self._code

    async def end(self) -> int:
        """Ends it as systemd would; returns its exit code."""
        assert self._code is not None
        self._signal(signal.SIGTERM)
        return await asyncio.wait_for(asyncio.shield(self._code), END)

    async def close(self) -> None:
        """Ends it and what starts it."""
        await self.kill()
        if self._nest is not None:
            self._nest.kill()
            await self._nest.wait()


class Telegrams:
    """The fake Telegram in its own process."""

    def __init__(self, url: str, web: aiohttp.ClientSession) -> None:
        self.url = url
        self._web = web

    async def act(self, user: int, name: str, what: str, *args: Any, **options: Any) -> bool:
        """Lets a phone do something; False if it cannot (there is no such button)."""
        told = {
            "act": what,
            "user": user,
            "name": name,
            "args": [_plain(a) for a in args],
            "options": {k: _plain(v) for k, v in options.items()},
        }
        async with self._web.post(f"{self.url}/control", json=told) as answer:
            return answer.status == 200

    async def look(self) -> dict[str, Any]:
        """Everything it knows."""
        async with self._web.get(f"{self.url}/control") as answer:
            found: dict[str, Any] = await answer.json()
            return found


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


@asynccontextmanager
async def telegrams() -> AsyncIterator[Telegrams]:
    """A fake Telegram as long as the block runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), START)).decode().strip()
        async with aiohttp.ClientSession() as web:
            yield Telegrams(url, web)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def child(config: Path) -> AsyncIterator[Child]:
    """The program of this configuration, not started yet; surely ended afterwards."""
    made = Child(config)
    try:
        yield made
    finally:
        await made.close()


def _aim(seed: int) -> None:
    """Has this process die where it hurts: between what is done and what is noted of it."""
    from bot.platforms.telegram.platform import Telegram
    from storage import database

    chance = random.Random(seed)
    transaction, send, edit = database.transaction, Telegram.send, Telegram.edit

    def perhaps(stall: float = 0.0) -> None:
        if chance.random() < ODDS:
            time.sleep(stall)
            os.kill(os.getpid(), signal.SIGKILL)

    def committing(connection: Any, work: Any, memory: Any = None) -> Any:
        def whole(tx: Any) -> Any:
            result = work(tx)
            perhaps(0.03)  # long enough for an acknowledgement that came too early
            return result

        result = transaction(connection, whole, memory)
        perhaps()
        return result

    async def sending(self: Telegram, *args: Any) -> str:
        ref = await send(self, *args)
        perhaps()
        return ref

    async def editing(self: Telegram, *args: Any) -> str:
        ref = await edit(self, *args)
        perhaps()
        return ref

    database.transaction = committing
    Telegram.send, Telegram.edit = sending, editing  # type: ignore[method-assign]


def _live(config: Path, aim: str) -> None:
    """The program, in a process that was made for it."""
    from bot import program
    from bot.configuration import load
    from bot.log import start_logging

    os.dup2(2, 1)
    if aim:
        _aim(int(aim))
    settings = load(config, os.environ)
    start_logging("plain", settings.secrets())
    program.run(settings)


def main() -> None:
    from bot import program
    from bot.platforms.telegram.platform import Telegram
    from tests.plant_program import no_limits

    Telegram.windows = no_limits  # type: ignore[method-assign]
    program.BALLAST = 1 << 16
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _live(Path(sys.argv[1]), line.strip())
            return
        print(pid, flush=True)  # noqa: T201 - who listens is the test
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
