"""One person on two platforms: who is told where, and what a platform for trying never gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.platforms.base import Failure
from handlers.desk import Desk
from handlers.message import Message
from storage import accounts, bindings, leaving, sending
from tests.core import core
from tests.world import SECOND, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "plant.db")
    made.say("李静²", bound(made, "李静"))
    return made


def bound(world: World, name: str) -> str:
    """A code for binding."""
    return world.transaction(lambda desk: bindings.create(desk.store, world.ids[name], world.now))


def report(world: World) -> None:
    world.say("王磊", "3号球磨机漏油")
    world.tap("王磊", "提交")


def test_a_card_goes_to_where_the_person_last_wrote_and_acts_from_there(world: World) -> None:
    report(world)
    assert "待核实" in world.phones["李静²"].last
    assert [s for s in world.phones["李静"].shown if "待核实" in s.message.text] == []
    world.tap("李静²", "受理")
    world.tap("李静²", "B")
    world.tap("李静²", "确认")
    assert "李静已受理" in world.phones["李静²"].last


def test_a_card_on_either_phone_shows_what_was_done_on_the_other(world: World) -> None:
    world.say("李静", "谢谢")
    report(world)
    world.say("李静²", "待办")
    world.tap("李静²", "待核实")
    world.tap("李静²", "驳回")
    world.tap("李静²", "不构成隐患")
    for phone in ("李静", "李静²"):
        card = next(s for s in world.phones[phone].shown if "2611-0001" in s.message.text)
        assert "李静不予受理" in card.message.text, phone
        assert card.message.buttons == ()


def test_a_platform_for_trying_holds_no_role(world: World) -> None:
    world.plant = replace(world.plant, for_trial=frozenset({SECOND}))
    world.say("李静²", "谢谢")
    report(world)
    assert "待核实" in world.phones["李静"].last  # written to last is the other one, but cards stay off it
    world.say("李静²", "待办")
    assert "待核实" not in world.phones["李静²"].last
    data = next(b.data for s in world.phones["李静"].shown for r in s.message.buttons for b in r if b.label == "受理")
    world.tap_data("李静²", data)
    assert "要安全员来做" in world.phones["李静²"].last


def test_whoever_joins_a_platform_for_trying_is_shown_no_work_of_a_role(world: World) -> None:
    world.plant = replace(world.plant, for_trial=frozenset({SECOND}))
    report(world)
    world.say("吴桐²", bound(world, "吴桐"))
    assert [s for s in world.phones["吴桐²"].shown if "2611-0001" in s.message.text] == []


def test_a_leaver_binds_nothing(world: World) -> None:
    code = bound(world, "周涛")

    world.transaction(lambda desk: leaving.leave(desk.store, world.ids["周涛"], "2026-11-01", desk.now))
    world.say("周涛²", code)
    assert "账号已停用" in world.phones["周涛²"].last
    assert world.transaction(lambda d: accounts.find(d.store, SECOND, world.phones["周涛²"].user)).person is None


def test_no_code_stands_in_the_database(world: World, tmp_path: Path) -> None:
    code = bound(world, "王磊")
    assert [f for f in tmp_path.glob("plant.db*") if code.encode() in f.read_bytes()] == []


async def test_what_a_closed_chat_does_not_take_goes_to_the_other(tmp_path: Path) -> None:
    async with core(tmp_path) as c:

        def second(desk: Desk) -> int:
            wang = accounts.find(desk.store, "fake", "u1001")
            assert wang is not None
            assert wang.person is not None
            other = accounts.touch(desk.store, "fake", "elsewhere", "elsewhere", "王磊", "", c.time())
            accounts.link(desk.store, other.id, wang.person)
            accounts.touch(desk.store, "fake", "u1001", "u1001", "", "", c.time() + 1)
            return wang.person

        person = await c.desk(second)
        c.platform.faults["u1001"].append(Failure("blocked", permanent=True, unreachable=True))

        def told(desk: Desk) -> None:
            desk.push(person, "notice", {"key": "guide.thanks"})
            desk.send("fake", "u1001", Message("只给这边"), person)

        await c.desk(told)
        await c.rest()
        assert c.platform.texts("u1001") == []
        assert c.platform.texts("elsewhere") == ["不客气，注意安全！", "只给这边"]
        assert await c.ask("SELECT DISTINCT state FROM outbox") == [("sent",)]
        assert await c.exchange.run(lambda tx: sending.waiting(tx, c.time())) == []
