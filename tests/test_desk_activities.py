"""Activities at the desk: taps of those who may not, two at once, everybody out, points instead of yuan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import activities, awards, ledger
from tests.world import World
from woodpecker.activities import Activity
from woodpecker.awards import Award
from woodpecker.programme import Budget, Caps, Programme
from woodpecker.words import ActivityStatus, AwardStatus


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "plant.db")
    yield made
    made.close()


def logged(world: World, people: str = "1001 1007", by: str = "张强") -> Activity:
    """An activity that 张强 has handed in."""
    world.say(by, "班组活动")
    world.tap(by, "应急演练")
    world.say(by, people)
    world.tap(by, "填好了")
    world.tap(by, "提交")
    return now(world)


def now(world: World) -> Activity:
    newest = world.transaction(lambda d: d.store.value("SELECT max(id) FROM activity WHERE enterprise = $1"))
    found = world.transaction(lambda d: activities.get(d.store, newest))
    assert found is not None
    return found


def made(world: World) -> list[Award]:
    newest = now(world).id
    return list(world.transaction(lambda d: awards.of_activity(d.store, newest)))


@pytest.mark.parametrize("verb", ["acyes", "acback", "acat", "ackind", "acteam", "acall", "acnone", "acday",
                                  "accancel", "acsend", "acpix", "acnot", "awone"])  # fmt: skip
def test_taps_of_somebody_without_a_part_change_nothing(world, verb):
    before = logged(world)
    for name in ("陈丽", "孙芳"):
        for data in (f"{verb}:{before.id}:{before.version}", f"{verb}:{before.id}:{before.version}:0",
                     f"{verb}:{before.id}", f"{verb}:999"):  # fmt: skip
            world.tap_data(name, data)
            assert world.phones[name].toasts.pop()
    assert now(world) == before
    assert made(world) == []


def test_whoever_logged_or_took_part_does_not_confirm(world):
    before = logged(world, "1001 1002")  # 李静 took part
    for name in ("李静", "张强", "王磊"):
        world.tap_data(name, f"acyes:{before.id}:{before.version}")
        assert world.phones[name].toasts.pop()
    assert now(world).status is ActivityStatus.LOGGED
    world.tap("吴桐", "确认")
    assert now(world).status is ActivityStatus.CONFIRMED


def test_of_two_who_confirm_at_once_the_second_is_late(world):
    before = logged(world)
    world.tap_data("李静", f"acyes:{before.id}:{before.version}")
    world.tap_data("吴桐", f"acyes:{before.id}:{before.version}")
    assert "已经有人处理" in world.phones["吴桐"].toasts[-1]
    assert now(world).confirmer == world.ids["李静"]
    assert len(made(world)) == 1


def test_without_anybody_left_the_award_is_taken_back(world):
    logged(world, "1001")
    world.tap("李静", "确认")
    world.tap("王磊", "我没参加")
    assert [a.status for a in made(world)] == [AwardStatus.REVERSED]
    assert "批准" not in world.phones["赵敏"].labels()
    assert world.transaction(lambda d: ledger.totals(d.store)).awarded == 0


def test_caps_and_the_budget_hold_for_activities_too(tmp_path):
    world = World(tmp_path / "plant.db", Programme(caps=Caps(person_month=100_00), budget=Budget(month=150_00)))
    logged(world)
    world.tap("李静", "确认")
    assert "本月到上限，少发 40.00 元" in world.phones["赵敏"].last
    world.tap("赵敏", "批准")
    (award,) = made(world)
    assert award.status is AwardStatus.HELD_BUDGET
    world.tap("刘洋", "放行")
    assert world.transaction(lambda d: ledger.balance(d.store, world.ids["王磊"])) == 100_00
    world.close()


def test_points_instead_of_yuan(tmp_path):
    world = World(tmp_path / "plant.db", Programme(reward="points"))
    logged(world)
    world.tap("李静", "确认")
    world.tap("赵敏", "批准")
    assert world.transaction(lambda d: ledger.totals(d.store)).awarded == 0
    assert "积分" in world.phones["王磊"].last
    world.close()


def test_a_team_is_everybody_of_the_same_team(world):
    world.transaction(lambda d: d.store.run(
        "UPDATE person SET team = '甲班', department = $2 WHERE enterprise = $1 AND name IN ('王磊', '张强', '周涛')",
        d.person(world.ids["张强"]).department,
    ))  # fmt: skip
    world.transaction(lambda d: d.store.run(
        "UPDATE person SET left_on = '2026-01-01' WHERE enterprise = $1 AND name = '周涛'"
    ))  # fmt: skip
    world.say("张强", "班组活动")
    world.tap("张强", "安全学习")
    world.tap("张强", "全班组")
    assert now(world).people == (world.ids["王磊"], world.ids["张强"])
    assert now(world).unit == "磨矿车间 甲班"
