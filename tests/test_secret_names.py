"""Hidden, anonymous, of a violation: through a report's whole life nobody else's phone ever shows the name."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.outgoing import Ready
from storage import people
from tests.world import Seen, World
from woodpecker.words import Role


class Watched(World):
    """Remembers everything that any phone ever showed."""

    def __init__(self, path: Path) -> None:
        self.seen: list[tuple[str, str]] = []
        super().__init__(path)

    def _show(self, ready: Ready) -> Seen:
        shown = super()._show(ready)
        labels = " ".join(b.label for row in shown.message.buttons for b in row)
        self.seen.append((shown.phone, f"{shown.message.text} {labels}"))
        return shown


@pytest.fixture
def world(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "w.db")


def life(world: Watched, naming: str, kind: str) -> None:
    """From the report to the award, with talk, boards and searches by everybody."""
    world.say("王磊", "有人在3号球磨机顶上没系安全带")
    world.tap("王磊", "类型")
    world.tap("王磊", kind)
    world.tap("王磊", "署名")
    world.tap("王磊", naming)
    world.tap("王磊", "提交")
    world.tap("李静", "受理")
    if kind == "隐患":
        world.tap("李静", "C")
    # 王磊 works in that department, too: whoever may own it is not offered as the reporter.
    world.tap("李静", "确认")
    world.say("李静", "查找 安全带")
    world.tap("李静", "2611-0001")
    world.tap("李静", "给上报人留言")
    world.say("李静", "谢谢")
    world.tap("赵敏", "批准")
    world.tap("张强", "已整改")
    world.say("张强", "说过了")
    world.tap("张强", "提交")
    world.tap("李静", "验收通过")
    for name in ("李静", "张强", "赵敏", "周涛", "刘洋", "陈丽", "孙芳"):
        for words in ("查找 安全带", "查找 王磊", "查找 2611-0001", "排行", "待办", "奖励", "查阅记录"):
            world.say(name, words)
        if "2611-0001" in world.phones[name].labels():
            world.tap(name, "2611-0001")
    world.advance(24 * 3_600_000)


@pytest.mark.parametrize(
    "naming, kind",
    [
        ("对处理人保密", "隐患"),
        ("对处理人保密", "违章"),
        ("匿名（领取码）", "隐患"),
        ("匿名（领取码）", "违章"),
        ("安全员可见", "违章"),
    ],
)
def test_nobody_else_ever_reads_the_name(world: Watched, naming: str, kind: str):
    world.phone("安全群", private=False)
    world.say("王磊", "谢谢")
    life(world, naming, kind)
    leaks = [(phone, text) for phone, text in world.seen if phone != "王磊" and "王磊" in text]
    # What somebody searches for is repeated to that person.
    assert [leak for leak in leaks if "「王磊」" not in leak[1]] == []


def test_the_union_reads_what_was_looked_at_and_nothing_else(world: Watched):
    world.transaction(lambda desk: people.set_roles(desk.store, world.ids["周涛"], Role.UNION))
    life(world, "对处理人保密", "隐患")
    mine = [text for phone, text in world.seen if phone == "周涛" and "查阅记录" in text]
    assert mine
    assert not [text for text in mine if "王磊" in text]
