"""The reporter after submitting: withdrawing, answering, confirming, reopening, looking back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import found
from handlers.places import labels
from storage import evidence, history, places, reports
from storage.places import Place
from tests.world import DAY, START, ZONE, World
from woodpecker.clocks import local as wall
from woodpecker.errors import Refused
from woodpecker.reports import Report
from woodpecker.words import Action, Status


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "plant.db")
    world.photo("王磊", "3号球磨机漏油")
    world.tap("王磊", "提交")
    yield world
    world.close()


def report(world: World) -> Report:
    found = world.transaction(lambda desk: reports.by_number(desk.store, "2611-0001"))
    assert found is not None
    return found


def close(world: World) -> None:
    for label in ("受理", "C", "确认"):
        world.tap("李静", label)
    world.tap("张强", "已整改")
    world.say("张强", "好了")
    world.tap("张强", "提交")
    world.tap("吴桐", "验收通过")


def test_withdrawn_is_withdrawn_and_only_by_the_reporter(world: World):
    world.tap_data("周涛", "undo:1")
    assert world.phones["周涛"].last == "没有找到这条上报。"
    world.tap("王磊", "撤回")
    assert report(world).status is Status.WITHDRAWN
    world.tap_data("王磊", "undo:1")
    assert world.phones["王磊"].last == "这条已经有人处理了，请看最新的情况。"
    assert "撤回" not in world.phones["王磊"].labels()


def test_what_is_admitted_cannot_be_withdrawn(world: World):
    for label in ("受理", "C", "确认"):
        world.tap("李静", label)
    world.tap_data("王磊", "undo:1")
    assert report(world).status is Status.ASSIGNED
    assert "撤回" not in world.phones["王磊"].labels()


def test_an_answer_keeps_its_photos_as_such(world: World):
    world.tap("李静", "请补充")
    world.say("李静", "漏了多少？")
    world.photo("王磊", "半桶")
    world.tap("王磊", "提交")
    assert report(world).status is Status.REPORTED
    pieces = world.transaction(lambda desk: evidence.of_report(desk.store, 1))
    assert [p.stage for p in pieces] == ["before", "answer"]
    last = world.transaction(lambda desk: history.last(desk.store, 1))
    assert last is not None
    assert (last.action, last.detail) == (Action.ANSWER, {"words": "半桶", "evidence": 1})


def test_a_reply_to_the_query_is_an_answer_even_if_something_came_between(world: World):
    world.tap("李静", "请补充")
    world.say("李静", "漏了多少？")
    query = world.phones["王磊"].shown[-1].ref
    world.say("王磊", "我的")
    world.say("王磊", "灯坏了")
    assert world.phones["王磊"].last.startswith("📝 上报草稿")
    world.tap("王磊", "取消")
    world.say("王磊", "半桶", reply_to=query)
    assert world.phones["王磊"].last.startswith("📝 补充 2611-0001")


def test_an_empty_answer_is_asked_for_words(world: World):
    world.tap("李静", "请补充")
    world.say("李静", "漏了多少？")
    world.tap("王磊", "补充")
    world.tap("王磊", "提交")
    assert world.phones["王磊"].last == "请发照片，或写一句话说明。"
    assert report(world).status is Status.QUERIED


def test_the_query_is_asked_once_and_ends_with_its_answer(world: World):
    world.tap("李静", "请补充")
    world.say("李静", "漏了多少？")
    assert sum("漏了多少" in s.message.text for s in world.phones["王磊"].shown) == 1
    world.say("王磊", "半桶")
    world.tap("王磊", "提交")
    world.tap_data("王磊", "answer:1")
    assert world.phones["王磊"].last == "这条已经有人处理了，请看最新的情况。"


def test_confirming_twice_is_one_line_of_history(world: World):
    close(world)
    world.tap_data("王磊", "fine:1")
    world.tap_data("王磊", "fine:1")
    events = world.transaction(lambda desk: history.of_report(desk.store, 1))
    assert [e.action for e in events].count(Action.CONFIRM) == 1
    world.tap_data("周涛", "fine:1")
    assert world.phones["周涛"].last == "没有找到这条上报。"


def test_reopening_ends_with_the_seventh_day(world: World):
    close(world)
    world.advance(8 * DAY)
    world.tap_data("王磊", "notfine:1")
    assert world.phones["王磊"].last == "过了期限，不能再退回了。还没改好的话，请重新上报一条。"
    assert report(world).status is Status.CLOSED


def test_photos_after_not_fixed_belong_to_that_until_submitted(world: World):
    close(world)
    world.tap("王磊", "还没改好")
    world.photo("王磊")
    world.photo("王磊")
    world.tap("王磊", "提交")
    after = report(world)
    assert (after.status, after.owner) == (Status.ASSIGNED, world.ids["张强"])
    assert after.due is not None
    assert wall(after.due, ZONE).day == 9
    pieces = world.transaction(lambda desk: evidence.of_report(desk.store, 1, "reopen"))
    assert len(pieces) == 2
    assert "王磊" not in "".join(s.message.text for s in world.phones["张强"].shown)


def test_a_report_nobody_may_see_is_like_none(world: World):
    world.say("王磊", "1号浮选机没系安全带")
    for label in ("类型", "违章", "提交"):
        world.tap("王磊", label)
    world.tap_data("周涛", "case:2")
    hidden = world.phones["周涛"].last
    world.tap_data("周涛", "case:99")
    assert world.phones["周涛"].last == hidden == "没有找到这条上报。"
    world.tap_data("周涛", "pics:2")
    assert world.phones["周涛"].last == hidden
    assert world.phones["周涛"].shown[-1].message.media == ()


def test_an_open_report_changes_with_every_step(world: World):
    world.tap("王磊", "进度")
    for label in ("受理", "C", "确认"):
        world.tap("李静", label)
    opened = next(s.message for s in world.phones["王磊"].shown if "经过：" in s.message.text)
    assert "李静 受理 C级" in opened.text
    assert [b.label for r in opened.buttons for b in r] == ["照片"]


def test_every_button_fits_every_platform(world: World):
    close(world)
    world.say("王磊", "我的")
    world.tap("王磊", "2611-0001")
    for phone in world.phones.values():
        for shown in phone.shown:
            buttons = [b for r in shown.message.buttons for b in r]
            assert len(buttons) <= 6
            assert all(len(b.label) <= 10 and len(b.data.encode()) <= 64 for b in buttons)
            assert len({b.label for b in buttons}) == len(buttons)


@pytest.mark.parametrize(
    "typed, told",
    [
        ("昨天 14:30", "11-01 14:30"),
        ("11-01 08:00", "11-01 08:00"),
        ("8:05", "11-02 08:05"),
        ("今天8点", "11-02 08:00"),
        ("昨天下午3点半", "11-01 15:30"),
        ("前天", "10-31 08:00"),
        ("12-30 09:00", "12-30 09:00"),
        ("2026-10-30 09:00", "10-30 09:00"),
        ("yesterday 9:00", "11-01 09:00"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, told: str):
    at = found.typed(typed, START, ZONE)
    assert f"{wall(at, ZONE):%m-%d %H:%M}" == told
    assert at <= START


@pytest.mark.parametrize(
    "typed, why",
    [
        ("昨天 25:00", "refused.time_unclear"),
        ("刚才吧", "refused.time_unclear"),
        ("", "refused.time_unclear"),
        ("02-30 08:00", "refused.time_unclear"),
        ("11:00", "refused.time_ahead"),
        ("2027-01-01 08:00", "refused.time_ahead"),
    ],
)
def test_unclear_and_future_times_are_refused(typed: str, why: str):
    with pytest.raises(Refused) as refused:
        found.typed(typed, START, ZONE)
    assert refused.value.key == why


@pytest.mark.parametrize(
    "said, named",
    [
        ("3号球磨机漏油", ["磨矿车间 · 3号球磨机"]),
        ("磨矿车间3号球磨机漏油", ["磨矿车间 · 3号球磨机"]),
        ("13号球磨机漏油", []),
        ("车间漏油", []),
        ("1号浮选机和3号球磨机都漏油", ["磨矿车间 · 3号球磨机", "选矿车间 · 1号浮选机"]),
        ("", []),
    ],
)
def test_a_place_is_known_from_the_words_that_name_it(world: World, said: str, named: list[str]):
    found_places: list[Place] = world.transaction(lambda desk: places.named_in(desk.store, said))
    assert [p.name for p in found_places] == named


def test_places_that_read_alike_get_different_labels():
    names = ("甲车间 · 水泵", "乙车间 · 水泵", "一个名字特别特别长的地方在这里")
    shown: Any = labels([Place(n, f"P{n}", name) for n, name in enumerate(names, 1)])
    assert list(shown.values()) == ["水泵", "2 水泵", "一个名字特别特别长…"]
