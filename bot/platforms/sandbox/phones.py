"""The platform's own side: what phones send is kept, then delivered; what they are shown is kept, too."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from bot.platforms.base import Accept, Delivery, NotStored
from bot.platforms.sandbox.feed import Feed, News
from bot.platforms.sandbox.kinds import kind_of
from bot.platforms.sandbox.raw import NAME, founded_raw, message_raw, tap_raw
from bot.platforms.sandbox.views import news_of
from storage.database import Database, Tx
from storage.photos import Folder
from storage.sandbox import Group, Phone, Sandbox, Shown, Written

T = TypeVar("T")

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
PHONE = re.compile(r"[a-z0-9]{1,24}")
LANG = re.compile(r"/lang\s+(zh|en)\s*")
TEXT_LIMIT = 4096


class NotPossible(Exception):
    """What the page asked for cannot be done; the word says why."""


class Phones:
    """The phones of one enterprise. `now` is the enterprise's clock, in milliseconds UTC."""

    def __init__(self, database: Database, enterprise: int, uploads: Folder, now: Callable[[], int]) -> None:
        self.enterprise = enterprise
        self.feed = Feed()
        self.ready = asyncio.Event()  # set while phones can send
        self.held = asyncio.Event()  # set when something shown could not be delivered
        self._database = database
        self._uploads = uploads
        self._now = now
        self._accept: Accept | None = None
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run(self, work: Callable[[Sandbox], T]) -> T:
        """Runs `work` as one transaction; once it is committed the open pages are told of its changes."""
        loop = asyncio.get_running_loop()

        def inside(tx: Tx) -> T:
            store = Sandbox(tx, self.enterprise)
            result = work(store)
            news = [news_of(change) for change in store.changed]
            if news:
                tx.after.append(partial(_tell_soon, loop, self.feed, news))
            return result

        return await self._database.run(inside)

    async def deliver_to(self, accept: Accept) -> None:
        """From now on deliveries go to `accept`, first of all those that were held up. Raises NotStored."""
        self.held.clear()
        for group in await self.run(lambda s: s.groups(waiting=True)):
            await self._found(accept, group)
        for phone in await self.run(Sandbox.phones):
            async with self._turn(phone.chat):
                await self._drain(accept, phone.chat)
        self._accept = accept
        self.ready.set()

    def stop(self) -> None:
        """From now on phones are told to try again later."""
        self._accept = None
        self.ready.clear()

    def _ready(self) -> Accept:
        if self._accept is None:
            raise NotStored("the sandbox is still starting")
        return self._accept

    def _turn(self, phone: str) -> asyncio.Lock:
        # Order of one phone's messages in the inbox = order on its screen.
        return self._turns.setdefault(phone, asyncio.Lock())

    async def keep(self, data: bytes, *, voice: bool = False, name: str = "") -> dict[str, Any]:
        """Puts an uploaded file into the folder and returns its record. Raises storage.photos.DiskFull."""
        kind, mime = kind_of(data, voice=voice)
        sha = await asyncio.to_thread(self._uploads.put, data, ".bin")
        return {"kind": kind.value, "mime": mime, "size": len(data), "sha": sha, **({"name": name} if name else {})}

    async def read(self, sha: str) -> bytes:
        """A kept file's bytes. Raises storage.photos.Lost."""
        return await asyncio.to_thread(self._uploads.get, sha)

    async def say(self, written: Written) -> Shown:
        """A phone sends a message: shown, kept and delivered. The same key again changes nothing.

        Raises NotPossible, NotStored, DiskFull.
        """
        if not KEY.fullmatch(written.key) or len(written.text) > TEXT_LIMIT:
            raise NotPossible("bad")
        if not (written.text.strip() or written.media or written.extra.keys() & {"location", "contact"}):
            raise NotPossible("empty")
        accept = self._ready()

        def work(store: Sandbox) -> Shown:
            if not store.sees(written.author, written.chat):
                raise NotPossible("no_chat")
            shown, new = store.put(written, self._now())
            chosen = LANG.fullmatch(written.text)
            if new and chosen and written.chat == written.author:
                store.set_language(written.author, chosen[1])
            return shown

        async with self._turn(written.author):
            shown = await self.run(work)
            await self._drain(accept, written.author)
        return shown

    async def _drain(self, accept: Accept, phone: str) -> None:
        """Delivers what this phone shows as sent, in its order; its turn must be held."""
        for shown in await self.run(lambda s: s.waiting(phone)):
            try:
                await self._deliver(accept, shown)
            except NotStored:
                self.held.set()
                raise

    async def _deliver(self, accept: Accept, shown: Shown) -> None:
        phone, group = await self.run(lambda s: (s.phone(shown.author), s.group(shown.chat)))
        assert phone is not None
        await accept([self._delivery(message_raw(phone, shown, group))])
        await self.run(lambda s: s.delivered(shown.id))

    def _delivery(self, raw: dict[str, Any]) -> Delivery:
        return Delivery(self.enterprise, NAME, raw["key"], raw["from"], raw)

    async def tap(self, phone: str, message: int, data: str, key: str) -> None:
        """A phone taps a button. What the button says is not checked here. Raises NotPossible, NotStored."""
        if not KEY.fullmatch(key) or not 1 <= len(data.encode()) <= 64:
            raise NotPossible("bad")
        accept = self._ready()

        def work(store: Sandbox) -> tuple[Phone | None, Shown | None]:
            return store.phone(phone), store.visible(phone, message)

        async with self._turn(phone):
            who, shown = await self.run(work)
            if who is None or shown is None or shown.author:
                raise NotPossible("no_chat")
            await accept([self._delivery(tap_raw(who, shown, data, key, self._now()))])

    async def add(self, phone: Phone) -> Phone:
        """Adds a phone, or returns the one that has this id already. Raises NotPossible."""
        if not PHONE.fullmatch(phone.chat) or not 1 <= len(phone.name.strip()) <= 40:
            raise NotPossible("bad")
        new = replace(phone, name=phone.name.strip(), created_at=self._now())
        return await self.run(lambda s: s.add_phone(new))

    async def seed(self, phones: Iterable[tuple[str, str, str, str]]) -> None:
        """Adds phones (id, name, note, employee number) that are not there yet, in this order."""
        new = [Phone(*phone, "", order) for order, phone in enumerate(phones)]
        await self.run(lambda s: [s.add_phone(phone) for phone in new])

    async def found(self, title: str, founder: str, members: Sequence[str], key: str) -> Group:
        """A phone founds a group with others and the bot. The same key again changes nothing.

        Raises NotPossible, NotStored.
        """
        everybody = tuple(dict.fromkeys([founder, *members]))
        if not PHONE.fullmatch(key) or not 1 <= len(title.strip()) <= 40:
            raise NotPossible("bad")
        accept = self._ready()
        new = Group(f"g:{key}", title.strip(), founder, everybody, self._now())

        def work(store: Sandbox) -> Group:
            if any(store.phone(m) is None for m in everybody):
                raise NotPossible("no_phone")
            return store.add_group(new)

        group = await self.run(work)
        await self._found(accept, group)
        return group

    async def _found(self, accept: Accept, group: Group) -> None:
        founder = await self.run(lambda s: s.phone(group.founder))
        assert founder is not None
        try:
            await accept([self._delivery(founded_raw(founder, group))])
        except NotStored:
            self.held.set()
            raise
        await self.run(lambda s: s.group_delivered(group.chat))

    def tell(self, kind: str, **body: object) -> None:
        """Tells the open pages something of the moment."""
        self.feed.publish([News(kind, 0, body)])


def _tell_soon(loop: asyncio.AbstractEventLoop, feed: Feed, news: Sequence[News]) -> None:
    loop.call_soon_threadsafe(feed.publish, news)  # a transaction ends in the database's thread


def new_id() -> str:
    """A short id for a phone."""
    return "p" + secrets.token_hex(4)
