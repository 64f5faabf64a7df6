"""Joining without a word where the platform vouches for who writes, and reaching those who never wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from handlers.desk import Desk
from handlers.message import Event
from storage import accounts, people
from tests.world import SECOND, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Nobody has joined; the roster knows 王磊 and 李静 as they are called on the first platform."""
    made = World(tmp_path / "plant.db", join=False)
    made.plant = replace(made.plant, directory=frozenset({"story", SECOND}))
    for name in ("王磊", "李静"):
        knows(made, name, made.phones[name].user)
    return made


def knows(world: World, name: str, userid: str) -> None:
    world.transaction(lambda desk: people.update(desk.store, world.ids[name], wecom_userid=userid))


def accounts_of(world: World, name: str) -> list[accounts.Account]:
    return world.transaction(lambda desk: accounts.of_person(desk.store, world.ids[name]))


def test_whoever_opens_the_chat_is_welcomed_by_name(world: World) -> None:
    world.say("王磊", "/start")
    assert "王磊" in world.phones["王磊"].shown[0].message.text
    assert len(world.phones["王磊"].shown) == 1
    assert world.phones["王磊"].labels() == ["🚨 有生命危险"]


def test_the_first_message_counts_as_well(world: World) -> None:
    world.photo("王磊", "3号球磨机漏油")
    texts = [s.message.text for s in world.phones["王磊"].shown]
    assert "王磊" in texts[0]
    assert "3号球磨机漏油" in texts[-1]


def test_a_refused_first_message_does_not_undo_the_joining(world: World) -> None:
    world.say("王磊", "漏" * 5000)
    assert len(accounts_of(world, "王磊")) == 1
    assert "文字太长了" in world.phones["王磊"].last


def test_case_does_not_matter_and_two_of_one_userid_are_nobody(world: World) -> None:
    knows(world, "周涛", world.phones["周涛"].user.upper())
    world.say("周涛", "/start")
    assert len(accounts_of(world, "周涛")) == 1
    knows(world, "张强", world.phones["张强"].user)
    knows(world, "赵敏", world.phones["张强"].user)
    world.say("张强", "/start")
    assert accounts_of(world, "张强") == []


def test_the_userid_may_be_the_employee_number(world: World) -> None:
    world.plant = replace(world.plant, userid_is_number=True)
    number = world.transaction(lambda desk: people.get(desk.store, world.ids["张强"]))
    assert number is not None
    world.phones["张强"].user = str(number.employee_no)
    world.say("张强", "/start")
    assert len(accounts_of(world, "张强")) == 1


def test_leavers_and_other_platforms_are_not_vouched_for(world: World) -> None:
    world.plant = replace(world.plant, directory=frozenset({SECOND}))
    world.say("王磊", "/start")
    assert accounts_of(world, "王磊") == []
    world.transaction(lambda desk: people.update(desk.store, world.ids["李静"], left_on="2026-11-01"))
    world.phone("李静²").user = world.phones["李静"].user
    world.say("李静²", "/start")
    assert accounts_of(world, "李静") == []


def test_the_second_platform_of_one_userid_is_the_same_person(world: World) -> None:
    world.say("王磊", "/start")
    world.phone("王磊²").user = world.phones["王磊"].user
    world.say("王磊²", "我的")
    assert len(accounts_of(world, "王磊")) == 2
    assert "同一个人" in world.phones["王磊²"].shown[0].message.text
    assert len(world.phones["王磊²"].shown) == 2


def test_who_was_let_in_by_the_admin_on_one_is_known_on_the_other(world: World) -> None:
    world.join("周涛")
    world.phone("周涛²").user = world.phones["周涛"].user
    world.say("周涛²", "我的")
    assert len(accounts_of(world, "周涛")) == 2
    world.plant = replace(world.plant, directory=frozenset({SECOND}))
    world.join("赵敏")
    world.phone("赵敏²").user = world.phones["赵敏"].user
    world.say("赵敏²", "我的")
    assert len(accounts_of(world, "赵敏")) == 1


def test_whoever_only_opens_the_chat_is_greeted_once(world: World) -> None:
    for name in ("王磊", "周涛"):
        world.deliver(world.incoming(name, event=Event.ENTERED))
        seen = len(world.phones[name].shown)
        assert seen
        world.deliver(world.incoming(name, event=Event.ENTERED))
        assert len(world.phones[name].shown) == seen
    assert len(accounts_of(world, "王磊")) == 1
    assert accounts_of(world, "周涛") == []


def test_who_never_wrote_is_reached_where_a_platform_can(world: World) -> None:
    world.plant = replace(world.plant, reaches=SECOND)
    world.say("王磊", "3号球磨机漏油")
    knows(world, "李静", "LiJing")
    world.phone("李静²").chat, world.phones["李静"].user = "LiJing", "lijing"
    world.advance(1)
    world.tap("王磊", "提交")
    assert "待核实" in world.phones["李静²"].last
    world.say("李静", "/start")
    assert len(accounts_of(world, "李静")) == 2
    world.say("王磊", "3号球磨机异响")
    world.tap("王磊", "提交")
    assert "2611-0002" in world.phones["李静"].last


def test_whoever_comes_back_sees_what_waited(world: World) -> None:
    for name in ("王磊", "李静"):
        world.say(name, "/start")
    world.deliver(world.incoming("李静", event=Event.BLOCKED))
    world.say("王磊", "3号球磨机漏油")
    world.tap("王磊", "提交")
    world.deliver(world.incoming("李静", event=Event.ENTERED))
    assert "待核实" in world.phones["李静"].last
    seen = len(world.phones["李静"].shown)
    world.deliver(world.incoming("李静", event=Event.ENTERED))
    assert len(world.phones["李静"].shown) == seen


def test_whose_account_was_opened_beforehand_is_welcomed_with_the_first_word(world: World) -> None:
    world.plant = replace(world.plant, reaches="story")
    world.advance(1)
    assert len(accounts_of(world, "王磊")) == 1
    assert world.phones["王磊"].shown == []
    world.say("王磊", "3号球磨机漏油")
    texts = [s.message.text for s in world.phones["王磊"].shown]
    assert "王磊，欢迎" in texts[0]
    assert "3号球磨机漏油" in texts[-1]
    world.say("王磊", "帮助")
    world.deliver(world.incoming("王磊", event=Event.ENTERED))
    texts = [s.message.text for s in world.phones["王磊"].shown]
    assert sum("欢迎" in text for text in texts) == 1
    world.deliver(world.incoming("李静", event=Event.ENTERED))
    assert ["李静，欢迎" in s.message.text for s in world.phones["李静"].shown] == [True]


def test_without_such_a_platform_it_waits_for_the_first_word(world: World) -> None:
    world.say("王磊", "3号球磨机漏油")
    world.tap("王磊", "提交")
    assert not world.transaction(lambda desk: desk.account_of(world.ids["李静"]))
    world.say("李静", "您好")
    assert any("待核实" in s.message.text for s in world.phones["李静"].shown)


def test_a_passing_word_is_said_where_it_cannot_be_shown(world: World) -> None:
    world.say("王磊", "3号球磨机漏油")

    def count(toasts: bool) -> int:
        incoming = world.incoming("王磊", event="tap", tap="nothing:1", tap_ref="q")

        def work(desk: Desk) -> None:
            from handlers.routes import handle

            handle(desk, incoming, toasts=toasts)

        before = len(world.phones["王磊"].shown)
        world.transaction(work)
        world.drain()
        return len(world.phones["王磊"].shown) - before

    assert count(toasts=True) == count(toasts=False) == 1  # a refusal is said anyhow, and once
