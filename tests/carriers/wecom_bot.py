"""WeCom's AI bot: frames over its long connection."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.platforms.base import Delivery
from bot.platforms.wecom_bot.line import ACK, BEAT
from bot.platforms.wecom_bot.platform import WeComBot
from bot.platforms.wecom_bot.settings import WeComBotSettings
from handlers.message import Event, Incoming, MediaKind
from tests.carriers.base import Carrier, Look, bytes_of, drop_down, list_of, sign_of
from tests.fakes.wecom_bot import FakeWeComBot
from tests.fakes.wecom_bot_phone import Phone, Shown

HEARD = "现场有点问题"  # what WeCom makes of a voice message


class WeComBotCarrier(Carrier):
    """One bot."""

    name = "wecom_bot"
    splits = True
    toasts = False
    without = "WeCom tells a bot nothing of groups it comes into"

    async def open(self) -> None:
        self._arrived = asyncio.Event()
        self.fake = FakeWeComBot(clock=self.time)
        self.fake.__dict__["seconds"] = lambda: int(self.time())
        await self.fake.__aenter__()
        settings = WeComBotSettings(1, "demo", self.fake.bot_id, self.fake.secret, self.fake.url)
        self.adapter = WeComBot(settings, clock=self.time.ms, monotonic=self.time, sleep=self._sleep)
        self._receiving = self.loop.create_task(self.adapter.receive(self.accept))
        await self.fake.until(lambda: self.fake.live is not None)
        await self.adapter._line.subscribed.wait()

    async def _sleep(self, seconds: float) -> None:
        """The line's own waits are real; whoever waits for room moves the story's time."""
        if seconds in {ACK, BEAT}:
            await asyncio.sleep(seconds)
        else:
            self.time.waited += seconds

    async def shut(self) -> None:
        await self.fake.__aexit__()

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        await super().accept(deliveries)
        self._arrived.set()

    def phone(self, name: str, number: int) -> tuple[str, str]:
        userid = f"user{number}"
        self.phones[userid] = self.fake.phone(userid)
        return userid, userid

    def known(self, chat: str) -> None:
        self.phones[chat].written = True

    async def act(self, said: Incoming) -> None:
        self.fake.__dict__["seconds"] = lambda: said.sent_at // 1000
        self._arrived.clear()
        phone: Phone = self.phones[said.account]
        if said.event is Event.BLOCKED:  # nobody tells the bot; what it sends does not arrive any more
            phone.written = False
            return
        if said.event is Event.TAP:
            self._tap(phone, said)
        elif said.media and said.media[0].kind is MediaKind.VOICE:
            phone.voice(HEARD)
        elif said.media:
            phone.photo(bytes_of(said.media[0]), said.text)
        else:
            assert said.text, f"{said} cannot be done here"
            phone.text(said.text)
        async with asyncio.timeout(10):
            await self._arrived.wait()

    def _tap(self, phone: Phone, said: Incoming) -> None:
        """A button, or a line of a list that is ticked and sent."""
        card = next((one for one in phone.screen if one.task == said.message_ref), None)
        if card is not None and said.tap in card.options.values():
            phone.send_list(card, said.tap)
        else:
            told = card is not None and card.choices
            answer = {"question_key": card.question, "option_ids": {"option_id": [card.chosen]}} if told else {}
            phone.tap_on(said.message_ref, said.tap, chosen=[answer] if told else [])

    def screen(self, chat: str) -> list[Look]:
        return [self._look(n, shown) for n, shown in enumerate(self.phones[chat].screen)]

    def _look(self, n: int, shown: Shown) -> Look:
        if shown.media:
            return Look(f"#{n}", media=sign_of(self.fake.commands.media[shown.media]))
        facts = shown.facts
        below = drop_down(shown.title, list(shown.choices)) if shown.choices else ()
        return Look(
            shown.task or f"#{n}",
            tuple(line for line in shown.text.splitlines() if line not in facts),
            facts,
            controls=(*(f"[{label}]" for label in shown.buttons), *list_of(list(shown.options)), *below),
            taps=(*shown.buttons.items(), *shown.options.items()),
            grey=shown.grey,
        )

    def strange(self) -> list[str]:
        nobody_there = 93006  # whoever stopped the chat
        return [f"{cmd}: {code}" for cmd, code in self.fake.refused if code != nobody_there]
