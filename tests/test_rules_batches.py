"""When a month is closed, how long its notice stands, what a sheet pays, and how people are counted."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from woodpecker.batches import (
    Due,
    Part,
    alarm_day,
    counted,
    cut,
    month_after,
    month_before,
    month_to_close,
    pages,
    public_name,
    unpaid_days,
    window_end,
)
from woodpecker.clocks import local_day
from woodpecker.programme import MonthRules
from woodpecker.words import Kind, Naming

ZONE = ZoneInfo("Asia/Shanghai")


def at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=ZONE).timestamp() * 1000)  # type: ignore[misc]


@pytest.mark.parametrize(
    "now, rules, month",
    [
        (at(2026, 12, 1, 9), MonthRules(), 202611),
        (at(2026, 12, 1, 8, 59), MonthRules(), 202610),
        (at(2026, 12, 31, 23), MonthRules(), 202611),
        (at(2027, 1, 1, 9), MonthRules(), 202612),
        (at(2027, 1, 1, 0), MonthRules(), 202611),
        (at(2026, 3, 4, 23), MonthRules(closing_day=5), 202601),
        (at(2026, 3, 5, 7), MonthRules(closing_day=5, closing_at=time(7)), 202602),
    ],
)
def test_the_newest_month_whose_closing_has_come(now: int, rules: MonthRules, month: int) -> None:
    assert month_to_close(now, ZONE, rules) == month


@pytest.mark.parametrize("month, before, after", [(202601, 202512, 202602), (202612, 202611, 202701)])
def test_months_follow_each_other(month: int, before: int, after: int) -> None:
    assert (month_before(month), month_after(month)) == (before, after)


def test_a_month_ends_at_midnight_whatever_day_it_is_closed() -> None:
    assert cut(202611, ZONE) == at(2026, 12, 1)
    assert cut(202612, ZONE) == at(2027, 1, 1)


@pytest.mark.parametrize(
    "sent, days, last",
    [
        (at(2026, 12, 1, 9), 3, date(2026, 12, 4)),
        (at(2026, 7, 1, 9), 3, date(2026, 7, 6)),  # a weekend lies between
        (at(2026, 10, 1, 9), 3, date(2026, 10, 10)),  # the national holiday; Saturday the 10th is worked
        (at(2026, 12, 1, 9), 1, date(2026, 12, 2)),
    ],
)
def test_the_window_counts_working_days_after_the_day_of_sending(sent: int, days: int, last: date) -> None:
    end = window_end(sent, ZONE, MonthRules(notice_days=days))
    assert local_day(end, ZONE) == last
    assert local_day(end + 1, ZONE) > last


def test_thirty_days_count_from_the_end_of_the_window() -> None:
    end = window_end(at(2026, 12, 1, 9), ZONE, MonthRules())
    assert alarm_day(end, ZONE) == date(2027, 1, 3)
    assert unpaid_days(end, at(2027, 1, 3, 9), ZONE) == 30


@pytest.mark.parametrize(
    "owed, held, reserved, here, pays, carried",
    [
        (50, 0, 0, 50, 50, 0),
        (120, 70, 0, 50, 50, 0),  # what was approved late waits
        (100, 0, 50, 50, 50, 0),  # another sheet pays that
        (20, 0, 0, 70, 20, -50),  # a debt is taken off
        (-30, 0, 0, 20, 0, -50),  # and carried on
        (80, 0, 0, 50, 80, 30),  # what could not be paid comes with it
        (40, 60, 0, 0, 0, -20),  # what is not due yet pays no debt
    ],
)
def test_a_sheet_pays_what_is_due_and_never_less_than_nothing(
    owed: int, held: int, reserved: int, here: int, pays: int, carried: int
) -> None:
    due = Due(1, owed, held, reserved, here)
    assert (due.pays, due.carried) == (pays, carried)


def test_items_persons_and_both_ways_of_counting_person_times() -> None:
    parts = [Part(1, 10, 7, 25), Part(1, 10, 8, 25), Part(1, 11, 7, 50), Part(2, 12, 7, 20), Part(2, 13, 9, 0)]
    found = counted(parts)
    assert (found.items, found.persons, found.fen) == (3, 2, 120)
    assert (found.times("report"), found.times("batch")) == (4, 3)


@pytest.mark.parametrize("lines, found", [(0, [(1, 0)]), (1, [(1, 1)]), (20, [(1, 20)]), (21, [(1, 20), (21, 21)])])
def test_pages_of_a_notice(lines: int, found: list[tuple[int, int]]) -> None:
    assert list(pages(lines, 20)) == found


@pytest.mark.parametrize(
    "kind, naming, shown, name",
    [
        (Kind.HAZARD, Naming.SHOWN, False, "王*"),
        (Kind.HAZARD, Naming.SHOWN, True, "王磊"),
        (Kind.HAZARD, Naming.HIDDEN, True, None),
        (Kind.HAZARD, Naming.ANONYMOUS, True, None),
        (Kind.VIOLATION, Naming.SHOWN, True, None),
        (None, Naming.SHOWN, False, "王*"),
        (None, Naming.SHOWN, True, "王磊"),
    ],
)
def test_how_somebody_stands_in_a_notice(kind: Kind | None, naming: Naming, shown: bool, name: str | None) -> None:
    assert public_name(kind, naming, "王磊", shown) == name
