"""Danger to life: answered at once, to everybody, by whatever means it is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage import people
from tests.world import HOUR, World
from woodpecker.programme import Programme
from woodpecker.words import Role

HELPERS = ("李静", "吴桐", "刘洋")


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World(tmp_path / "danger.db")
    made.phone("路人")
    yield made
    made.close()


def alerts(world: World, name: str = "李静") -> int:
    return sum("有生命危险" in s.message.text for s in world.phones[name].shown)


@pytest.mark.parametrize(
    "words", ["危险", "SOS", "sos", "/danger", "有生命危险", "🚨 有生命危险", "危险 氨罐漏了", "/danger 氨"]
)
def test_every_way_to_say_it(world, words):
    world.say("王磊", words)
    assert "119" in world.phones["王磊"].last
    assert [alerts(world, name) for name in HELPERS] == [1, 1, 1]
    assert alerts(world, "周涛") == 0


def test_the_plants_own_numbers_are_shown(tmp_path):
    world = World(tmp_path / "own.db", Programme(danger_numbers=(("厂调度", "8888"),)))
    world.say("王磊", "危险")
    assert "厂调度 8888" in world.phones["王磊"].last
    assert "119" not in world.phones["王磊"].last
    world.close()


def test_tapping_twice_is_one_alarm_and_a_later_cry_rings_it_again(world):
    world.say("王磊", "危险")
    world.say("王磊", "危险")
    assert alerts(world) == 1
    assert "刚才已经通知过" in world.phones["王磊"].last
    world.real += 2 * 60_000
    world.say("王磊", "危险")
    assert "已通知 3 位" in world.phones["王磊"].last
    first, again = world.phones["李静"].shown
    assert "在下面" in first.message.text
    assert "第 2 次提醒" in again.message.text
    world.tap("李静", "已联系上")
    world.say("王磊", "危险")
    assert "第 2 次" not in world.phones["李静"].last
    assert "我来处理" in world.phones["李静"].labels()


def test_two_people_are_two_alarms(world):
    world.say("王磊", "危险")
    world.say("张强", "危险")
    assert alerts(world) == 2


def test_an_account_not_joined_raises_one_alert_an_hour_even_after_a_false_one(world):
    world.say("路人", "危险")
    world.tap("路人", "误报")
    world.say("路人", "危险")
    assert alerts(world) == 1
    assert "119" in world.phones["路人"].last
    world.real += HOUR
    world.say("路人", "危险")
    assert alerts(world) == 2


def test_an_officer_in_danger_does_not_alarm_himself(world):
    world.say("李静", "危险")
    assert alerts(world, "吴桐") == 1
    assert not any("请马上联系" in s.message.text for s in world.phones["李静"].shown)
    assert "已通知 2 位" in world.phones["李静"].last


def test_if_nobody_can_be_told_that_is_said(tmp_path):
    world = World(tmp_path / "nobody.db", join=False)
    world.join("王磊")
    world.say("王磊", "危险")
    assert "没能通知到人，请马上打电话" in world.phones["王磊"].last
    world.close()


def test_phone_and_place_of_work_are_given(world):
    world.transaction(lambda d: people.update(d.store, world.ids["王磊"], phone="13800138000"))
    world.say("王磊", "危险")
    assert "王磊（1001 · 磨矿车间） 电话 13800138000" in world.phones["李静"].last


def test_only_the_caller_and_those_called_end_it(world):
    world.say("王磊", "危险")
    data = next(b.data for r in world.phones["王磊"].shown[-1].message.buttons for b in r if b.label == "误报")
    world.tap_data("周涛", data)
    world.tap_data("路人", data)
    assert "请马上联系" in world.phones["李静"].shown[0].message.text
    world.tap("吴桐", "误报")
    assert "已解除：是误报（吴桐）" in world.phones["李静"].shown[0].message.text
    before = len(world.phones["李静"].shown)
    world.tap_data("王磊", data)
    assert len(world.phones["李静"].shown) == before


def test_a_photo_after_it_starts_a_report(world):
    world.say("王磊", "危险")
    world.photo("王磊", "3号球磨机电缆着火")
    assert "上报草稿" in world.phones["王磊"].last


def test_later_words_are_an_ordinary_report(world):
    world.say("王磊", "危险")
    world.real += HOUR
    world.say("王磊", "3号球磨机电缆破皮")
    assert "上报草稿" in world.phones["王磊"].last


def test_a_code_typed_by_a_stranger_after_half_an_hour_is_a_code(world):
    world.say("路人", "危险")
    world.real += HOUR
    world.say("路人", "1001")
    assert "已转给安全员" not in world.phones["路人"].last


def test_an_english_reader_gets_english(world):
    world.transaction(lambda d: people.update(d.store, world.ids["刘洋"], language="en"))
    world.transaction(lambda d: people.set_roles(d.store, world.ids["刘洋"], Role.LEADER))
    world.say("王磊", "危险")
    assert "Danger to life" in world.phones["刘洋"].last
    world.deliver(world.incoming("路人", text="/danger", language="en"))
    assert "Leave the danger first" in world.phones["路人"].last
