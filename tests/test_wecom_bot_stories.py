"""The main stories again over WeCom's long connection: the program on one side, a strict bot server on the other.

What differs from Telegram, and why: a card can be changed only as the answer to a tap on it. So what follows from
a person's words is a new card below; what somebody else did is seen when the old card is tapped.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.wecom_bot.platform import WeComBot
from tests.fakes.wecom_bot import FakeWeComBot
from tests.scenes import hazard_photo, repaired_photo
from tests.wecom_bot_program import BotPlant, running

PHOTO, AFTER = hazard_photo(3), repaired_photo(3)
HAZARD = "3号球磨机联轴器防护罩没装"


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[BotPlant]:
    async with FakeWeComBot(rate=False) as fake, running(tmp_path, fake) as found:
        await found.joined("王磊", "李静", "吴桐", "张强", "赵敏")
        yield found


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WeComBot, "windows", lambda self, chat: ())


async def report(plant: BotPlant, words: str = HAZARD) -> str:
    """王磊 reports with a photo; returns the number."""
    plant["王磊"].photo(PHOTO, words)
    await plant.taps("王磊", "提交")
    receipt = await plant.sees("王磊", "✅ 已收到")
    return receipt.split()[2].split("：")[0]


async def test_photo_to_award(plant: BotPlant) -> None:
    number = await report(plant)
    # The draft's card itself became the receipt.
    assert len([s for s in plant["王磊"].screen if s.kind == "card"]) == 1
    assert plant["王磊"].screen[-1].edits == 1
    await plant.sees("李静", f"🆕 {number} 待核实")
    await plant.sees("吴桐", f"🆕 {number} 待核实")
    assert plant["李静"].pictures
    await plant.taps("李静", "受理")
    await plant.taps("李静", "B")
    await plant.taps("李静", "确认")
    await plant.sees("王磊", f"✅ {number} 已受理")
    await plant.sees("张强", f"🔧 {number}")
    assert not any("王磊" in text for text in plant["张强"].texts)
    await plant.taps("张强", "已整改")
    await plant.sees("张强", "整改情况")
    plant["张强"].photo(AFTER, "防护罩装好了")
    await plant.sees("张强", "照片：1 张")
    await plant.taps("张强", "提交")
    await plant.taps("吴桐", "验收通过")
    await plant.sees("王磊", "现场真的改好了吗")
    await plant.taps("赵敏", "批准")
    await plant.sees("王磊", "50")
    await plant.rest()
    assert plant.fake.refused == []
    assert plant["周涛"].texts == []
    assert await plant.ask("SELECT status FROM report") == [("closed",)]
    assert await plant.ask("SELECT kind, fen FROM ledger") == [("award", 5000)]
    assert await plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]


async def test_whoever_opens_the_chat_is_welcomed_by_name(tmp_path: Path) -> None:
    async with FakeWeComBot() as fake, running(tmp_path, fake) as plant:
        plant["王磊"].enter()
        await plant.sees("王磊", "王磊，欢迎")
        assert fake.made("aibot_respond_welcome_msg")
        assert await plant.ask("SELECT count(*) FROM account WHERE person IS NOT NULL") == [(1,)]
