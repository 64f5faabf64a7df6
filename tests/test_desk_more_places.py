"""Where a plant has many places the likeliest are offered, the others behind [更多地点]."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import departments, places, reports
from tests.world import World

FIFTEEN = 15


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "w.db")
    yield made
    made.close()


def with_places(world: World, names: list[str]) -> None:
    """Further places of 王磊's department."""

    def add(desk):
        mill = departments.by_name(desk.store, "磨矿车间")
        for n, name in enumerate(names):
            places.add(desk.store, f"N{n:02}", name, mill.id)

    world.transaction(add)


def place_of(world: World) -> str:
    return world.transaction(lambda desk: reports.get(desk.store, 1).place_text)


def asked(world: World) -> list[str]:
    """王磊 has a report without a place; the labels of what is asked."""
    world.say("王磊", "漏油")
    world.tap("王磊", "提交")
    return labels(world)


def labels(world: World) -> list[str]:
    return [b.label for row in world.phones["王磊"].shown[-1].message.buttons for b in row]


@pytest.mark.parametrize(
    "more, first, then",
    [
        (3, ["3号球磨机", "1号皮带", "2号皮带", "3号皮带", "1号浮选机", "返回"], None),
        (4, ["3号球磨机", "1号皮带", "2号皮带", "3号皮带", "更多地点", "返回"], 6),
        (7, ["3号球磨机", "1号皮带", "2号皮带", "3号皮带", "更多地点", "返回"], 9),
        (40, ["3号球磨机", "1号皮带", "2号皮带", "3号皮带", "更多地点", "返回"], FIFTEEN),
    ],
)
def test_five_places_are_buttons_and_more_are_one_tap_away(world: World, more, first, then):
    with_places(world, [f"磨矿车间 · {n}号皮带" for n in range(1, more + 1)])
    assert asked(world) == first
    if then is not None:
        world.tap("王磊", "更多地点")
        assert len(labels(world)) == then + 1
        assert labels(world)[-1] == "返回"
        assert world.phones["王磊"].shown[-1].message.brief == "📝 上报草稿\n在哪里？点一个，或直接打字。"
        world.tap("王磊", labels(world)[4])
        assert place_of(world) == "磨矿车间 · 4号皮带"


def test_a_number_means_a_place_that_is_in_sight(world: World):
    with_places(world, [f"磨矿车间 · {n}皮带" for n in "甲乙丙丁戊己庚"])
    asked(world)
    world.say("王磊", "7")
    assert place_of(world) == "7"


def test_a_number_means_more_once_more_are_shown(world: World):
    with_places(world, [f"磨矿车间 · {n}号皮带" for n in range(1, 8)])
    asked(world)
    world.tap("王磊", "更多地点")
    world.say("王磊", "7")
    assert place_of(world) == "磨矿车间 · 6号皮带"


def test_names_that_a_line_cannot_tell_apart_are_written_out(world: World):
    with_places(world, [f"{where} · 皮带廊" for where in ("甲区", "乙区", "丙区", "丁区", "戊区", "己区", "庚区")])
    asked(world)
    world.tap("王磊", "更多地点")
    shown = world.phones["王磊"].shown[-1].message
    assert "3. 乙区 · 皮带廊" in shown.text
    assert shown.text.endswith("在哪里？点一个，或直接打字。")
    assert shown.brief == ""
    world.tap("王磊", "3 皮带廊")
    assert place_of(world) == "乙区 · 皮带廊"


def test_a_report_that_was_sent_moves_to_one_of_many_too(world: World):
    with_places(world, [f"磨矿车间 · {n}号皮带" for n in range(1, 8)])
    asked(world)
    world.tap("王磊", "3号球磨机")
    world.say("王磊", "我的")
    world.tap("王磊", labels(world)[0])
    world.tap("王磊", "修改")
    world.tap("王磊", "改地点")
    world.tap("王磊", "更多地点")
    world.tap("王磊", "6号皮带")
    assert place_of(world) == "磨矿车间 · 6号皮带"


def test_back_leads_out_of_the_long_list(world: World):
    with_places(world, [f"磨矿车间 · {n}号皮带" for n in range(1, 8)])
    asked(world)
    world.tap("王磊", "更多地点")
    world.tap("王磊", "返回")
    assert labels(world)[0] == "提交"
