"""The AI bot wired to the fake, with time by hand and an inbox that only remembers."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.platforms.base import Delivery, NotStored
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.wecom_bot.moments import OWED
from bot.platforms.wecom_bot.platform import WeComBot
from bot.platforms.wecom_bot.settings import WeComBotSettings
from handlers.message import Incoming
from tests.fakes.wecom_bot import FakeWeComBot
from tests.fakes.wecom_bot_phone import Phone

NOW = 1_795_000_000_000  # ms


class Hand:
    """A clock that moves only when told to; who sleeps is woken in order. `naps` are the sleeps asked for."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), future))
        await future

    def asleep(self, seconds: float) -> bool:
        """Whether somebody sleeps who asked for this long."""
        return any(not f.done() and abs(at - self.now - seconds) < 0.001 for at, _, f in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Time passes."""
        end = self.now + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
                await settle()
        self.now = end
        await settle()


async def settle() -> None:
    """Lets frames on the loopback arrive."""
    for _ in range(20):
        await asyncio.sleep(0)
    await asyncio.sleep(0.005)


class Inbox:
    """Stands where the intake stands; refuses the next `refuse` times."""

    def __init__(self) -> None:
        self.kept: dict[str, Delivery] = {}
        self.refuse = 0
        self.tries = 0

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        self.tries += 1
        if self.refuse:
            self.refuse -= 1
            raise NotStored
        for one in deliveries:
            self.kept.setdefault(one.key, one)

    def read(self, bot: WeComBot) -> list[Incoming]:
        """What is kept, parsed, in order."""
        parsed = [bot.parse(one.raw) for one in self.kept.values()]
        return [one for one in parsed if one is not None]


class Bench:
    """A bot that receives, its fake, its inbox and its clock."""

    def __init__(self, fake: FakeWeComBot, hand: Hand, **changes: Any) -> None:
        self.fake, self.hand, self.inbox = fake, hand, Inbox()
        values: dict[str, Any] = {"enterprise": 1, "code": "mill", "bot_id": fake.bot_id, "secret": fake.secret}
        settings = WeComBotSettings(**{**values, "ws_url": fake.url, **changes})
        self.bot = WeComBot(settings, clock=lambda: NOW, monotonic=hand, sleep=hand.sleep, backoff=Backoff(lambda: 0.0))

    @property
    def words(self) -> list[str]:
        """What people said, as the inbox has it."""
        return [one.text for one in self.inbox.read(self.bot)]

    async def connected(self) -> None:
        """Waits until the bot is subscribed."""
        await self.fake.until(lambda: self.fake.live is not None and self.bot.problem == "")
        await settle()


async def known(b: Bench, userid: str = "wanglei") -> Phone:
    """Somebody who has written before."""
    phone = b.fake.phone(userid)
    phone.text("您好")
    before = len(b.inbox.kept)
    await b.fake.until(lambda: len(b.inbox.kept) > before)
    await b.hand.advance(OWED + 1)  # that was answered long ago
    return phone


@asynccontextmanager
async def bench(*, connect: bool = True, rate: bool = True, **changes: Any) -> AsyncIterator[Bench]:
    """A bot that receives from a fake of its own."""
    hand = Hand()
    async with FakeWeComBot(clock=hand, rate=rate) as fake:
        made = Bench(fake, hand, **changes)
        task = asyncio.create_task(made.bot.receive(made.inbox.accept))
        try:
            if connect:
                await made.connected()
            yield made
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await made.bot.close()
