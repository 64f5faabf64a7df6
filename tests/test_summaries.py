"""A month's numbers: what they count, and that picture and lines say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import summaries as desk_of
from handlers import summary_clock
from storage import summaries
from tests.admitted import admitted
from tests.world import DAY, World
from woodpecker.summaries import Counts, Money, Own, Summary

NOVEMBER, DECEMBER = 202611, 202612


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "w.db")
    yield made
    made.close()


def of(world: World, month: int = NOVEMBER) -> Summary:
    return world.transaction(lambda desk: desk_of.of(desk, month))


def fixed(world: World, number: str) -> None:
    world.tap("张强", "已整改", number)
    world.say("张强", "改好了")
    world.tap("张强", "提交")


def test_the_way_from_reported_to_closed(world: World) -> None:
    for _ in range(4):
        admitted(world, "王磊", "B")
    world.say("周涛", "1号浮选机走道板松动")
    world.tap("周涛", "提交")
    fixed(world, "2611-0001")
    fixed(world, "2611-0002")
    world.tap("李静", "验收通过", "2611-0001")
    world.advance(6 * DAY)  # past the due date
    fixed(world, "2611-0003")
    found = of(world).counts
    assert (found.reported, found.admitted, found.waiting) == (5, 4, 1)
    assert (found.fixed, found.on_time, found.closed) == (3, 2, 1)
    assert (found.late, found.late_open) == (2, 1)
    assert found.weeks == (5, 0, 0, 0, 0)


def test_what_was_withdrawn_was_not_reported(world: World) -> None:
    world.say("周涛", "1号浮选机走道板松动")
    world.tap("周涛", "提交")
    world.tap("周涛", "撤回")
    assert of(world).counts == Counts()
    assert of(world).nothing


def test_every_week_has_its_reports(world: World) -> None:
    for day in (2, 8, 14, 15, 22, 29, 30):
        world.until(day, 12)
        admitted(world, "王磊", "suggestion")
    assert of(world).counts.weeks == (1, 2, 1, 1, 2)
    world.until(1, 12, month=12)
    assert of(world, DECEMBER).before.weeks == (1, 2, 1, 1, 2)


def test_people_person_times_and_items_of_the_money(world: World) -> None:
    admitted(world, "王磊", "B", "张强")  # two share 50.00
    admitted(world, "王磊", "C")
    world.tap("赵敏", "批准", "2611-0001")
    world.tap("赵敏", "批准", "2611-0002")
    assert of(world).money == Money(70_00, items=2, people=2, person_times=3, reports_fen=70_00)
    with world.programme(person_times="batch"):
        assert of(world).money == Money(70_00, items=2, people=2, person_times=2, reports_fen=70_00)


def test_what_was_taken_back_within_the_month_counts_no_more(world: World) -> None:
    admitted(world, "王磊", "C")
    world.tap("赵敏", "批准", "2611-0001")
    assert of(world).money == Money(20_00, items=1, people=1, person_times=1, reports_fen=20_00)
    world.say("刘洋", "查找 2611-0001")
    for label in ("2611-0001", "看奖励", "撤销奖励"):
        world.tap("刘洋", label)
    world.say("刘洋", "照片是去年的")
    assert of(world).money == Money()


def test_repeated_is_what_comes_again_at_the_same_place(world: World) -> None:
    for _ in range(2):
        admitted(world, "王磊", "B")
    assert of(world).repeats == ()  # of no category
    world.transaction(lambda desk: desk.store.run("UPDATE report SET category = '21' WHERE enterprise = $1"))
    world.until(2, 12, month=12)
    admitted(world, "王磊", "B")
    world.transaction(lambda desk: desk.store.run("UPDATE report SET category = '21' WHERE enterprise = $1"))
    (repeat,) = of(world, DECEMBER).repeats
    assert (repeat.place, repeat.category, repeat.month, repeat.count) == ("磨矿车间 · 3号球磨机", "21", 1, 3)


def test_the_own_month_counts_what_was_found_together(world: World) -> None:
    admitted(world, "王磊", "suggestion", "张强")
    world.tap("赵敏", "批准", "2611-0001")
    zhang = world.transaction(lambda desk: summaries.own(desk.store, world.ids["张强"], NOVEMBER))
    assert zhang == Own(1, 1, 1, 10_00)
    assert world.transaction(lambda desk: summaries.own(desk.store, world.ids["周涛"], NOVEMBER)) == Own()


def test_picture_and_lines_say_the_same_numbers(world: World) -> None:
    for name in ("王磊", "张强", "王磊"):
        admitted(world, name, "B")
    world.tap("赵敏", "批准", "2611-0001")
    fixed(world, "2611-0001")
    message = world.say("刘洋", "月报")[0].message
    spec: dict[str, Any] = json.loads(message.media[0].make)
    tiles = {tile["label"]: tile["value"] for tile in spec["tiles"]}
    assert tiles == {"上报": "3", "按期整改": "1", "逾期": "0", "奖励": "50"}
    assert [bar[1] for bar in spec["funnel"]["bars"]] == [3, 3, 1, 0]
    assert sum(spec["weeks"]["values"]) == 3
    assert "上报 3 条" in message.text
    assert "按期整改 1 条" in message.text
    assert "50.00 元，1 人 1 人次" in message.text
    assert "王磊" not in message.text + message.media[0].make


def test_who_only_reports_is_not_shown_the_plant(world: World) -> None:
    admitted(world, "王磊", "B")
    assert not any(seen.message.media for seen in world.say("周涛", "月报"))
    world.tap_data("周涛", "sumprev:202612")
    assert "只给负责人和安全员" in world.phones["周涛"].last


def test_each_is_told_once_however_often_the_clock_wakes(world: World) -> None:
    admitted(world, "王磊", "B")
    world.until(1, 8, month=12)
    seen = [*world.advance(3 * 3_600_000), *world.advance(40 * DAY)]
    told = [s.phone for s in seen if s.message.text.startswith("📒 您的2026年11月")]
    assert told == ["王磊"]
    assert sum(bool(s.message.media) and s.phone == "刘洋" for s in seen) == 1  # nothing happened in December


def test_many_are_told_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary_clock, "AT_ONCE", 1)
    for name in ("王磊", "张强", "周涛"):
        admitted(world, name, "suggestion")
    world.until(1, 8, month=12)
    seen = world.advance(3 * 3_600_000)
    told = [s.phone for s in seen if "您的2026年11月" in s.message.text]
    assert sorted(told) == sorted(["王磊", "张强", "周涛"])


def test_a_machine_that_was_off_makes_up_once(world: World) -> None:
    admitted(world, "王磊", "B")
    world.real += 34 * DAY  # nobody woke
    seen = world.advance(DAY)
    assert sum(bool(s.message.media) for s in seen if s.phone == "刘洋") == 1
    assert sum("您的2026年11月" in s.message.text for s in seen) == 1
