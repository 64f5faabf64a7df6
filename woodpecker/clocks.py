"""Local days, due dates, reminders, quiet hours and working days.

Instants are milliseconds UTC, a day is a local date in the enterprise's zone; now is always an argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chinese_calendar import is_workday

from woodpecker.programme import Clocks, Programme
from woodpecker.words import Level

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Hours = tuple[time, time]


@lru_cache(maxsize=1024)  # the same few instants are asked for again and again: a report's, and now
def local(at: int, zone: ZoneInfo) -> datetime:
    """The wall clock at an instant, to the second."""
    return datetime.fromtimestamp(at // 1000, zone)


def local_day(at: int, zone: ZoneInfo) -> date:
    """The local date of an instant."""
    return local(at, zone).date()


def local_month(at: int, zone: ZoneInfo) -> int:
    """The local month of an instant as 202611."""
    day = local(at, zone)
    return day.year * 100 + day.month


def instant(day: date, at: time, zone: ZoneInfo) -> int:
    """The instant of a local date and time."""
    return int(datetime.combine(day, at, zone).timestamp() * 1000)


def start_of_day(zone: ZoneInfo, day: date) -> int:
    """The first instant of a local day."""
    return instant(day, time(), zone)


def end_of_day(zone: ZoneInfo, day: date) -> int:
    """The last instant of a local day."""
    return start_of_day(zone, day + timedelta(days=1)) - 1


def start_of_month(zone: ZoneInfo, month: int) -> int:
    """The first instant of a month given as 202611."""
    return start_of_day(zone, date(month // 100, month % 100, 1))


def stops(since: int, until: int, zone: ZoneInfo, clocks: Clocks) -> list[int]:
    """The instants between two others at which a day brings something: midnight, the end of the quiet hours, reminders.

    A clock that jumps stops there, as if the time had passed.
    """
    woken = (datetime.combine(date.min, clocks.quiet_until) + timedelta(minutes=clocks.wake_spread_minutes)).time()
    found, day = [], local_day(since, zone)
    while day <= local_day(until, zone):
        found += [instant(day, at, zone) for at in (time(), woken, clocks.reminder_at)]
        day += timedelta(days=1)
    return sorted(x for x in found if since < x < until)


def due_at(programme: Programme, level: Level | None, now: int, zone: ZoneInfo) -> int | None:
    """When a fix is due by its level; None for a major hazard, whose plan says it. No level counts as C."""
    days = programme.clocks.fix_days.get((level or Level.C).value)
    return None if days is None else end_of_day(zone, local_day(now, zone) + timedelta(days=days))


def overdue(due: int, now: int) -> bool:
    """Whether a due date has passed."""
    return now > due


def days_overdue(due: int, now: int, zone: ZoneInfo) -> int:
    """Local days since the due day, 0 if it has not passed."""
    return max(0, (local_day(now, zone) - local_day(due, zone)).days)


class When(StrEnum):
    """Which reminder it is."""

    BEFORE = "before"
    TODAY = "today"
    OVERDUE = "overdue"


class Reminder(NamedTuple):
    """A reminder; one is sent for each `slot` (a local date). `days` counts those overdue."""

    when: When
    days: int
    slot: str


def reminder_due(due: int, now: int, zone: ZoneInfo, clocks: Clocks, since: int | None = None) -> Reminder | None:
    """Today's reminder once its time has come: the day before, the day itself, each day after.

    A task given after that time (`since`) gets none that day: it has just been told.
    """
    today = local_day(now, zone)
    at = instant(today, clocks.reminder_at, zone)
    days = (today - local_day(due, zone)).days
    if now < at or days < -1 or (since is not None and since >= at):
        return None
    when = When.OVERDUE if days > 0 else When.TODAY if days == 0 else When.BEFORE
    return Reminder(when, max(0, days), today.isoformat())


def quiet(now: int, zone: ZoneInfo, clocks: Clocks, own: Hours | None = None) -> bool:
    """Whether pushes wait; `own` are hours the person chose. Equal ends mean never."""
    since, until = own or (clocks.quiet_from, clocks.quiet_until)
    at = local(now, zone).time()
    if since <= until:
        return since <= at < until
    return at >= since or at < until


def next_wake(now: int, zone: ZoneInfo, clocks: Clocks, own: Hours | None = None, spread_key: int = 0) -> int:
    """When a push may go: now, or spread over the minutes after the quiet hours, the same for a key."""
    if not quiet(now, zone, clocks, own):
        return now
    since, until = own or (clocks.quiet_from, clocks.quiet_until)
    ends = (x for x in _instants(now, until, zone) if not quiet(x, zone, clocks, own))
    wake = next(ends)
    room = next(_instants(wake, since, zone)) - wake
    # A multiplicative hash: neighbours in the roster do not come one after the other.
    share = min(clocks.wake_spread_minutes * MINUTE, room)
    spread = wake + (spread_key * 2654435761 % 2**32) * share // 2**32
    return wake if quiet(spread, zone, clocks, own) else spread  # an hour that comes twice


def _instants(after: int, at: time, zone: ZoneInfo) -> Iterator[int]:
    """When a time of day comes after an instant, on this day and the next; where clocks are put back, twice a day."""
    today = local_day(after, zone)
    days = (today + timedelta(days=n) for n in range(4))
    found = {instant(day, at.replace(fold=fold), zone) for day in days for fold in (0, 1)}
    return iter(sorted(x for x in found if x > after))


@cache
def calendar_known(year: int) -> bool:
    """Whether the year's holidays are known; otherwise Monday to Friday count as working days."""
    try:
        is_workday(date(year, 1, 1))
    except RuntimeError:  # the library says so of years it does not know
        return False
    return True


def working_day(day: date) -> bool:
    """Whether it is a working day in China."""
    return bool(is_workday(day)) if calendar_known(day.year) else day.weekday() < 5


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after a day; the day itself for 0."""
    while n > 0:
        day += timedelta(days=1)
        n -= working_day(day)
    return day


def verify_until(reported: int, queried: int, clocks: Clocks) -> int:
    """When a report must be verified; `queried` is the time in ms it waited for an answer."""
    return reported + queried + clocks.verify_hours * HOUR


def query_until(asked: int, clocks: Clocks) -> int:
    """When an unanswered query returns to the officer."""
    return asked + clocks.query_days * DAY


def claim_until(claimed: int, clocks: Clocks) -> int:
    """When a claimed report goes back to all officers."""
    return claimed + clocks.claim_hours * HOUR


def draft_until(touched: int, clocks: Clocks) -> int:
    """When a draft left alone expires."""
    return touched + clocks.draft_hours * HOUR


def reopen_until(closed: int, zone: ZoneInfo, clocks: Clocks) -> int:
    """The last instant at which the reporter may reopen: the end of the last calendar day."""
    return end_of_day(zone, local_day(closed, zone) + timedelta(days=clocks.reopen_days))


def appeal_until(told: int, zone: ZoneInfo, clocks: Clocks) -> int:
    """The last instant of an appeal, or of deciding it: the end of the last working day after that day."""
    return window_until(told, zone, clocks.appeal_days)


def decision_reminder(until: int, now: int, zone: ZoneInfo, since: int) -> int | None:
    """Days overdue if whoever decides is reminded today, else None.

    That is the working day before the last one, the last one, and each working day after it; never on
    the day (`since`) on which it was asked.
    """
    today, last = local_day(now, zone), local_day(until, zone)
    before = last - timedelta(days=1)
    while not working_day(before):
        before -= timedelta(days=1)
    if today <= local_day(since, zone) or today < before:
        return None
    return max(0, (today - last).days) if working_day(today) else None


def window_until(sent: int, zone: ZoneInfo, days: int) -> int:
    """The end of a window of working days; they count from the day after."""
    return end_of_day(zone, add_working_days(local_day(sent, zone), days))
