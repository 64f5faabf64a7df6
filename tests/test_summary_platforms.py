"""A month's picture and workbooks through the whole program, on Telegram and on WeCom, and by the command beside it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from bot.operations import Operations
from handlers import summary_clock
from storage import summaries
from tests.both import BOTH, files, plant_on, tap
from tests.fakes.wecom import FakeWeCom
from tests.scenes import hazard_photo
from woodpecker.clocks import local_month


@pytest.fixture(params=BOTH)
async def plant(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    async with plant_on(request.param, tmp_path, monkeypatch) as found:
        yield found


def pictures(plant: Any) -> list[Image.Image]:
    """The PNGs that were sent."""
    return [Image.open(io.BytesIO(data)) for data in files(plant) if bytes(data).startswith(b"\x89PNG")]


def workbooks(plant: Any) -> list[openpyxl.Workbook]:
    """The workbooks that were sent."""
    return [openpyxl.load_workbook(io.BytesIO(data)) for data in files(plant) if bytes(data).startswith(b"PK")]


async def test_a_month_is_shown_and_its_ledger_handed_out(plant: Any, tmp_path: Path) -> None:
    plant["王磊"].text("3号球磨机联轴器防护罩没装")
    await plant.sees("王磊", "上报草稿")
    plant["王磊"].photo(hazard_photo(3))
    await plant.sees("王磊", "照片：1 张")
    await plant.rest()
    await tap(plant, "王磊", "提交")
    plant["李静"].text("月报")
    await plant.sees("李静", "📥 上报 1 条", 60)
    await plant.rest()
    assert [picture.width for picture in pictures(plant)] == [1080]
    await tap(plant, "李静", "隐患台账")
    await plant.fake.until(lambda: workbooks(plant), 60)
    (book,) = workbooks(plant)
    sheet: Any = book["隐患"]
    assert [cell.value for cell in sheet["F"]][3] == "3号球磨机联轴器防护罩没装"
    assert len(sheet._images) == 1
    plant["王磊"].text("月报")
    await plant.sees("王磊", "上报 1 条，受理 0 条")
    now = plant.program.plants.now(1)
    month = local_month(now, next(iter(plant.program.plants)).zone)
    asked = {"enterprise": "demo", "month": f"{month // 100}-{month % 100:02d}", "out": str(tmp_path / "out")}
    outcome = await Operations(plant.program).execute("summary", asked)
    assert "📥 上报 1 条，上月 0 条" in outcome.lines
    written = openpyxl.load_workbook(tmp_path / "out" / f"hazards-{month}.xlsx")["隐患"]
    assert [c.value for c in written["F"]][3] == "3号球磨机联轴器防护罩没装"


async def test_on_the_first_it_comes_by_itself(plant: Any) -> None:
    plant["王磊"].text("3号球磨机联轴器防护罩没装")
    await plant.sees("王磊", "上报草稿")
    await tap(plant, "王磊", "提交")
    program = plant.program
    clock = program.plants.clock()
    month = local_month(program.plants.now(1), next(iter(program.plants)).zone)

    def on_the_first(tx: Any) -> None:
        desk = program.plants.desk(tx, 1, clock)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(summary_clock, "_over", lambda desk: month)
            summary_clock.push(desk)
            summary_clock.push_own(desk)

    await program.exchange.run(on_the_first)
    await plant.sees("刘洋", "📥 上报 1 条", 60)
    await plant.sees("王磊", "📒 您的")
    await plant.rest()
    once = isinstance(plant.fake, FakeWeCom)  # which knows the same picture again
    assert len(pictures(plant)) == (1 if once else 3)  # for the leader and two officers
    found = await plant.store(lambda s: summaries.took_part(s, month, 0, 10))
    assert len(found) == 1
