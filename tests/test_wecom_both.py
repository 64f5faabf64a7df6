"""Application and AI bot of WeCom together: one roster, one person by one userid, each message where it can be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.configuration import read
from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom_bot.platform import WeComBot
from bot.settings_platforms import Origin
from storage import people
from storage.database import Tx
from storage.store import Store
from tests.cast import CAST
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_bot import FakeWeComBot
from tests.fakes.wecom_bot_phone import Phone
from tests.plant_program import staff
from tests.plant_wecom import WeComPlant, configuration, no_limits, running, userid
from tests.wecom_bot_program import BotPlant

BOT = """
[enterprise.wecom_bot]
bot_id = "{bot_id}"
secret = "{secret}"
ws_url = "{url}"
"""
HAZARD = "3号球磨机联轴器防护罩没装"


def _userids(tx: Tx) -> None:
    numbers = {name: userid(name) for name, *_ in CAST}
    for person in people.all(Store(tx, 1)):
        if person.name in numbers:
            people.update(Store(tx, 1), person.id, wecom_userid=numbers[person.name])


class Both(BotPlant):
    """The program with both; `self[name]` is the phone at the bot, `app[name]` at the application."""

    def __init__(self, app: WeComPlant, fake: FakeWeComBot) -> None:
        super().__init__(app.program, fake)
        self.app = app

    def __getitem__(self, name: str) -> Phone:
        return self.fake.phone(userid(name))


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[Both]:
    async with FakeWeCom() as app, FakeWeComBot(rate=False) as bot:
        more = BOT.format(bot_id=bot.bot_id, secret=bot.secret, url=bot.url)
        text = configuration(app.url) + more
        (folder / "config.toml").write_text(text, encoding="utf-8")
        staff(read(text, Origin(folder)), more=_userids)
        async with running(folder, app) as plant:
            await bot.until(lambda: bot.live is not None)
            await plant.program.wake.look()
            yield Both(plant, bot)


@pytest.fixture
async def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Both]:
    monkeypatch.setattr(WeCom, "windows", no_limits)
    monkeypatch.setattr(WeComBot, "windows", no_limits)
    async with both(tmp_path) as found:
        yield found


async def report(plant: Both) -> str:
    """王磊 reports through the bot; returns the number."""
    plant["王磊"].text(HAZARD)
    await plant.taps("王磊", "提交")
    receipt = await plant.sees("王磊", "✅ 已收到")
    return receipt.split()[2].split("：")[0]


async def test_who_never_wrote_to_the_bot_is_reached_through_the_application(plant: Both) -> None:
    number = await report(plant)
    assert number in await plant.app.sees("李静", f"🆕 {number}")
    assert plant["李静"].screen == []
    for label in ("受理", "B", "确认"):
        await plant.app.taps("李静", label)
    await plant.sees("王磊", f"✅ {number} 已受理")
    await plant.app.sees("张强", f"🔧 {number}")
    assert plant.fake.refused == []
    assert await plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]


async def test_the_same_userid_is_the_same_person_and_hears_where_it_last_wrote(plant: Both) -> None:
    first = await report(plant)
    await plant.app.sees("李静", f"🆕 {first}")
    plant["李静"].text("您好")
    await plant.sees("李静", f"🆕 {first}")
    second = await report(plant)
    await plant.sees("李静", f"🆕 {second}")
    assert not any(second in text for text in plant.app["李静"].texts)
    found = await plant.ask(
        "SELECT count(*), count(DISTINCT a.person) FROM account a JOIN person p ON p.id = a.person"
        " WHERE p.name = '李静'"
    )
    assert found == [(2, 1)]


async def test_what_the_bot_may_not_push_goes_through_the_application(plant: Both) -> None:
    plant["李静"].text("您好")
    await plant.fake.until(lambda: plant["李静"].screen)
    await plant.rest()
    plant["李静"].written = False
    number = await report(plant)
    await plant.app.sees("李静", f"🆕 {number}")
    await plant.rest()
    assert {code for _, code in plant.fake.refused} == {93006}


async def test_the_admin_hears_through_the_application_that_the_bot_was_cut_off(plant: Both) -> None:
    plant["陈丽"].text("您好")
    await plant.fake.until(lambda: plant["陈丽"].screen)
    await plant.rest()
    await plant.fake.kick()
    bot = plant.program.platforms[1, "wecom_bot"]
    await plant.fake.until(lambda: bot.stopped)
    await plant.program.wake.look()
    await plant.app.sees("陈丽", "企业微信机器人断开了")
