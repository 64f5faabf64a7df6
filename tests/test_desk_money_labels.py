"""Buttons fit every platform: at most ten characters, six a card, 64 bytes of data, one meaning a verb."""

from __future__ import annotations

import pytest

from handlers import tables
from handlers.texts import LANGUAGES, text, texts
from tests.plant_money import Money, money
from woodpecker.words import Role

__all__ = ["money"]
LABELS = (
    *("award.approve", "award.change", "award.refuse", "award.lift_hold", "board.month", "board.last", "board.quarter"),
    *("find.next", "danger.false_alarm", "group.verify", "group.notice"),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_short(language):
    assert {key: texts(language)[key] for key in LABELS if len(texts(language).get(key, "")) > 10} == {}
    assert len(text(language, "award.approve_all", count=99)) <= 10


def test_a_verb_a_question_and_a_card_belong_to_one_module():
    modules = {m for m in vars(tables).values() if hasattr(m, "TAPS") or hasattr(m, "CARDS")}
    for name, whole in (("TAPS", tables.TAPS), ("QUESTIONS", tables.QUESTIONS), ("CARDS", tables.CARDS)):
        parts = [getattr(m, name, {}) for m in modules]
        assert sum(len(p) for p in parts) == len({k for p in parts for k in p}), name
        assert {k for p in parts for k in p} == set(whole), name


def test_a_full_card_has_no_more_than_six_buttons(money: Money):
    for name in ("王磊", "张强", "孙芳", "陈丽", "钱进", "王磊"):
        money.admit(money.report(name))
    money.grant("赵敏", Role.LEADER)
    for words in ("查找 防护罩", "排行"):
        money.world.say("赵敏", words)
    for shown in money.world.phones["赵敏"].shown:
        buttons = [b for row in shown.message.buttons for b in row]
        assert len(buttons) <= 6
        assert all(len(b.data.encode()) <= 64 and len(b.label) <= 10 for b in buttons)


def test_a_typed_label_is_answered_too(money: Money):
    money.admit(money.report("王磊"))
    money.world.say("赵敏", "批准")
    assert "已批准 50.00 元" in money.world.phones["赵敏"].last
    money.world.say("赵敏", "排行")
    money.world.say("赵敏", "上月")
    assert "10月" in money.world.phones["赵敏"].last
    assert "11月" in money.world.phones["赵敏"].shown[-2].message.text
