"""Every look at a hidden name is noted for good; who may look is one rule."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.commands.operations import execute
from storage import looks
from tests.test_unseen import count, nameless
from tests.world import World
from woodpecker.errors import Refused
from woodpecker.names import HANDLES, check_look
from woodpecker.words import Relation, Role


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "w.db")


def paid(world: World, naming: str) -> None:
    """王磊 reports, 李静 admits, 赵敏 approves."""
    world.say("王磊", "3号球磨机的安全销被人拆了")
    world.tap("王磊", "署名")
    world.tap("王磊", naming)
    world.tap("王磊", "提交")
    world.tap("李静", "受理")
    world.tap("李静", "C")
    world.tap("李静", "确认")
    world.tap("赵敏", "批准")


def exported(world: World) -> list[tuple[object, ...]]:
    """Exports the payroll list; returns the looks that there are then."""
    params = {"enterprise": "demo", "month": "2026-11"}
    world.transaction(lambda desk: execute(desk.store.tx, "ledger.export", params, world.now))
    return world.connection.execute("SELECT source, person, report, month, why FROM name_look").fetchall()


def test_a_payroll_list_with_a_hidden_reporter_is_a_look(world: World):
    paid(world, "对处理人保密")
    assert exported(world) == [("cli", None, None, 202611, "export")]


def test_a_payroll_list_of_shown_names_is_none(world: World):
    paid(world, "安全员可见")
    assert exported(world) == []


def test_a_payroll_list_with_a_redeemed_code_is_a_look(world: World):
    paid(world, "匿名（领取码）")
    assert exported(world) == []
    code = next(s.message.text for s in world.phones["王磊"].shown if "领取码：" in s.message.text)
    world.say("王磊", code.split("领取码：")[1].split()[0])
    world.tap("王磊", "领取奖励")
    world.tap("王磊", "确定领取")
    assert exported(world) == [("cli", None, None, 202611, "export")]


def test_finance_hears_a_hidden_name_without_a_number_and_that_is_noted(world: World):
    world.connection.execute("UPDATE person SET employee_no = NULL WHERE name = '王磊'")
    paid(world, "对处理人保密")
    (look,) = world.transaction(lambda desk: looks.newest(desk.store, 10))
    assert (look.person, look.report, look.month, look.why) == (world.ids["孙芳"], None, 202611, "no_number")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE name_look SET why = ''", "DELETE FROM name_look", "REPLACE INTO name_look SELECT * FROM name_look"],
)
def test_the_log_is_append_only(world: World, statement: str):
    world.transaction(lambda desk: looks.write(desk.store, world.now, "x", person=1))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        world.connection.execute(statement)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_union_may_look_and_nobody_who_handles_reports(role: Role):
    if role is Role.UNION:
        check_look(frozenset({role}), frozenset())
        return
    with pytest.raises(Refused):
        check_look(frozenset({role}), frozenset())
    if role in HANDLES:
        with pytest.raises(Refused, match="look_handler"):
            check_look(frozenset({role, Role.UNION}), frozenset())


@pytest.mark.parametrize("relation", list(Relation))
def test_nobody_with_a_part_in_the_report_may_look(relation: Relation):
    with pytest.raises(Refused, match="look_handler"):
        check_look(frozenset({Role.UNION}), frozenset({relation}))


def test_a_redeemed_code_ties_no_entry_to_the_report(world: World):
    received = nameless(world)
    world.tap("李静", "受理")
    world.tap("李静", "C")
    world.tap("李静", "确认")
    world.tap("赵敏", "批准")
    assert count(world, "ledger") == count(world, "award_share") == 0
    world.say("王磊", received.split("领取码：")[1].split()[0])
    world.tap("王磊", "领取奖励")
    world.tap("王磊", "确定领取")
    (entry,) = world.connection.execute("SELECT person, fen, award, report, report_kind FROM ledger").fetchall()
    assert entry == (world.ids["王磊"], 2000, None, None, "")
    assert count(world, "award_share") == 0
    others = [phone for name, phone in world.phones.items() if name != "王磊"]
    told = [shown.message.text for phone in others for shown in phone.shown]
    assert not [text for text in told if "王磊" in text]
    assert "王磊" not in str(world.connection.execute("SELECT * FROM audit").fetchall())


def test_the_same_code_pays_once_and_a_corrected_level_only_the_rest(world: World):
    received = nameless(world)
    code = received.split("领取码：")[1].split()[0]
    world.tap("李静", "受理")
    world.tap("李静", "C")
    world.tap("李静", "确认")
    world.tap("赵敏", "批准")
    world.say("王磊", code)
    world.tap("王磊", "领取奖励")
    world.tap("王磊", "确定领取")
    world.tap("王磊", "确定领取")
    assert "已经领过" in world.phones["王磊"].last
    world.say("李静", "查找 安全销")
    world.tap("李静", "2611-0001")
    world.tap("李静", "更多")
    world.tap("李静", "改等级")
    world.tap("李静", "B级")
    world.tap("李静", "确定更正")
    world.tap("赵敏", "批准", "50.00")
    world.say("王磊", code)
    world.tap("王磊", "领取奖励", "2611-0001")
    assert "奖励 30.00 元" in world.phones["王磊"].last
    world.tap("王磊", "确定领取", "30.00")
    assert [fen for (fen,) in world.connection.execute("SELECT fen FROM ledger ORDER BY seq")] == [2000, 3000]
