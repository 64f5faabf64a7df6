"""Who moves up after an upheld objection: by the score, once, with an own notice, also after the round's end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers import schedule
from storage import models, people
from tests.admitted import admitted
from tests.honours import choose, listed, newest
from tests.test_rules_models import LEADER, LIU, OFFICER, RULES, model
from tests.world import ZONE, World
from woodpecker.errors import Refused
from woodpecker.models import Model, Models, check_move_up, next_in_score
from woodpecker.people import Actor
from woodpecker.programme import Programme
from woodpecker.words import ModelStatus

STRUCK, CHOSEN = ModelStatus.STRUCK, ModelStatus.CONFIRMED


def ids(rules: Models, struck: Model, everybody: Iterable[Model]) -> list[int]:
    return [m.id for m in next_in_score(rules, struck, everybody)]


def test_the_next_in_the_score_all_with_the_same_and_nobody_beyond_the_quota() -> None:
    rules = RULES._replace(quota=2)
    struck, first = model(1, 500, STRUCK), model(2, 400, CHOSEN)
    tied, other, lower = model(3, 300), model(4, 300), model(5, 200)
    assert ids(rules, struck, [struck, first, tied, other, lower]) == [3, 4]
    assert ids(rules, struck, [struck, first, tied._replace(status=STRUCK), other, lower]) == [4]
    assert ids(rules, struck, [struck, first]) == []
    assert ids(rules, struck, [struck, first, tied._replace(status=CHOSEN), other]) == []
    assert ids(rules, struck, [struck, first, tied._replace(score=450), other]) == [3]  # passed over before
    assert ids(rules._replace(per="department"), struck, [struck, first, tied, other, lower]) == [3]


@pytest.mark.parametrize(
    "one, actor, words, why",
    [
        (3, LIU, "工龄更长", ""),
        (3, LIU, " ", "refused.model_words"),  # another has the same score
        (5, LIU, "x", "refused.model_moved_on"),  # not the next
        (2, LIU, "x", "refused.model_moved_on"),  # chosen already
        (1, LIU, "x", "refused.model_moved_on"),  # who was struck off
        (3, Actor(90, OFFICER), "x", "refused.not_leader"),
        (3, Actor(3, LEADER), "x", "refused.model_self"),
    ],
)
def test_who_may_have_whom_move_up(one: int, actor: Actor, words: str, why: str) -> None:
    struck, first = model(1, 500, STRUCK), model(2, 400, CHOSEN)
    everybody = [struck, first, model(3, 300, nominators=()), model(4, 300), model(5, 200)]
    said = ""
    try:
        check_move_up(
            RULES._replace(quota=2), struck, next(m for m in everybody if m.id == one), everybody, actor, words
        )
    except Refused as refused:
        said = refused.key
    assert said == why


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    start = int(datetime(2026, 12, 30, 9, 10, tzinfo=ZONE).timestamp() * 1000)
    made = World(tmp_path / "plant.db", Programme(models=Models(least=1, quota=1)), start=start)
    for kind, name in (("near_miss", "王磊"), ("suggestion", "张强")):
        admitted(made, name, kind)
    until(made, 3)
    yield made
    made.close()


def until(world: World, day: int) -> None:
    """The clock jumps to that day of January; then it runs what is due."""
    world.real = int(datetime(2027, 1, day, 9, tzinfo=ZONE).timestamp() * 1000)
    for _ in range(2):
        world.transaction(schedule.run)
    world.drain()


def struck(world: World) -> Model:
    """王磊 is chosen by 刘洋, and struck off by 钱进 on the 6th."""
    choose(world, world.ids["王磊"])
    return strike(world, 6)


def strike(world: World, day: int) -> Model:
    found = newest(world)
    assert found is not None
    world.say("周涛", "标兵")
    world.tap_data("周涛", f"mdobj:{found.id}")
    world.say("周涛", "不是他发现的")
    until(world, day)
    note = world.transaction(lambda d: models.objections(d.store))[0]
    world.tap_data("钱进", f"mdup:{note.id}")
    world.say("钱进", "查了，成立")
    return next(m for m in listed(world) if m.status is STRUCK)


def test_it_is_filled_or_left_once_whoever_taps_first(world: World) -> None:
    gone = struck(world)
    assert gone.vacancy == "open"
    second = next(m for m in listed(world) if m.status is ModelStatus.LISTED)
    move, leave = f"mdnext:{second.id}:{second.version}", f"mdleave:{gone.id}:{gone.version}"
    for name in ("周涛", "李静"):
        for data in (move, leave):
            world.tap_data(name, data)
            assert "负责人" in world.phones[name].toasts.pop()
    world.tap_data("刘洋", move)
    for data in (move, leave):
        world.tap_data("刘洋", data)
        assert "情况已经变了" in world.phones["刘洋"].toasts.pop()
    after = {m.person: m for m in listed(world)}
    assert [m.vacancy for m in after.values()] == ["filled", ""]
    moved = after[world.ids["张强"]]
    assert (moved.status, moved.number, moved.confirmer) == (CHOSEN, "BB26Q4-02", world.ids["刘洋"])


def test_a_place_that_is_left_stays_empty(world: World) -> None:
    gone = struck(world)
    world.tap_data("刘洋", f"mdleave:{gone.id}:{gone.version}")
    second = next(m for m in listed(world) if m.status is ModelStatus.LISTED)
    world.tap_data("刘洋", f"mdnext:{second.id}:{second.version}")
    assert "情况已经变了" in world.phones["刘洋"].toasts.pop()
    assert [(m.vacancy, m.status) for m in listed(world)] == [("left", STRUCK), ("", ModelStatus.LISTED)]


def test_who_has_left_the_plant_is_not_offered(world: World) -> None:
    world.transaction(lambda d: people.update(d.store, world.ids["张强"], left_on="2027-01-05"))
    assert struck(world).vacancy == ""
    assert not any("递补" in s.message.text for s in world.say("刘洋", "待办"))


def test_decided_after_the_end_the_round_opens_again_for_who_moves_up(world: World) -> None:
    choose(world, world.ids["王磊"])
    strike(world, 20)
    until(world, 21)
    assert newest(world).status == "done"
    second = next(m for m in listed(world) if m.status is ModelStatus.LISTED)
    world.tap_data("刘洋", f"mdnext:{second.id}:{second.version}")
    found = newest(world)
    moved = next(m for m in listed(world) if m.person == world.ids["张强"])
    assert found.status == "notice"
    assert moved.notice_until > world.now > found.notice_until
    until(world, 22)
    assert (newest(world).status, listed(world)[1].status) == ("notice", CHOSEN)
    until(world, 28)
    assert (newest(world).status, listed(world)[1].status) == ("done", ModelStatus.HONOURED)
