"""排行: whose name stands there, and how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import audit
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "plant.db")
    yield made
    made.close()


def test_a_full_name_stands_there_only_by_its_owners_choice(world):
    world.say("王磊", "3号球磨机护栏松了")
    world.tap("王磊", "提交")
    for label in ("受理", "C", "确认"):
        world.tap("李静", label)
    world.say("周涛", "排行")
    assert "王*" in world.phones["周涛"].last
    world.say("王磊", "排行")
    world.tap("王磊", "显示我的全名")
    world.say("周涛", "排行")
    assert "王磊" in world.phones["周涛"].last
    world.tap("王磊", "隐去我的名字")
    world.say("周涛", "排行")
    assert "王磊" not in world.phones["周涛"].last
    changes = world.transaction(lambda desk: [e.action for e in audit.list(desk.store, world.ids["王磊"])])
    assert changes[:2] == ["name.hidden", "name.shown"]
