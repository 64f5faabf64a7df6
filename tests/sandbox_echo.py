"""A bot that answers everything, for trying the sandbox without the rest: `python -m tests.sandbox_echo`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.platforms.base import Delivery, Failure, NotStored
from bot.platforms.sandbox.platform import SandboxPlatform
from bot.platforms.sandbox.server import SandboxServer, serve
from bot.platforms.sandbox.site import Person, Site
from handlers.message import Button, Event, Incoming, MediaKind, Message
from storage.database import Database
from storage.migrations import migrate

START = 1_795_000_000_000
SAMPLE = (
    ("wang", "王磊", "工人 · 磨矿车间", "1001"),
    ("li", "李静", "安全员", "1002"),
    ("zhang", "张强", "整改责任人 · 机修班", "1003"),
    ("zhao", "赵敏", "奖励审批人", "1004"),
)
ROSTER = {"1005": "周涛 · 选矿车间"}


def draft_card(text: str, photos: int, done: str = "") -> Message:
    """A card like the real ones."""
    head = f"✅ {done}" if done else "📝 上报草稿"
    words = f"{head}\n问题：{text or '（还没有写）'}\n地点：磨矿车间 · 3号球磨机\n照片：{photos} 张"
    rows = (
        (("提交", "submit"), ("地点", "place"), ("类型", "kind")),
        (("署名", "sign"), ("更多", "more"), ("取消", "cancel")),
    )
    buttons = () if done else tuple(tuple(Button(label, f"{data}:1") for label, data in row) for row in rows)
    return Message(words, buttons)


@dataclass
class EchoBot:
    """Accepts deliveries once each and answers at once: a card for photos, an edit for a tap."""

    platform: SandboxPlatform
    offline: bool = False
    seen: dict[str, Incoming] = field(default_factory=dict)
    fetched: list[bytes] = field(default_factory=list)
    cards: dict[str, str] = field(default_factory=dict)  # chat -> ref of its card

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        if self.offline:
            raise NotStored("the disk is away")
        for delivery in deliveries:
            if delivery.key not in self.seen:
                incoming = self.platform.parse(delivery.raw)
                assert incoming is not None
                self.seen[delivery.key] = incoming
                await self.answer(incoming)

    async def answer(self, said: Incoming) -> None:
        for media in said.media:
            self.fetched.append(await self.platform.fetch(media))
        if said.event is Event.TAP:
            await self.tapped(said)
        elif said.event is Event.GROUP_JOINED:
            await self.platform.send(said.chat, Message("大家好，我是啄木鸟。"), (), said.delivery)
        elif any(m.kind is MediaKind.PHOTO for m in said.media):
            for chat in dict.fromkeys((said.chat, "li")):
                card = draft_card(said.text, len(said.media))
                self.cards[chat] = await self.platform.send(chat, card, (), f"{said.delivery}>{chat}")
        else:
            await self.platform.send(said.chat, Message(f"收到：{said.text}"), (), said.delivery)

    async def tapped(self, said: Incoming) -> None:
        for chat, ref in self.cards.items():
            done = draft_card("3号球磨机联轴器防护罩没装", 1, f"{said.name} 已提交 2611-0042")
            try:
                await self.platform.edit(chat, ref, done)
            except Failure:
                continue
        self.platform.answer(said.tap_ref, "已提交")


async def open_database(path: Path) -> Database:
    """A migrated database with one enterprise."""
    database = await Database.open(path)
    await database.call(lambda connection: migrate(connection, START, lambda _: None))
    await database.run(
        lambda tx: tx.run(
            "INSERT INTO enterprise (id, code, name, language, timezone) VALUES (1, $1, $2, 'zh', $3)"
            " ON CONFLICT DO NOTHING",
            *("demo", "青石矿业 · 选矿厂", "Asia/Shanghai"),
        )
    )
    return database


class Plant:
    """An enterprise with a sandbox, a bot, a clock that stands still, and its page."""

    server: SandboxServer

    def __init__(self, folder: Path, database: Database) -> None:
        self.offset = 0
        self.joined: list[tuple[str, str]] = []
        self.database = database
        self.platform = SandboxPlatform(database, 1, folder / "uploads", self.now)
        self.bot = EchoBot(self.platform)
        self.site = Site(
            code="demo",
            name="青石矿业 · 选矿厂",
            zone="Asia/Shanghai",
            platform=self.platform,
            now=self.now,
            advance=self.advance,
            people=self.people,
            join=self.join,
        )

    def now(self) -> int:
        return START + self.offset

    async def advance(self, ms: int) -> None:
        self.offset += ms

    async def people(self) -> list[Person]:
        codes = {number: f"CODE{number}" for _, number in self.joined}
        return [Person(label, number, codes.get(number)) for number, label in ROSTER.items()]

    async def join(self, phone: str, number: str) -> None:
        self.joined.append((phone, number))


@asynccontextmanager
async def plant(
    folder: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    allow_remote: bool = False,
    heartbeat: float = 15.0,
    intake: bool = True,
) -> AsyncIterator[Plant]:
    """A running plant in `folder`; the same folder again is the same plant after a restart."""
    database = await open_database(folder / "woodpecker.db")
    here = Plant(folder, database)
    await here.platform.phones.seed(SAMPLE)
    here.server = await serve([here.site], host, port, allow_remote=allow_remote, heartbeat=heartbeat)
    task = asyncio.create_task(here.platform.receive(here.bot.accept)) if intake else None
    if task:
        await here.platform.phones.ready.wait()
    try:
        yield here
    finally:
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await here.platform.close()
        await here.server.stop()
        await database.close()


async def main(folder: Path) -> None:
    async with plant(folder, port=8765) as here:
        print(here.server.url)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/sandbox")))
