"""Codes of places, too much at once, and who may not report for a while."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage import audit, bans, drafts, people
from tests.world import DAY, HOUR, World
from woodpecker.limits import next_report_at
from woodpecker.programme import Limits
from woodpecker.words import Role


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World(tmp_path / "limits.db", absent=frozenset({"孙芳"}))
    made.phone("路人")
    yield made
    made.close()


@pytest.mark.parametrize(
    "hour, day, until",
    [(None, None, None), (0, None, HOUR), (None, 0, DAY), (0, 0, DAY), (-HOUR, None, None), (-HOUR, -DAY, None)],
)
def test_when_the_next_report_is_welcome(hour, day, until):
    assert next_report_at(hour, day, 0) == until


def report(world: World, name: str = "王磊") -> None:
    world.say(name, "3号球磨机漏油")
    world.tap(name, "提交")


def test_a_day_has_its_number_too_and_others_are_not_held_up(world):
    with world.programme(limits=Limits(reports_hour=5, reports_day=2)):
        for _ in range(3):
            report(world)
            world.real += 2 * HOUR
        assert "报得真多" in world.phones["王磊"].last
        report(world, "周涛")
        assert not any("报得真多" in s.message.text for s in world.phones["周涛"].shown)
        world.real += DAY
        world.say("王磊", "还有油")
        world.tap("王磊", "提交")
        assert any("已收到 2611-0004" in s.message.text for s in world.phones["王磊"].shown)


def test_what_follows_an_alert_never_waits(world):
    with world.programme(limits=Limits(reports_hour=1)):
        report(world)
        world.say("王磊", "危险 3号球磨机冒烟")
        world.tap("王磊", "补交上报")
        world.tap("王磊", "提交")
        assert any("已收到 2611-0002" in s.message.text for s in world.phones["王磊"].shown)


def test_what_waited_at_the_platform_is_no_flood(world):
    with world.programme(limits=Limits(messages_minute=2)):
        for minute in range(6):
            world.say("王磊", f"第{minute}处漏油", sent_at=world.now - HOUR + minute * 60_000)
        assert "第5处漏油" in world.phones["王磊"].last


def test_a_flood_is_answered_once_a_minute_and_words_after_a_cry_are_none(world):
    with world.programme(limits=Limits(messages_minute=2)):
        for _ in range(6):
            world.say("周涛", "漏油")
        assert sum("太快" in s.message.text for s in world.phones["周涛"].shown) == 1
        world.say("周涛", "SOS")
        world.say("周涛", "在浮选机旁边")
        assert "已转给" in world.phones["周涛"].last
        world.real += 60_000
        world.tap("李静", "误报")
        world.say("周涛", "帮助")
        assert "有生命危险" in world.phones["周涛"].last


def ban(world: World, name: str = "王磊") -> None:
    world.say("陈丽", f"限制上报 {name}")
    world.tap("陈丽", "禁止上报", name)
    world.say("陈丽", "照片都是网上找的")


def test_a_ban_stops_reports_in_every_way_but_not_danger(world):
    world.say("王磊", "3号球磨机漏油")
    ban(world)
    for said in ("还有油", "上报", "上报 漏油", "/start P01"):
        world.say("王磊", said)
        assert "暂时不能上报" in world.phones["王磊"].last, said
    world.tap("王磊", "提交")
    assert "暂时不能上报" in world.phones["王磊"].last
    world.photo("王磊", "危险")
    assert "照片，来自 王磊" in world.phones["李静"].last
    assert "119" in world.phones["王磊"].last
    world.photo("王磊")
    assert "已转给" in world.phones["王磊"].last


def test_a_ban_is_written_down_told_and_lifted(world):
    ban(world)
    assert "照片都是网上找的" in world.phones["刘洋"].last
    person = world.ids["王磊"]
    assert world.transaction(lambda d: bans.of(d.store, person)).words == "照片都是网上找的"
    world.tap("陈丽", "恢复上报")
    assert world.transaction(lambda d: bans.of(d.store, person)) is None
    entries = world.transaction(lambda d: audit.list(d.store, person))
    assert [e.action for e in entries if e.action.startswith("reporting.")] == [
        "reporting.allowed",
        "reporting.banned",
    ]
    report(world)
    assert "已收到" in world.phones["王磊"].last


def test_only_an_admin_bans_and_nobody_himself(world):
    world.say("陈丽", "限制上报 王磊")
    data = next(b.data for r in world.phones["陈丽"].shown[-1].message.buttons for b in r)
    world.tap_data("李静", data)
    assert "管理员来做" in world.phones["李静"].last
    world.say("陈丽", "限制上报 1008")
    world.tap("陈丽", "禁止上报", "陈丽")
    assert "不能限制自己" in world.phones["陈丽"].last


@pytest.mark.parametrize(
    "said, answer", [("限制上报", "限制谁上报"), ("限制上报 9999", "名册上没有"), ("限制上报 周涛", "1007")]
)
def test_whom_an_admin_means(world, said, answer):
    world.say("陈丽", said)
    assert answer in world.phones["陈丽"].last


def test_people_of_one_name_are_each_shown(world):
    world.transaction(lambda d: people.add(d.store, "王磊", d.now, employee_no="2001"))
    world.say("陈丽", "限制上报 王磊")
    assert ["1001" in s.message.text or "2001" in s.message.text for s in world.phones["陈丽"].shown] == [True, True]


def test_the_banned_hear_of_the_union_too(world):
    world.transaction(lambda d: people.set_roles(d.store, world.ids["赵敏"], Role.UNION))
    ban(world)
    assert "管理员陈丽或工会赵敏" in world.phones["王磊"].last


def test_an_unknown_code_stays_a_code_and_a_number_a_number(world):
    world.say("路人", "/start NOPE1")
    assert "邀请码不对" in world.phones["路人"].last
    world.say("路人", "/start 1001")
    assert "已转给管理员" in world.phones["路人"].last


def test_a_place_scanned_long_before_joining_is_forgotten(world):
    world.say("孙芳", "/start P01")
    world.real += 2 * DAY
    world.say("孙芳", "1010")
    world.tap("陈丽", "批准加入")
    assert world.transaction(lambda d: drafts.open_of(d.store, world.ids["孙芳"])) is None


def test_a_fix_waits_while_a_place_is_scanned(world):
    report(world)
    world.tap("李静", "受理")
    world.tap("李静", "C")
    world.tap("李静", "确认")
    world.tap("张强", "已整改")
    world.say("张强", "/start P02")
    assert "选矿车间 · 1号浮选机" in world.phones["张强"].last
    world.tap("张强", "取消")
    assert "2611-0001" in world.phones["张强"].last
