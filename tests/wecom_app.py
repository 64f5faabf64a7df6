"""One WeCom application at the fake, without the rest of the program: for tests of sending and calling."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom.settings import WeComSettings
from handlers.message import Button, Message
from storage import enterprises
from storage.database import Database
from tests.fakes.wecom import FakeWeCom, Phone
from tests.fakes.wecom_world import AES_KEY, AGENT, CORP, SECRET, TOKEN
from tests.template import careless, fresh


class Clock:
    """One time for both sides, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def ms(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class App:
    """The application, the fake, a member, and the clock."""

    wecom: WeCom
    fake: FakeWeCom
    phone: Phone
    clock: Clock
    sends: int = 0

    async def send(self, text: str = "您好", *labels: str, key: str = "", chat: str = "") -> str:
        """Sends a text, with labels a card."""
        self.sends += 1
        return await self.wecom.send(chat or self.phone.member.userid, card(text, *labels), [], key or f"k{self.sends}")

    async def edit(self, ref: str, text: str, *labels: str, **more: bool) -> str:
        """Changes a card."""
        message = card(text, *labels)
        return await self.wecom.edit(
            self.phone.member.userid, ref, Message(message.text, message.buttons, spent="已处理", **more)
        )

    async def tapped(self, ref: str) -> None:
        """The member taps the card; the platform keeps the code that comes with it."""
        await self.wecom._changing.tapped(self.phone.member.userid, ref, self.fake.world.code(ref))


def card(text: str, *labels: str) -> Message:
    """A message with a button for each label."""
    return Message(text, (tuple(Button(label, f"{label}:1") for label in labels),) if labels else (), spent="见下方")


@asynccontextmanager
async def app(
    folder: Path, *, secret: str = SECRET, corp: str = CORP, agent: int = AGENT, flood: bool = False
) -> AsyncIterator[App]:
    """An application whose callback address was saved already."""
    clock = Clock()
    database = await Database.open(fresh(folder / "plant.db"))
    await database.call(careless)
    enterprise = await database.run(lambda tx: enterprises.ensure(tx, "demo", "示例厂", "zh", "Asia/Shanghai"))
    async with FakeWeCom(flood=flood, clock=clock) as fake:
        fake.world.verified = True
        settings = WeComSettings(enterprise, "demo", corp, agent, secret, TOKEN, AES_KEY, fake.url)
        wecom = WeCom(settings, database, clock=clock.ms, monotonic=clock)
        try:
            yield App(wecom, fake, fake.phone("王磊", userid="WangLei"), clock)
        finally:
            await wecom.close()
            await database.close()
