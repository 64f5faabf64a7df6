"""What becomes of an alert: taken, reached, rung again, gone up, and the report that follows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers import schedule
from storage import audit, danger, history, invitations, people, reports
from tests.world import DAY, HOUR, START, World
from woodpecker.words import Naming, Role

MINUTE = HOUR // 60
HELPERS = ("李静", "吴桐", "刘洋")


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World(tmp_path / "danger.db")
    made.phone("路人")
    yield made
    made.close()


def data_of(world: World, name: str, label: str) -> str:
    buttons = [b for s in world.phones[name].shown for r in s.message.buttons for b in r]
    return next(b.data for b in reversed(buttons) if b.label == label)


def looked(world: World, ms: int) -> None:
    """The clock wakes once, after a machine was off for so long."""
    world.real += ms
    world.transaction(schedule.run)
    world.drain()


def rung(world: World, name: str) -> int:
    return sum("有生命危险" in s.message.text or "最新情况" in s.message.text for s in world.phones[name].shown)


def test_of_two_who_take_it_the_second_hears_who_was_faster(world):
    world.say("王磊", "危险")
    data = data_of(world, "吴桐", "我来处理")
    world.tap("李静", "我来处理")
    world.tap_data("吴桐", data)
    assert "李静 10:32 已经接手了" in world.phones["吴桐"].toasts[-1]
    world.tap_data("李静", data)
    assert "您 10:32 已经接手了" in world.phones["李静"].toasts[-1]
    world.tap("李静", "已联系上")
    world.tap_data("刘洋", data)
    assert "李静 10:32 已经联系上了" in world.phones["刘洋"].toasts[-1]


@pytest.mark.parametrize("label", ["我来处理", "已联系上"])
@pytest.mark.parametrize("name", ["王磊", "周涛", "陈丽", "路人"])
def test_nobody_else_takes_it(world, name, label):
    world.say("王磊", "危险")
    world.tap_data(name, data_of(world, "李静", label))
    assert world.transaction(lambda d: danger.get(d.store, 1)).taken_by is None


def test_a_machine_that_was_off_rings_once(world):
    world.say("王磊", "危险")
    looked(world, 9 * HOUR)
    assert [rung(world, name) for name in HELPERS] == [2, 2, 2]
    looked(world, MINUTE)
    assert [rung(world, name) for name in HELPERS] == [2, 2, 2]
    assert "过了 15 分钟还没人联系上" in world.phones["刘洋"].last


def test_what_was_taken_before_it_was_sent_does_not_ring(world):
    world.say("王磊", "危险")
    data = data_of(world, "李静", "我来处理")
    world.real += 5 * MINUTE
    world.transaction(schedule.run)
    world.tap_data("李静", data)
    assert rung(world, "吴桐") == 1
    assert "李静 10:37 接手" in world.phones["吴桐"].last


def test_without_officers_and_leaders_it_goes_to_the_admin(tmp_path):
    world = World(tmp_path / "admin.db", absent=frozenset(HELPERS))
    world.say("王磊", "危险")
    assert "已通知 1 位" in world.phones["王磊"].last
    world.tap("陈丽", "我来处理")
    assert "陈丽正在处理" in world.phones["王磊"].last
    world.close()


def test_a_stranger_is_told_who_comes_but_no_private_number(world):
    world.transaction(lambda d: people.update(d.store, world.ids["李静"], phone="13800138000"))
    world.say("路人", "SOS")
    world.tap("李静", "我来处理")
    assert "李静正在处理" in world.phones["路人"].last
    assert "13800138000" not in world.phones["路人"].last
    world.say("王磊", "SOS")
    world.tap("李静", "我来处理", "王磊")
    assert "13800138000" in world.phones["王磊"].last


def test_a_strangers_photo_with_the_cry_is_an_alarm_too(world):
    world.photo("路人", "危险")
    assert "有生命危险" in world.phones["李静"].shown[0].message.text
    assert "照片，来自 未登记的人 路人" in world.phones["李静"].last
    assert "119" in world.phones["路人"].last


def test_an_album_after_the_cry_is_answered_once_and_kept_for_the_report(world):
    world.say("王磊", "危险")
    world.photo("王磊", count=3)
    said = [s.message.text for s in world.phones["王磊"].shown]
    assert sum("已转给" in text for text in said) == 1
    assert "照片：3 张" in world.phones["王磊"].last
    assert sum(bool(s.message.media) for s in world.phones["李静"].shown) == 3


def test_a_phone_number_of_a_stranger_is_passed_on_and_a_code_lets_in(world):
    world.say("路人", "SOS")
    world.say("路人", "13800138000")
    assert "13800138000" in world.phones["李静"].last
    new = world.transaction(lambda d: people.add(d.store, "冯娟", d.now, employee_no="3001"))
    world.transaction(lambda d: invitations.create(d.store, new.id, d.now, "K7M2P4"))
    world.say("路人", "K7M2P4")
    assert any("欢迎加入" in s.message.text for s in world.phones["路人"].shown)
    assert not any("K7M2P4" in s.message.text for s in world.phones["李静"].shown)


def test_every_step_stands_in_the_log_and_the_report_knows_its_alert(world):
    world.say("王磊", "危险 3号球磨机冒烟")
    world.tap("李静", "我来处理")
    looked(world, 15 * MINUTE)
    world.tap("刘洋", "已联系上")
    world.real += 3 * HOUR
    world.tap("王磊", "补交上报")
    world.tap("王磊", "提交")
    report = world.transaction(lambda d: reports.get(d.store, 1))
    assert report.found_at == START
    assert report.sent_at == START
    assert report.submitted_at > START + 3 * HOUR
    (event,) = world.transaction(lambda d: history.of_report(d.store, 1))
    assert event.detail["alert"] == 1
    entries = world.transaction(lambda d: audit.list(d.store))
    steps = [e.action for e in reversed(entries) if e.action.startswith("danger.")]
    assert steps == ["danger.raised", "danger.taken", "danger.escalated", "danger.reached", "danger.reported"]
    world.tap_data("王磊", data_of(world, "王磊", "误报").replace("sosend", "sosrep"))
    assert "已经提交过了" in world.phones["王磊"].toasts[-1]


def test_a_hidden_report_is_not_tied_to_its_alert_for_anybody_else(world):
    world.say("王磊", "危险 3号球磨机冒烟")
    world.tap("王磊", "补交上报")
    world.tap("王磊", "署名")
    world.tap("王磊", "对处理人保密")
    world.tap("王磊", "提交")
    assert world.transaction(lambda d: reports.get(d.store, 1)).naming is Naming.HIDDEN
    (event,) = world.transaction(lambda d: history.of_report(d.store, 1))
    assert "alert" not in event.detail
    assert not any("补交上报 2611" in s.message.text for s in world.phones["李静"].shown)


def test_what_follows_an_alert_cannot_be_anonymous(world):
    world.say("王磊", "危险 3号球磨机冒烟")
    world.tap("王磊", "补交上报")
    world.tap("王磊", "署名")
    anonymous = data_of(world, "王磊", "对处理人保密").replace("hidden", "anonymous")
    world.tap_data("王磊", anonymous)
    world.tap("王磊", "提交")
    assert "没法匿名" in world.phones["王磊"].last
    assert world.transaction(lambda d: reports.get(d.store, 1)) is None


def test_a_cancelled_report_on_an_alert_can_be_begun_again(world):
    world.say("王磊", "危险 3号球磨机冒烟")
    world.tap("王磊", "补交上报")
    world.tap("王磊", "取消")
    world.tap("王磊", "补交上报")
    assert "3号球磨机冒烟" in world.phones["王磊"].last


def test_somebody_elses_alert_is_not_ones_report(world):
    world.say("王磊", "危险")
    world.tap_data("周涛", data_of(world, "王磊", "补交上报"))
    assert "已经不能用了" in world.phones["周涛"].last
    world.tap_data("路人", data_of(world, "王磊", "补交上报"))
    assert world.transaction(lambda d: danger.get(d.store, 1)).draft is None


def test_alerts_of_before_the_update_are_left_alone(world):
    world.say("王磊", "危险")
    world.transaction(lambda d: d.store.run("UPDATE danger_alert SET rung_at = NULL WHERE enterprise = $1"))
    looked(world, DAY)
    assert rung(world, "李静") == 1


def test_a_leader_who_calls_is_not_called(world):
    world.transaction(lambda d: people.set_roles(d.store, world.ids["王磊"], Role.LEADER))
    world.say("王磊", "危险")
    looked(world, 20 * MINUTE)
    assert not any("请马上联系" in s.message.text for s in world.phones["王磊"].shown)
