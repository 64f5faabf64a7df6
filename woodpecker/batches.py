"""What is paid together: which month is closed when, how long the notice stands, who gets what, who counts.

All amounts are integer fen, months as 202611 in the plant's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from woodpecker import clocks
from woodpecker.names import View, masked, reporter_name
from woodpecker.programme import MonthRules
from woodpecker.words import Kind, Naming

UNPAID_DAYS = 30


def month_before(month: int) -> int:
    """The month before: 202512 of 202601."""
    return month - 1 if month % 100 > 1 else month - 89


def month_after(month: int) -> int:
    """The month after: 202601 of 202512."""
    return month + 1 if month % 100 < 12 else month + 89


def month_to_close(now: int, zone: ZoneInfo, rules: MonthRules) -> int:
    """The newest month whose closing has come: it ends on the 1st, and is closed on the day and hour of the rules."""
    this = clocks.local_month(now, zone)
    day = date(this // 100, this % 100, rules.closing_day)
    last = month_before(this)
    return last if now >= clocks.instant(day, rules.closing_at, zone) else month_before(last)


def cut(month: int, zone: ZoneInfo) -> int:
    """What was approved before this instant (ms) belongs to the month or an earlier one."""
    return clocks.start_of_month(zone, month_after(month))


def window_end(sent: int, zone: ZoneInfo, rules: MonthRules) -> int:
    """The last instant for objections: working days, counted from the day after the notice was sent."""
    return clocks.window_until(sent, zone, rules.notice_days)


def unpaid_days(window_ended: int, now: int, zone: ZoneInfo) -> int:
    """Local days since the end of a window."""
    return (clocks.local_day(now, zone) - clocks.local_day(window_ended, zone)).days


def alarm_day(window_ended: int, zone: ZoneInfo) -> date:
    """The first day on which what was not paid raises an alarm."""
    return clocks.local_day(window_ended, zone) + timedelta(days=UNPAID_DAYS)


def public_name(kind: Kind | None, naming: Naming, name: str, show_name: bool) -> str | None:
    """How somebody stands in a notice: masked unless the person chose otherwise, None where nothing may stand.

    What is no report (`kind` None: a model worker, an activity) has nothing to hide.
    """
    if kind is None:
        return name if show_name else masked(name)
    return reporter_name(View.PUBLIC, kind, naming, name, show_name_public=show_name)


class Due(NamedTuple):
    """What a person has coming when a payout sheet is frozen.

    `owed` is all the ledger says, `held` what belongs to awards that are not in this batch (late, objected to,
    in another notice), `reserved` what stands on sheets that are not paid yet, `here` what this batch brings.
    """

    person: int
    owed: int
    held: int
    reserved: int
    here: int

    @property
    def free(self) -> int:
        """What may be paid out now; negative is a debt that is carried."""
        return self.owed - self.held - self.reserved

    @property
    def carried(self) -> int:
        """What earlier months left, below nothing a debt."""
        return self.free - self.here

    @property
    def pays(self) -> int:
        """What this sheet pays: never less than nothing."""
        return max(0, self.free)


class Part(NamedTuple):
    """One person's part of one award in a batch."""

    batch: int
    award: int
    person: int
    fen: int


class Counted(NamedTuple):
    """条, 人 and both 人次, with the sum in fen, all out of the same parts."""

    items: int
    persons: int
    times_by_report: int
    times_by_batch: int
    fen: int

    def times(self, rule: str) -> int:
        """人次 as the plant's setting counts them: "report" or "batch"."""
        return self.times_by_batch if rule == "batch" else self.times_by_report


def counted(parts: Iterable[Part]) -> Counted:
    """Counts parts that pay: each person of each award once, or each person of each batch once."""
    found = [part for part in parts if part.fen > 0]
    return Counted(
        items=len({p.award for p in found}),
        persons=len({p.person for p in found}),
        times_by_report=len({(p.award, p.person) for p in found}),
        times_by_batch=len({(p.batch, p.person) for p in found}),
        fen=sum(p.fen for p in found),
    )


def pages(lines: int, size: int) -> Iterator[tuple[int, int]]:
    """The first and last line number of each page; one empty page if there is no line."""
    for first in range(1, max(lines, 1) + 1, size):
        yield first, min(first + size - 1, lines)
