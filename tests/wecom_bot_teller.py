"""Plays a story through the whole program and a fake of WeCom's AI bot; under each line stands what phones then show.

The notation is that of tests/stories/README.md, and besides: `王磊 ⌂` opens the conversation, `王磊 ▶ 提交 ↑` taps the
oldest card that has the button, `王磊 ⏳` lets WeCom forget the conversation, `‹已处理›` is a grey button,
`(○ 破碎车间)` a line of a list: `▶` ticks it and sends the list, `{等级 ▾ A · B}` a drop-down:
`李静 ▾ B` chooses in it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from bot.plants import Plants
from bot.platforms.wecom_bot.platform import WeComBot
from tests.fakes.wecom_bot import FakeWeComBot
from tests.fakes.wecom_bot_phone import Conversation, Phone, Shown
from tests.scenes import hazard_photo
from tests.wecom_bot_program import USERIDS, BotPlant, running
from tests.world import ZONE

START = datetime(2026, 11, 2, 10, 32, tzinfo=ZONE).timestamp()
MARK = {"image": "📷", "voice": "🎤", "video": "🎬", "file": "📎"}
LINE = re.compile(r"(?P<who>[^\s:@]+)(?:@(?P<group>\S+))?(?: (?P<what>[📷🎤▶⌂⏳▾])|:) ?(?P<words>.*)")

Look = tuple[str, str, tuple[str, ...]]


async def play(story: str, folder: Path) -> str:
    """The story with everything that people saw; equal to the story if nothing has changed."""
    with at_start() as clock:
        async with FakeWeComBot(rate=False) as fake, running(folder, fake) as plant:
            fake.__dict__["seconds"] = lambda: clock() // 1000
            await plant.program.wake.look()
            parts = re.split(r"(```story\n.*?```)", story, flags=re.S)
            teller = Teller(plant)
            return "".join([await teller.block(p) if p.startswith("```story") else p for p in parts])


@contextmanager
def at_start() -> Iterator[Callable[[], int]]:
    """The program's clocks begin at half past ten of a Monday and go on from there."""
    begun = time.monotonic()

    def clock() -> int:
        return int((START + (time.monotonic() - begun) / 2) * 1000)

    kwdefaults = {**(WeComBot.__init__.__kwdefaults__ or {}), "clock": clock}
    with ExitStack() as stack:
        stack.enter_context(patch.object(Plants.__init__, "__defaults__", (clock,)))
        stack.enter_context(patch.object(WeComBot.__init__, "__kwdefaults__", kwdefaults))
        stack.enter_context(patch("storage.claims.new_code", lambda: "K7M2-9QXD-4HTN"))
        stack.enter_context(patch.object(WeComBot, "windows", lambda self, chat: ()))
        yield clock


class Teller:
    """Does what the lines say, and writes down what changed on the phones."""

    def __init__(self, plant: BotPlant) -> None:
        self.plant = plant
        self.groups: dict[str, Conversation] = {}
        self.pictures = 0

    async def block(self, block: str) -> str:
        """A block of the story, told anew."""
        told = []
        for line in block.splitlines():
            if line.startswith("```"):
                told.append(line)
            elif line.startswith("加入："):
                told.append(line)
                await self.plant.joined(*line.removeprefix("加入：").split("、"))
            elif line.strip() and not line.startswith(" "):
                told += [line, *await self._line(line)]
        return "\n".join(told)

    async def _line(self, line: str) -> list[str]:
        before = self._looks()
        self._do(line)
        await self.plant.rest()
        return [
            text for where, looks in self._looks().items() for text in _changes(where, before.get(where, []), looks)
        ]

    def _do(self, line: str) -> None:
        found = LINE.fullmatch(line)
        assert found is not None, line
        phone, words = self._phone(found["who"]), found["words"]
        group = self._group(found["group"]) if found["group"] else None
        if found["what"] == "📷":
            self.pictures += 1
            phone.photo(hazard_photo(self.pictures), words, group=group)
        elif found["what"] == "🎤":
            phone.voice(words)
        elif found["what"] == "⌂":
            phone.enter()
        elif found["what"] == "⏳":
            phone.written = False
        elif found["what"] == "▾":
            phone.choose(words)
        elif found["what"] == "▶":
            oldest = words.endswith("↑")
            label = words.removesuffix("↑").strip()
            cards = [one for one in phone.screen if label in one.buttons]
            if oldest and cards:
                phone.tap_on(cards[0].task, cards[0].buttons[label])
            else:
                phone.tap(label)
        else:
            phone.text(words, group=group)

    def _phone(self, name: str) -> Phone:
        return self.plant[name] if name in USERIDS else self.plant.fake.phone(name)

    def _group(self, name: str) -> Conversation:
        if name not in self.groups:
            self.groups[name] = self.plant.fake.group(f"wr{len(self.groups)}")
        return self.groups[name]

    def _looks(self) -> dict[str, list[Look]]:
        names = {userid.lower(): name for name, userid in USERIDS.items()}
        names |= {group.chat: name for name, group in self.groups.items()}
        return {names.get(chat, chat): [_look(one) for one in of.screen] for chat, of in self.plant.fake.chats.items()}


def _look(one: Shown) -> Look:
    text = MARK.get(one.kind, "") + one.text
    buttons = [f"[{label}]" for label in one.buttons] + [f"(○ {label})" for label in one.options]
    if one.choices:
        buttons.append(f"{{{one.title} ▾ {' · '.join(one.choices)}}}")
    return one.kind, text, tuple(buttons) or ((f"‹{one.grey}›",) if one.grey else ())


def _changes(where: str, before: list[Look], now: list[Look]) -> list[str]:
    told = []
    for n, look in enumerate(now):
        if n >= len(before):
            told += _told("→", where, look)
        elif look != before[n]:
            told += _told("✎", where, look)
    return told


def _told(mark: str, where: str, look: Look) -> list[str]:
    first, *rest = look[1].splitlines() or [""]
    lines = [f"  {mark} {where}  {first}", *(f"      {line}" for line in rest)]
    for at in range(0, len(look[2]), 3):
        lines.append("      " + "  ".join(look[2][at : at + 3]))
    return [line.rstrip() for line in lines]
