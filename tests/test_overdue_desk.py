"""What is overdue goes up once a day, and only while it is."""

from __future__ import annotations

from handlers import overdue
from storage import people
from tests.plant_money import Money, money
from tests.test_schedule_desk import at, heard, run
from tests.world import DAY
from woodpecker.programme import Clocks, Programme
from woodpecker.reports import Act
from woodpecker.words import Action, Level, Role

__all__ = ["money"]


def ups(money) -> list[int]:
    """How many such lists the owner's leader 张强 and the leader 刘洋 were sent."""
    return [heard(money.world, name, "逾期没改好的有 1 条") for name in ("张强", "刘洋")]


def test_overdue_goes_up_to_the_owners_leader_then_to_the_leaders_once_a_day(money):
    owner, due = money.world.ids["王磊"], money.world.now + 5 * DAY
    money.act(money.report("周涛"), Act(Action.ADMIT, level=Level.B, owner=owner, due=due))
    at(money, 6, 8, 59)
    run(money)
    assert ups(money) == [0, 0]
    at(money, 0, 9)
    run(money, 2)
    assert ups(money) == [1, 0]
    at(money, 2, 11)  # off for a day: one list, not two
    run(money, 2)
    assert ups(money) == [2, 1]


def test_the_settings_say_when_it_goes_up(tmp_path):
    clock = Clocks(overdue_to_owners_leader_days=2, overdue_to_leaders_days=1)
    with Money(tmp_path, Programme(clocks=clock)) as money:
        owner, due = money.world.ids["王磊"], money.world.now + 5 * DAY
        money.act(money.report("周涛"), Act(Action.ADMIT, level=Level.B, owner=owner, due=due))
        at(money, 6, 9)
        run(money)
        assert ups(money) == [0, 1]
        at(money, 1, 9)
        run(money)
        assert ups(money) == [1, 2]


def test_what_is_fixed_before_the_list_is_sent_is_not_on_it(money):
    report = money.report("王磊")
    money.admit_only(report)
    leader = money.world.transaction(lambda d: people.with_role(d.store, Role.LEADER)[0])
    at(money, 8, 9)
    assert money.world.transaction(lambda d: overdue.put(d, leader, {})) is not None
    money.act(report, Act(Action.FIX, words="好了"), "孙芳")
    assert money.world.transaction(lambda d: overdue.put(d, leader, {})) is None
