"""What a month comes to, in numbers: counts of its reports, money of its ledger, no person's name anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from woodpecker.words import Level

WEEK = 7


class Counts(NamedTuple):
    """What became of the reports handed in in a month; withdrawn ones are not counted.

    `admitted` counts those that were admitted and are being fixed or closed, `on_time` those of `fixed` that were
    not late, `late` those whose time ran out before the fix, `late_open` those of them still not fixed.
    `weeks` are the month's days 1–7, 8–14, 15–21, 22–28 and what is left.
    """

    reported: int = 0
    admitted: int = 0
    refused: int = 0
    duplicates: int = 0
    waiting: int = 0
    fixed: int = 0
    on_time: int = 0
    closed: int = 0
    late: int = 0
    late_open: int = 0
    hazards: int = 0
    major: int = 0
    weeks: tuple[int, ...] = (0, 0, 0, 0, 0)


class Money(NamedTuple):
    """A month's entries of the ledger, in fen: awards less what was taken back; `fen` is all of it.

    条, 人 and 人次 count reports awarded in the month whose award is more than nothing at its end.
    """

    fen: int = 0
    items: int = 0
    people: int = 0
    person_times: int = 0
    reports_fen: int = 0
    activities: int = 0
    activities_fen: int = 0
    models: int = 0
    models_fen: int = 0
    exchanged: int = 0
    exchanged_fen: int = 0


@dataclass(frozen=True, slots=True)
class Top:
    """A category's code or a place's name, and how many admitted hazards it had."""

    name: str
    count: int


class Share(NamedTuple):
    """How many of a department's people reported something that was admitted."""

    department: str
    active: int
    people: int

    @property
    def percent(self) -> int:
        """Whole percent, half up."""
        return percent(self.active, self.people)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Hazards of one category at one place: in the month, and in all within MONTHS_BACK."""

    place: str
    category: str
    month: int
    count: int


MONTHS_BACK = 3  # a hazard that comes again within this and the two months before is a repeated one


class Summary(NamedTuple):
    """All that picture, lines and workbooks say of a month, against the month before. `as_of` is in ms."""

    month: int
    as_of: int
    counts: Counts
    before: Counts
    money: Money
    money_before: Money
    categories: tuple[Top, ...] = ()
    places: tuple[Top, ...] = ()
    departments: tuple[Share, ...] = ()
    repeats: tuple[Repeat, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing happened in the month."""
        return self.counts == Counts() and self.money == Money()


class OfLevel(NamedTuple):
    """Admitted hazards of one level, and how many of them are fixed, and on time."""

    level: Level
    found: int
    fixed: int
    on_time: int


class Own(NamedTuple):
    """One person's month: reports brought, alone or with others, what became of them, fen and points earned."""

    reported: int = 0
    admitted: int = 0
    closed: int = 0
    earned: int = 0
    points: int = 0


def percent(part: int, whole: int) -> int:
    """Whole percent, half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def before(month: int, back: int = 1) -> int:
    """The month so many before: 202512 before 202601."""
    return after(month, -back)


def after(month: int, on: int = 1) -> int:
    """The month so many later."""
    year, number = divmod((month // 100) * 12 + month % 100 - 1 + on, 12)
    return year * 100 + number + 1


def months(first: int, last: int) -> tuple[int, ...]:
    """All months from the first to the last."""
    found = []
    while first <= last:
        found.append(first)
        first = after(first)
    return tuple(found)


def week_starts(month: int) -> tuple[date, ...]:
    """The first days of a month's second to fifth week; February may have no fifth."""
    first = date(month // 100, month % 100, 1)
    return tuple(first + timedelta(days=WEEK * n) for n in range(1, 5))


def quarter_of(month: int) -> int:
    """1 to 4."""
    return (month % 100 + 2) // 3
