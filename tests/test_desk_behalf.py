"""代报: who may log for whom, what the worker and the logger hear, and where the money goes."""

from __future__ import annotations

import pytest

from storage import departments, ledger, people
from tests.officer import Checked
from woodpecker.behalf import check_logger
from woodpecker.errors import Refused
from woodpecker.people import Actor, Person
from woodpecker.words import Action, Role

TEXT = "3号球磨机护栏松了"
MILL, OTHER = 7, 8


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "behalf.db", absent=frozenset({"周涛"}))
    yield made
    made.close()


@pytest.mark.parametrize(
    "roles, scope, leads, refused",
    [
        ({Role.OFFICER}, None, False, ""),
        ({Role.OFFICER}, {MILL}, False, ""),
        ({Role.OFFICER}, {OTHER}, False, "refused.not_logger"),
        ({Role.OFFICER}, {OTHER}, True, ""),
        ({Role.LEADER}, None, False, ""),
        (set(), None, True, ""),
        (set(), None, False, "refused.not_logger"),
        (
            set(Role) - {Role.OFFICER, Role.LEADER},
            None,
            False,
            "refused.not_logger",
        ),
    ],
)
def test_who_logs_for_whom(roles, scope, leads, refused):
    actor = Actor(1, frozenset(roles), None if scope is None else frozenset(scope))
    worker = Person(2, "周涛", department=MILL)
    if not refused:
        check_logger(actor, worker, leads=leads)
        with pytest.raises(Refused, match="behalf_self"):
            check_logger(actor, Person(1, "李静", department=MILL), leads=leads)
        return
    with pytest.raises(Refused, match=refused.removeprefix("refused.")):
        check_logger(actor, worker, leads=leads)


def logged(world: Checked, by: str = "李静", number: str = "1007"):
    world.say(by, f"代报 {number}")
    return world.submit(by, TEXT)


def test_the_logger_is_written_down_and_barred_like_a_reporter(world):
    report = logged(world)
    assert (report.reporter, report.logger) == (world.ids["周涛"], world.ids["李静"])
    for verb in ("va", "vr", "vm", "vq", "vs"):
        world.forge("李静", verb, report)
        assert world.phones["李静"].last == "自己上报的，要请别人来处理。"
    report = world.admit(report, by="吴桐")
    report = world.do("张强", report, Action.FIX, words="紧好了")
    world.forge("李静", "ka", report)
    assert world.phones["李静"].last == "自己上报的，要请别人来处理。"


def test_a_worker_without_an_account_is_paid_through_payroll(world):
    report = logged(world)
    world.admit(report, by="吴桐")
    world.tap("赵敏", "批准")
    owed = world.transaction(lambda d: ledger.owed_by_person(d.store))
    assert [(o.employee_no, o.owed) for o in owed] == [("1007", 20_00)]
    assert "20" not in world.phones["李静"].last
    assert world.phones["李静"].last == f"💰 {report.number} 的奖励已批准，随工资发给 周涛，请转告。"


def test_the_logger_hears_nothing_once_the_worker_can_be_told(world):
    world.join("周涛")
    report = logged(world)
    before = len(world.phones["李静"].shown)
    world.admit(report, by="吴桐")
    world.tap("赵敏", "批准")
    assert len(world.phones["李静"].shown) == before
    assert "已受理" in world.text_of("周涛")


@pytest.mark.parametrize("name", ["王磊", "赵敏", "孙芳", "陈丽"])
def test_nobody_else_logs_for_others_by_word_or_forged_button(world, name):
    world.say(name, "代报 1007")
    assert "代报要安全员" in world.phones[name].last
    world.say(name, TEXT)
    world.tap(name, "更多")
    assert "代报" not in world.phones[name].labels()
    world.tap_data(name, f"dfor:1::{world.ids['周涛']}")
    assert "代报要安全员" in world.phones[name].last
    world.tap(name, "返回")
    world.tap(name, "提交")
    assert world.newest().reporter == world.ids[name]


def test_a_right_that_is_lost_before_it_is_sent_is_gone(world):
    world.say("李静", "代报 1007")
    world.say("李静", TEXT)
    world.role("李静", Role.OFFICER, -1)
    world.tap("李静", "提交")
    assert "代报要安全员" in world.phones["李静"].last
    world.transaction(lambda d: departments.update(d.store, _department(d, "李静"), leader=world.ids["李静"]))
    world.tap("李静", "更多")
    world.tap("李静", "代报")
    world.tap("李静", "我自己报")
    world.tap("李静", "提交")
    assert (world.newest().reporter, world.newest().logger) == (world.ids["李静"], None)


def _department(desk, name: str) -> int:
    return next(p.department for p in people.all(desk.store) if p.name == name)


def test_oneself_and_leavers_are_not_logged_for(world):
    world.say("李静", "代报 1002")
    assert world.phones["李静"].last == "这是您自己，直接上报就行。"
    world.transaction(lambda d: people.update(d.store, world.ids["周涛"], left_on="2026-11-01"))
    world.say("李静", "代报 1007")
    assert "没有找到" in world.phones["李静"].last


def test_a_hidden_report_logged_for_somebody_names_neither(world):
    world.say("李静", "代报 1007")
    report = world.submit("李静", TEXT, naming="对处理人保密")
    world.admit(report, by="吴桐")
    for name in ("吴桐", "张强", "刘洋"):
        world.tap_data(name, f"case:{report.id}")
        assert "周涛" not in world.text_of(name)
        assert "李静" not in world.text_of(name)


def test_the_worker_takes_back_what_was_logged_wrongly(world):
    world.join("周涛")
    report = logged(world)
    world.tap("周涛", "撤回")
    assert world.report(report).status == "withdrawn"
    assert "已撤回" in world.text_of("李静")
