"""`[enterprise.programme]`: what a plant decides about its programme, with amounts in yuan."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.rule_checks import contradictions
from bot.settings_base import YUAN, Fen, Section
from bot.settings_errors import refuse, wrong
from bot.settings_models import ModelSettings
from bot.settings_points import PointSettings
from woodpecker.programme import DEFAULT_RATES, Budget, Caps, Clocks, Limits, MonthRules, Programme, RateCard
from woodpecker.words import Earning, Level, Role


def _clock(value: Any) -> time:
    try:
        found = value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError:
        raise wrong(f'{value!r} is not a time of day; write it as "22:00"') from None
    return found.replace(tzinfo=None)


Clock = Annotated[time, BeforeValidator(_clock)]
Count = Annotated[int, Field(ge=0, le=3660)]

AtLeastOne = Annotated[int, Field(ge=1, le=100_000)]

_C = Clocks()
_L = Limits()
_M = MonthRules()
_P = Programme()


class RateCardSettings(Section):
    """`[[enterprise.programme.rate_card]]`: amounts in yuan from a day on."""

    effective: date = Field(default=date(2000, 1, 1), description="the first day it holds, as 2027-01-01")
    version: str = Field(default="", description="a short name; empty is the day")
    C: Fen = Field(default=DEFAULT_RATES["C"], description=YUAN)
    B: Fen = Field(default=DEFAULT_RATES["B"], description=YUAN)
    A: Fen = Field(default=DEFAULT_RATES["A"], description=YUAN)
    major: Fen = Field(default=DEFAULT_RATES["major"], description=YUAN)
    violation: Fen = Field(default=DEFAULT_RATES["violation"], description=YUAN)
    near_miss: Fen = Field(default=DEFAULT_RATES["near_miss"], description=YUAN)
    suggestion: Fen = Field(default=DEFAULT_RATES["suggestion"], description=YUAN)

    def build(self) -> RateCard:
        """The card as the rules take it."""
        rates = {key: getattr(self, key) for key in DEFAULT_RATES}
        return RateCard(self.version or self.effective.isoformat(), self.effective, MappingProxyType(rates))


class FixDays(Section):
    """`[enterprise.programme.clocks.fix_days]`: calendar days to fix a hazard, by level."""

    C: Count = Field(default=_C.fix_days["C"], description="a number of days")
    B: Count = Field(default=_C.fix_days["B"], description="a number of days")
    A: Count = Field(default=_C.fix_days["A"], description="a number of days")


class ClockSettings(Section):
    """`[enterprise.programme.clocks]`: how long each step may take, in the units the names say."""

    verify_hours: Count = Field(default=_C.verify_hours, description="a number of hours")
    verify_remind_hours: Count = Field(
        default=_C.verify_remind_hours, description="a number of hours before that time is over"
    )
    callback_minutes: Count = Field(default=_C.callback_minutes, description="a number of minutes")
    danger_repeat_minutes: AtLeastOne = Field(default=_C.danger_repeat_minutes, description="a number of minutes")
    query_days: Count = Field(default=_C.query_days, description="a number of days")
    claim_hours: Count = Field(default=_C.claim_hours, description="a number of hours")
    reopen_days: Count = Field(default=_C.reopen_days, description="a number of days")
    appeal_days: Count = Field(default=_C.appeal_days, description="a number of working days")
    draft_hours: Count = Field(default=_C.draft_hours, description="a number of hours")
    accept_days: Count = Field(default=_C.accept_days, description="a number of days")
    overdue_to_owners_leader_days: Count = Field(
        default=_C.overdue_to_owners_leader_days, description="a number of days"
    )
    overdue_to_leaders_days: Count = Field(default=_C.overdue_to_leaders_days, description="a number of days")
    quiet_from: Clock = Field(default=_C.quiet_from, description='a time as "22:00"')
    quiet_until: Clock = Field(default=_C.quiet_until, description='a time as "07:00"')
    wake_spread_minutes: Annotated[int, Field(ge=0, le=120)] = Field(
        default=_C.wake_spread_minutes, description="a number of minutes up to 120"
    )
    night_shift_quiet_from: Clock = Field(default=_C.night_shift_quiet_from, description='a time as "08:00"')
    night_shift_quiet_until: Clock = Field(default=_C.night_shift_quiet_until, description='a time as "16:00"')
    reminder_at: Clock = Field(default=_C.reminder_at, description='a time as "09:00"')
    fix_days: FixDays = Field(default=FixDays(), description="a table of days by level")

    def build(self) -> Clocks:
        """The clocks as the rules take them."""
        return Clocks(**self.model_dump(exclude={"fix_days"}), fix_days=MappingProxyType(self.fix_days.model_dump()))


class CapSettings(Section):
    """`[enterprise.programme.caps]`: the most a person can earn; none by default."""

    person_month: Fen | None = Field(default=None, description=YUAN)
    person_kind_month: Fen | None = Field(default=None, description=YUAN)


class BudgetSettings(Section):
    """`[enterprise.programme.budget]`: what a month may cost; none by default."""

    month: Fen | None = Field(default=None, description=YUAN)
    warn_percent: int = Field(default=80, ge=1, le=1000, description="a whole number as 80")
    hold_percent: int = Field(default=100, ge=1, le=1000, description="a whole number as 100")

    @model_validator(mode="after")
    def _order(self) -> BudgetSettings:
        if self.warn_percent > self.hold_percent:
            refuse(("warn_percent", "is above hold_percent; write a smaller number"))
        return self


class LimitSettings(Section):
    """`[enterprise.programme.limits]`: how much one person may send; danger to life always comes through."""

    reports_hour: AtLeastOne = Field(default=_L.reports_hour, description="a number of reports")
    reports_day: AtLeastOne = Field(default=_L.reports_day, description="a number of reports")
    messages_minute: AtLeastOne = Field(default=_L.messages_minute, description="a number of messages")


class MonthSettings(Section):
    """`[enterprise.programme.month]`: when the last month is closed, and how long its notice stands."""

    closing_day: int = Field(default=_M.closing_day, ge=1, le=28, description="a day of the month from 1 to 28")
    closing_at: Clock = Field(default=_M.closing_at, description='a time as "09:00"')
    notice_days: int = Field(default=_M.notice_days, ge=1, le=30, description="a number of working days from 1 to 30")


class ProgrammeSettings(Section):
    """`[enterprise.programme]`."""

    levels: tuple[Literal["C", "B", "A"], ...] = Field(
        default=("C", "B", "A"), min_length=1, description='the plant\'s own grades out of ["C", "B", "A"]'
    )
    propose_on: Literal["admit", "close"] = Field(default=_P.propose_on, description='"admit" or "close"')
    joint: Literal["split", "each"] = Field(default=_P.joint, description='"split" or "each"')
    person_times: Literal["report", "batch"] = Field(default=_P.person_times, description='"report" or "batch"')
    reward: Literal["yuan", "points", "both"] = Field(default=_P.reward, description='"yuan", "points" or "both"')
    extra_limit: Fen = Field(default=_P.extra_limit, description=YUAN)
    second_approver_from: Fen = Field(default=_P.second_approver_from, description=YUAN)
    duty_factor: Decimal | None = Field(default=None, ge=1, le=10, description='a factor as "1.2"')
    danger_numbers: dict[str, str] = Field(
        default=dict(_P.danger_numbers), min_length=1, description='names and numbers, as { "火警" = "119" }'
    )
    earning: dict[Role, Earning] = Field(
        default={}, description='roles with "full", "points" or "none", as { officer = "points" }'
    )
    activities: dict[str, Fen] = Field(
        default=dict(_P.activities),
        min_length=1,
        max_length=5,
        description="up to 5 kinds with amounts, as { learning = 240 }",
    )
    models: ModelSettings = Field(default=ModelSettings(), description="a table for model workers")
    clocks: ClockSettings = Field(default=ClockSettings(), description="a table of clocks")
    caps: CapSettings = Field(default=CapSettings(), description="a table of caps")
    budget: BudgetSettings = Field(default=BudgetSettings(), description="a table for the budget")
    limits: LimitSettings = Field(default=LimitSettings(), description="a table of limits")
    points: PointSettings = Field(default=PointSettings(), description="a table of what points are worth")
    month: MonthSettings = Field(default=MonthSettings(), description="a table for the closing of a month")
    rate_card: tuple[RateCardSettings, ...] = Field(default=(), description="tables of rates")

    @model_validator(mode="after")
    def _fits_together(self) -> ProgrammeSettings:
        days = [card.effective for card in self.rate_card]
        twice = sorted({str(day) for day in days if days.count(day) > 1})
        if twice:
            refuse(("rate_card", f"two cards begin on {', '.join(twice)}; write one card for each day"))
        long = [kind for kind in self.activities if not 0 < len(kind) <= 10]
        if long:
            refuse(("activities", f"{', '.join(long)} does not fit a button; write a name of up to 10 characters"))
        if len(set(self.levels)) < len(self.levels):
            refuse(("levels", "a level stands there twice; write each once"))
        if found := list(contradictions(self.build())):
            refuse(*found)
        return self

    def build(self) -> Programme:
        """The programme as the rules take it; before the first card's day the default rates hold."""
        cards = sorted((card.build() for card in self.rate_card), key=lambda c: c.effective)
        first = RateCard()
        if not cards or cards[0].effective > first.effective:
            cards.insert(0, first)
        return Programme(
            cards=tuple(cards),
            levels=tuple(Level(level) for level in self.levels),
            clocks=self.clocks.build(),
            caps=Caps(**self.caps.model_dump()),
            budget=Budget(**self.budget.model_dump()),
            limits=Limits(**self.limits.model_dump()),
            month=MonthRules(**self.month.model_dump()),
            earning=MappingProxyType({**_P.earning, **self.earning}),
            duty_factor=self.duty_factor,
            extra_limit=self.extra_limit,
            second_approver_from=self.second_approver_from,
            joint=self.joint,
            propose_on=self.propose_on,
            reward=self.reward,
            points=self.points.build(),
            person_times=self.person_times,
            activities=MappingProxyType(dict(self.activities)),
            models=self.models.build(),
            danger_numbers=tuple(self.danger_numbers.items()),
        )
