"""Telegram as a Platform: one bot of one enterprise."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bot.platforms.base import Accept, Failure, Menus, Upload, Window
from bot.platforms.telegram import files, parse
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.errors import Hooked, Taken
from bot.platforms.telegram.poll import Poller
from bot.platforms.telegram.send import LARGEST, Words, edit_words, plan, send_part
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.text import ANSWER, cut
from bot.platforms.telegram.webhook import Webhook
from handlers.message import Incoming, Media, Message

log = logging.getLogger(__name__)

UNFINISHED = 1000  # messages of several parts whose rest is still to be sent


def _now() -> int:
    return time.time_ns() // 1_000_000


class Telegram:
    """One bot; `username` is known after the first contact, "" before."""

    name = parse.PLATFORM
    largest = LARGEST
    toasts = True
    stopped = ""  # it never gives up

    def __init__(
        self,
        settings: TelegramSettings,
        *,
        clock: Callable[[], int] = _now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        backoff: Backoff | None = None,
    ) -> None:
        self.enterprise = settings.enterprise
        self.username = ""
        self._settings = settings
        self._sleep = sleep
        self._api = Api(settings)
        shape = Poller if settings.mode == "polling" else Webhook
        self._intake = shape(
            settings, self._api, self._introduce, clock=clock, sleep=sleep, backoff=backoff or Backoff()
        )
        self._sent: OrderedDict[str, list[str]] = OrderedDict()
        self._answers: set[asyncio.Task[None]] = set()

    @property
    def last_contact(self) -> int:
        """When Telegram last answered a poll, or last brought an update by webhook; ms UTC, 0 for never.

        By webhook silence may be well: ask `pending` then.
        """
        return self._intake.last_poll if isinstance(self._intake, Poller) else self._intake.last_update

    @property
    def problem(self) -> str:
        """What keeps us from receiving, for the operator; "" if nothing does."""
        return self._intake.problem

    def parse(self, raw: dict[str, Any]) -> Incoming | None:
        """The delivery in our words, without I/O; None for what is ignored on purpose."""
        return parse.parse(raw, self.username)

    async def receive(self, accept: Accept) -> None:
        """Receives until cancelled; survives every error of Telegram."""
        await self._intake.run(accept)

    def routes(self) -> list[web.RouteDef]:
        """What the web server must mount; empty when polling."""
        return self._intake.routes() if isinstance(self._intake, Webhook) else []

    async def register(self) -> None:
        """Sets the webhook, trying until it works; to be called once the server listens."""
        if isinstance(self._intake, Webhook):
            await self._intake.register()

    async def publish(self, menus: Menus) -> None:
        """Sets the command menus by scope and language where they changed; never raises Failure."""
        library = await self._api.library()
        from bot.platforms.telegram.commands import publish

        await publish(library, menus)

    async def probe(self) -> str:
        """The bot's username. Raises Failure with a reason an operator understands."""
        await self._introduce()
        return self.username

    async def introduce(self, menus: Menus) -> str:
        """Sets the webhook where there is one, and the command menus in private chats. Raises Failure."""
        await self.probe()
        await self.register()
        await self.publish(menus)
        return f"https://t.me/{self.username}?start="

    async def pending(self) -> int:
        """How many updates wait at Telegram. Raises Failure."""
        info = await self._ask("getWebhookInfo", {})
        return int(info.get("pending_update_count", 0)) if isinstance(info, dict) else 0

    async def send(self, chat: str, message: Message, uploads: Sequence[Upload], key: str) -> str:
        """Sends and returns the id of the message with the buttons, or else of the first file.

        A retry under the same `key` goes on after the parts already sent. Raises Failure.
        """
        parts = plan(message, uploads)
        if not parts:
            raise Failure("there is nothing in the message", permanent=True)
        refs = self._sent.pop(key, [])
        try:
            while len(refs) < len(parts):
                refs.append(await send_part(self._api, chat, parts[len(refs)]))
        except Failure as failure:
            if refs and not failure.permanent:
                self._remember(key, refs)
            raise
        return refs[-1] if isinstance(parts[-1], Words) else refs[0]

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Makes the sent message `ref` look like `message`. Raises Failure."""
        await edit_words(self._api, chat, ref, message)
        return ref

    def answer(self, tap_ref: str, text: str) -> None:
        """Ends the wait of a tapped button, if that still is of use to anybody."""
        parameters = {"callback_query_id": tap_ref}
        if text:
            parameters["text"] = cut(text, ANSWER)
        if isinstance(self._intake, Webhook) and self._intake.reply(tap_ref, "answerCallbackQuery", parameters):
            return
        task = asyncio.ensure_future(self._answer(parameters))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, parameters: dict[str, Any]) -> None:
        try:
            await self._ask("answerCallbackQuery", parameters)
        except Failure as failure:
            log.debug("Telegram %s: a tap was not answered: %s", self._settings.code, failure.reason)

    async def fetch(self, media: Media) -> bytes:
        """The media's bytes. Raises Failure; permanent `too_big` or `lost`."""
        return await files.fetch(self._api, media, self._sleep)

    def windows(self, chat: str) -> tuple[Window, ...]:
        """30 a second over all; 20 a minute in a group; one a second in a chat, in bursts of three."""
        own = Window(chat, 20, 60.0) if chat.startswith("-") else Window(chat, 3, 3.0)
        return (Window("", 30, 1.0), own)

    async def close(self) -> None:
        """Lets go of connections."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._api.close()

    async def _introduce(self) -> None:
        me = await self._ask("getMe", {})
        name = me.get("username") if isinstance(me, dict) else None
        if not isinstance(name, str) or not name:
            raise Failure("Telegram's answer to getMe makes no sense")
        self.username = name

    async def _ask(self, method: str, parameters: dict[str, Any]) -> Any:
        try:
            return await self._api.call(method, parameters)
        except (Taken, Hooked):
            raise Failure("another process uses this token") from None

    def _remember(self, key: str, refs: list[str]) -> None:
        self._sent[key] = refs
        if len(self._sent) > UNFINISHED:
            self._sent.popitem(last=False)
