"""The main stories again through real HTTP: the program on one side, a strict Telegram on the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.perform import perform
from bot.platforms.telegram.platform import Telegram
from storage import ledger
from tests.fakes.telegram import FakeTelegram, Fault, Group
from tests.plant_program import Plant, no_limits, running
from tests.scenes import hazard_photo, repaired_photo

PHOTO, AFTER = hazard_photo(3), repaired_photo(3)
HAZARD = "3号球磨机联轴器防护罩没装"


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Telegram, "windows", no_limits)


@pytest.fixture(params=["polling", "webhook"])
async def plant(request: pytest.FixtureRequest, tmp_path: Path, fast: None) -> AsyncIterator[Plant]:
    async with FakeTelegram() as fake, running(tmp_path, fake, mode=request.param) as found:
        yield found


@pytest.fixture
async def polled(tmp_path: Path, fast: None) -> AsyncIterator[Plant]:
    async with FakeTelegram() as fake, running(tmp_path, fake) as found:
        yield found


async def report(plant: Plant, words: str = HAZARD, *, photo: bool = True) -> str:
    """王磊 reports; returns the number."""
    if photo:
        plant["王磊"].photo(PHOTO, caption=words)
    else:
        plant["王磊"].text(words)
    await plant.taps("王磊", "提交")
    await plant.fake.until(lambda: any("✅ 已收到" in t or "在哪里" in t for t in plant["王磊"].texts))
    if not any("✅ 已收到" in t for t in plant["王磊"].texts):
        await plant.taps("王磊", "3号球磨机")
    receipt = await plant.sees("王磊", "✅ 已收到")
    return receipt.split()[2].split("：")[0]


async def test_photo_to_award(plant: Plant) -> None:
    number = await report(plant)
    assert "照片 1 张，文字 13 字" in await plant.sees("王磊", "✅ 已收到")
    await plant.sees("李静", f"🆕 {number} 待核实")
    await plant.sees("吴桐", f"🆕 {number} 待核实")
    assert any("photo" in message for message in plant["李静"].screen)
    await plant.taps("李静", "受理")
    await plant.taps("李静", "B")
    await plant.taps("李静", "确认")
    await plant.sees("王磊", f"✅ {number} 已受理")
    await plant.sees("张强", f"🔧 {number}")
    assert not any("王磊" in text for text in plant["张强"].texts)
    await plant.fake.until(lambda: "受理" not in plant["吴桐"].buttons)
    await plant.taps("张强", "已整改")
    await plant.sees("张强", "整改情况")
    plant["张强"].photo(AFTER, caption="防护罩装好了")
    await plant.sees("张强", "照片：1 张")
    await plant.taps("张强", "提交")
    await plant.taps("吴桐", "验收通过")
    await plant.sees("王磊", "现场真的改好了吗")
    await plant.taps("赵敏", "批准")
    await plant.sees("王磊", "50")
    await plant.rest()
    assert plant.refused == []
    assert plant["周涛"].texts == []
    assert await plant.ask("SELECT status FROM report") == [("closed",)]
    assert await plant.ask("SELECT kind, fen FROM ledger") == [("award", 5000)]
    assert await plant.store(ledger.broken) is None
    assert await plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]


async def test_joining_by_a_link_and_a_used_one(tmp_path: Path, fast: None) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake, joined=False) as plant:
        await fake.until(lambda: any(found.links for found in plant.program.plants))
        outcome = await asyncio.to_thread(
            perform, plant.settings, "invite", enterprise="demo", name=None, number="1008", department=None, role=[]
        )
        code = outcome.lines[-1].split()[-1]
        assert any(f"https://t.me/woodpecker_test_bot?start={code}" in line for line in outcome.lines)
        plant["陈丽"].start(code)
        assert "陈丽" in await plant.sees("陈丽", "陈丽")
        plant["周涛"].start(code)
        await fake.until(lambda: plant["周涛"].texts)
        await plant.rest()
        assert await plant.ask("SELECT count(*) FROM account WHERE person IS NOT NULL") == [(1,)]
        assert plant.refused == []


async def test_an_album_is_one_draft_with_one_card(plant: Plant) -> None:
    for n in range(4):
        plant["王磊"].photo(hazard_photo(n), caption=HAZARD if n == 0 else "", album="a1")
    await plant.sees("王磊", "照片：4 张")
    await plant.rest()
    assert len(plant["王磊"].screen) == 1
    await plant.taps("王磊", "提交")
    assert "照片 4 张" in await plant.sees("王磊", "✅ 已收到")
    await plant.rest()
    assert len(plant["王磊"].screen) == 1
    assert await plant.ask("SELECT count(*) FROM draft") == [(1,)]
    assert plant.refused == []


async def test_a_report_is_rejected_with_its_reason(polled: Plant) -> None:
    plant = polled
    number = await report(plant, photo=False)
    await plant.taps("李静", "驳回")
    await plant.taps("李静", "不构成隐患")
    told = await plant.sees("王磊", f"{number} 没有受理")
    assert "不构成隐患" in told
    await plant.rest()
    assert await plant.ask("SELECT status FROM report") == [("rejected",)]
    await plant.fake.until(lambda: "受理" not in plant["吴桐"].buttons)
    assert plant.refused == []


async def test_two_officers_at_once(plant: Plant) -> None:
    number = await report(plant, photo=False)
    await plant.sees("李静", f"🆕 {number}")
    await plant.sees("吴桐", f"🆕 {number}")
    for name in ("李静", "吴桐"):
        await plant.taps(name, "受理")
        await plant.taps(name, "C")
        await plant.fake.until(lambda name=name: "确认" in plant[name].buttons)  # type: ignore[misc]
    first, second = plant["李静"].tap("确认"), plant["吴桐"].tap("确认")
    await plant.fake.until(lambda: first.answer is not None and second.answer is not None)
    await plant.rest()
    told = {"李静": first.answer or "", "吴桐": second.answer or ""}
    (loser,) = [name for name, words in told.items() if words.startswith("慢了一步")]
    (winner,) = told.keys() - {loser}
    assert f"{winner} 受理" in told[loser]
    assert await plant.ask("SELECT count(*) FROM history WHERE action = 'admit'") == [(1,)]
    assert await plant.ask("SELECT count(*) FROM award") == [(1,)]
    assert "受理" not in plant["李静"].buttons + plant["吴桐"].buttons


async def test_who_blocked_the_bot_is_not_written_to(polled: Plant) -> None:
    plant = polled
    plant["李静"].block()
    plant["吴桐"].chat.blocked = True  # and Telegram has not told us
    number = await report(plant, photo=False)
    await plant.rest()
    assert plant["李静"].texts == []
    assert await plant.ask("SELECT count(*) FROM account WHERE unreachable_at IS NOT NULL") == [(2,)]
    assert [method for method, _ in plant.refused] == ["sendMessage"]
    plant["李静"].unblock()
    plant["李静"].text("待办")
    await plant.sees("李静", "待核实")
    assert number


async def verifying_group(plant: Plant) -> Group:
    """An admin brings the bot into a group that hears what waits for an officer."""
    group = plant.fake.group("安全群")
    group.add_bot(plant["陈丽"])
    await plant.fake.until(lambda: any("reply_markup" in message for message in group.screen))
    plant["陈丽"].tap("待核实", group=group)
    await plant.fake.until(lambda: not any("reply_markup" in message for message in group.screen))
    await plant.rest()
    return group


async def test_a_group_hears_of_reports_without_names(plant: Plant) -> None:
    group = await verifying_group(plant)
    number = await report(plant, photo=False)
    await plant.fake.until(lambda: any(number in m.get("text", "") for m in group.screen))
    card = next(m for m in group.screen if number in m.get("text", ""))
    assert "王磊" not in card["text"]
    await plant.rest()
    assert plant.refused == []


async def test_a_group_that_became_a_supergroup_keeps_its_purpose(polled: Plant) -> None:
    plant = polled
    group = await verifying_group(plant)
    new = group.upgrade(plant["陈丽"])
    await plant.rest()
    number = await report(plant, photo=False)
    await plant.fake.until(lambda: any(number in m.get("text", "") for m in new.screen))
    await plant.rest()
    assert not any(number in m.get("text", "") for m in group.screen)
    assert await plant.ask("SELECT chat FROM chat_group") == [(str(new.id),)]


async def test_a_move_that_nobody_told_us_of(polled: Plant) -> None:
    plant = polled
    group = await verifying_group(plant)
    new = group.upgrade(plant["陈丽"])
    plant.fake.world.updates.clear()
    number = await report(plant, photo=False)
    await plant.fake.until(lambda: any(number in m.get("text", "") for m in new.screen))
    await plant.rest()
    assert await plant.ask("SELECT DISTINCT chat FROM chat_group") == [(str(new.id),)]


async def test_user_text_is_never_markup_and_long_text_is_refused_kindly(polled: Plant) -> None:
    plant = polled
    words = "<b>&amp; 防护罩</b> *没装* [x](http://e.example) <script>"
    number = await report(plant, words, photo=False)
    assert words in await plant.sees("李静", number)
    plant["王磊"].text("漏" * 4096)
    await plant.sees("王磊", "文字太长了")
    await plant.rest()
    assert plant.refused == []


async def test_a_name_is_never_markup_either(polled: Plant) -> None:
    polled.fake.phone("<b>&lt; Ann</b>", number=77).text("9999")
    assert "<b>&lt; Ann</b>" in await polled.sees("陈丽", "Ann")
    await polled.rest()
    assert polled.refused == []


async def test_an_answer_longer_than_a_message_comes_in_parts(polled: Plant) -> None:
    plant = polled
    await plant.rest()
    long = "很长的一段话。" * 1000
    await plant.store(lambda s: s.run("UPDATE person SET name = $2 WHERE enterprise = $1 AND name = '王磊'", long))
    plant["王磊"].text("/start")
    await plant.fake.until(lambda: len(plant["王磊"].texts) >= 2)
    await plant.rest()
    assert len(plant["王磊"].texts) == 2
    assert all(len(text) <= 4096 for text in plant["王磊"].texts)
    assert plant.refused == []


async def test_forged_taps_and_taps_without_the_role(plant: Plant) -> None:
    number = await report(plant, photo=False)
    card = await plant.sees("李静", f"🆕 {number}")
    assert card
    message = plant["李静"].screen[-1]
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    forged = [data, "", "x", "a" * 64, "admit:99999999999999999999:1", "💣:1:1", ":::", "ok:1:1:; DROP TABLE report"]
    queries = [plant["周涛"].tap_data(one, message["message_id"]) for one in forged]
    await plant.fake.until(lambda: all(query.answer is not None for query in queries))
    await plant.rest()
    assert all(query.answer for query in queries)
    assert await plant.ask("SELECT status FROM report") == [("reported",)]
    assert await plant.ask("SELECT DISTINCT state FROM inbox") == [("done",)]
    assert not any(HAZARD in text for text in plant["周涛"].texts)


async def test_a_tap_on_an_old_card_shows_how_things_are_now(polled: Plant) -> None:
    plant = polled
    await report(plant, photo=False)
    await plant.fake.until(lambda: "驳回" in plant["李静"].buttons)
    message = plant["李静"].screen[-1]
    old = next(
        b["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for b in row if b["text"] == "驳回"
    )
    await plant.taps("王磊", "撤回")
    await plant.fake.until(lambda: "驳回" not in plant["李静"].buttons)
    query = plant["李静"].tap_data(old, message["message_id"])
    await plant.fake.until(lambda: query.answer is not None)
    assert query.answer
    await plant.rest()
    assert await plant.ask("SELECT status FROM report") == [("withdrawn",)]


async def test_not_modified_and_lost_answers_are_no_trouble(polled: Plant) -> None:
    plant = polled
    plant["王磊"].text(HAZARD)
    await plant.sees("王磊", "📝")
    same = Fault(400, "Bad Request: message is not modified: specified new message content is the same")
    plant.fake.fault("editMessageText", same)
    plant["王磊"].text("还漏油")
    await plant.rest()
    plant.fake.fault("editMessageText", Fault(drop="after"))
    plant["王磊"].text("很滑")
    await plant.fake.until(lambda: len(plant.fake.made("editMessageText")) >= 3)
    await plant.rest()
    assert "很滑" in plant["王磊"].texts[0]
    assert len(plant["王磊"].screen) == 1
    assert await plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]


async def test_the_limits_of_telegram_are_kept(tmp_path: Path) -> None:
    async with FakeTelegram(flood=True) as fake, running(tmp_path, fake) as plant:
        for _ in range(4):
            plant["王磊"].text("谢谢")
        plant["周涛"].text("谢谢")
        await plant.sees("周涛", "不客气")
        await fake.until(lambda: len(plant["王磊"].texts) == 4, 15)
        await plant.rest()
        assert len(plant["王磊"].texts) == 4
