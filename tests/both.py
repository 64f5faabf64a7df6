"""The whole program with everybody on Telegram or on WeCom's application, for what has to work alike on both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.telegram.platform import Telegram
from bot.platforms.wecom.platform import WeCom
from tests import plant_program, plant_wecom
from tests.fakes.telegram import FakeTelegram
from tests.fakes.wecom import FakeWeCom

BOTH = ("telegram", "wecom")


@asynccontextmanager
async def plant_on(platform: str, folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """The program at the platform's fake, as fast as it can send."""
    patch.setattr(Telegram, "windows", plant_program.no_limits)
    patch.setattr(WeCom, "windows", plant_wecom.no_limits)
    if platform == "telegram":
        async with FakeTelegram() as telegram, plant_program.running(folder, telegram) as found:
            yield found
    else:
        async with FakeWeCom() as wecom, plant_wecom.running(folder, wecom, hold=200) as found:
            yield found


async def say(plant: Any, name: str, words: str, sees: str) -> None:
    """Somebody says something and is answered."""
    plant[name].text(words)
    await plant.sees(name, sees)
    await plant.rest()


async def tap(plant: Any, name: str, *labels: str) -> None:
    """Somebody taps buttons, one after the other."""
    for label in labels:
        await plant.taps(name, label)
        await plant.rest()


def files(plant: Any) -> list[bytes]:
    """Everything that the program uploaded."""
    found = plant.fake.world.files.values()
    return [one[1] if isinstance(one, tuple) else one for one in found]
