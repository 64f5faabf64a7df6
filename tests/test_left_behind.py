"""What a leaver leaves behind in the chat: tasks, offers and claims; and whom nothing reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers import leaving as desk_leaving
from handlers.act import act
from handlers.desk import Desk
from storage import departments, leaving, outbox, people, reports
from tests.world import DAY, World
from woodpecker.people import Actor
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world.db")


def task(world: World) -> int:
    """A report that 张强 has to fix; returns its id."""
    world.say("王磊", "3号球磨机漏油")
    for name, label in (("王磊", "提交"), ("李静", "受理"), ("李静", "B"), ("李静", "确认")):
        world.tap(name, label)
    (found,) = world.transaction(lambda desk: reports.owned(desk.store, world.ids["张强"]))
    return found.id


def gone(world: World, name: str) -> Report:
    """Somebody has left; the only report as it is then."""
    world.transaction(lambda desk: leaving.leave(desk.store, world.ids[name], "2026-11-02", desk.now))
    world.transaction(desk_leaving.on_the_day)
    world.drain()
    found = world.transaction(lambda desk: reports.by_number(desk.store, "2611-0001"))
    assert found is not None
    return found


def test_what_a_leaver_was_offered_stays_with_its_owner(world: World) -> None:
    number = task(world)
    zhou, zhang = world.ids["周涛"], world.ids["张强"]
    world.transaction(lambda d: act(d, number, Act(Action.HAND_OVER, receiver=zhou), Actor(zhang)))
    left = gone(world, "周涛")
    assert (left.owner, left.receiver) == (zhang, None)


def test_what_a_leaver_had_claimed_goes_back_to_all(world: World) -> None:
    world.say("王磊", "3号球磨机漏油")
    world.tap("王磊", "提交")
    (found,) = world.transaction(lambda desk: reports.in_status(desk.store, Status.REPORTED))
    li = world.transaction(lambda desk: people.get(desk.store, world.ids["李静"]))
    world.transaction(lambda d: act(d, found.id, Act(Action.CLAIM), li))
    assert gone(world, "李静").claimed_by is None


def test_what_comes_back_to_a_leaver_goes_to_the_leader(world: World) -> None:
    world.transaction(lambda d: departments.update(d.store, unit(d, "磨矿车间"), leader=world.ids["刘洋"]))
    number = task(world)
    zhang = world.ids["张强"]
    world.transaction(lambda d: act(d, number, Act(Action.FIX, words="好了"), Actor(zhang)))
    assert gone(world, "张强").owner == zhang  # it is done: nothing to pass on
    wu = world.transaction(lambda desk: people.get(desk.store, world.ids["吴桐"]))
    world.transaction(lambda d: act(d, number, Act(Action.RETURN_FIX, words="还在漏"), wu))
    world.advance(DAY // 24)
    back = world.transaction(lambda desk: reports.get(desk.store, number))
    assert back is not None
    assert (back.status, back.owner) == (Status.ASSIGNED, world.ids["刘洋"])


def unit(desk: Desk, name: str) -> int:
    found = departments.by_name(desk.store, name)
    assert found is not None
    return found.id


def test_a_failed_message_brings_its_person_onto_the_list_for_a_week(world: World) -> None:
    def fail(desk: Desk) -> None:
        desk.push(world.ids["周涛"], "notice", {"key": "guide.thanks"})
        row = desk.store.value("SELECT max(id) FROM outbox WHERE enterprise = $1")
        outbox.end(desk.store.tx, row, "failed", "too long", desk.real_now)

    world.transaction(fail)
    world.say("陈丽", "失联名单")
    assert "近 7 天有消息没发出去：1 人\n· 周涛（1007，选矿车间）" in world.phones["陈丽"].last
    world.advance(8 * DAY)
    world.say("陈丽", "失联名单")
    assert world.phones["陈丽"].last == "都联系得上。"
