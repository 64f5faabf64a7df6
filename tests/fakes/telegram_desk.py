"""The Telegram platform wired to the fake, with an inbox that only remembers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.platforms.base import Delivery, NotStored
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.platform import Telegram
from bot.platforms.telegram.settings import TelegramSettings
from handlers.message import Incoming
from tests.fakes.telegram import FakeTelegram

NOW = 1_795_000_000_000  # ms


class Naps:
    """A sleep that does not; `taken` says for how long it should have been."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


class Inbox:
    """Stands where the intake stands: keeps deliveries by key, or refuses the next `refuse` times.

    `told` answers a tap before it is acknowledged.
    """

    def __init__(self, told: Callable[[Delivery], None] | None = None) -> None:
        self._told = told
        self.kept: dict[str, Delivery] = {}
        self.refuse = 0
        self.refused = 0
        self.broken: Exception | None = None

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        if self.broken is not None:
            broken, self.broken = self.broken, None
            raise broken
        if self.refuse:
            self.refuse -= 1
            self.refused += 1
            raise NotStored
        for one in deliveries:
            self.kept.setdefault(one.key, one)
            if self._told is not None and "callback_query" in one.raw["update"]:
                self._told(one)


def settings(fake: FakeTelegram, **changes: Any) -> TelegramSettings:
    """Settings of a bot at the fake."""
    values: dict[str, Any] = {"enterprise": 1, "code": "plant", "token": fake.world.token, "api_url": fake.url}
    return TelegramSettings(**{**values, **changes})


@asynccontextmanager
async def platform(fake: FakeTelegram, **changes: Any) -> AsyncIterator[Telegram]:
    """The platform at the fake, without waits and chance."""
    clock, sleep = (lambda: NOW), changes.pop("sleep", Naps())
    bot = Telegram(settings(fake, **changes), clock=clock, sleep=sleep, backoff=Backoff(lambda: 0.0))
    try:
        yield bot
    finally:
        await bot.close()


@asynccontextmanager
async def receiving(bot: Telegram, inbox: Inbox) -> AsyncIterator[None]:
    """Receives in the background."""
    task = asyncio.create_task(bot.receive(inbox.accept))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def hooked(fake: FakeTelegram, **changes: Any) -> AsyncIterator[tuple[Telegram, str]]:
    """The platform in webhook mode on a web server that listens, and its address; not registered yet."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with platform(fake, mode="webhook", public_url=url, **changes) as bot:
            app = web.Application()
            app.add_routes(bot.routes())
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
            await runner.setup()
            await web.SockSite(runner, listener).start()
            try:
                yield bot, f"{url}/telegram/plant"
            finally:
                await runner.cleanup()


def read(bot: Telegram, inbox: Inbox) -> list[Incoming]:
    """What the inbox holds, parsed, in the order of the updates."""
    parsed = [bot.parse(inbox.kept[key].raw) for key in sorted(inbox.kept, key=int)]
    return [one for one in parsed if one is not None]
