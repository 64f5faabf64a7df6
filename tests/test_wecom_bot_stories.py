"""The main stories again over WeCom's long connection: the program on one side, a strict bot server on the other.

What differs from Telegram, and why: a card can be changed only as the answer to a tap on it. So what follows from
a person's words is a new card below; what somebody else did is seen when the old card is tapped.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.wecom_bot.platform import WeComBot
from tests.fakes.wecom_bot import FakeWeComBot, Fault
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


async def test_loose_photos_and_words_are_one_draft_and_few_cards(
    plant: BotPlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.turn.GATHER_HOLD", 900)
    for n in range(4):
        plant["王磊"].photo(hazard_photo(n))
    plant["王磊"].text(HAZARD)
    await plant.sees("王磊", "照片：4 张")
    await plant.rest()
    cards = [s for s in plant["王磊"].screen if s.kind == "card"]
    assert len(cards) <= 2
    assert HAZARD in plant["王磊"].texts[-1]
    await plant.taps("王磊", "提交")
    assert "照片 4 张" in await plant.sees("王磊", "✅ 已收到")
    assert await plant.ask("SELECT count(*) FROM draft") == [(1,)]
    assert plant.fake.refused == []


async def test_a_spoken_report_arrives_in_words(plant: BotPlant) -> None:
    plant["王磊"].voice(HAZARD)
    await plant.sees("王磊", HAZARD)
    await plant.taps("王磊", "提交")
    await plant.sees("李静", HAZARD)
    plant["王磊"].voice("")
    await plant.rest()
    assert plant["王磊"].screen[-1].kind == "markdown"


async def test_a_tap_on_an_older_card_of_the_draft_counts_and_shows_how_it_stands(plant: BotPlant) -> None:
    plant["王磊"].text(HAZARD)
    await plant.sees("王磊", "📝")
    first = plant["王磊"].screen[-1]
    plant["王磊"].text("还漏油")
    await plant.fake.until(lambda: len(plant["王磊"].screen) == 2)
    plant["王磊"].tap_on(first.task, first.buttons["提交"])
    await plant.sees("王磊", "✅ 已收到")
    await plant.rest()
    assert "✅ 已收到" in first.text
    assert await plant.ask("SELECT status FROM report") == [("reported",)]


async def test_the_other_officers_card_stays_until_it_is_tapped(plant: BotPlant) -> None:
    number = await report(plant)
    await plant.sees("吴桐", f"🆕 {number}")
    for label in ("受理", "B", "确认"):
        await plant.taps("李静", label)
    await plant.rest()
    seen = len(plant["吴桐"].screen)
    assert "受理" in plant["吴桐"].buttons  # WeCom gives no way to take it off
    await plant.taps("吴桐", "受理")
    assert any("李静" in s.text and s.kind == "card" for s in plant["吴桐"].screen)  # who was faster
    assert "受理" not in plant["吴桐"].buttons
    assert len(plant["吴桐"].screen) == seen + 1
    assert await plant.ask("SELECT count(*) FROM history WHERE action = 'admit'") == [(1,)]


async def test_a_rejection_with_its_reason(plant: BotPlant) -> None:
    number = await report(plant)
    await plant.taps("李静", "驳回")
    await plant.taps("李静", "不构成隐患")
    assert "不构成隐患" in await plant.sees("王磊", f"{number} 没有受理")
    assert plant.fake.refused == []


async def test_todo_and_an_amount_of_ones_own(plant: BotPlant) -> None:
    number = await report(plant)
    for label in ("受理", "B", "确认"):
        await plant.taps("李静", label)
    plant["赵敏"].text("待办")
    await plant.sees("赵敏", "待审批 1")
    await plant.taps("赵敏", "待审批")
    await plant.taps("赵敏", "改金额")
    plant["赵敏"].text("30")
    await plant.rest()
    plant["赵敏"].text("照片不清楚")
    await plant.rest()
    assert await plant.ask("SELECT fen FROM ledger") == [(3000,)]
    assert any(number in text and "您已批准 30.00 元" in text for text in plant["赵敏"].texts)
    assert "已批准 30.00 元" in plant["赵敏"].texts[-1]
    assert plant.fake.refused == []


async def test_people_are_known_by_their_userid_and_strangers_by_the_admin(tmp_path: Path) -> None:
    async with FakeWeComBot(rate=False) as fake, running(tmp_path, fake) as plant:
        await plant.joined("陈丽")
        stranger = fake.phone("newcomer")
        stranger.text("你好")
        await fake.until(lambda: stranger.texts)
        await plant.rest()
        stranger.text("1001")
        await plant.sees("陈丽", "1001")
        await plant.taps("陈丽", "批准加入")
        await fake.until(lambda: any("王磊，欢迎" in text for text in stranger.texts))
        assert plant.fake.refused == []


async def test_what_waits_for_somebody_who_never_wrote_is_shown_with_the_first_word(tmp_path: Path) -> None:
    async with FakeWeComBot(rate=False) as fake, running(tmp_path, fake) as plant:
        await plant.joined("王磊", "陈丽")
        number = await report(plant)
        assert plant["李静"].screen == []
        plant["陈丽"].text("失联名单")
        assert "李静" in await plant.sees("陈丽", "失联名单")
        plant["李静"].text("您好")
        await plant.sees("李静", f"🆕 {number}")
        assert fake.refused == []


async def test_a_refused_push_is_shown_when_the_person_writes_again(plant: BotPlant) -> None:
    plant["吴桐"].written = False  # WeCom has forgotten the conversation
    number = await report(plant)
    await plant.rest()
    assert {code for _, code in plant.fake.refused} == {93006}
    assert await plant.ask("SELECT count(*) FROM account WHERE unreachable_at IS NOT NULL") == [(1,)]
    plant["吴桐"].text("谢谢")
    await plant.sees("吴桐", f"🆕 {number}")


async def test_forged_taps_change_nothing(plant: BotPlant) -> None:
    number = await report(plant)
    await plant.sees("李静", f"🆕 {number}")
    card = plant["李静"].screen[-1]
    data = card.buttons["受理"]
    await plant.joined("周涛")
    for one in (data, "", "-", "x", "a" * 2000, "admit:99999999999999999999:1", "💣:1:1", ":::"):
        plant["周涛"].tap_on(card.task, one)
    await plant.fake.until(lambda: len(plant["周涛"].screen) >= 8)
    await plant.rest()
    assert not any(HAZARD in text for text in plant["周涛"].texts)
    assert await plant.ask("SELECT status FROM report") == [("reported",)]
    assert await plant.ask("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_a_group_hears_notices_and_labels_are_typed_there(plant: BotPlant) -> None:
    await plant.joined("陈丽")
    group = plant.fake.group("wrSafety")
    plant["陈丽"].text("/here", group=group)
    await plant.fake.until(lambda: group.texts)
    assert "[待核实] [公示与月报]" in group.texts[-1]
    await plant.rest()  # nobody types before the card is seen
    plant["王磊"].text("公示与月报", group=group)
    await plant.fake.until(lambda: len(group.texts) == 2)
    assert await plant.ask("SELECT count(*) FROM chat_group") == [(0,)]  # that is for the admin to say
    plant["陈丽"].text("公示与月报", group=group)
    await plant.fake.until(lambda: len(group.texts) >= 4)
    await plant.rest()
    assert await plant.ask("SELECT chat, purpose FROM chat_group") == [("group:wrSafety", "notice")]
    plant["王磊"].text("3号球磨机漏油", group=group)
    await plant.fake.until(lambda: "私聊" in group.texts[-1])
    assert plant.fake.refused == []


async def test_a_reconnect_in_the_middle_loses_nothing(plant: BotPlant) -> None:
    plant["王磊"].text(HAZARD)
    await plant.sees("王磊", "📝")
    card = plant["王磊"].screen[-1]
    await plant.fake.end("abort")
    await plant.fake.until(lambda: plant.fake.live is not None)
    plant["王磊"].tap_on(card.task, card.buttons["提交"])
    await plant.sees("王磊", "✅ 已收到")
    plant.fake.fault("aibot_send_msg", Fault(drop="after"))
    plant["李静"].text("待办")
    await plant.fake.until(lambda: plant.fake.opened == 3)
    await plant.sees("李静", "待核实 1")
    await plant.rest()
    assert await plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]


async def test_the_admin_hears_elsewhere_that_the_bot_was_cut_off(tmp_path: Path) -> None:
    sandbox = "[enterprise.sandbox]\nenabled = false\n"
    async with FakeWeComBot(rate=False) as fake, running(tmp_path, fake, more=sandbox) as plant:
        await plant.joined("陈丽")
        await fake.kick()
        bot = plant.program.platforms[1, "wecom_bot"]
        await fake.until(lambda: bot.stopped)
        await plant.program.wake.look()
        assert await plant.ask("SELECT job FROM job_run WHERE job = 'platform_stopped'") == [("platform_stopped",)]


async def test_a_months_picture_and_ledger_are_handed_out(plant: BotPlant) -> None:
    await report(plant)
    plant["李静"].screen.clear()
    plant["李静"].text("月报")
    await plant.sees("李静", "📥 上报 1 条", 60)
    await plant.taps("李静", "隐患台账")
    await plant.fake.until(lambda: [s for s in plant["李静"].screen if s.kind == "file"], 60)
    await plant.rest()
    picture, book = plant["李静"].pictures
    assert plant.fake.commands.media[picture.media].startswith(b"\x89PNG")
    assert plant.fake.commands.media[book.media].startswith(b"PK")
    assert plant.fake.refused == []
