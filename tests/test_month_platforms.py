"""A month is closed, objected to, frozen and paid through the whole program, on Telegram and on WeCom."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from storage import enterprises, ledger
from tests.both import BOTH, files, plant_on, say, tap


@pytest.fixture(params=BOTH)
async def plant(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    async with plant_on(request.param, tmp_path, monkeypatch) as found:
        yield found


async def on(plant: Any, when: datetime) -> None:
    """Moves the plant's clock there in one go and does what is due."""
    program = plant.program
    ahead = int(when.timestamp() * 1000) - program.plants.clock()
    await plant.store(lambda s: enterprises.set_clock_offset(s, ahead))
    program.plants.move(1, ahead)
    await program.wake.look()
    program.exchange.wake()


async def awarded(plant: Any, name: str, words: str) -> None:
    """A report that is fixed on the spot, and its award approved."""
    await say(plant, name, words, "上报草稿")
    await tap(plant, name, "提交")
    await tap(plant, "李静", "当场已改", "C")
    await say(plant, "李静", "已经装好了", "已销号")
    await tap(plant, "赵敏", "批准")


async def test_a_month_from_the_notice_to_the_pay(plant: Any) -> None:
    await awarded(plant, "王磊", "3号球磨机联轴器防护罩没装")
    await awarded(plant, "王磊", "3号球磨机旁护栏松了")
    zone = next(iter(plant.program.plants)).zone
    now = datetime.fromtimestamp(plant.program.plants.now(1) / 1000, zone)
    first = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=10, minute=0)
    await on(plant, first)
    await say(plant, "张强", "公示", "2. 王* · 隐患 · 20.00 元")
    await tap(plant, "张强", "我有异议")
    await say(plant, "张强", "2 那处护栏是我报的", "（有异议，暂缓）")
    await plant.sees("钱进", "异议：那处护栏是我报的")
    await tap(plant, "钱进", "异议成立")
    await say(plant, "钱进", "查过记录，确实是重复的", "重复")
    await on(plant, first + timedelta(days=12))
    await plant.sees("孙芳", "1 人，共 20.00 元", 60)
    await plant.fake.until(lambda: files(plant), 60)
    books = [openpyxl.load_workbook(io.BytesIO(d)) for d in files(plant) if bytes(d).startswith(b"PK")]
    rows = [row for book in books for row in book.active.iter_rows(values_only=True)]
    assert any(row[:2] == ("1001", "王磊") for row in rows)
    await tap(plant, "孙芳", "标记已发放", "确定")
    await plant.sees("王磊", "20.00 元已发放")
    assert await plant.ask("SELECT kind, fen FROM ledger ORDER BY seq") == [
        *(("award", 2000), ("award", 2000)),
        *(("reversal", -2000), ("payment", -2000)),
    ]
    assert await plant.store(ledger.broken) is None
