"""A draft's end is announced once, while its owner is awake; voices are heard by those alone who judge."""

from __future__ import annotations

import pytest

from handlers.evidence import may_hear
from tests.officer import Checked
from tests.world import HOUR
from woodpecker.people import Person
from woodpecker.words import Role

TEXT = "3号球磨机护栏松了"


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "clock.db")
    yield made
    made.close()


def announced(world: Checked) -> int:
    return sum("还没提交" in s.message.text for s in world.phones["王磊"].shown)


def test_it_is_announced_once_and_again_only_after_it_was_touched(world):
    world.say("王磊", TEXT)
    world.until(3, 6, 45)
    assert announced(world) == 0  # at half time it was night
    world.until(3, 9)
    assert announced(world) == 1
    world.say("王磊", "两根")
    world.advance(11 * HOUR)
    assert announced(world) == 0  # the card is the draft's again
    world.advance(2 * HOUR)
    assert announced(world) == 1


def test_what_is_laid_aside_or_sent_is_not_announced(world):
    world.submit("王磊", TEXT)
    world.advance(23 * HOUR)
    assert announced(world) == 0


def test_the_announced_card_is_the_one_that_goes_on(world):
    world.say("王磊", "护栏松了")
    world.until(3, 8)
    world.say("王磊", "3号球磨机")
    assert world.phones["王磊"].shown[-1].edits == 1
    world.tap("王磊", "提交")
    assert world.newest().text == "护栏松了\n3号球磨机"


@pytest.mark.parametrize(
    "name, roles, hears",
    [
        ("王磊", set(), True),  # who brought it
        ("李静", {Role.OFFICER}, True),
        ("刘洋", {Role.LEADER}, True),
        ("张强", set(), False),  # who fixes it
        ("张强", {Role.OFFICER, Role.LEADER}, False),
        ("周涛", set(), False),
        ("赵敏", {Role.APPROVER}, False),
        ("陈丽", {Role.ADMIN}, False),
    ],
)
def test_a_voice_is_played_to_those_who_judge_and_never_to_the_owner(world, name, roles, hears):
    world.voice("王磊")
    report = world.admit(world.submit("王磊", TEXT))
    person = Person(world.ids[name], name, roles=frozenset(roles))
    assert may_hear(person, report) is hears
    world.tap_data(name, f"pics:{report.id}")
    voices = [m for s in world.phones[name].shown for m in s.message.media if m.kind == "voice"]
    if name in {"张强", "周涛", "赵敏", "陈丽"}:
        assert voices == []
