"""Due dates, reminders, quiet hours and working days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from woodpecker import clocks as c
from woodpecker.programme import Clocks, Programme
from woodpecker.words import Level

ZONE = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
PLANT = Programme()
CLOCKS = Clocks()
NIGHT_SHIFT = (time(8), time(16))
TUESDAY = date(2026, 11, 24)


def at(text: str, zone: ZoneInfo = ZONE) -> int:
    return int(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=zone).timestamp() * 1000)


def test_days_and_months_are_local() -> None:
    just_before = at("12-01 00:00") - 1
    assert (c.local_day(just_before, ZONE), c.local_month(just_before, ZONE)) == (date(2026, 11, 30), 202611)
    assert c.local_month(just_before + 1, ZONE) == 202612
    assert c.local_month(just_before, ZoneInfo("Asia/Tokyo")) == 202612
    assert c.start_of_month(ZONE, 202612) == just_before + 1


@pytest.mark.parametrize(
    "level, due",
    [
        (Level.C, "12-02 00:00"),
        (Level.B, "11-28 00:00"),
        (Level.A, "11-26 00:00"),
        (None, "12-02 00:00"),
    ],
)
def test_a_due_date_is_the_end_of_a_local_day(level: Level | None, due: str) -> None:
    for moment in ("11-24 00:00", "11-24 23:59"):
        assert c.due_at(PLANT, level, at(moment), ZONE) == at(due) - 1


def test_a_major_hazards_plan_says_when() -> None:
    assert c.due_at(PLANT, Level.MAJOR, at("11-24 10:00"), ZONE) is None


@pytest.mark.parametrize(
    "now, over, days",
    [
        ("11-24 12:00", False, 0),
        ("11-25 23:59", False, 0),
        ("11-26 00:00", True, 1),
        ("11-26 23:59", True, 1),
        ("11-29 00:00", True, 4),
    ],
)
def test_overdue_by_local_days(now: str, over: bool, days: int) -> None:
    due = c.end_of_day(ZONE, date(2026, 11, 25))
    assert c.overdue(due, at(now)) is over
    assert c.days_overdue(due, at(now), ZONE) == days


def test_the_last_millisecond_is_in_time() -> None:
    due = c.end_of_day(ZONE, TUESDAY)
    assert not c.overdue(due, due)
    assert c.overdue(due, due + 1)


@pytest.mark.parametrize(
    "now, reminder",
    [
        ("11-26 23:00", None),
        ("11-27 08:59", None),
        ("11-27 09:00", c.Reminder(c.When.BEFORE, 0, "2026-11-27")),
        ("11-27 21:00", c.Reminder(c.When.BEFORE, 0, "2026-11-27")),
        ("11-28 08:59", None),
        ("11-28 09:00", c.Reminder(c.When.TODAY, 0, "2026-11-28")),
        ("11-29 08:59", None),
        ("11-29 09:00", c.Reminder(c.When.OVERDUE, 1, "2026-11-29")),
        ("12-03 09:01", c.Reminder(c.When.OVERDUE, 5, "2026-12-03")),
    ],
)
def test_reminders_at_nine_the_day_before_the_day_itself_each_day_after(now: str, reminder: c.Reminder | None) -> None:
    due = c.end_of_day(ZONE, date(2026, 11, 28))
    assert c.reminder_due(due, at(now), ZONE, CLOCKS) == reminder


def test_a_task_just_given_gets_no_reminder_the_same_day() -> None:
    due, now = c.end_of_day(ZONE, date(2026, 11, 25)), at("11-24 15:00")
    assert c.reminder_due(due, now, ZONE, CLOCKS, since=at("11-24 14:00")) is None
    assert c.reminder_due(due, now, ZONE, CLOCKS, since=at("11-24 09:00")) is None
    given_early = c.reminder_due(due, now, ZONE, CLOCKS, since=at("11-24 08:00"))
    assert given_early == c.Reminder(c.When.BEFORE, 0, "2026-11-24")


@given(st.integers(0, 60 * 24 * 14))
def test_one_slot_a_day_from_the_day_before_on(minutes: int) -> None:
    due = c.end_of_day(ZONE, date(2026, 11, 28))
    now = at("11-22 00:00") + minutes * c.MINUTE
    reminder = c.reminder_due(due, now, ZONE, CLOCKS)
    day = c.local_day(now, ZONE)
    assert (reminder is None) == (day < date(2026, 11, 27) or c.local(now, ZONE).hour < 9)
    if reminder:
        assert reminder.slot == day.isoformat()
        assert reminder.days == c.days_overdue(due, now, ZONE)


@pytest.mark.parametrize(
    "own, now, silent",
    [
        (None, "11-24 21:59", False),
        (None, "11-24 22:00", True),
        (None, "11-25 00:00", True),
        (None, "11-25 06:59", True),
        (None, "11-25 07:00", False),
        (NIGHT_SHIFT, "11-24 23:00", False),
        (NIGHT_SHIFT, "11-24 08:00", True),
        (NIGHT_SHIFT, "11-24 15:59", True),
        (NIGHT_SHIFT, "11-24 16:00", False),
        ((time(0), time(0)), "11-24 00:00", False),
    ],
)
def test_quiet_hours_or_a_persons_own(own: c.Hours | None, now: str, silent: bool) -> None:
    assert c.quiet(at(now), ZONE, CLOCKS, own) is silent


@pytest.mark.parametrize(
    "own, now, wake",
    [
        (None, "11-24 12:00", "11-24 12:00"),
        (None, "11-24 23:30", "11-25 07:00"),
        (None, "11-25 03:00", "11-25 07:00"),
        (NIGHT_SHIFT, "11-24 09:00", "11-24 16:00"),
    ],
)
def test_pushes_wait_until_morning(own: c.Hours | None, now: str, wake: str) -> None:
    assert c.next_wake(at(now), ZONE, CLOCKS, own) == at(wake)


def test_the_morning_is_spread_over_some_minutes() -> None:
    wakes = [c.next_wake(at("11-24 23:30"), ZONE, CLOCKS, spread_key=person) for person in range(1, 601)]
    assert wakes == [c.next_wake(at("11-25 02:00"), ZONE, CLOCKS, spread_key=person) for person in range(1, 601)]
    per_minute = [sum((wake - at("11-25 07:00")) // c.MINUTE == minute for wake in wakes) for minute in range(10)]
    assert sum(per_minute) == 600
    assert min(per_minute) > 50


@pytest.mark.parametrize("own", [(time(6, 55), time(6, 50)), (time(0, 2), time(23, 57))])
def test_the_spread_keeps_within_a_short_waking_time(own: c.Hours) -> None:
    start = c.next_wake(at("11-24 12:00"), ZONE, CLOCKS, own)
    wakes = [c.next_wake(at("11-24 12:00"), ZONE, CLOCKS, own, key) for key in range(200)]
    assert not any(c.quiet(wake, ZONE, CLOCKS, own) for wake in wakes)
    assert start + 4 * c.MINUTE < max(wakes) < start + 5 * c.MINUTE


minutes_of_day = st.integers(0, 1439).map(lambda m: time(m // 60, m % 60))


@given(
    st.integers(0, 10**6),
    st.none() | st.tuples(minutes_of_day, minutes_of_day),
    st.integers(0, 10**9),
    st.sampled_from([ZONE, BERLIN]),
)
@example(minutes=(297 * 24 + 1) * 60 + 20, own=(time(22), time(2, 30)), key=1, zone=BERLIN)  # 02:20, the second time
@example(minutes=(297 * 24 + 0) * 60 + 20, own=(time(22), time(2, 55)), key=2**31, zone=BERLIN)
def test_a_wake_is_never_quiet_and_within_a_day(minutes: int, own: c.Hours | None, key: int, zone: ZoneInfo) -> None:
    now = at("01-01 00:00") + minutes * c.MINUTE
    wake = c.next_wake(now, zone, CLOCKS, own, key)
    assert not c.quiet(wake, zone, CLOCKS, own)
    assert now <= wake <= now + c.DAY + c.HOUR + CLOCKS.wake_spread_minutes * c.MINUTE
    assert (wake == now) or c.quiet(now, zone, CLOCKS, own)


@pytest.mark.parametrize(
    "own, now, wake",
    [
        ((time(22), time(2, 30)), "10-25 00:30", "2026-10-25T02:30:00+02:00"),
        ((time(22), time(2, 30)), "10-25 02:10", "2026-10-25T02:30:00+02:00"),  # the hour comes twice
        ((time(22), time(7)), "10-24 23:00", "2026-10-25T07:00:00+01:00"),
        ((time(22), time(7)), "03-28 23:00", "2026-03-29T07:00:00+02:00"),
        ((time(22), time(2, 30)), "03-28 23:00", "2026-03-29T03:30:00+02:00"),  # there is no 02:30
    ],
)
def test_waking_where_clocks_are_put_forward_and_back(own: c.Hours, now: str, wake: str) -> None:
    expected = int(datetime.fromisoformat(wake).timestamp() * 1000)
    assert c.next_wake(at(now, BERLIN), BERLIN, CLOCKS, own) == expected


def test_in_the_hour_that_comes_twice_quiet_hours_end_twice() -> None:
    again = int(datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN).timestamp() * 1000)
    assert c.next_wake(again, BERLIN, CLOCKS, (time(22), time(2, 30))) == again + 20 * c.MINUTE


@pytest.mark.parametrize(
    "day, working",
    [
        (date(2026, 2, 16), False),  # a Monday, the eve of the Spring Festival
        (date(2026, 2, 14), True),  # a Saturday worked for it
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
        (date(2999, 1, 1), True),  # a Tuesday, and nobody knows the holidays
        (date(2999, 1, 5), False),
    ],
)
def test_working_days(day: date, working: bool) -> None:
    assert c.working_day(day) is working


def test_unknown_years_are_said() -> None:
    assert c.calendar_known(2026)
    assert not c.calendar_known(2999)


@pytest.mark.parametrize(
    "start, n, end",
    [
        (TUESDAY, 0, TUESDAY),
        (TUESDAY, 3, date(2026, 11, 27)),
        (TUESDAY, 5, date(2026, 12, 1)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # National Day
    ],
)
def test_adding_working_days(start: date, n: int, end: date) -> None:
    assert c.add_working_days(start, n) == end


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 30))
def test_the_nth_working_day_is_one_and_n_lie_between(start: date, n: int) -> None:
    end = c.add_working_days(start, n)
    between = [start + timedelta(days=i) for i in range(1, (end - start).days + 1)]
    assert c.working_day(end)
    assert sum(map(c.working_day, between)) == n


def test_windows_end_with_a_local_day() -> None:
    told = at("11-24 10:00")
    assert c.reopen_until(told, ZONE, CLOCKS) == at("12-02 00:00") - 1
    assert c.appeal_until(told, ZONE, CLOCKS) == at("12-02 00:00") - 1
    assert c.appeal_until(at("09-30 10:00"), ZONE, CLOCKS) == c.end_of_day(
        ZONE, c.add_working_days(date(2026, 9, 30), 5)
    )
    assert c.window_until(told, ZONE, 3) == at("11-28 00:00") - 1


def test_clocks_that_run_through_weekends() -> None:
    friday = at("11-27 18:00")
    assert c.verify_until(friday, 0, CLOCKS) == at("11-28 18:00")
    assert c.verify_until(friday, 5 * c.HOUR, CLOCKS) == at("11-28 23:00")  # stood still while queried
    assert c.query_until(friday, CLOCKS) == at("12-04 18:00")
    assert c.claim_until(friday, CLOCKS) == at("11-27 22:00")
    assert c.draft_until(friday, CLOCKS) == at("11-28 18:00")


def test_a_day_in_a_zone_that_changes_its_clocks() -> None:
    day = date(2026, 3, 29)
    assert c.end_of_day(BERLIN, day) + 1 - c.start_of_day(BERLIN, day) == 23 * c.HOUR
    assert c.local_day(c.end_of_day(BERLIN, day), BERLIN) == day


def test_a_jump_stops_where_a_day_brings_something():
    found = c.stops(at("11-02 10:00"), at("11-04 08:00"), ZONE, CLOCKS)
    assert found == [at(f"11-{stop}") for stop in ("03 00:00", "03 07:10", "03 09:00", "04 00:00", "04 07:10")]
