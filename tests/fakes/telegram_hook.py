"""The fake Telegram's side of a webhook: one update at a time per chat or clicking user, with retries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

import aiohttp

from tests.fakes.telegram_methods import METHODS
from tests.fakes.telegram_world import Raw, Refused, World

CONNECTIONS = 40


class Pusher:
    """Posts waiting updates to the webhook; anything but 2xx is tried again after `delay` seconds."""

    def __init__(self, world: World, changed: Callable[[], None], delay: float) -> None:
        self._world = world
        self._changed = changed
        self.delay = delay
        self.statuses: list[int] = []  # what the webhook answered; 0 for no answer
        self._task: asyncio.Task[None] | None = None
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something changed: look for updates to push."""
        self._wake.set()

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        tasks = [task for task in (self._task, *self._busy.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            while self._world.webhook:
                for number, update in list(self._world.updates.items()):
                    key = _key(update)
                    if key not in self._busy and len(self._busy) < CONNECTIONS:
                        self._busy[key] = asyncio.create_task(self._push(session, key, number, update))
                await self._wake.wait()
                self._wake.clear()

    async def _push(self, session: aiohttp.ClientSession, key: str, number: int, update: Raw) -> None:
        try:
            status = await self._post(session, update)
            self.statuses.append(status)
            if 200 <= status < 300:
                self._world.updates.pop(number, None)
            else:
                await asyncio.sleep(self.delay)
        finally:
            del self._busy[key]
            self._changed()

    async def _post(self, session: aiohttp.ClientSession, update: Raw) -> int:
        hook = self._world.webhook
        secret = hook.get("secret_token", "")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(hook["url"], json=update, headers=headers) as response:
                body = await response.read()
                if response.ok and body:
                    self._call(json.loads(body))
                return response.status
        except (aiohttp.ClientError, OSError, KeyError):
            return 0

    def _call(self, params: Raw) -> None:
        """A method that rides on the response; nobody hears what became of it."""
        work, known = METHODS[params.pop("method")]
        assert set(params) <= known
        with suppress(Refused):
            work(self._world, params, {})


def _key(update: Raw) -> str:
    if "callback_query" in update:
        return f"tap {update['callback_query']['from']['id']}"
    content = next(value for name, value in update.items() if name != "update_id")
    return f"chat {content['chat']['id']}"
