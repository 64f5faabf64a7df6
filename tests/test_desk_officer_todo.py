"""待办: what waits for whom, overdue first, stepped through, and found by index."""

from __future__ import annotations

import pytest

from storage import waiting
from tests.officer import Checked
from woodpecker.people import Actor
from woodpecker.words import Action, Level, Role


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "todo.db")
    yield made
    made.close()


def listed(world, name):
    world.say(name, "待办")
    return world.phones[name].last


def test_everybody_sees_what_waits_for_them(world):
    first = world.admit(world.submit("王磊", "3号球磨机护栏松了"), days=1)
    second = world.admit(world.submit("王磊", "3号球磨机电缆破了"), days=20)
    third = world.admit(world.submit("王磊", "3号球磨机灯不亮"), days=20)
    world.submit("王磊", "1号浮选机漏水")
    asked = world.submit("周涛", "1号浮选机有异响")
    world.do("李静", asked, Action.QUERY, words="哪个部位？")
    world.do("张强", third, Action.FIX, words="换了灯")
    world.until(5, 10)
    assert listed(world, "李静") == "📋 待办\n待核实 1 · 待验收 1"
    assert listed(world, "张强") == "📋 待办\n待整改 2（逾期 1）"
    assert listed(world, "赵敏") == "📋 待办\n待审批 3"
    assert listed(world, "周涛") == "📋 待办\n待补充 1"
    assert listed(world, "孙芳") == "📋 现在没有要您办的事。"
    world.tap("张强", "待整改")
    assert "护栏松了" in world.text_of("张强").rsplit("逾期 ", 2)[0]
    world.tap("张强", "下一条")
    assert second.number in world.phones["张强"].shown[-2].message.text
    assert first.number not in world.phones["张强"].shown[-2].message.text


def test_an_officers_list_stays_in_scope_and_leaves_out_own_reports(world):
    departments = world.transaction(
        lambda d: {r["name"]: r["id"] for r in d.store.all("SELECT id, name FROM department WHERE enterprise = $1")}
    )
    world.role("吴桐", Role.OFFICER, departments["选矿车间"])
    world.submit("王磊", "3号球磨机护栏松了")
    world.submit("李静", "1号浮选机漏水")
    assert listed(world, "李静") == "📋 待办\n待核实 1"
    assert listed(world, "吴桐") == "📋 待办\n待核实 1"
    world.tap("吴桐", "待核实")
    assert "漏水" in world.text_of("吴桐")
    assert listed(world, "刘洋") == "📋 现在没有要您办的事。"


def test_a_leaders_list_has_what_no_officer_may_judge(world):
    world.role("吴桐", Role.OFFICER, -1)
    world.submit("李静", "1号浮选机漏水")
    world.submit("王磊", "3号球磨机护栏松了")
    assert listed(world, "刘洋") == "📋 待办\n待核实 1"
    world.tap("刘洋", "待核实")
    assert "漏水" in world.text_of("刘洋")
    assert "护栏" not in world.text_of("刘洋")


def test_a_card_that_waited_for_the_morning_is_not_sent_twice(world):
    world.until(2, 23)
    world.submit("王磊", "3号球磨机灯不亮")
    world.say("李静", "待办")
    world.tap("李静", "待核实")
    before = world.text_of("李静").count("待核实 ·")
    world.until(3, 8)
    assert world.text_of("李静").count("待核实 ·") == before
    assert "待核实 ·" in world.text_of("吴桐")


def test_old_lists_lose_their_buttons(world):
    world.submit("王磊", "3号球磨机灯不亮")
    listed(world, "李静")
    listed(world, "李静")
    assert [s.message.text for s in world.phones["李静"].shown if "待办在下面" in s.message.text]
    assert world.phones["李静"].labels().count("待核实") == 1


def test_the_list_follows_what_is_done(world):
    report = world.submit("王磊", "3号球磨机灯不亮")
    world.say("李静", "待办")
    world.tap("李静", "待核实")
    world.tap("李静", "当场已改")
    world.tap("李静", "C")
    world.say("李静", "换了灯")
    assert world.report(report).level is Level.C
    assert "📋 待核实都办完了。" in world.text_of("李静")


OFFICER = Actor(2, frozenset({Role.OFFICER}), frozenset({1, 2}))


@pytest.mark.parametrize(
    "where, index",
    [
        (waiting.to_verify(OFFICER), "report_open"),
        (waiting.to_accept(OFFICER), "report_open"),
        (waiting.to_verify(Actor(9), [OFFICER, Actor(3)]), "report_open"),
        (waiting.to_fix(4), "report_owner"),
        (waiting.to_answer(1), "report_open"),
    ],
)
def test_every_list_is_read_by_index(world, where, index):
    def plan(desk):
        sql = f"EXPLAIN QUERY PLAN SELECT id FROM report WHERE enterprise = $1 AND {where.sql} ORDER BY {where.order}"
        return " ".join(r["detail"] for r in desk.store.all(sql, *where.args))

    assert f"USING INDEX {index}" in world.transaction(plan).replace("COVERING ", "")


def test_deciding_an_award_counts_down_what_waits(world):
    for text in ("3号球磨机护栏松了", "1号浮选机漏油"):
        world.admit(world.submit("王磊", text))
    world.say("赵敏", "待办")
    world.tap("赵敏", "待审批")
    assert world.phones["赵敏"].last.startswith("待审批 2")
    world.tap("赵敏", "批准")
    assert world.phones["赵敏"].last.startswith("待审批 1")
