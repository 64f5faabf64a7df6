"""The whole program in this process at a fake of WeCom's AI bot; people are joined as they write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from bot.configuration import read
from bot.program import Program
from bot.settings_platforms import Origin
from storage import lock, people
from storage.database import Tx
from storage.store import Store
from tests.fakes.wecom_bot import FakeWeComBot
from tests.fakes.wecom_bot_phone import Phone, Shown
from tests.plant_program import free_port, staff

T = TypeVar("T")

CONFIG = """
[web]
listen = "127.0.0.1:{web}"
[[enterprise]]
code = "demo"
name = "北山矿业"
[enterprise.wecom_bot]
bot_id = "{bot_id}"
secret = "{secret}"
ws_url = "{url}"
[enterprise.programme.clocks]
quiet_from = "00:00"
quiet_until = "00:00"
"""
# As the roster has them; WeCom writes them as it likes.
USERIDS = {
    "王磊": "WangLei", "李静": "LiJing", "吴桐": "WuTong", "张强": "ZhangQiang", "赵敏": "ZhaoMin",
    "钱进": "QianJin", "周涛": "ZhouTao", "陈丽": "ChenLi", "刘洋": "LiuYang", "孙芳": "SunFang",
}  # fmt: skip


def _userids(tx: Tx) -> None:
    for person in people.all(Store(tx, 1)):
        if person.name in USERIDS:
            people.update(Store(tx, 1), person.id, wecom_userid=USERIDS[person.name])


class BotPlant:
    """A running program with the phones of the cast."""

    def __init__(self, program: Program, fake: FakeWeComBot) -> None:
        self.program = program
        self.fake = fake

    def __getitem__(self, name: str) -> Phone:
        """The phone of one of the cast."""
        return self.fake.phone(USERIDS[name].lower())

    async def sees(self, name: str, words: str, seconds: float = 30.0) -> str:
        """Waits until a message with these words stands on the phone; returns the newest such."""
        phone = self[name]
        try:
            await self.fake.until(lambda: any(words in text for text in phone.texts), seconds)
        except TimeoutError:
            raise AssertionError(f"{name} does not see {words!r} but {phone.texts}") from None
        return next(text for text in reversed(phone.texts) if words in text)

    async def taps(self, name: str, label: str, about: str = "") -> Shown:
        """Taps the newest button of this label, as soon as there is one, and waits for what comes of it."""
        phone = self[name]
        try:
            await self.fake.until(lambda: label in phone.buttons)
        except TimeoutError:
            raise AssertionError(f"{name} has no button {label!r} but {phone.buttons}: {phone.texts}") from None
        tapped = phone.tap(label, about)
        await self.rest()
        return tapped

    async def joined(self, *names: str) -> None:
        """These people open the conversation and say hello once, and forget what they were told."""
        for name in names:
            self[name].text("谢谢")
        await self.fake.until(lambda: all(self[name].screen for name in names))
        await self.rest()
        bot = self.program.platforms[1, "wecom_bot"]
        for name in names:
            self[name].screen.clear()
            bot.__dict__["_moments"].settled(self[name].chat)

    async def rest(self) -> None:
        """Waits until everything that was sent to us has had its effect, and that has been sent."""

        async def busy() -> bool:
            exchange = self.program.exchange
            found: int = await exchange.run(
                lambda tx: tx.value(
                    "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
                    " + (SELECT count(*) FROM outbox WHERE state = 'waiting')"
                    " + (SELECT $1 - count(*) FROM inbox)",
                    self.fake.told,
                )
            )
            return found > 0

        while await busy():
            await asyncio.sleep(0.005)
            self.program.exchange.wake()

    async def ask(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """Rows as they stand in the database."""
        return await self.program.database.run(lambda tx: [tuple(row) for row in tx.all(sql, *args)])  # type: ignore[misc]


@asynccontextmanager
async def running(folder: Path, fake: FakeWeComBot, *, more: str = "") -> AsyncIterator[BotPlant]:
    """The program on a new or known folder; nobody has written yet."""
    config = folder / "config.toml"
    new = not config.exists()
    if new:
        text = CONFIG.format(web=free_port(), bot_id=fake.bot_id, secret=fake.secret, url=fake.url)
        config.write_text(text + more, encoding="utf-8")
    settings = read(config.read_text(encoding="utf-8"), Origin(folder))
    if new:
        staff(settings, more=_userids)
    async with AsyncExitStack() as stack:
        stack.enter_context(patch("bot.program.BALLAST", 1 << 16))
        stack.enter_context(patch("handlers.turn.GATHER_HOLD", 60))
        stack.enter_context(lock.hold(settings.database))
        plant = BotPlant(await Program.start(settings, stack), fake)
        await fake.until(lambda: fake.live is not None)
        yield plant
