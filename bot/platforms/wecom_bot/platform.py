"""WeCom's AI bot as a Platform: one bot of one enterprise, over its long connection."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
from aiohttp import web

from bot.pace import Pace
from bot.platforms.base import Accept, Delivery, Failure, Menus, NotStored, Upload, Window
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.wecom.cards import BOT, card, fits, takes
from bot.platforms.wecom.send import LARGEST
from bot.platforms.wecom_bot import files, parse, parts
from bot.platforms.wecom_bot.errors import Kicked, Refused
from bot.platforms.wecom_bot.line import Frame, Line
from bot.platforms.wecom_bot.moments import Moment, Moments
from bot.platforms.wecom_bot.settings import WeComBotSettings
from bot.platforms.wecom_bot.upload import Uploads
from handlers.message import Incoming, Media, Message, fingerprint

log = logging.getLogger(__name__)

BATCH = 50  # callbacks that are handed over at once
LAST = 2.0  # seconds that what came last gets to be stored at the end
UNFINISHED = 1000  # messages of several parts whose rest is still to be sent
UP = (Window("up", 30, 60.0), Window("up hour", 1000, 3600.0))


def _now() -> int:
    return time.time_ns() // 1_000_000


class WeComBot:
    """One bot. A card can be changed only as the answer to a tap on it; see `edit`."""

    name = parse.PLATFORM
    largest = LARGEST
    toasts = False

    def __init__(
        self,
        settings: WeComBotSettings,
        *,
        clock: Callable[[], int] = _now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        backoff: Backoff | None = None,
    ) -> None:
        self.enterprise = settings.enterprise
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._line = Line(settings, sleep=sleep, backoff=backoff or Backoff())
        self._moments = Moments(monotonic)
        self._pace = Pace()
        self._uploads = Uploads(self._line, monotonic, lambda: self._room(UP))
        self._sent: OrderedDict[str, list[str]] = OrderedDict()
        self._came: list[Delivery] = []
        self._coming = asyncio.Event()

    @property
    def problem(self) -> str:
        """What keeps us from receiving, for the operator; "" if nothing does."""
        return self._line.problem

    @property
    def stopped(self) -> str:
        """Why the bot does not connect any more; "" while it does or tries."""
        return self._line.stopped

    def parse(self, raw: dict[str, Any]) -> Incoming | None:
        """The delivery in our words, without I/O; None for what is ignored on purpose."""
        return parse.parse(raw)

    async def receive(self, accept: Accept) -> None:
        """Receives until cancelled; survives every end of the connection."""
        storing = asyncio.create_task(self._store(accept))
        try:
            await self._line.run(self._heard)
            await asyncio.Event().wait()
        finally:
            storing.cancel()
            await asyncio.gather(storing, return_exceptions=True)
            if self._came:  # WeCom does not send it again
                with contextlib.suppress(NotStored, TimeoutError):
                    async with asyncio.timeout(LAST):
                        await accept(self._came)

    def _heard(self, frame: Frame) -> None:
        found = parse.delivery(self.enterprise, frame, self._clock())
        if found is not None:
            self._came.append(found)
            self._coming.set()
        body, req_id, life = frame["body"], str(frame["headers"]["req_id"]), self._line.life
        chat = parse.chat(body)
        if (tapped := parse.click(body)) is not None:
            self._moments.tapped(chat, tapped[0], req_id, life)
        elif parse.entered(body):
            self._moments.opened(chat, req_id, life)
        elif body.get("msgtype") != "event":
            self._moments.said(chat)

    async def _store(self, accept: Accept) -> None:
        """Hands over what came, in order; WeCom wants no receipt, so nothing may be dropped here."""
        backoff = Backoff()
        while True:
            await self._coming.wait()
            self._coming.clear()
            while self._came:
                batch = self._came[:BATCH]
                try:
                    await accept(batch)
                except Exception as error:
                    if not isinstance(error, NotStored):
                        log.exception("WeCom bot %s: the inbox failed", self._settings.code)
                    wait = backoff.next()
                    log.warning("WeCom bot %s: messages cannot be stored yet", self._settings.code)
                    await self._sleep(wait)
                else:
                    backoff.reset()
                    del self._came[: len(batch)]

    async def send(self, chat: str, message: Message, uploads: Sequence[Upload], key: str) -> str:
        """Sends and returns the id of the card with the buttons, or else of the first part.

        A retry under the same `key` goes on after the parts already sent. Raises Failure.
        """
        planned = parts.plan(chat, message, uploads)
        if not planned:
            raise Failure("there is nothing in the message", permanent=True)
        refs = self._sent.pop(key, [])
        try:
            while len(refs) < len(planned):
                refs.append(await self._part(chat, planned[len(refs)]))
                if len(refs) > 1:  # a tap on any of them is one on the last, which we name
                    self._moments.moved(chat, refs[-2], refs[-1])
        except Failure as failure:
            if refs and failure.unreachable and self._moments.only_greeted(chat):
                return refs[-1]  # the words were read; the button comes with the person's first word
            if refs and not failure.permanent:
                self._sent[key] = refs
                if len(self._sent) > UNFINISHED:
                    self._sent.popitem(last=False)
            raise
        return refs[0] if isinstance(planned[-1], Upload) else refs[-1]

    async def _part(self, chat: str, part: parts.Part) -> str:
        ref = f"{parts.prefix(part)}{secrets.token_hex(12)}"
        if isinstance(part, Upload):
            kind, media_id = await self._uploads.bring(part)
            try:
                await self._push(chat, {"msgtype": kind, kind: {"media_id": media_id}})
            except Failure as failure:
                if failure.permanent:
                    self._uploads.forget(part)
                raise
            return ref
        body = parts.shown(part.message, ref) if isinstance(part, parts.Card) else parts.words(part.text)
        if not await self._welcomed(chat, part, body):
            await self._push(chat, body)
        return ref

    async def _welcomed(self, chat: str, part: parts.Part, body: Frame) -> bool:
        """Whether the part went as the answer to somebody's coming in, which needs no earlier word of theirs."""
        req_id = self._moments.opening(chat, self._line.life)
        if not req_id:
            return False
        welcome = {"msgtype": "text", "text": {"content": part.text}} if isinstance(part, parts.Words) else body
        await self._room(self.windows(chat))
        try:
            await self._line.ask("aibot_respond_welcome_msg", welcome, req_id)
        except Failure as failure:
            log.info("WeCom bot %s: a welcome goes as a message: %s", self._settings.code, failure.reason)
            return False
        self._moments.greeted(chat)
        return True

    async def _push(self, chat: str, body: Frame) -> None:
        await self._room(self.windows(chat))
        await self._line.ask("aibot_send_msg", parts.to(chat, body))
        self._moments.told(chat)

    async def _room(self, windows: Sequence[Window]) -> None:
        """Waits until one more fits; a message of several parts counts as several."""
        while (wait := self._pace.wait(windows, self._monotonic())) > 0:
            await self._sleep(wait)

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Shows what a card has become: in its place as the answer to a tap, else below if it is owed.

        It is owed to whoever just tapped it or wrote; others see it when they tap. Raises Failure.
        """
        tap, lately = self._moments.tap_on(chat, ref)
        task = tap.task if tap is not None else ref
        whole = takes(task, message) and fits(message, BOT, task)
        now = card(message, tap.task, BOT) if tap is not None and whole else None
        in_place = tap is not None and await self._change(chat, tap, now, message)
        if in_place:
            self._moments.settled(chat)
        if in_place and whole:
            return ref
        last = not message.buttons
        if not in_place and not lately and not self._moments.owes_words(chat, ref, last=last):
            return ""
        try:
            new = await self.send(chat, message, (), f"{ref} {fingerprint(message)}")
        except Failure:
            self._moments.said(chat)  # it is still owed
            raise
        if last:  # the words stand below, the card where it was: a tap on it finds it
            return ref if in_place else ""
        self._moments.moved(chat, ref, new)
        return new

    async def _change(self, chat: str, tap: Moment, shown: Frame | None, message: Message) -> bool:
        """Whether the tapped card was changed; without `shown` it loses its buttons."""
        # An answer counts as a message; there is no time to wait for room.
        if tap.life != self._line.life or self._pace.wait(self.windows(chat), self._monotonic()) > 0:
            return False
        now = shown or parts.spent(message, tap.task)
        body = {"response_type": "update_template_card", "template_card": now}
        try:
            await self._line.ask("aibot_respond_update_msg", body, tap.req_id)
        except Failure as failure:
            log.info("WeCom bot %s: a card was not changed: %s", self._settings.code, failure.reason)
            return False
        return True

    def answer(self, tap_ref: str, text: str) -> None:
        """Nothing: a tap ends by itself, and there are no passing words."""

    async def fetch(self, media: Media) -> bytes:
        """The media's bytes. Raises Failure; permanent `too_big` or `lost`."""
        return await files.fetch(media, self._settings.proxy)

    def windows(self, chat: str) -> tuple[Window, ...]:
        """30 a minute and 1000 an hour in a conversation, answers and messages together."""
        return (Window(chat, 30, 60.0), Window(f"{chat} hour", 1000, 3600.0))

    def routes(self) -> list[web.RouteDef]:
        """None: WeCom is called, it does not call."""
        return []

    async def probe(self) -> None:
        """Connects for a moment, which cuts off whoever else is connected as this bot.

        Raises Failure with a reason an operator understands.
        """
        try:
            await self._line.once(lambda _: None, until=self._line.subscribed)
        except Refused as refused:
            raise Failure(f"WeCom does not accept bot_id and secret ({refused.code})") from None
        except Kicked:
            raise Failure("another program connected as this bot at the same moment") from None
        except (aiohttp.ClientError, OSError, ValueError) as broken:
            raise Failure(f"WeCom cannot be reached ({type(broken).__name__})") from None

    async def introduce(self, menus: Menus) -> str:
        """Nothing to tell: the bot has no menu and no links that take codes."""
        return ""

    async def close(self) -> None:
        """Nothing is open beside what `receive` holds."""
