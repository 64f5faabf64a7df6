"""What the clock does: once, late or twice, and never something that is moot."""

from __future__ import annotations

import pytest

from handlers import deadlines, schedule
from handlers.desk import Desk
from storage import deadlines as due_rows
from storage import drafts, people, reports
from tests.plant_money import Money, money
from tests.world import DAY, HOUR, World
from woodpecker.reports import Act
from woodpecker.words import Action, Level, Role, Status

__all__ = ["money"]
MINUTE = 60_000


def heard(world: World, name: str, words: str) -> int:
    """How many messages on a phone hold these words."""
    return sum(words in s.message.text for s in world.phones[name].shown)


def status(money: Money, report: int) -> Status:
    return money.world.transaction(lambda d: reports.get(d.store, report)).status


def at(money: Money, day: int, hour: int, minute: int = 0) -> None:
    """Jumps there: the machine was off meanwhile."""
    start = money.world.real
    money.world.real = start - start % DAY + (day * 24 + hour - 8) * HOUR + minute * MINUTE


def run(money: Money, times: int = 1) -> None:
    for _ in range(times):
        money.world.transaction(schedule.run)
    money.world.drain()


def test_an_owner_is_reminded_once_a_day_however_often_the_clock_wakes(money):
    money.admit_only(money.report("王磊"))  # due on the 7th
    at(money, 3, 9)
    run(money)
    assert heard(money.world, "孙芳", "⏰") == 0
    at(money, 1, 8, 59)
    run(money)
    assert heard(money.world, "孙芳", "⏰") == 0
    at(money, 0, 9)
    run(money, 3)
    assert heard(money.world, "孙芳", "明天到期") == 1
    at(money, 0, 23)
    run(money, 2)
    at(money, 1, 7, 30)
    run(money)
    assert heard(money.world, "孙芳", "到期") == 1


def test_a_machine_that_was_off_makes_up_for_today_only(money):
    money.admit_only(money.report("王磊"))
    at(money, 9, 11)
    run(money, 2)
    assert heard(money.world, "孙芳", "逾期 4 天") == 1
    assert heard(money.world, "孙芳", "⏰") == 1


def test_a_task_given_after_the_hour_gets_no_reminder_that_day(money):
    money.admit_only(money.report("王磊"), Level.A)
    report = money.report("张强")
    money.act(report, Act(Action.ADMIT, level=Level.A, owner=money.world.ids["孙芳"], due=money.world.now + 6 * HOUR))
    run(money)
    assert heard(money.world, "孙芳", "⏰") == 0


def test_what_was_fixed_by_the_time_of_sending_is_not_mentioned(money):
    money.world.transaction(
        lambda d: people.update(d.store, money.world.ids["孙芳"], quiet_from="08:00", quiet_until="16:00")
    )
    first, second = money.report("王磊"), money.report("张强")
    for report in (first, second):
        money.admit_only(report)
    at(money, 5, 9)
    run(money)
    money.act(first, Act(Action.FIX, words="好了"), "孙芳")
    at(money, 0, 16, 15)
    money.world.drain()
    assert heard(money.world, "孙芳", "您有 1 条要整改") == 1
    at(money, 1, 9)
    run(money)
    money.act(second, Act(Action.FIX, words="好了"), "孙芳")
    at(money, 0, 17)
    money.world.drain()
    assert heard(money.world, "孙芳", "条要整改") == 1


def test_an_owner_who_has_not_joined_is_reminded_through_the_leader(money):
    def newcomer(desk: Desk) -> int:
        department = people.by_number(desk.store, "1001").department  # type: ignore[union-attr]
        return people.add(desk.store, "新来的", desk.now, employee_no="2001", department=department).id

    owner = money.world.transaction(newcomer)
    report = money.report("王磊")
    money.act(report, Act(Action.ADMIT, level=Level.B, owner=owner, due=money.world.now + DAY))
    at(money, 1, 9)
    run(money)
    assert heard(money.world, "张强", "新来的 还没加入，他有 1 条要整改") == 1


def test_many_owners_are_reminded_in_chunks(money, monkeypatch):
    monkeypatch.setattr(deadlines, "OWNERS_AT_ONCE", 2)
    names = ("王磊", "张强", "周涛", "孙芳", "陈丽")
    for name in names:
        report = money.report("赵敏")
        owner, due = money.world.ids[name], money.world.now + DAY
        money.act(report, Act(Action.ADMIT, level=Level.B, owner=owner, due=due))
    at(money, 1, 9)
    run(money)
    assert sum(heard(money.world, name, "今天到期") for name in names) == 2
    run(money, 5)
    assert [heard(money.world, name, "今天到期") for name in names] == [1] * 5


def test_a_long_list_is_cut_and_says_so(money):
    for _ in range(deadlines.LINES + 3):
        money.admit_only(money.report("王磊"))
    at(money, 5, 9)
    run(money)
    assert heard(money.world, "孙芳", "还有 3 条") == 1


def test_officers_hear_what_they_may_verify_and_leaders_what_no_officer_may(money):
    money.report("王磊")
    money.report("李静")
    money.revoke("吴桐", Role.OFFICER)
    at(money, 1, 9)
    run(money, 2)
    assert heard(money.world, "李静", "待核实 1 条") == 1
    assert heard(money.world, "刘洋", "待核实 1 条") == 1
    assert heard(money.world, "周涛", "⏰") == 0


def test_a_query_unanswered_for_seven_days_goes_back(money):
    report = money.report("王磊")
    money.act(report, Act(Action.QUERY, words="哪里？"))
    asked = money.world.transaction(lambda d: reports.get(d.store, report)).queried_at
    money.world.real = asked + 7 * DAY - 1
    run(money)
    assert status(money, report) is Status.QUERIED
    money.world.real = asked + 7 * DAY
    run(money, 2)
    assert status(money, report) is Status.REPORTED
    assert heard(money.world, "王磊", "一直没等到补充") == 1


def test_a_claim_left_lying_goes_back_after_four_hours(money):
    report = money.report("王磊")
    money.act(report, Act(Action.CLAIM))
    claimed = money.world.transaction(lambda d: reports.get(d.store, report)).claimed_at
    money.world.real = claimed + 4 * HOUR - 1
    run(money)
    assert money.world.transaction(lambda d: reports.get(d.store, report)).claimed_by is not None
    money.world.real = claimed + 4 * HOUR
    run(money, 2)
    assert money.world.transaction(lambda d: reports.get(d.store, report)).claimed_by is None


def test_open_and_parked_drafts_expire_after_a_day_with_one_notice_each(money):
    world = money.world
    report = money.report("王磊")
    money.act(report, Act(Action.ADMIT, level=Level.B, owner=world.ids["张强"], due=world.now + 5 * DAY))
    world.tap("张强", "已整改")
    world.tap("张强", "另报一条")
    world.say("张强", "3号球磨机漏油")
    touched = world.transaction(lambda d: drafts.open_of(d.store, world.ids["张强"])).touched_at
    world.real = touched + DAY - HOUR
    run(money)
    assert heard(world, "张强", "已过期") in {0, 1}
    world.real = touched + DAY
    run(money, 2)
    assert world.transaction(lambda d: drafts.open_of(d.store, world.ids["张强"])) is None
    assert world.transaction(lambda d: drafts.parked_of(d.store, world.ids["张强"])) == []
    texts = "\n".join(s.message.text for s in world.phones["张强"].shown)
    assert texts.count("上报草稿放了一天") == 1
    assert texts.count("整改的草稿放了一天") == 1


@pytest.mark.parametrize("hour", range(24))
def test_nothing_rings_at_night(money, hour):
    money.admit_only(money.report("王磊"))
    money.world.transaction(lambda d: people.set_roles(d.store, money.world.ids["周涛"], Role.APPROVER))
    at(money, 6, hour)
    before = len(money.world.phones["孙芳"].shown)
    run(money)
    rings = len(money.world.phones["孙芳"].shown) > before
    assert rings is (9 <= hour < 22)


def test_the_lists_of_what_lapsed_are_bounded(money):
    for _ in range(3):
        money.act(money.report("王磊"), Act(Action.QUERY, words="哪里？"))
    found = money.world.transaction(lambda d: due_rows.asked_before(d.store, d.now, limit=2))
    assert len(found) == 2
