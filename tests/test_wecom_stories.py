"""The main stories again through real HTTP: the program on one side, a strict WeCom on the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.wecom.platform import WeCom
from storage import ledger
from tests.fakes.wecom import FakeWeCom
from tests.plant_wecom import WeComPlant, no_limits, running
from tests.scenes import hazard_photo, repaired_photo

PHOTO, AFTER = hazard_photo(3), repaired_photo(3)
HAZARD = "3号球磨机联轴器防护罩没装"


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WeCom, "windows", no_limits)


@pytest.fixture
async def plant(tmp_path: Path, fast: None) -> AsyncIterator[WeComPlant]:
    async with FakeWeCom() as fake, running(tmp_path, fake, hold=200) as found:
        yield found


async def report(plant: WeComPlant, words: str = HAZARD, *, photo: bool = True) -> str:
    """王磊 reports; returns the number. Photo and words are separate messages here."""
    if photo:
        plant["王磊"].photo(PHOTO)
    plant["王磊"].text(words)
    await plant.rest()
    await plant.taps("王磊", "提交")
    await plant.fake.until(lambda: any("✅ 已收到" in t or "在哪里" in t for t in plant["王磊"].texts))
    if not any("✅ 已收到" in t for t in plant["王磊"].texts):
        await plant.taps("王磊", "3号球磨机")
    receipt = await plant.sees("王磊", "✅ 已收到")
    return receipt.split()[2].split("：")[0]


async def test_photo_to_award(plant: WeComPlant) -> None:
    number = await report(plant)
    assert "照片 1 张，文字 13 字" in await plant.sees("王磊", "✅ 已收到")
    await plant.sees("李静", f"🆕 {number} 待核实")
    await plant.sees("吴桐", f"🆕 {number} 待核实")
    assert any(shown.kind == "image" for shown in plant["李静"].screen)
    await plant.taps("李静", "受理")
    await plant.taps("李静", "B")
    await plant.taps("李静", "确认")
    await plant.sees("王磊", f"✅ {number} 已受理")
    await plant.sees("张强", f"🔧 {number}")
    assert not any("王磊" in text for text in plant["张强"].texts)
    await plant.rest()
    assert "受理" not in plant["吴桐"].buttons
    await plant.taps("张强", "已整改")
    await plant.sees("张强", "整改情况")
    plant["张强"].photo(AFTER)
    plant["张强"].text("防护罩装好了")
    await plant.sees("张强", "照片：1 张")
    await plant.rest()
    await plant.taps("张强", "提交")
    await plant.taps("吴桐", "验收通过")
    await plant.sees("王磊", "现场真的改好了吗")
    await plant.taps("赵敏", "批准")
    await plant.sees("王磊", "50")
    await plant.rest()
    assert plant.well
    assert plant["周涛"].texts == []
    assert await plant.ask("SELECT status FROM report") == [("closed",)]
    assert await plant.ask("SELECT kind, fen FROM ledger") == [("award", 5000)]
    assert await plant.store(ledger.broken) is None
    assert await plant.ask("SELECT count(*) FROM outbox WHERE state = 'failed'") == [(0,)]


async def test_a_report_is_rejected_with_its_reason(plant: WeComPlant) -> None:
    number = await report(plant, photo=False)
    await plant.taps("李静", "驳回")
    await plant.taps("李静", "不构成隐患")
    told = await plant.sees("王磊", f"{number} 没有受理")
    assert "不构成隐患" in told
    await plant.rest()
    assert await plant.ask("SELECT status FROM report") == [("rejected",)]
    assert "受理" not in plant["吴桐"].buttons
    assert plant.well


async def test_more_is_asked_in_words_and_answered_with_a_photo(plant: WeComPlant) -> None:
    number = await report(plant, photo=False)
    await plant.taps("李静", "请补充")
    await plant.sees("李静", "请写一句话")
    plant["李静"].text("具体是哪个部位？")
    await plant.sees("王磊", "具体是哪个部位？")
    plant["王磊"].text("传动轴旁边的踏板")
    plant["王磊"].photo(PHOTO)
    await plant.sees("王磊", "照片：1 张")
    await plant.rest()
    await plant.taps("王磊", "提交")
    assert "踏板" in await plant.sees("李静", "上报人答")
    await plant.rest()
    newest = plant["李静"].screen[-1]
    assert newest.buttons
    assert [s.text for s in plant["李静"].screen if s.buttons] == [newest.text]  # the card above is greyed
    assert await plant.ask("SELECT status FROM report") == [("reported",)]
    assert number
    assert plant.well


async def test_danger_reaches_everybody_with_voice_and_place(plant: WeComPlant) -> None:
    await plant.fake.until(lambda: plant.fake.world.menu)
    plant["王磊"].click("有生命危险")
    await plant.sees("王磊", "急救 120")
    for name in ("李静", "吴桐", "刘洋"):
        await plant.sees(name, "🚨 有生命危险")
    plant["王磊"].location(40.65731, 109.84032)
    await plant.sees("李静", "40.65731, 109.84032")
    plant["王磊"].voice(b"#!AMR\n" + b"x" * 50)
    await plant.fake.until(lambda: any(s.kind == "voice" for s in plant["李静"].screen))
    await plant.taps("李静", "我来处理")
    await plant.rest()
    # The place took the only code of 吴桐's card: how things stand comes as a new card, and the old one knows it too.
    newest = plant["吴桐"].screen[-1]
    assert "李静" in newest.text
    assert "我来处理" not in [button["text"] for button in newest.buttons]
    await plant.taps("吴桐", "我来处理")
    await plant.sees("吴桐", "李静")
    await plant.rest()
    assert await plant.ask("SELECT count(*) FROM audit WHERE action = 'danger.taken'") == [(1,)]
    assert plant["周涛"].texts == []
    assert plant.well


async def test_two_officers_at_once(plant: WeComPlant) -> None:
    number = await report(plant, photo=False)
    for name in ("李静", "吴桐"):
        await plant.sees(name, f"🆕 {number}")
        await plant.taps(name, "受理")
        await plant.taps(name, "C")
        await plant.fake.until(lambda name=name: "确认" in plant[name].buttons)  # type: ignore[misc]
    taps = [plant["李静"].tap("确认"), plant["吴桐"].tap("确认")]
    await plant.fake.until(lambda: all(tap.done for tap in taps))
    await plant.rest()
    assert await plant.ask("SELECT count(*) FROM history WHERE action = 'admit'") == [(1,)]
    assert await plant.ask("SELECT count(*) FROM award") == [(1,)]
    late = [name for name in ("李静", "吴桐") if any(t.startswith("慢了一步") for t in plant[name].texts)]
    assert len(late) == 1
    assert "受理" not in plant["李静"].buttons + plant["吴桐"].buttons
    assert plant.well


@pytest.fixture
async def patient(tmp_path: Path, fast: None) -> AsyncIterator[WeComPlant]:
    """A plant where a draft's card waits as long as in real life."""
    async with FakeWeCom() as fake, running(tmp_path, fake, hold=2500) as found:
        yield found


async def test_photos_words_and_place_out_of_order_are_one_draft(patient: WeComPlant) -> None:
    plant = patient
    plant.fake.pusher.together = True
    phone = plant["王磊"]
    sent = [phone.photo(hazard_photo(n)) for n in range(3)]
    sent += [phone.text(HAZARD), phone.location(40.65731, 109.84032), phone.pick_photo(hazard_photo(4))]
    for again in sent[:3]:
        plant.fake.pusher.resend(again)
    await plant.rest()
    assert await plant.ask("SELECT count(*) FROM draft") == [(1,)]
    assert "照片：4 张" in phone.screen[-1].text
    live = [shown for shown in phone.screen if shown.buttons]
    assert len(live) == 1
    assert HAZARD in live[0].text
    await plant.taps("王磊", "提交")
    assert "照片 4 张" in await plant.sees("王磊", "✅ 已收到")
    assert plant.well


async def test_what_is_typed_acts_like_the_button(plant: WeComPlant) -> None:
    number = await report(plant, photo=False)
    await plant.sees("李静", f"🆕 {number}")
    for words in ("受理", "B", "确认"):
        plant["李静"].text(words)
        await plant.rest()
    assert await plant.ask("SELECT status, level FROM report") == [("assigned", "B")]
    assert plant.well


async def test_the_menu_speaks_our_commands(plant: WeComPlant) -> None:
    await plant.fake.until(lambda: plant.fake.world.menu)
    assert next(top["name"] for top in plant.fake.world.menu["button"]) == "上报隐患"
    plant["王磊"].click("我的上报")
    await plant.fake.until(lambda: plant["王磊"].texts)
    plant["王磊"].scan("P01")
    await plant.sees("王磊", "地点：磨矿车间 · 3号球磨机")
    plant["王磊"].text(HAZARD)
    await plant.sees("王磊", HAZARD)
    await plant.rest()
    assert plant.well


async def test_who_left_the_visible_range_is_not_written_to(plant: WeComPlant) -> None:
    plant["李静"].unsubscribe()
    plant["吴桐"].member.visible = False  # and WeCom has not told us
    plant["刘洋"].member.licensed = False
    await report(plant, photo=False)
    plant["王磊"].text("危险")
    await plant.rest()
    assert plant["李静"].texts == plant["吴桐"].texts == plant["刘洋"].texts == []
    gone = "SELECT person.name FROM person JOIN account ON account.person = person.id WHERE unreachable_at IS NOT NULL"
    assert sorted(await plant.ask(gone)) == [("刘洋",), ("吴桐",), ("李静",)]
    plant["李静"].subscribe()
    plant["李静"].text("待办")
    await plant.sees("李静", "待核实")


async def test_forged_taps_and_taps_without_the_role(plant: WeComPlant) -> None:
    await report(plant, photo=False)
    await plant.fake.until(lambda: plant["李静"].buttons)
    card = plant["李静"].screen[-1]
    data, task = card.buttons[0]["key"], card.card["task_id"]
    forged = [data, "x", "a" * 64, "admit:99999999999999999999:1", "💣:1:1", ":::", "ok:1:1:; DROP TABLE report"]
    taps = [plant["周涛"].tap_data(one, task) for one in forged]
    await plant.fake.until(lambda: all(tap.stored for tap in taps))
    await plant.rest()
    assert await plant.ask("SELECT status FROM report") == [("reported",)]
    assert await plant.ask("SELECT DISTINCT state FROM inbox") == [("done",)]
    assert not any(HAZARD in text for text in plant["周涛"].texts)
