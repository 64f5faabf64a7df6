"""Every two buttons that stand on phones at one moment, tapped in one batch: the second hears who was faster."""

from __future__ import annotations

import pytest

from handlers import awards as awards_desk
from handlers import disputing, reversing, routes
from handlers.desk import Desk
from handlers.message import Event
from handlers.turn import parse_tap
from storage import awards, history, ledger, reports
from storage.database import Tx
from storage.store import Store
from tests.officer import Checked
from woodpecker.programme import Budget
from woodpecker.words import Action, Role

OF_AWARDS = {*awards_desk.TAPS, *disputing.TAPS, *reversing.TAPS} - {"aw"}


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "w.db")
    yield made
    made.close()


def buttons(world):
    """All buttons on all phones: whose, the message and the data."""
    return [
        (name, shown.ref, button.data)
        for name, phone in world.phones.items()
        for shown in phone.shown
        for row in shown.message.buttons
        for button in row
    ]


class Batch:
    """Several deliveries in one transaction, which leaves nothing behind."""

    def __init__(self, world):
        self.world = world

    def __enter__(self):
        self.world.connection.execute("BEGIN IMMEDIATE")
        self.tx = Tx(self.world.connection)
        self.desk = Desk(Store(self.tx, self.world.plant.id), self.world.plant, self.world.now, self.world.real)
        return self

    def __exit__(self, *_):
        self.world.connection.execute("ROLLBACK")

    def tap(self, button):
        name, ref, data = button
        incoming = self.world.incoming(name, event=Event.TAP, tap=data, message_ref=ref, tap_ref="q")
        return routes.handle(self.desk, incoming).toast

    def versions(self):
        store = self.desk.store
        found = store.all("SELECT id, version FROM report WHERE enterprise = $1")
        paid = store.all("SELECT id, version FROM award WHERE enterprise = $1")
        return {("report", r["id"]): r["version"] for r in found} | {("award", r["id"]): r["version"] for r in paid}

    def whole(self):
        assert all(history.broken(self.desk.store, r) is None for k, r in self.versions() if k == "report")
        assert ledger.broken(self.desk.store) is None


def race(world):
    """Taps every button and then every other; returns how many pairs met on one thing."""
    shown, met = buttons(world), 0
    for first in shown:
        for second in shown:
            if first == second or first[0] == second[0]:
                continue
            with Batch(world) as batch:
                before = batch.versions()
                batch.tap(first)
                middle = batch.versions()
                changed = [k for k in before if middle[k] != before[k]]
                said = batch.tap(second)
                after = batch.versions()
                batch.whole()
                assert all(middle[k] <= before[k] + 1 for k in before), (first, second)
                tap = parse_tap(second[2])
                for key in changed:
                    if tap.version is None or key[1] != tap.id or said == "":
                        continue
                    if (key[0] == "award") != (tap.verb in OF_AWARDS):
                        continue
                    assert after[key] == middle[key], (first, second)
                    name = "上报人" if first[0] == "王磊" else first[0]
                    assert name in said, (first, second, said)
                    met += 1
    return met


def at_confirm(world):
    report = world.submit("王磊", "3号球磨机接线盒没盖", photos=1)
    for officer in ("李静", "吴桐"):
        for label in ("受理", "A"):
            world.tap(officer, label)
    return report


def test_two_officers_at_every_step_and_the_reporter(world):
    world.submit("王磊", "3号球磨机接线盒没盖")
    assert race(world) > 0 or not any(parse_tap(d).verb == "undo" for *_, d in buttons(world))
    world.tap("李静", "受理")
    world.tap("吴桐", "驳回")
    race(world)


def test_two_officers_about_to_confirm(world):
    at_confirm(world)
    assert race(world) >= 2


def test_two_officers_at_a_suggestion(world):
    world.submit("王磊", "3号球磨机加个灯", kind="建议")
    world.tap("李静", "受理")
    world.tap("吴桐", "驳回")
    assert race(world) >= 2


def test_two_acceptors(world):
    report = world.admit(world.submit("王磊", "3号球磨机接线盒没盖"))
    world.do("张强", report, Action.FIX, words="已紧固")
    assert race(world) >= 2


@pytest.mark.parametrize("role", [Role.APPROVER, Role.SECOND_APPROVER])
def test_two_approvers(world, role):
    world.role("钱进", Role.APPROVER)
    world.role("周涛", role)
    world.admit(world.submit("王磊", "3号球磨机接线盒没盖"))
    assert race(world) >= 2


def test_two_leaders_at_what_the_budget_holds(world):
    world.role("陈丽", Role.LEADER)
    with world.programme(budget=Budget(month=10_00)):
        world.admit(world.submit("王磊", "3号球磨机接线盒没盖"))
        world.tap("赵敏", "批准")
        assert race(world) >= 2


def test_two_who_decide_an_appeal_against_an_award_and_who_takes_it_back(world):
    for name, role in (("周涛", Role.APPROVER), ("陈丽", Role.LEADER)):
        world.role(name, role)
    report = world.admit(world.submit("王磊", "3号球磨机接线盒没盖"))
    world.tap("赵敏", "改金额")
    world.say("赵敏", "10")
    world.say("赵敏", "只是小事")
    world.tap("王磊", "申诉")
    world.say("王磊", "会触电")
    for leader in ("刘洋", "陈丽"):
        world.tap_data(leader, f"aw:{report.id}")
    assert race(world) >= 2


def test_two_officers_at_an_appeal_against_a_rejection(world):
    world.role("周涛", Role.OFFICER)
    world.submit("王磊", "3号球磨机接线盒没盖")
    world.tap("李静", "驳回")
    world.tap("李静", "不构成隐患")
    world.tap("王磊", "申诉")
    world.say("王磊", "会触电")
    assert race(world) >= 2


def test_two_officers_mend_one_report(world):
    report = world.admit(world.submit("王磊", "3号球磨机接线盒没盖"))
    for officer in ("李静", "吴桐"):
        world.forge(officer, "md", report)
        world.tap(officer, "改等级")
        world.tap(officer, "B级")
    assert race(world) >= 2


def test_whoever_types_why_too_late_hears_who_was_faster(world):
    world.role("陈丽", Role.LEADER)
    report = world.admit(world.submit("王磊", "3号球磨机接线盒没盖"))
    world.tap("赵敏", "改金额")
    world.say("赵敏", "10")
    world.say("赵敏", "只是小事")
    for leader in ("刘洋", "陈丽"):
        world.tap_data(leader, f"aw:{report.id}")
        world.tap(leader, "撤销奖励")
    world.tap("王磊", "申诉")
    world.say("王磊", "会触电")
    world.say("刘洋", "批错了")
    assert world.phones["刘洋"].last == "慢了一步：上报人 已经处理。现在：有申诉，等人决定。"
    world.tap("刘洋", "撤销奖励")
    world.tap("陈丽", "撤销奖励")
    world.say("刘洋", "批错了")
    world.say("陈丽", "批错了")
    assert world.phones["陈丽"].last == "慢了一步：刘洋 已经处理。现在：已撤销。"


def test_a_typed_answer_comes_too_late(world):
    report = world.submit("王磊", "3号球磨机接线盒没盖")
    world.tap("吴桐", "请补充")
    world.admit(report)
    world.say("吴桐", "在哪一侧？")
    assert "慢了一步" in world.phones["吴桐"].last
    assert "李静" in world.phones["吴桐"].last
    assert world.transaction(lambda d: reports.get(d.store, report.id)).version == 2
    assert world.transaction(lambda d: len(awards.of_report(d.store, report.id))) == 1
