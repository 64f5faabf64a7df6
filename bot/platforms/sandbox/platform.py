"""The sandbox as a platform like any other: its phones stand in for a chat service."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.platforms.base import Accept, Failure, Menus, NotStored, Upload, Window
from bot.platforms.sandbox.phones import Phones
from bot.platforms.sandbox.raw import NAME, parse
from bot.platforms.sandbox.uploads import LARGEST
from handlers.message import Incoming, Media, Message
from storage.database import Database, DiskFull
from storage.photos import Folder, Lost
from storage.sandbox import Buttons, Sandbox, Written

log = logging.getLogger(__name__)

AGAIN = 2.0  # seconds until held-up deliveries are tried once more


class SandboxPlatform:
    """One enterprise's sandbox.

    `uploads` is the folder for what phones send and are sent; `now` is the enterprise's clock,
    moved or not, in milliseconds UTC.
    """

    name = NAME
    largest = LARGEST
    toasts = True
    stopped = ""  # it never gives up

    def __init__(self, database: Database, enterprise: int, uploads: Path, now: Callable[[], int]) -> None:
        self.enterprise = enterprise
        self.phones = Phones(database, enterprise, Folder(uploads), now)
        self._now = now

    def parse(self, raw: dict[str, Any]) -> Incoming | None:
        """The delivery in our words."""
        return parse(raw)

    async def receive(self, accept: Accept) -> None:
        """Lets the phones send until cancelled; what was held up is tried again."""
        try:
            while True:
                try:
                    await self.phones.deliver_to(accept)
                    await self.phones.held.wait()
                except (NotStored, DiskFull) as error:
                    log.warning("the sandbox cannot deliver yet: %s", error)
                await asyncio.sleep(AGAIN)
        finally:
            self.phones.stop()

    async def send(self, chat: str, message: Message, uploads: Sequence[Upload], key: str) -> str:
        """Shows the message on the chat's phones; the same `key` again changes that message. Raises Failure."""
        try:
            media = [await self.phones.keep(upload.data, name=upload.media.name) for upload in uploads]
        except DiskFull as error:
            raise Failure("no room for the pictures") from error
        extra: dict[str, Any] = {}
        if message.ask_phone:
            extra["ask_phone"] = message.ask_phone
        if message.drop_keyboard:
            extra["drop_keyboard"] = True
        written = Written(chat, "", key, message.text, _rows(message), media, extra)

        def work(store: Sandbox) -> int:
            if store.phone(chat) is None and store.group(chat) is None:
                raise Failure("there is no such phone", permanent=True, unreachable=True)
            shown, _ = store.put(written, self._now())
            # What a crash made be sent again is drawn from what is true by now.
            store.edit(chat, shown.id, message.text, written.buttons)
            return shown.id

        return str(await self._write(work))

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Changes the message in place on every phone. Raises Failure."""
        known = ref.isascii() and ref.isdigit()
        if not known or not await self._write(lambda s: s.edit(chat, int(ref), message.text, _rows(message))):
            raise Failure("there is no such message", permanent=True)
        return ref

    async def _write(self, work: Callable[[Sandbox], int]) -> int:
        try:
            return await self.phones.run(work)
        except DiskFull as error:
            raise Failure("no room in the database") from error

    def answer(self, tap_ref: str, text: str) -> None:
        """Shows `text` for a moment on the phone that tapped. Never raises."""
        phone, _, tap = tap_ref.partition(" ")
        self.phones.tell("toast", phone=phone, tap=tap, text=text)

    async def fetch(self, media: Media) -> bytes:
        """The media's bytes. Raises Failure."""
        try:
            return await self.phones.read(media.ref)
        except (Lost, ValueError) as error:
            raise Failure("the file is not in the folder", permanent=True) from error
        except OSError as error:
            raise Failure(f"the folder cannot be read: {error.strerror}") from error

    def windows(self, chat: str) -> tuple[Window, ...]:
        """As fast as we like."""
        return ()

    def routes(self) -> list[web.RouteDef]:
        """None: the sandbox has a listener of its own."""
        return []

    async def introduce(self, menus: Menus) -> str:
        """Nobody has to be told."""
        return ""

    async def close(self) -> None:
        """Lets go of the open pages."""
        self.phones.feed.close()


def _rows(message: Message) -> Buttons:
    return [[{"label": b.label, "data": b.data} for b in row] for row in message.buttons]
