"""Telegram: updates made by the fake's phones, messages sent and changed over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.platforms.telegram.parse import delivery
from bot.platforms.telegram.platform import Telegram
from bot.platforms.telegram.settings import TelegramSettings
from handlers.message import Event, Incoming, MediaKind
from tests.carriers.base import Carrier, Look, bytes_of, sign_of
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_flood import Flood
from tests.fakes.telegram_phone import Group, Phone

FILES = ("photo", "voice", "document")


class TelegramCarrier(Carrier):
    """One bot."""

    name = "telegram"

    async def open(self) -> None:
        self.fake = FakeTelegram(clock=self.time, flood=True)
        # A private chat takes a short burst; the adapter counts on it.
        self.fake._flood = Flood(self.time, burst=3)
        await self.fake.open()
        self.adapter = Telegram(TelegramSettings(1, "demo", TOKEN, api_url=self.fake.url), clock=self.time.ms)
        await self.adapter.probe()

    async def shut(self) -> None:
        await self.fake.close()

    def phone(self, name: str, number: int) -> tuple[str, str]:
        made = self.fake.phone(name, language="")
        self.phones[str(made.id)] = made
        return str(made.id), str(made.id)

    def known(self, chat: str) -> None:
        self.phones[chat].chat.started = True

    def group(self, name: str) -> str:
        made = self.fake.group(name)
        self.phones[str(made.id)] = made
        return str(made.id)

    async def act(self, said: Incoming) -> None:
        self.fake.world.date = said.sent_at // 1000 - 1
        phone: Phone = self.phones[said.account]
        group: Group | None = None if said.private else self.phones[said.chat]
        self._do(phone, group, said)
        for update in self.fake.world.updates.values():
            found = delivery(1, update, self.time.ms())
            assert found is not None
            self.came.append(found)
        self.fake.world.updates.clear()

    def _do(self, phone: Phone, group: Group | None, said: Incoming) -> None:
        if said.event is Event.TAP:
            phone.tap_data(said.tap, int(said.message_ref), group=group)
        elif said.event is Event.BLOCKED:
            phone.block()
        elif said.event is Event.GROUP_JOINED and group is not None:
            group.add_bot(phone)
        elif said.media and said.media[0].kind is MediaKind.VOICE:
            phone.voice(bytes_of(said.media[0]))
        elif said.media:
            phone.photo(bytes_of(said.media[0]), caption=said.text, album=said.album)
        elif said.location:
            phone.location(*said.location)
        elif said.phone:
            phone.contact(said.phone)
        else:
            phone.text(said.text, group=group)

    def screen(self, chat: str) -> list[Look]:
        looks: list[Look] = []
        album = ""
        for message in self.phones[chat].screen:
            look = self._look(message)
            if album and album == message.get("media_group_id"):
                first = looks[-1]
                looks[-1] = Look(first.ref, first.lines, media=first.media + look.media)
            else:
                looks.append(look)
            album = message.get("media_group_id", "")
        return looks

    def _look(self, message: dict[str, Any]) -> Look:
        markup = message.get("reply_markup", {})
        rows = markup.get("inline_keyboard", [])
        shares = [f"[☎ {key['text']}]" for row in markup.get("keyboard", []) for key in row]
        return Look(
            str(message["message_id"]),
            tuple(str(message.get("text", message.get("caption", ""))).splitlines()),
            media="".join(self._sign(message[kind]) for kind in FILES if kind in message),
            controls=tuple(f"[{b['text']}]" for row in rows for b in row) + tuple(shares),
            taps=tuple((b["text"], b["callback_data"]) for row in rows for b in row),
        )

    def _sign(self, file: Any) -> str:
        last = file[-1] if isinstance(file, list) else file
        return sign_of(self.fake.world.files[last["file_id"]])

    async def settle(self) -> None:
        await asyncio.gather(*self.adapter._answers)

    def toast(self, tap_ref: str) -> str:
        return self.fake.world.queries[tap_ref].answer or ""

    def strange(self) -> list[str]:
        flooded, same = 429, "message is not modified"  # both are taken as they are meant
        bad = [c for c in self.fake.calls if c.status not in {200, flooded} and same not in c.description]
        return [f"{c.method}: {c.description}" for c in bad]
