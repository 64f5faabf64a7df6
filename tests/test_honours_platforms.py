"""A team's activity and a model worker with the certificate, through the whole program on Telegram and on WeCom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers import model_notices
from storage import ledger, models, numbers, people
from storage.store import Store
from tests.both import BOTH, files, plant_on, say, tap
from tests.scenes import hazard_photo
from woodpecker.models import Model, Score, Tally
from woodpecker.words import ModelStatus

PHOTO = hazard_photo(5)


@pytest.fixture(params=BOTH)
async def plant(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    async with plant_on(request.param, tmp_path, monkeypatch) as found:
        yield found


async def test_a_team_drill_is_logged_confirmed_approved_and_shared(plant: Any) -> None:
    await say(plant, "张强", "班组活动", "是哪一类活动")
    await tap(plant, "张强", "应急演练")
    await say(plant, "张强", "1001、1007", "参加 2 人：王磊、周涛")
    await tap(plant, "张强", "填好了")
    plant["张强"].photo(PHOTO)
    await plant.sees("张强", "照片：1 张")
    await plant.rest()
    await tap(plant, "张强", "提交")
    await tap(plant, "李静", "确认")
    await tap(plant, "赵敏", "批准")
    await plant.sees("周涛", "应急演练 HD")
    await plant.rest()
    assert await plant.ask("SELECT fen FROM ledger ORDER BY seq") == [(12000,), (12000,)]
    assert await plant.store(ledger.broken) is None


def listed(store: Store) -> None:
    """A list with 王磊 on it, as the clock makes it."""
    wang = people.by_number(store, "1001")
    found = models.start(store, 20264, 0)
    assert wang is not None
    assert found is not None
    tally = Tally(wang.id, None, {"B": 5}, 5, 5)
    models.add(
        store,
        Model(0, found.id, 20264, ModelStatus.LISTED, 1, wang.id, 1, 450, tally, Score(250, 100, 100), {"B": 5},
              unit="磨矿车间"),
    )  # fmt: skip


async def test_a_model_worker_is_chosen_honoured_and_gets_the_certificate(plant: Any) -> None:
    await plant.store(listed)
    await say(plant, "李静", "标兵", "候选名单")
    await tap(plant, "李静", "1 王磊", "提名")
    await say(plant, "刘洋", "标兵", "提名 1 人")
    await tap(plant, "刘洋", "1 王磊", "确认", "返回名单", "开始公示", "确定公示")
    await plant.sees("王磊", "您被推荐为2026年四季度")
    await tap(plant, "王磊", "公开姓名")
    await say(plant, "周涛", "标兵", "BB26Q4-01 王磊 · 磨矿车间 · 45.0 分")
    await plant.store(lambda s: s.run("UPDATE model_round SET notice_until = 1 WHERE enterprise = $1"))
    program = plant.program
    await program.exchange.run(lambda tx: model_notices.end(program.plants.desk(tx, 1, program.plants.clock())))
    await plant.sees("王磊", "祝贺您成为2026年四季度", 20)
    await plant.sees("王磊", "打印用的证书", 30)
    await tap(plant, "赵敏", "批准")
    await tap(plant, "钱进", "批准")
    await plant.sees("王磊", "1,000.00 元已批准")
    sent = [bytes(data) for data in files(plant)]
    assert sum(data.startswith(b"\x89PNG") for data in sent) == 1
    assert sum(data.startswith(b"%PDF-") for data in sent) == 1
    assert await plant.ask("SELECT fen FROM ledger") == [(100000,)]


def two_listed(store: Store) -> None:
    """王磊 in a notice that 钱进 confirmed, 张强 next in the score."""
    listed(store)
    zhang, qian = (people.by_name(store, name)[0] for name in ("张强", "钱进"))
    found = models.newest(store)
    assert found is not None
    (wang,) = models.listed(store, found.id)
    chosen = wang._replace(status=ModelStatus.CONFIRMED, confirmer=qian.id, number="BB26Q4-01")
    assert models.save(store, wang, chosen)
    tally = Tally(zhang.id, None, {"B": 4}, 4, 4)
    models.add(
        store,
        Model(0, found.id, 20264, ModelStatus.LISTED, 1, zhang.id, 2, 400, tally, Score(200, 100, 100), {"B": 5},
              unit="选矿车间"),
    )  # fmt: skip
    numbers.next_number(store, "BB26Q4")
    models.save_round(store, found, status="notice", notice_by=qian.id, notice_at=0, notice_until=4_000_000_000_000)


async def test_after_an_upheld_objection_the_next_moves_up(plant: Any) -> None:
    await plant.store(two_listed)
    await say(plant, "周涛", "标兵", "BB26Q4-01 王")
    await tap(plant, "周涛", "有异议")
    await say(plant, "周涛", "不是他发现的", "异议已收到")
    await tap(plant, "刘洋", "成立，撤下")
    await say(plant, "刘洋", "查了，成立", "空出 1 个名额")
    await tap(plant, "刘洋", "递补 张强")
    await plant.sees("张强", "您被推荐为2026年四季度")
    await say(plant, "周涛", "标兵", "张* · 选矿车间 · 40.0 分")
    statuses = await plant.ask("SELECT status, vacancy FROM model_worker ORDER BY id")
    assert statuses == [("struck", "filled"), ("confirmed", "")]
