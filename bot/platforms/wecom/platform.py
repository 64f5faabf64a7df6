"""A self-built WeCom application as a Platform: one application of one enterprise."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from aiohttp import web

from bot.platforms.base import Accept, Delivery, Failure, Menus, Upload, Window
from bot.platforms.wecom import parse
from bot.platforms.wecom.callback import Callback
from bot.platforms.wecom.cipher import Cipher, key_of
from bot.platforms.wecom.client import Client, TooBig
from bot.platforms.wecom.codes import Codes
from bot.platforms.wecom.delivering import Delivering
from bot.platforms.wecom.errors import NO_SUCH_MEDIA, Refused, Unclear
from bot.platforms.wecom.members import Members
from bot.platforms.wecom.menu import menu
from bot.platforms.wecom.send import Outbound, plan
from bot.platforms.wecom.settings import WeComSettings
from handlers.message import Event, Incoming, Media, Message
from storage import accounts
from storage.database import Database
from storage.store import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

SHOWN = 20_000  # cards of which it is remembered when they were shown
LIMIT = 20 * 1024 * 1024  # bytes


def _now() -> int:
    return time.time_ns() // 1_000_000


class WeCom:
    """One application."""

    name = parse.PLATFORM
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
        self._wrote: dict[str, int] = {}  # when a member last said something, ms
        self._shown: OrderedDict[str, int] = OrderedDict()  # when a card last changed on the phone, ms
        self._known: set[str] = set()  # members who have joined
        self._unclear: set[str] = set()  # codes that may have been used
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
        self._note_shown(ref)
        return ref

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Changes the card in place if a code is left, else sends what matters anew; the id of what shows it now.

        A card that its person has written below comes again at the bottom, and the one above is greyed. Of a card
        that cannot be changed and that nobody asked about, only the end is told. Raises Failure.
        """
        code = await self._codes.newest(ref)
        shown = self._shown.get(ref) or (code.got_at if code else None)
        below = shown is not None and self._wrote.get(chat.lower(), 0) > shown
        if message.buttons and below:
            new = await self.send(chat, message, (), f"edit {ref}")
            if code is not None:
                await self._grey(chat, code.code, message.spent)
            return new
        if code is not None and await self._change(chat, code.code, message):
            self._note_shown(ref)
            return ref
        if message.buttons or message.moot or below:
            return ""
        return await self.send(chat, message, (), f"edit {ref}")

    def answer(self, tap_ref: str, text: str) -> None:
        """Does nothing: WeCom waits for no answer and has no room for one."""

    async def fetch(self, media: Media) -> bytes:
        """The media's bytes. Raises Failure; permanent `too_big` or `lost`."""
        try:
            return await self._minding(self.client.download(media.ref, LIMIT))
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

    async def _change(self, chat: str, code: str, message: Message) -> bool:
        """Changes a card in place; False if it turns out that this cannot be done."""
        try:
            await self._minding(self._outbound.update(chat, code, message))
        except Unclear:
            self._unclear.add(code)
            raise
        except Failure as failure:
            if not failure.permanent:
                raise
            log.info("WeCom %s: a card could not be changed: %s", self._settings.code, failure.reason)
            done = code in self._unclear  # the code is spent because the first try had reached WeCom
            await self._spent(code)
            return done
        await self._spent(code)
        return True

    async def _grey(self, chat: str, code: str, label: str) -> None:
        try:
            await self._outbound.grey(chat, code, label)
        except Failure as failure:  # a button left over is answered with how things stand
            log.info("WeCom %s: a card could not be greyed: %s", self._settings.code, failure.reason)
        await self._spent(code)

    def _note_shown(self, ref: str) -> None:
        self._shown[ref] = self._clock()
        self._shown.move_to_end(ref)
        if len(self._shown) > SHOWN:
            self._shown.popitem(last=False)

    async def _spent(self, code: str) -> None:
        self._unclear.discard(code)
        await self._codes.used(code)

    async def _look(self, told: dict[str, Any], delivery: Delivery) -> Delivery:
        """Keeps a tap's code, notes that somebody wrote, and adds the name of whom nobody knows yet."""
        task, code = parse.tapped(told)
        incoming = parse.parse(delivery.raw)
        if code:
            await self._codes.keep(task, code)
        elif incoming is not None and incoming.event is Event.MESSAGE:
            self._wrote[delivery.account] = self._clock()
        if delivery.account in self._known or await self._joined(delivery.account):
            self._known.add(delivery.account)
            return delivery
        name = await self.members.name(delivery.account)
        return replace(delivery, raw={**delivery.raw, "name": name}) if name else delivery

    async def _joined(self, account: str) -> bool:
        found = await self._database.run(lambda tx: accounts.find(Store(tx, self.enterprise), self.name, account))
        return found is not None and found.person is not None
