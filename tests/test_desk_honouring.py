"""An award for what is no report goes the same way: proposed, approved, in the ledger, explained, reversed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import honouring
from handlers.desk import Desk
from storage import activities, awards, ledger, models
from tests.world import World
from woodpecker.activities import Activity
from woodpecker.awards import Award
from woodpecker.models import Model, Score, Tally
from woodpecker.programme import Programme
from woodpecker.words import ActivityStatus, AwardStatus, ModelStatus

PLAIN = Programme(joint="each")  # whatever joint reporters get, a team shares


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "plant.db", PLAIN)
    yield made
    made.close()


def activity(world: World, *people: str, logger: str = "李静", confirmer: str | None = None, fen: int = 0) -> Award:
    """The award of an activity that has just been confirmed."""

    def work(desk: Desk) -> Award | None:
        ids = tuple(world.ids[n] for n in people)
        by = world.ids[confirmer] if confirmer else None
        new = Activity(
            0, ActivityStatus.CONFIRMED, 1, "2026-11-02", world.ids[logger], "drill", "HD2611-01", 202611, None,
            "磨矿车间", "液氨泄漏演练", ids, by, touched_at=desk.now,
        )  # fmt: skip
        return honouring.propose(desk, activities.add(desk.store, new))

    found = world.transaction(work)
    world.drain()
    assert found is not None
    return found


def honour(world: World, person: str, *nominators: str, confirmer: str) -> Award:
    def work(desk: Desk) -> Award | None:
        begun = models.start(desk.store, 20263, desk.now)
        assert begun is not None
        who = world.ids[person]
        by = tuple(world.ids[n] for n in nominators)
        new = Model(
            0, begun.id, 20263, ModelStatus.HONOURED, 1, who, 1, 470, Tally(who, None, {"B": 5}, 5, 5),
            Score(250, 100, 100), {}, "BB26Q3-01", None, "磨矿车间", by, world.ids[confirmer], honoured_at=desk.now,
        )  # fmt: skip
        return honouring.propose(desk, models.add(desk.store, new))

    found = world.transaction(work)
    world.drain()
    assert found is not None
    return found


def now(world: World, award: Award) -> Award:
    kept = world.transaction(lambda d: awards.get(d.store, award.id))
    assert kept is not None
    return kept.award


def balance(world: World, *names: str) -> list[int]:
    return world.transaction(lambda d: [ledger.balance(d.store, world.ids[n]) for n in names])


def test_an_activity_is_split_approved_explained_and_taken_back(world):
    award = activity(world, "王磊", "张强", "周涛", "孙芳", "陈丽", "刘洋", "钱进")
    world.tap("赵敏", "批准")
    assert now(world, award).status is AwardStatus.APPROVED
    assert balance(world, "王磊", "张强") == [34_32, 34_28]
    assert "应急演练 HD2611-01 奖励 34.32 元已批准" in world.phones["王磊"].last
    world.tap("王磊", "为什么")
    assert "11-02 的应急演练，按规定每次 240.00 元" in world.phones["王磊"].last
    assert "7 人参加，平分（零头归第一位）：您这份 34.32 元" in world.phones["王磊"].last
    world.say("王磊", "奖励")
    assert "11-02 HD2611-01 应急演练 +34.32" in world.phones["王磊"].last
    world.tap_data("刘洋", f"awone:{award.id}")
    assert "没有找到" in world.phones["刘洋"].toasts.pop()  # shares it
    world.tap_data("赵敏", f"awone:{award.id}")
    assert "撤销奖励" not in world.phones["赵敏"].labels()  # approved it
    world.transaction(lambda d: d.store.run("DELETE FROM person_role WHERE enterprise = $1 AND role = 'approver'"))
    world.transaction(lambda d: d.store.run(
        "UPDATE person_role SET role = 'approver' WHERE enterprise = $1 AND role = 'officer' AND person = $2",
        world.ids["吴桐"],
    ))  # fmt: skip
    world.tap_data("吴桐", f"awone:{award.id}")
    world.tap("吴桐", "撤销奖励")
    world.say("吴桐", "人数写错了")
    assert now(world, award).status is AwardStatus.REVERSED
    assert balance(world, "王磊", "张强", "周涛") == [0, 0, 0]
    assert "HD2611-01 的奖励 34.32 元已撤销：人数写错了" in world.phones["王磊"].last


def test_once_only(world):
    award = activity(world, "王磊")

    def again(desk: Desk) -> Award | None:
        cause = activities.get(desk.store, award.activity or 0)
        assert cause is not None
        return honouring.propose(desk, cause)

    assert world.transaction(again) is None


def test_an_honour_of_1000_needs_two_and_nobody_who_chose_it(world):
    award = honour(world, "王磊", "李静", confirmer="刘洋")
    world.tap("赵敏", "批准")
    assert now(world, award).status is AwardStatus.HALF_APPROVED
    assert balance(world, "王磊") == [0]
    world.tap("钱进", "批准")
    assert balance(world, "王磊") == [1000_00]
    world.tap("王磊", "为什么")
    assert "2026年三季度“啄木鸟”标兵，按规定 1,000.00 元" in world.phones["王磊"].last


def role(world: World, name: str, role: str) -> None:
    world.transaction(lambda d: d.store.run(
        "INSERT INTO person_role (person, enterprise, role) VALUES ($2, $1, $3)", world.ids[name], role
    ))  # fmt: skip


@pytest.mark.parametrize(
    "logger, confirmer, people, why",
    [
        ("赵敏", "李静", ("王磊",), "要请别人来处理"),
        ("张强", "赵敏", ("王磊",), "您确认、提名或定的"),
        ("张强", "李静", ("王磊", "赵敏"), "要请别人来处理"),
    ],
)
def test_who_logged_confirmed_or_shares_it_may_not_approve(world, logger, confirmer, people, why):
    role(world, "张强", "approver")
    award = activity(world, *people, logger=logger, confirmer=confirmer)
    assert "批准" not in world.phones["赵敏"].labels()
    world.tap_data("赵敏", f"awyes:{award.id}:1")
    assert why in world.phones["赵敏"].toasts.pop()
    assert now(world, award).status is AwardStatus.PROPOSED


@pytest.mark.parametrize("nominator, confirmer", [("赵敏", "刘洋"), ("李静", "赵敏")])
def test_who_nominated_or_confirmed_a_model_worker_may_not_approve(world, nominator, confirmer):
    award = honour(world, "王磊", nominator, confirmer=confirmer)
    world.tap_data("赵敏", f"awyes:{award.id}:1")
    assert "您确认、提名或定的" in world.phones["赵敏"].toasts.pop()


def test_officers_who_took_part_are_counted_only(world):
    award = activity(world, "王磊", "吴桐")
    world.tap("赵敏", "批准")
    assert balance(world, "王磊", "吴桐") == [120_00, 0]
    assert "HD2611-01 计入条数" in world.phones["吴桐"].last
    assert now(world, award).fen == 240_00


def test_a_changed_amount_may_be_appealed_against(world):
    award = activity(world, "王磊", "张强")
    world.tap("赵敏", "改金额")
    world.say("赵敏", "100")
    world.say("赵敏", "只练了半小时")
    assert balance(world, "王磊", "张强") == [50_00, 50_00]
    world.tap("张强", "申诉")
    world.say("张强", "练了两小时")
    assert now(world, award).appealed_at is not None
    world.tap("钱进", "按建议发")
    assert balance(world, "王磊", "张强") == [120_00, 120_00]
