"""One plant with WeCom's application and its AI bot: one person for one userid, told where that person last wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom_bot.platform import WeComBot
from bot.trouble import tell_admins
from tests.fakes.wecom import FakeWeCom, Phone
from tests.fakes.wecom_bot import FakeWeComBot
from tests.fakes.wecom_world import AES_KEY, AGENT, CORP, SECRET, TOKEN
from tests.wecom_bot_program import USERIDS, BotPlant, running

APP = f"""
[enterprise.wecom]
corp_id = "{CORP}"
agent_id = {AGENT}
secret = "{SECRET}"
token = "{TOKEN}"
aes_key = "{AES_KEY}"
api_url = "{{api}}"
"""
HAZARD = "3号球磨机联轴器防护罩没装"


@dataclass
class Both:
    """The plant as the bot sees it, and the application's phones."""

    plant: BotPlant
    app: FakeWeCom
    phones: dict[str, Phone]

    async def sees(self, name: str, words: str) -> str:
        """Waits for words in the application; returns the newest message with them."""
        phone = self.phones[name]
        try:
            await self.app.until(lambda: any(words in text for text in phone.texts))
        except TimeoutError:
            raise AssertionError(f"{name} does not see {words!r} but {phone.texts}") from None
        return next(text for text in reversed(phone.texts) if words in text)

    async def taps(self, name: str, label: str) -> None:
        """Taps a button in the application."""
        await self.app.until(lambda: label in self.phones[name].buttons)
        tap = self.phones[name].tap(label)
        await self.app.until(lambda: tap.done)
        await self.plant.rest()


@pytest.fixture
async def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Both]:
    for platform in (WeCom, WeComBot):
        monkeypatch.setattr(platform, "windows", lambda self, chat: ())
    async with FakeWeComBot(rate=False) as bot, FakeWeCom() as app:
        phones = {name: app.phone(name, userid=userid) for name, userid in USERIDS.items()}
        async with running(tmp_path, bot, more=APP.format(api=app.url)) as plant:
            app.pusher.hook = f"http://{plant.program.settings.web.listen}/wecom/demo"
            await app.pusher.verify()
            await app.until(lambda: app.world.menu)
            yield Both(plant, app, phones)


async def report(both: Both) -> str:
    """王磊 reports to the bot; returns the number."""
    both.plant["王磊"].text(HAZARD)
    await both.plant.taps("王磊", "提交")
    receipt = await both.plant.sees("王磊", "✅ 已收到")
    return receipt.split()[2].split("：")[0]


async def test_who_never_wrote_to_the_bot_is_reached_by_the_application(both: Both) -> None:
    number = await report(both)
    await both.sees("李静", f"🆕 {number} 待核实")
    for label in ("受理", "B", "确认"):
        await both.taps("李静", label)
    await both.plant.sees("王磊", f"✅ {number} 已受理")
    await both.sees("张强", f"🔧 {number}")
    await both.plant.rest()
    assert "受理" not in both.phones["吴桐"].buttons
    assert both.phones["王磊"].texts == []
    assert both.app.world.strange == []
    assert await both.plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]


async def test_each_is_told_where_they_last_wrote_and_cards_agree(both: Both) -> None:
    first = await report(both)
    await both.sees("李静", f"🆕 {first}")
    both.plant["李静"].text("待办")
    await both.plant.sees("李静", "待核实")
    second = await report(both)
    await both.plant.sees("李静", f"🆕 {second}")
    await both.plant.rest()
    assert not any(second in text for text in both.phones["李静"].texts)
    for label in ("驳回", "不构成隐患"):  # of the second one, in the bot
        await both.plant.taps("李静", label, second)
    await both.sees("吴桐", f"{second} 不予受理")
    assert second not in "".join(s.text for s in both.phones["吴桐"].screen if s.buttons)


async def test_one_userid_is_one_person(both: Both) -> None:
    both.plant["王磊"].text("谢谢")
    await both.plant.sees("王磊", "欢迎加入")
    both.phones["王磊"].text("我的")
    await both.sees("王磊", "同一个人")
    await both.plant.rest()
    rows = await both.plant.ask(
        "SELECT count(*), count(DISTINCT person) FROM account WHERE lower(user_ref) = 'wanglei'"
    )
    assert rows == [(2, 1)]


async def at_the_bot(both: Both, name: str) -> None:
    """Somebody has written to the bot last."""
    both.plant[name].text("您好")
    await both.plant.fake.until(lambda: both.plant[name].screen)
    await both.plant.rest()


async def test_what_the_bot_may_not_push_goes_through_the_application(both: Both) -> None:
    await at_the_bot(both, "李静")
    both.plant["李静"].written = False  # WeCom has forgotten the conversation
    number = await report(both)
    await both.sees("李静", f"🆕 {number}")
    await both.plant.rest()
    assert {code for _, code in both.plant.fake.refused} == {93006}


async def test_when_the_bot_is_cut_off_the_application_stands_in_and_tells_the_admin(both: Both) -> None:
    await at_the_bot(both, "李静")
    await at_the_bot(both, "陈丽")
    await both.plant.fake.kick()
    bot = both.plant.program.platforms[1, "wecom_bot"]
    await both.plant.fake.until(lambda: bot.stopped)
    await both.plant.program.wake.look()
    await both.sees("陈丽", "企业微信机器人断开了")
    both.phones["王磊"].text(HAZARD)
    await both.taps("王磊", "提交")
    await both.sees("李静", "待核实")


async def test_the_admin_hears_in_the_bot_that_the_application_is_refused(both: Both) -> None:
    both.plant["陈丽"].text("谢谢")
    await both.plant.sees("陈丽", "欢迎加入")
    both.app.allowed = False
    both.plant["王磊"].text(HAZARD)
    await both.app.until(lambda: "提交" in both.plant["王磊"].buttons)
    both.plant["王磊"].tap("提交")
    application = both.plant.program.platforms[1, "wecom"]
    await both.app.until(lambda: application.stopped)
    await tell_admins(both.plant.program.exchange, both.plant.program.platforms)
    both.plant.program.exchange.wake()
    await both.plant.sees("陈丽", "企业微信应用断开了")
    assert await both.plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]  # it waits
