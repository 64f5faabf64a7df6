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
    await plant.fake.until(lambda: any("✅ 已收到" in t or "在哪里" in t for t in plant["王磊"].texts), 8)
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
