"""What has more buttons than a card holds is a list on WeCom: one line is ticked and sent, on both ways in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom_bot.platform import WeComBot
from storage import departments, places
from storage.database import Tx
from storage.store import Store
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_bot import FakeWeComBot
from tests.plant_wecom import WeComPlant, no_limits
from tests.plant_wecom import running as running_app
from tests.wecom_bot_program import BotPlant
from tests.wecom_bot_program import running as running_bot

NINE = [f"{n}号破碎机" for n in range(1, 8)]  # beside the two that the plant has


def _more(tx: Tx) -> None:
    store = Store(tx, 1)
    mill = next(d for d in departments.all(store) if d.name == "磨矿车间")
    for n, name in enumerate(NINE):
        places.add(store, f"N{n}", f"磨矿车间 · {name}", mill.id)


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WeComPlant]:
    monkeypatch.setattr(WeCom, "windows", no_limits)
    async with FakeWeCom() as fake, running_app(tmp_path, fake) as found:
        await found.program.exchange.run(_more)
        yield found


@pytest.fixture
async def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotPlant]:
    monkeypatch.setattr(WeComBot, "windows", lambda self, chat: ())
    async with FakeWeComBot(rate=False) as fake, running_bot(tmp_path, fake) as found:
        await found.program.exchange.run(_more)
        await found.joined("王磊", "李静", "吴桐")
        yield found


async def test_a_worker_picks_a_place_from_a_list_of_nine(app: WeComPlant) -> None:
    wang = app["王磊"]
    wang.text("护栏松动")
    await app.rest()
    await app.taps("王磊", "提交")
    await app.taps("王磊", "更多地点")
    await app.fake.until(lambda: "7号破碎机" in wang.buttons, 8.0)
    listed = wang.screen[-1]
    assert listed.text == "📝 上报草稿\n在哪里？点一个，或直接打字。"
    assert [one["text"] for one in listed.options] == ["3号球磨机", *NINE, "1号浮选机", "返回"]
    assert listed.card["submit_button"]["text"] == "确定"
    await app.taps("王磊", "7号破碎机")
    await app.sees("王磊", "✅ 已收到")
    await app.rest()
    assert (listed.options, listed.grey) == ([], "见下方")
    assert await app.ask("SELECT place_text FROM report") == [("磨矿车间 · 7号破碎机",)]
    assert app.well


async def test_the_way_back_is_a_line_of_the_list_and_nothing_ticked_is_said_so(app: WeComPlant) -> None:
    wang = app["王磊"]
    wang.text("护栏松动")
    await app.rest()
    await app.taps("王磊", "地点")
    await app.taps("王磊", "更多地点")
    await app.fake.until(lambda: "7号破碎机" in wang.buttons, 8.0)
    await app.rest()
    wang.send_list(wang.screen[-1])
    await app.sees("王磊", "还没选：请先点一项")
    await app.rest()
    assert "7号破碎机" in wang.buttons
    assert next(shown for shown in wang.screen if shown.options).updates == 1
    await app.taps("王磊", "返回")
    await app.fake.until(lambda: "提交" in wang.buttons, 8.0)
    await app.rest()
    assert "7号破碎机" not in wang.buttons
    assert app.well


async def test_what_a_list_does_not_have_is_not_believed(app: WeComPlant) -> None:
    wang = app["王磊"]
    wang.text("护栏松动")
    await app.rest()
    await app.taps("王磊", "提交")
    await app.taps("王磊", "更多地点")
    await app.fake.until(lambda: "7号破碎机" in wang.buttons, 8.0)
    listed = wang.screen[-1]
    draft = listed.options[0]["id"].split(":")[1]
    for forged in (f"dplace:{draft}::p99999", "awyes:1:0", "x" * 65):
        before = len(wang.texts)
        wang.send_list(listed, forged)
        await app.fake.until(lambda before=before: len(wang.texts) > before, 8.0)
    assert await app.ask("SELECT count(*) FROM report") == [(0,)]
    assert app.well


async def test_the_bot_lists_places_too(bot: BotPlant) -> None:
    wang = bot["王磊"]
    wang.text("护栏松动")
    await bot.rest()
    await bot.taps("王磊", "提交")
    await bot.taps("王磊", "更多地点")
    listed = wang.screen[-1]
    assert listed.text == "📝 上报草稿\n在哪里？点一个，或直接打字。"
    assert list(listed.options) == ["3号球磨机", *NINE, "1号浮选机", "返回"]
    wang.send_list(listed)
    await bot.sees("王磊", "还没选：请先点一项")
    await bot.taps("王磊", "7号破碎机")
    await bot.sees("王磊", "✅ 已收到")
    await bot.rest()
    assert (listed.options, listed.grey) == ({}, "见下方")
    assert bot.fake.refused == []
