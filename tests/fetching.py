"""Opening a link as a browser does, and a plant where files are soon too large."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.both import say, tap
from tests.fakes import telegram_methods, wecom_world
from tests.scenes import hazard_photo

LINK = re.compile(r"https?://\S+/files/\S+")


@dataclass(frozen=True)
class Answer:
    """What the address answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def page(self) -> str:
        return self.body.decode()


async def fetch(url: str, method: str = "GET", **headers: str) -> Answer:
    """One request."""
    async with aiohttp.ClientSession() as web, web.request(method, url, headers=headers) as found:
        return Answer(found.status, dict(found.headers), await found.read())


def takes(plant: Any, most: int, patch: pytest.MonkeyPatch) -> None:
    """From now on the plant's platform takes files of so many bytes and no larger ones."""
    for platform in plant.program.platforms.values():
        patch.setattr(platform, "largest", most)
    patch.setattr(telegram_methods, "UPLOAD", most)
    patch.setitem(wecom_world.SIZES, "file", most)


def link_on(plant: Any, name: str) -> str:
    """The newest link on somebody's phone."""
    return next(found[0] for text in reversed(plant[name].texts) if (found := LINK.search(text)))


async def reported(plant: Any) -> None:
    """王磊 has reported something with a photo, and 李静 sees the month."""
    await say(plant, "王磊", "3号球磨机联轴器防护罩没装", "上报草稿")
    plant["王磊"].photo(hazard_photo(3))
    await plant.sees("王磊", "照片：1 张")
    await plant.rest()
    await tap(plant, "王磊", "提交")
    plant["李静"].text("月报")
    await plant.sees("李静", "📥 上报 1 条", 60)
    await plant.rest()


async def offered(plant: Any, name: str = "李静", label: str = "隐患台账") -> str:
    """Somebody asks for a book that is too large, and gets this link."""
    before = sum("太大" in text for text in plant[name].texts)
    await tap(plant, name, label)
    await plant.fake.until(lambda: sum("太大" in text for text in plant[name].texts) > before, 60)
    return link_on(plant, name)


async def fetchings(plant: Any) -> list[tuple[Any, ...]]:
    """What the audit log says was fetched: by whom, what."""
    found = await plant.ask("SELECT person, detail FROM audit WHERE action = 'file.fetched' ORDER BY id")
    return list(found)
