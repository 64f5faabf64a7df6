"""People do anything in any order: every message is answered, nothing breaks, every card fits every platform."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from handlers.message import Media, MediaKind
from storage import history, reports
from tests.world import HOUR, Phone, World

SAID = (
    "漏油", "3号球磨机漏油", "好的", "我的", "帮助", "待办", "奖励", "排行", "/lang", "上报", "上报 灯坏了", "1", "2",
    "P02", "车间", "昨天 14:30", "取消", "提交", "返回", "查找 漏油", "危险", "1004", "食堂门口", "50", "同意",
    "/start", "/start ABCDEF1234", "2611-0001", "张强", "长" * 60,
)  # fmt: skip


def state(phone: Phone) -> tuple[int, int, int]:
    return len(phone.shown), sum(s.edits for s in phone.shown), len(phone.toasts)


def buttons(phone: Phone, newest: int = 6) -> list[tuple[str, str]]:
    return [(b.data, s.ref) for s in phone.shown[-newest:] for r in s.message.buttons for b in r]


def act(world: World, chance: random.Random, name: str) -> bool:
    """Does something; whether it must be answered."""
    what = chance.random()
    if what < 0.3:
        world.say(name, chance.choice(SAID))
    elif what < 0.42:
        world.photo(name, chance.choice(["", "漏油", "好的", "我的", "1"]), count=chance.choice([1, 1, 3]))
    elif what < 0.5:
        world.deliver(world.incoming(name, **chance.choice(ODD)))
    elif what < 0.52:
        world.advance(chance.choice([HOUR, 6 * HOUR, 30 * HOUR]))
        return False
    else:
        anybodys = chance.random() < 0.08
        phone = world.phones[chance.choice(list(world.phones))] if anybodys else world.phones[name]
        found = buttons(phone)
        if found:
            data, ref = chance.choice(found)
            world.tap_data(name, data, "" if anybodys else ref)
        return False
    return True


ODD: tuple[dict[str, Any], ...] = (
    {"location": (40.0, 110.0)},
    {"unknown": "sticker"},
    {"foreign_contact": True},
    {"media": (Media(MediaKind.PHOTO, "x", problem="lost"),)},
    {"media": (Media(MediaKind.VOICE, "v", 900, "audio/ogg", "c" * 64),)},
)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_is_answered(seed: int, tmp_path: Path):
    chance = random.Random(seed)
    world = World(tmp_path / "plant.db")
    try:
        for _ in range(100):
            name = chance.choice(["王磊", "王磊", "李静", "李静", "张强", "吴桐", "赵敏", "周涛", "陈丽"])
            before = state(world.phones[name])
            answered = act(world, chance, name)
            assert not answered or state(world.phones[name]) != before
        check_cards(world)
        check_chains(world)
    finally:
        world.close()


def check_cards(world: World) -> None:
    for phone in world.phones.values():
        for shown in phone.shown:
            found = [b for r in shown.message.buttons for b in r]
            assert len(found) <= 6
            assert all(len(b.label) <= 10 and len(b.data.encode()) <= 64 for b in found)
            assert len(shown.message.text) <= 4000


def check_chains(world: World) -> None:
    made = world.transaction(lambda desk: [r for r in (reports.get(desk.store, n) for n in range(1, 40)) if r])
    broken = world.transaction(lambda desk: [r.number for r in made if history.broken(desk.store, r.id)])
    assert broken == []
