"""Groups: set up by admins alone, tapped by whoever may, and never told a reporter's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from handlers import texts
from handlers.message import Event
from storage import audit, cards, groups
from tests.plant_months import Months
from tests.world import World
from woodpecker.words import Status

GROUP = "安全群"


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World(tmp_path / "groups.db")
    made.phone(GROUP, private=False)
    yield made
    made.close()


def event(world: World, name: str, what: Event, **more: str) -> None:
    world.deliver(world.incoming(name, GROUP, event=what, group_title=GROUP, **more))


def purpose(world: World) -> str | None:
    group = world.transaction(lambda d: groups.get(d.store, "story", world.phones[GROUP].chat))
    return group.purpose if group else None


def ready(world: World) -> None:
    world.say("陈丽", "/here", chat=GROUP)
    world.tap("陈丽", "待核实", chat=GROUP)


def submit(world: World, text: str = "3号球磨机防护罩没装") -> None:
    world.say("王磊", text)
    world.tap("王磊", "提交")


def test_an_admin_says_what_a_group_is_for_and_it_is_written_down(world):
    ready(world)
    assert purpose(world) == "verify"
    lines = world.transaction(lambda d: audit.list(d.store))
    assert [(a.action, a.person, a.detail["purpose"]) for a in lines] == [("group.set", world.ids["陈丽"], "verify")]


@pytest.mark.parametrize("name", ["李静", "刘洋", "周涛", "路人"])
def test_nobody_else_does(world, name):
    world.phone("路人")
    world.say(name, "/here", chat=GROUP)
    assert "管理员" in world.phones[GROUP].last
    world.say("陈丽", "/here@woodpecker_bot", chat=GROUP)
    world.tap(name, "公示与月报", chat=GROUP)
    assert purpose(world) is None
    assert world.phones[name].toasts


def test_added_by_an_admin_it_asks_at_once_by_others_it_says_who_can(world):
    event(world, "周涛", Event.GROUP_JOINED)
    assert "/here" in world.phones[GROUP].last
    event(world, "陈丽", Event.GROUP_JOINED)
    assert world.phones[GROUP].labels() == ["待核实", "公示与月报"]


def test_the_purpose_can_be_changed(world):
    ready(world)
    world.say("陈丽", "/here", chat=GROUP)
    world.tap("陈丽", "公示与月报", chat=GROUP)
    assert purpose(world) == "notice"


def test_talk_is_not_listened_to_and_commands_are_sent_away(world):
    before = len(world.phones[GROUP].shown)
    for text in ("晚上谁值班？", "上报", "3号球磨机防护罩没装", "/roll 20", "👍"):
        world.say("周涛", text, chat=GROUP)
    world.deliver(world.incoming("周涛", GROUP, location=(40.0, 110.0)))
    assert len(world.phones[GROUP].shown) == before
    assert world.phones["周涛"].shown == []
    world.say("周涛", "/mine", chat=GROUP)
    assert "私聊" in world.phones[GROUP].last


def test_no_name_and_no_violation_comes_to_a_group(world):
    ready(world)
    submit(world)
    world.say("王磊", "动火没开票")
    world.tap("王磊", "类型")
    world.tap("王磊", "违章")
    world.tap("王磊", "提交")
    said = "\n".join(s.message.text for s in world.phones[GROUP].shown)
    assert "2611-0001" in said
    assert "王磊" not in said
    assert "动火" not in said


def test_the_right_is_checked_against_whoever_taps(world):
    ready(world)
    submit(world)
    world.phone("路人")
    for name in ("路人", "周涛", "王磊"):
        world.tap(name, "受理", chat=GROUP)
        assert world.phones[name].toasts.pop()
    assert "待核实" in world.phones[GROUP].last
    world.tap("吴桐", "受理", chat=GROUP)
    world.tap("李静", "B", chat=GROUP)
    world.tap("李静", "确认", chat=GROUP)
    assert "安全员已受理" in world.phones[GROUP].last
    assert "李静" not in world.phones[GROUP].last


def test_a_question_is_asked_and_answered_in_private(world):
    ready(world)
    submit(world)
    world.tap("李静", "请补充", chat=GROUP)
    group = [s.message.text for s in world.phones[GROUP].shown]
    world.say("李静", "在哪个位置？")
    state = world.transaction(lambda d: d.store.value("SELECT status FROM report WHERE enterprise = $1"))
    assert state == Status.QUERIED
    assert not any("在哪个位置" in text for text in group)


def test_a_group_that_is_left_gets_nothing_more(world):
    ready(world)
    event(world, "陈丽", Event.GROUP_LEFT)
    assert purpose(world) is None
    before = len(world.phones[GROUP].shown)
    submit(world)
    assert len(world.phones[GROUP].shown) == before


def test_a_group_with_a_new_id_keeps_its_purpose_and_its_cards(world):
    ready(world)
    submit(world)
    phone = world.phones[GROUP]
    old = phone.chat
    event(world, "陈丽", Event.GROUP_MOVED, moved_to="-super")
    event(world, "陈丽", Event.GROUP_MOVED, moved_to="-super")
    phone.chat = "-super"
    assert purpose(world) == "verify"
    assert world.transaction(lambda d: cards.live_in_chat(d.store, "story", old)) == []
    world.tap("李静", "受理", chat=GROUP)
    world.tap("李静", "C", chat=GROUP)
    world.tap("李静", "确认", chat=GROUP)
    assert "安全员已受理" in phone.last


def test_here_in_private_says_where_it_belongs(world):
    world.say("陈丽", "/here")
    assert "要在群里发" in world.phones["陈丽"].last


def test_a_forged_purpose_is_refused(world):
    world.say("陈丽", "/here", chat=GROUP)
    ref = world.phones[GROUP].shown[-1].ref
    for data in ("grp:0::everything", "grp:0", "grp:x", "nonsense"):
        world.tap_data("陈丽", data, ref, chat=GROUP)
    world.tap_data("陈丽", "grp:0::verify", "")
    assert purpose(world) is None


def test_where_no_platform_can_be_in_a_group_nobody_is_told_to_make_one(world):
    world.plant = replace(world.plant, groups=False)
    world.say("陈丽", "帮助")
    assert "失联名单" in world.phones["陈丽"].last
    assert "/here" not in world.phones["陈丽"].last
    world.say("陈丽", "/here")
    assert world.phones["陈丽"].last == texts.text("zh", "group.groupless")


def test_nor_when_a_month_is_closed(tmp_path):
    plant = Months(tmp_path)
    plant.world.plant = replace(plant.world.plant, groups=False)
    plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    plant.world.drain()
    told = [seen.message.text for seen in plant.world.phones["刘洋"].shown]
    assert [each for each in told if "公示" in each and "企业微信应用进不了群" in each]
    plant.world.close()
