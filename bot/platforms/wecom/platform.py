"""A self-built WeCom application as a Platform: one application of one enterprise."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from aiohttp import web

from bot.platforms.base import Accept, Delivery, Failure, Menus, Upload, Window
from bot.platforms.wecom import parse
from bot.platforms.wecom.callback import Callback
from bot.platforms.wecom.changing import Changing
from bot.platforms.wecom.cipher import Cipher, key_of
from bot.platforms.wecom.client import Client, TooBig
from bot.platforms.wecom.codes import Codes
from bot.platforms.wecom.delivering import Delivering
from bot.platforms.wecom.errors import NO_SUCH_MEDIA, Refused
from bot.platforms.wecom.members import Members
from bot.platforms.wecom.menu import menu
from bot.platforms.wecom.send import LARGEST, Outbound, plan
from bot.platforms.wecom.settings import WeComSettings
from handlers.message import Event, Incoming, Media, Message
from storage import accounts
from storage.database import Database
from storage.store import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

LIMIT = 20 * 1024 * 1024  # bytes


def _now() -> int:
    return time.time_ns() // 1_000_000


class WeCom:
    """One application."""

    name = parse.PLATFORM
    largest = LARGEST
    toasts = False  # nothing can be shown for a moment

    def __init__(
        self,
        settings: WeComSettings,
        database: Database,
        *,
        clock: Callable[[], int] = _now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.enterprise = settings.enterprise
        self._settings = settings
        self._database = database
        self._clock = clock
        self.client = Client(settings, monotonic=monotonic)
        self._outbound = Outbound(self.client, settings.agent_id, monotonic)
        self._delivering = Delivering(self._outbound, monotonic)
        self._codes = Codes(database, settings.enterprise, clock)
        self.members = Members(self.client)
        cipher = Cipher(settings.token, key_of(settings.aes_key), settings.corp_id)
        self._callback = Callback(settings, cipher, self._look, clock)
        self._changing = Changing(self._outbound, self._codes, self._again, clock)
        self._known: set[str] = set()  # members who have joined
        self.stopped = ""

    def parse(self, raw: dict[str, Any]) -> Incoming | None:
        """The delivery in our words, without I/O; None for what is ignored on purpose."""
        return parse.parse(raw)

    async def receive(self, accept: Accept) -> None:
        """Receives until cancelled."""
        await self._callback.run(accept)

    def routes(self) -> list[web.RouteDef]:
        """What the web server must mount."""
        return self._callback.routes()

    async def introduce(self, menus: Menus) -> str:
        """Makes the application's menu from the commands. Raises Failure.

        There is no link that takes a join code: the directory says who somebody is.
        """
        await self._minding(self.client.token())
        commands = menus.get("private", {}).get("", [])
        try:
            await self.client.call("menu/create", menu(commands), agentid=self._settings.agent_id)
        except Refused as refused:
            log.warning("WeCom %s: the menu could not be made: %s", self._settings.code, refused.reason)
        return ""

    async def send(self, chat: str, message: Message, uploads: Sequence[Upload], key: str) -> str:
        """Sends and returns the task of the card, or else the id of the first part. Raises Failure.

        A retry under the same `key` goes on after the parts already sent.
        """
        parts = plan(message, uploads)
        if not parts:
            raise Failure("there is nothing in the message", permanent=True)
        sent = await self._minding(self._delivering.deliver(key, chat, parts))
        for one in sent:
            await self._codes.keep(one.ref, one.code)
        ref = sent[-1].ref if message.buttons else sent[0].ref
        self._changing.shown(ref)
        return ref

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Changes the card in place if a code is left, else sends it anew; the id of what shows it. Raises Failure."""
        return await self._minding(self._changing.change(chat, ref, message))

    def answer(self, tap_ref: str, text: str) -> None:
        """Does nothing: WeCom waits for no answer and has no room for one."""

    async def fetch(self, media: Media) -> bytes:
        """The media's bytes. Raises Failure; permanent `too_big` or `lost`."""
        try:
            return await self.client.download(media.ref, LIMIT)
        except TooBig:
            raise Failure("too_big", permanent=True) from None
        except Refused as refused:
            if refused.code == NO_SUCH_MEDIA or refused.permanent:
                raise Failure("lost", permanent=True) from None
            raise

    def windows(self, chat: str) -> tuple[Window, ...]:
        """25 a minute and 900 an hour to a member: WeCom drops the 31st and the 1001st without a word."""
        return (Window("", 50, 1.0), Window(chat, 25, 60.0), Window(f"{chat} hour", 900, 3600.0))

    async def close(self) -> None:
        """Lets go of connections."""
        await self._changing.close()
        await self.client.close()

    async def _minding(self, work: Awaitable[T]) -> T:
        """Does it, noting whether only people can put right what is wrong."""
        try:
            found = await work
        except Refused as refused:
            if refused.setup:
                self.stopped = refused.reason
            raise
        self.stopped = ""
        return found

    async def _again(self, chat: str, message: Message, key: str) -> str:
        return await self.send(chat, message, (), key)

    async def _look(self, told: dict[str, Any], delivery: Delivery) -> Delivery:
        """Keeps a tap's code, notes that somebody wrote, and adds the name of whom nobody knows yet."""
        task, code = parse.tapped(told)
        incoming = parse.parse(delivery.raw)
        if task:
            await self._changing.tapped(delivery.account, task, code)
        elif incoming is not None and incoming.event is Event.MESSAGE:
            self._changing.wrote(delivery.account)
        if delivery.account in self._known or await self._joined(delivery.account):
            self._known.add(delivery.account)
            return delivery
        name = await self.members.name(delivery.account)
        return delivery._replace(raw={**delivery.raw, "name": name}) if name else delivery

    async def _joined(self, account: str) -> bool:
        found = await self._database.run(lambda tx: accounts.find(Store(tx, self.enterprise), self.name, account))
        return found is not None and found.person is not None
