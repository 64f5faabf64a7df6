"""Deliveries that failed for good: named without a word of theirs, handled again one by one or all, the sender told."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot import program as program_module
from bot.cli import main
from bot.platforms.telegram.platform import Telegram
from handlers import routes
from handlers.turn import Turn
from tests.fakes.telegram import FakeTelegram
from tests.plant_day import picture
from tests.plant_program import Plant, no_limits, running


class Broken:
    """A handler that fails until it is mended."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.mended = False

    def __call__(self, turn: Turn) -> None:
        if not self.mended:
            raise LookupError(turn.incoming.text)
        self.real(turn)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Broken:
    monkeypatch.setattr(Telegram, "windows", no_limits)
    monkeypatch.setattr(program_module, "BALLAST", 1 << 16)
    monkeypatch.setattr("bot.intake.AGAIN", (0.01,))
    found = Broken(routes._route)
    monkeypatch.setattr(routes, "_route", found)
    return found


async def command(plant: Plant, *words: str) -> list[str]:
    """The lines of a command, given to the running program from another thread."""

    def do() -> list[str]:
        config = str(plant.settings.database.parent.parent / "config.toml")
        result = CliRunner().invoke(main, [*words, "--config", config])
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    return await asyncio.to_thread(do)


async def test_everything_parked_is_listed_and_replayed_in_order(tmp_path: Path, broken: Broken) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        plant["王磊"].photo(picture(random.Random(1)), caption="3号球磨机漏油")
        await plant.sees("王磊", "这条消息没处理好")
        plant["周涛"].text("我的")
        await plant.sees("周涛", "这条消息没处理好")
        await plant.sees("陈丽", "没能处理")
        listed = await command(plant, "replay")
        assert [line.split()[3:] for line in listed[:2]] == [["demo", "telegram", "LookupError"]] * 2
        assert listed[-1].startswith("2 parked.")
        assert [said for said in ("漏油", "我的", "王磊", "周涛") if said in "\n".join(listed)] == []
        broken.mended = True
        assert await command(plant, "replay", "--all") == ["2 will be handled again, in their order."]
        draft = await plant.sees("王磊", "上报草稿")
        assert "3号球磨机漏油" in draft
        assert "照片：1 张" in draft
        assert "刚才没处理好，现在处理了" in await plant.sees("王磊", "您 ")
        await plant.sees("周涛", "您还没有上报过")
        assert await command(plant, "replay", "--list") == ["Nothing is parked."]
        assert await command(plant, "replay", "--all") == ["Nothing is parked."]


async def test_what_still_fails_is_parked_again_and_the_rest_goes_on(tmp_path: Path, broken: Broken) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        plant["王磊"].text("我的")
        await plant.sees("王磊", "这条消息没处理好")
        number = (await command(plant, "replay"))[0].split()[0]
        await command(plant, "replay", number)
        await fake.until(lambda: sum("这条消息没处理好" in text for text in plant["王磊"].texts) == 2)
        assert not [text for text in plant["王磊"].texts if "现在处理了" in text]
        assert (await command(plant, "replay"))[0].split()[0] == number


async def test_what_cannot_be_read_is_parked_and_the_admin_hears_of_it(
    tmp_path: Path, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(self: Telegram, raw: Any) -> None:
        raise ValueError("a new kind of update")

    real = Telegram.parse
    broken.mended = True
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        monkeypatch.setattr(Telegram, "parse", unreadable)
        plant["王磊"].text("我的")
        await plant.sees("陈丽", "没能处理")
        monkeypatch.setattr(Telegram, "parse", real)
        await command(plant, "replay", "--all")
        await plant.sees("王磊", "您还没有上报过")
