"""Leavers by command: on a day to come, with what is owed, never the last admin; leaders hear of it all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.commands.people_import import import_people
from bot.commands.told import tell
from handlers import leaving as desk_leaving
from handlers.desk import Desk
from storage import audit, departments, leaving, ledger, people
from storage.store import Store
from tests.commands import Plant
from tests.roster import NOW
from tests.world import DAY, World
from woodpecker.ledger import Entry
from woodpecker.words import EntryKind, Role

ROSTER = "工号,姓名,部门,角色\nW01,王磊,磨矿车间,\nD01,陈丽,综合部,管理员\nD02,刘洋,综合部,负责人\n"


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    made = Plant(tmp_path)
    made.good("people", "import", "--add-departments", made.file("roster.csv", ROSTER))
    return made


def in_days(n: int) -> str:
    return date.fromordinal(date.today().toordinal() + n).isoformat()  # noqa: DTZ011


def test_a_day_to_come_is_kept_exported_and_taken_back(plant: Plant) -> None:
    day = in_days(30)
    lines = plant.good("people", "set", "--number", "W01", "--left", day)
    assert lines == [f"王磊 (W01): leaves on {day}; until then all stays as it is"]
    wang = plant.ask(lambda s: people.by_number(s, "W01"))
    assert (wang.left_on, wang.leaves_on) == (None, day)
    assert plant.good("people", "set", "--number", "W01", "--left", day) == ["王磊 (W01): as before"]
    plant.good("people", "export", "--out", plant.folder / "out.csv")
    assert plant.good("people", "import", plant.folder / "out.csv")[-1] == "0 added, 0 changed, 3 as before."
    assert plant.good("people", "set", "--number", "W01", "--returned") == ["王磊 (W01): stays after all"]
    lines = plant.good("people", "import", plant.file("left.csv", f"工号,离职日期\nW01,{day}\n"))
    assert lines[0] == f"王磊 (W01): leaves on {day}; until then all stays as it is"
    actions = [e.action for e in plant.ask(lambda s: audit.list(s, wang.id, 3))]
    assert actions == ["person.leaving", "person.staying", "person.leaving"]


def test_a_leaver_stays_in_what_finance_pays_from(plant: Plant) -> None:
    wang = plant.ask(lambda s: people.by_number(s, "W01"))
    plant.ask(lambda s: ledger.append(s, [Entry("k1", wang.id, EntryKind.AWARD, 5000, 202611, NOW)]))
    plant.good("people", "set", "--number", "W01", "--left", "2026-01-31")
    lines = plant.good("ledger", "export", "--month", "2026-11", "--out", plant.folder / "owed.csv")
    assert lines[0] == "1 people are owed 50.00 yuan in all."
    assert "W01,王磊,磨矿车间" in (plant.folder / "owed.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("when", [0, 30])
def test_the_last_admin_leaves_on_no_day(plant: Plant, when: int) -> None:
    said = plant.do("people", "set", "--number", "D01", "--left", in_days(when))
    assert (said.code, "is the last admin" in said.text) == (1, True)
    said = plant.do("people", "import", plant.file("left.csv", f"工号,离职日期\nD01,{in_days(when)}\n"))
    assert (said.code, "is the last admin" in said.text) == (1, True)
    assert plant.ask(lambda s: people.by_number(s, "D01")).leaves_on is None


def test_whoever_will_leave_is_no_admin_to_rely_on(plant: Plant) -> None:
    plant.good("people", "set", "--number", "W01", "--grant", "admin")
    plant.good("people", "set", "--number", "W01", "--left", in_days(30))
    for words in (("--left", in_days(0)), ("--left", in_days(60)), ("--revoke", "admin")):
        assert "is the last admin" in plant.do("people", "set", "--number", "D01", *words).text


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world.db")


def test_the_day_comes_while_the_machine_was_off(world: World) -> None:
    world.transaction(lambda desk: leaving.plan(desk.store, world.ids["张强"], "2026-11-05"))
    world.real += 9 * DAY
    world.transaction(desk_leaving.on_the_day)
    world.transaction(desk_leaving.on_the_day)
    world.drain()
    zhang = world.transaction(lambda desk: people.get(desk.store, world.ids["张强"]))
    assert (zhang.left_on, zhang.leaves_on) == ("2026-11-05", None)
    assert [s.message.text for s in world.phones["刘洋"].shown] == ["👥 人员变动：张强 已离职。"]


def test_an_admin_left_alone_meanwhile_stays_and_others_go(world: World) -> None:
    def plan(desk: Desk) -> None:
        leaving.plan(desk.store, world.ids["周涛"], "2026-11-03")
        people.set_roles(desk.store, world.ids["王磊"], Role.ADMIN)
        leaving.plan(desk.store, world.ids["陈丽"], "2026-11-03")
        # As a restored older roster may have it: nobody else is left.
        desk.store.run(
            "DELETE FROM person_role WHERE enterprise = $1 AND role = 'admin' AND person = $2", world.ids["王磊"]
        )

    world.transaction(plan)
    world.advance(2 * DAY)
    chen, zhou = (world.transaction(lambda d, n=n: people.get(d.store, world.ids[n])) for n in ("陈丽", "周涛"))
    assert (chen.left_on, zhou.left_on) == (None, "2026-11-03")


def test_a_roster_with_many_changes_is_told_in_one_message(world: World) -> None:
    numbers = [f"100{n}" for n in range(1, 8)]
    rows = [(n, {"employee_no": number, "roles": "union"}) for n, number in enumerate(numbers, 2) if number != "1002"]

    def work(desk: Desk) -> None:
        tell(import_people(desk.store, rows, date(2026, 11, 2), "zh", desk.now), lambda _: desk)

    world.transaction(work)
    world.drain()
    (said,) = (s.message.text for s in world.phones["刘洋"].shown)
    assert said.startswith("👥 人员变动 9 项：\n· 王磊 成为工会。")
    assert "· 吴桐 不再是安全员。" in said


def test_without_a_leader_the_admin_hears_of_it(world: World) -> None:
    world.transaction(lambda desk: people.remove_role(desk.store, world.ids["刘洋"], Role.LEADER))
    rows = [(2, {"employee_no": "1001", "roles": "officer"})]
    world.transaction(
        lambda desk: tell(import_people(desk.store, rows, date(2026, 11, 2), "zh", desk.now), lambda _: desk)
    )
    world.drain()
    assert [s.message.text for s in world.phones["陈丽"].shown] == ["👥 人员变动：王磊 成为安全员。"]


def test_what_nobody_can_take_over_is_said_once(world: World) -> None:
    def leaderless(desk: Desk) -> None:
        mill = departments.by_name(desk.store, "磨矿车间")
        assert mill is not None
        departments.update(desk.store, mill.id, leader=None)

    world.transaction(leaderless)
    world.say("王磊", "3号球磨机漏油")
    for name, label in (("王磊", "提交"), ("李静", "受理"), ("李静", "B"), ("李静", "确认")):
        world.tap(name, label)
    world.transaction(lambda desk: leaving.plan(desk.store, world.ids["张强"], "2026-11-03"))
    world.advance(2 * DAY)
    told = [s.message.text for s in world.phones["吴桐"].shown if "没有人能接" in s.message.text]
    assert told == ["⚠️ 张强 已离职，要整改的 1 条部门里没有人能接：2611-0001。请改派。"]


def test_officers_cover_the_departments_below(plant: Plant) -> None:
    plant.good("departments", "import", plant.file("d.csv", "部门,上级部门\n磨矿车间,综合部\n甲班,磨矿车间\n乙班,\n"))
    plant.good("people", "set", "--number", "W01", "--grant", "officer:综合部")
    units = {d.name: d.id for d in plant.ask(departments.all)}
    wang = plant.ask(lambda s: people.by_number(s, "W01"))
    assert wang.scopes == {units["综合部"]}
    assert wang.actor.departments == {units[n] for n in ("综合部", "磨矿车间", "甲班")}
    assert plant.ask(lambda s: ring(s, units["综合部"], units["甲班"])) == wang.actor.departments


def ring(store: Store, above: int, below: int) -> frozenset[int]:
    """The same with a ring among the parents, which must end."""
    departments.update(store, above, parent=below)
    return departments.below(store, {above})


def test_whoever_joins_a_contractors_department_works_for_it(plant: Plant) -> None:
    plant.good("departments", "import", plant.file("d.csv", "部门,类型\n恒通检修,承包商\n"))
    plant.good("people", "import", plant.file("p.csv", "工号,姓名,部门\nC01,马超,恒通检修\n"))
    plant.good("invite", "--name", "许峰", "--number", "C02", "--department", "恒通检修")
    found = [plant.ask(lambda s, n=n: people.by_number(s, n)).contractor for n in ("C01", "C02", "W01")]
    assert found == [True, True, False]


def test_the_operator_lists_who_cannot_be_reached(plant: Plant) -> None:
    lines = plant.good("people", "unreachable")
    assert lines == ["陈丽 (D01): has not joined; admin", "刘洋 (D02): has not joined; leader"]
