"""Joining on WeCom: the roster's userid, the admin who sees name and department, a code sent as a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.perform import perform
from bot.platforms.wecom.platform import WeCom
from storage import people
from tests.fakes.wecom import FakeWeCom
from tests.plant_wecom import WeComPlant, no_limits, running, userid

ACCOUNTS = "SELECT p.name FROM account a JOIN person p ON p.id = a.person WHERE a.seen_at > 0 ORDER BY p.id"


@pytest.fixture
async def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WeComPlant]:
    """Nobody has joined; the roster knows 王磊's userid, written otherwise than WeCom does."""
    monkeypatch.setattr(WeCom, "windows", no_limits)
    async with FakeWeCom() as fake, running(tmp_path, fake, joined=False) as found:
        fake.world.departments = {1: "磨矿车间"}
        await found.store(lambda s: people.update(s, 1, wecom_userid=userid("王磊").upper()))
        yield found


async def admin(plant: WeComPlant) -> None:
    """陈丽 joins by a code from the command line, sent as a word."""
    outcome = await asyncio.to_thread(
        perform, plant.settings, "invite", enterprise="demo", name=None, number="1008", department=None, role=[]
    )
    plant["陈丽"].text(outcome.lines[-1].split()[-1])
    await plant.sees("陈丽", "欢迎加入")


async def test_whoever_opens_the_application_is_welcomed_once(plant: WeComPlant) -> None:
    await admin(plant)
    plant["王磊"].enter()
    await plant.sees("王磊", "✅ 王磊，欢迎加入")
    await plant.rest()
    seen = len(plant["王磊"].screen)
    plant["王磊"].enter()
    plant["王磊"].subscribe()
    await plant.rest()
    assert len(plant["王磊"].screen) == seen
    assert await plant.ask(ACCOUNTS) == [("王磊",), ("陈丽",)]
    assert plant.well


async def test_the_first_words_count_as_well(plant: WeComPlant) -> None:
    plant["王磊"].text("3号球磨机漏油")
    await plant.sees("王磊", "欢迎加入")
    await plant.sees("王磊", "3号球磨机漏油")
    await plant.taps("王磊", "提交")
    await plant.sees("王磊", "✅ 已收到")
    assert plant.well


async def test_whom_the_roster_does_not_know_the_admin_lets_in(plant: WeComPlant) -> None:
    await admin(plant)
    plant["周涛"].enter()
    assert "工号或邀请码" in await plant.sees("周涛", "您好")
    plant["周涛"].text("1007")
    card = await plant.sees("陈丽", "有人申请加入")
    assert "周涛（磨矿车间）" in card
    assert "他写的：1007" in card
    await plant.taps("陈丽", "批准加入")
    await plant.sees("周涛", "✅ 周涛，欢迎加入")
    await plant.rest()
    assert await plant.ask(ACCOUNTS) == [("周涛",), ("陈丽",)]
    assert plant.well


async def test_a_name_never_identifies(plant: WeComPlant) -> None:
    await admin(plant)
    plant["张强"].text("9999")
    card = await plant.sees("陈丽", "有人申请加入")
    assert "名册上同名的：张强（1004，磨矿车间）" in card
    await plant.rest()
    assert await plant.ask(ACCOUNTS) == [("陈丽",)]
    assert plant.well
