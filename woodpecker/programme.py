"""A plant's programme: every setting the rules ask for, with the programme's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

from woodpecker.activities import DEFAULT_ACTIVITIES
from woodpecker.models import Models
from woodpecker.words import Earning, Kind, Level, Role

DEFAULT_RATES: Mapping[str, int] = MappingProxyType(
    {
        "C": 20_00,
        "B": 50_00,
        "A": 100_00,
        "major": 500_00,
        "violation": 100_00,
        "near_miss": 50_00,
        "suggestion": 20_00,
    }
)


class RateCard(NamedTuple):
    """Amounts in fen by level (hazards) or kind, in force from a local date on."""

    version: str = "1"
    effective: date = date(2000, 1, 1)
    rates: Mapping[str, int] = DEFAULT_RATES

    def rate(self, kind: Kind, level: Level | None) -> int:
        """The amount in fen for one report."""
        return self.rates[level.value if kind is Kind.HAZARD and level else kind.value]


class Clocks(NamedTuple):
    """How long each step may take; `…_days` are calendar days, of appeals working days."""

    verify_hours: int = 24
    verify_remind_hours: int = 4  # before that time is over
    callback_minutes: int = 15
    danger_repeat_minutes: int = 5
    fix_days: Mapping[str, int] = MappingProxyType({"C": 7, "B": 3, "A": 1})
    query_days: int = 7
    claim_hours: int = 4
    reopen_days: int = 7
    appeal_days: int = 5
    draft_hours: int = 24
    accept_days: int = 2
    overdue_to_owners_leader_days: int = 1
    overdue_to_leaders_days: int = 3
    quiet_from: time = time(22, 0)
    quiet_until: time = time(7, 0)
    wake_spread_minutes: int = 10
    night_shift_quiet_from: time = time(8, 0)
    night_shift_quiet_until: time = time(16, 0)
    reminder_at: time = time(9, 0)


class Caps(NamedTuple):
    """Upper limits in fen; None is no limit."""

    person_month: int | None = None
    person_kind_month: int | None = None


class Budget(NamedTuple):
    """What a month may cost in fen; None is no budget. Percentages of it warn and hold."""

    month: int | None = None
    warn_percent: int = 80
    hold_percent: int = 100


class MonthRules(NamedTuple):
    """When a month is closed, and for how many working days its notice stands.

    What was approved before 00:00 on the 1st belongs to it, on whatever day it is closed.
    """

    closing_day: int = 1
    closing_at: time = time(9, 0)
    notice_days: int = 3


class Points(NamedTuple):
    """What a point is worth in fen, whether it can become yuan, and what it can be redeemed for: name and price.

    `exchange` None: where points stand instead of yuan, but not beside it, which would pay twice.
    """

    fen_per_point: int = 1_00
    exchange: bool | None = None
    items: tuple[tuple[str, int], ...] = ()


class Limits(NamedTuple):
    """How much one person may send: reports an hour and a day, messages a minute."""

    reports_hour: int = 30
    reports_day: int = 100
    messages_minute: int = 60


class Programme(NamedTuple):
    """All a plant decides about its programme."""

    cards: tuple[RateCard, ...] = (RateCard(),)
    levels: tuple[Level, ...] = (Level.C, Level.B, Level.A)
    clocks: Clocks = Clocks()
    caps: Caps = Caps()
    budget: Budget = Budget()
    limits: Limits = Limits()
    month: MonthRules = MonthRules()
    reward: Literal["yuan", "points", "both"] = "yuan"
    points: Points = Points()
    earning: Mapping[Role, Earning] = MappingProxyType({Role.OFFICER: Earning.POINTS})
    duty_factor: Decimal | None = None  # for reports outside one's own duty; None is off, 1.2 is usual
    extra_limit: int = 500_00
    second_approver_from: int = 500_00
    joint: Literal["split", "each"] = "split"
    propose_on: Literal["admit", "close"] = "admit"
    person_times: Literal["report", "batch"] = "report"
    activities: Mapping[str, int] = DEFAULT_ACTIVITIES  # fen by kind
    models: Models = Models()
    danger_numbers: tuple[tuple[str, str], ...] = (("火警", "119"), ("急救", "120"), ("报警", "110"))
