"""What waits too long is said once, to whoever can help, and only while it waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers import waiting_long
from storage import reports
from tests.plant_money import Money, money
from tests.test_schedule_desk import at, heard, run
from tests.world import HOUR
from woodpecker.programme import Clocks, Programme
from woodpecker.reports import Act
from woodpecker.words import Action

__all__ = ["money"]
ROOT = Path(__file__).parent.parent


def told(money: Money) -> list[int]:
    """How often officer 李静 heard that time runs out, leader 刘洋 that it did, leader 刘洋 of an unaccepted fix."""
    asked = (("李静", "前核实"), ("刘洋", "还没有核实，请您过问"), ("刘洋", "还没有人验收"))
    return [heard(money.world, name, words) for name, words in asked]


def later(money: Money, hours: int) -> None:
    money.world.advance(hours * HOUR)


@pytest.fixture
def awake(tmp_path):
    """A plant in which pushes go at any time of day."""
    clocks = Clocks(quiet_from=Clocks().quiet_until)
    with Money(tmp_path, Programme(clocks=clocks)) as made:
        yield made


def test_officers_hear_before_the_time_is_over_and_leaders_after_it_once_each(awake):
    awake.report("周涛")
    later(awake, 19)
    assert told(awake) == [0, 0, 0]
    later(awake, 2)
    run(awake, 2)
    assert told(awake) == [1, 0, 0]
    later(awake, 4)
    run(awake, 2)
    assert told(awake) == [1, 1, 0]


def test_the_clock_stands_still_while_the_reporter_is_asked(awake):
    report = awake.report("周涛")
    awake.act(report, Act(Action.QUERY, words="在哪一侧？"))
    later(awake, 30)
    awake.act(report, Act(Action.ANSWER, words="南侧"), "周涛")
    later(awake, 19)
    assert told(awake) == [0, 0, 0]
    later(awake, 2)
    assert told(awake) == [1, 0, 0]


def test_a_fix_that_nobody_accepts_reaches_the_leaders_and_begins_anew_when_returned(awake):
    report = awake.report("周涛")
    awake.admit_only(report)
    for times in (1, 2):
        awake.act(report, Act(Action.FIX, words="好了"), "孙芳")
        later(awake, 49)
        run(awake, 2)
        assert told(awake)[2] == times
        awake.act(report, Act(Action.RETURN_FIX, words="没紧", due=awake.world.now + 99 * HOUR))


def test_what_is_admitted_meanwhile_is_not_spoken_of(awake):
    report = awake.report("周涛")
    later(awake, 21)
    leader = awake.world.ids["刘洋"]

    def says(what):
        return awake.world.transaction(
            lambda d: waiting_long.put(d, d.person(leader), {"report": report, "what": what})
        )

    assert says("verify_soon") is not None
    awake.admit_only(report)
    assert says("verify_soon") is None
    assert says("accept_late") is None


def test_at_night_it_waits_for_the_morning(money):
    money.report("周涛")  # in the morning: the time is over before seven on the next day
    at(money, 1, 6, 45)
    run(money)
    assert told(money)[0] == 0
    later(money, 1)
    assert told(money)[0] == 1


def test_the_settings_say_when(tmp_path):
    clocks = Clocks(verify_hours=10, verify_remind_hours=1, accept_days=1, quiet_from=Clocks().quiet_until)
    with Money(tmp_path, Programme(clocks=clocks)) as money:
        report = money.report("周涛")
        later(money, 9)
        assert told(money) == [1, 0, 0]
        later(money, 2)
        assert told(money) == [1, 1, 0]
        money.admit_only(report)
        money.act(report, Act(Action.FIX, words="好了"), "孙芳")
        later(money, 25)
        assert told(money) == [1, 1, 1]


@pytest.mark.parametrize("setting", Clocks._fields)
def test_every_clock_that_can_be_set_is_read(setting):
    read = [
        path.name
        for layer in ("woodpecker", "handlers")
        for path in (ROOT / layer).glob("*.py")
        if f".{setting}" in path.read_text(encoding="utf-8")
    ]
    assert read, f"nothing reads {setting}"


def test_a_report_is_only_looked_at_while_it_has_no_slot(awake):
    report = awake.report("周涛")
    later(awake, 30)
    stored = awake.world.transaction(lambda d: reports.get(d.store, report))
    assert stored is not None
    found = awake.world.transaction(
        lambda d: d.store.all("SELECT job, slot FROM job_run WHERE enterprise = $1 AND job LIKE 'verify%'")
    )
    assert sorted(r["job"] for r in found) == ["verify_late", "verify_soon"]
