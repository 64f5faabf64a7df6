"""A plant's programme: every setting the rules ask for, with the programme's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class RateCard:
    """Amounts in fen by level (hazards) or kind, in force from a local date on."""

    version: str = "1"
    effective: date = date(2000, 1, 1)
    rates: Mapping[str, int] = field(default_factory=lambda: DEFAULT_RATES)

    def rate(self, kind: Kind, level: Level | None) -> int:
        """The amount in fen for one report."""
        return self.rates[level.value if kind is Kind.HAZARD and level else kind.value]


@dataclass(frozen=True, slots=True)
class Clocks:
    """How long each step may take; `…_days` are calendar days, of appeals working days."""

    verify_hours: int = 24
    verify_remind_hours: int = 4  # before that time is over
    callback_minutes: int = 15
    danger_repeat_minutes: int = 5
    fix_days: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"C": 7, "B": 3, "A": 1}))
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


@dataclass(frozen=True, slots=True)
class Caps:
    """Upper limits in fen; None is no limit."""

    person_month: int | None = None
    person_kind_month: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a month may cost in fen; None is no budget. Percentages of it warn and hold."""

    month: int | None = None
    warn_percent: int = 80
    hold_percent: int = 100


@dataclass(frozen=True, slots=True)
class MonthRules:
    """When a month is closed, and for how many working days its notice stands.

    What was approved before 00:00 on the 1st belongs to it, on whatever day it is closed.
    """

    closing_day: int = 1
    closing_at: time = time(9, 0)
    notice_days: int = 3


@dataclass(frozen=True, slots=True)
class Points:
    """What a point is worth in fen, whether it can become yuan, and what it can be redeemed for: name and price.

    `exchange` None: where points stand instead of yuan, but not beside it, which would pay twice.
    """

    fen_per_point: int = 1_00
    exchange: bool | None = None
    items: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one person may send: reports an hour and a day, messages a minute."""

    reports_hour: int = 30
    reports_day: int = 100
    messages_minute: int = 60


@dataclass(frozen=True, slots=True)
class Programme:
    """All a plant decides about its programme."""

    cards: tuple[RateCard, ...] = (RateCard(),)
    levels: tuple[Level, ...] = (Level.C, Level.B, Level.A)
    clocks: Clocks = field(default_factory=Clocks)
    caps: Caps = field(default_factory=Caps)
    budget: Budget = field(default_factory=Budget)
    limits: Limits = field(default_factory=Limits)
    month: MonthRules = field(default_factory=MonthRules)
    reward: Literal["yuan", "points", "both"] = "yuan"
    points: Points = field(default_factory=Points)
    earning: Mapping[Role, Earning] = field(default_factory=lambda: MappingProxyType({Role.OFFICER: Earning.POINTS}))
    duty_factor: Decimal | None = None  # for reports outside one's own duty; None is off, 1.2 is usual
    extra_limit: int = 500_00
    second_approver_from: int = 500_00
    joint: Literal["split", "each"] = "split"
    propose_on: Literal["admit", "close"] = "admit"
    person_times: Literal["report", "batch"] = "report"
    activities: Mapping[str, int] = field(default_factory=lambda: DEFAULT_ACTIVITIES)  # fen by kind
    models: Models = field(default_factory=Models)
    danger_numbers: tuple[tuple[str, str], ...] = (("火警", "119"), ("急救", "120"), ("报警", "110"))
