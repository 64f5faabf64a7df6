"""Drop-downs beside the buttons of a card save taps on WeCom, on both ways in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom_bot.platform import WeComBot
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_bot import FakeWeComBot
from tests.plant_wecom import WeComPlant, no_limits
from tests.plant_wecom import running as running_app
from tests.wecom_bot_program import BotPlant
from tests.wecom_bot_program import running as running_bot

HAZARD = "3号球磨机联轴器防护罩没装"
ADMITTED = "SELECT level, name FROM report JOIN person ON person.id = report.owner WHERE status = 'assigned'"


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WeComPlant]:
    monkeypatch.setattr(WeCom, "windows", no_limits)
    async with FakeWeCom() as fake, running_app(tmp_path, fake) as found:
        found["王磊"].text(HAZARD)
        await found.taps("王磊", "提交")
        await found.sees("李静", "待核实")
        await found.rest()
        yield found


@pytest.fixture
async def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotPlant]:
    monkeypatch.setattr(WeComBot, "windows", lambda self, chat: ())
    async with FakeWeComBot(rate=False) as fake, running_bot(tmp_path, fake) as found:
        await found.joined("王磊", "李静", "吴桐", "张强", "赵敏", "钱进")
        found["王磊"].text(HAZARD)
        await found.rest()
        await found.taps("王磊", "提交")
        await found.sees("李静", "待核实")
        yield found


async def test_an_officer_admits_with_another_level_and_owner_in_two_taps(app: WeComPlant) -> None:
    li = app["李静"]
    li.choose("A级")
    await app.taps("李静", "受理")
    await app.fake.until(lambda: "确认" in li.buttons, 8.0)
    await app.rest()
    assert "等级：A级" in li.screen[-1].text
    li.choose("王磊")
    await app.taps("李静", "确认")
    await app.rest()
    assert await app.ask(ADMITTED) == [("A", "王磊")]
    assert len([shown for shown in li.screen if shown.card]) == 1  # all of it on one card
    assert li.screen[-1].drop_down == {}
    assert app.well


async def test_an_approver_changes_the_amount_with_one(app: WeComPlant) -> None:
    for label in ("受理", "B", "确认"):
        await app.taps("李静", label)
    await app.sees("赵敏", "奖励建议 50.00 元")
    app["赵敏"].choose("100元（A级）")
    await app.taps("赵敏", "批准")
    await app.sees("王磊", "100.00")
    await app.rest()
    assert await app.ask("SELECT fen FROM ledger") == [(10_000,)]
    assert await app.ask("SELECT words FROM award") == [("按A级的标准",)]
    assert app["赵敏"].screen[-1].drop_down == {}
    assert app.well


async def test_what_was_left_as_it_stood_is_no_choice(app: WeComPlant) -> None:
    app["李静"].choose("A级")
    app["李静"].choose("（未选）")
    await app.taps("李静", "受理")
    await app.taps("李静", "C")
    await app.taps("李静", "确认")
    await app.rest()
    assert await app.ask(ADMITTED) == [("C", "张强")]
    assert app.well


async def test_the_choice_of_whoever_was_slower_is_told_who_was_faster(app: WeComPlant) -> None:
    app["李静"].choose("A级")
    card = app["李静"].screen[-1]
    for label in ("受理", "B", "确认"):
        await app.taps("吴桐", label)
    await app.rest()
    assert (card.drop_down, card.buttons) == ({}, [])
    assert await app.ask(ADMITTED) == [("B", "张强")]
    assert app.well


async def test_an_officer_needs_two_taps_with_the_bot_too(bot: BotPlant) -> None:
    bot["李静"].choose("A级")
    await bot.taps("李静", "受理")
    assert "等级：A级" in bot["李静"].screen[-1].text
    bot["李静"].choose("王磊")
    await bot.taps("李静", "确认")
    assert await bot.ask(ADMITTED) == [("A", "王磊")]
    assert bot.fake.refused == []


async def test_an_approver_changes_the_amount_with_one_with_the_bot_too(bot: BotPlant) -> None:
    for label in ("受理", "B", "确认"):
        await bot.taps("李静", label)
    await bot.sees("赵敏", "奖励建议 50.00 元")
    bot["赵敏"].choose("500元（重大）")
    await bot.taps("赵敏", "批准")
    await bot.rest()
    assert await bot.ask("SELECT fen FROM ledger") == []
    await bot.taps("钱进", "批准")
    assert await bot.ask("SELECT fen FROM ledger") == [(50_000,)]
    assert bot.fake.refused == []
