"""What a report earns: rate card, duty factor, extra, shares, caps and budget, in this order.

All amounts are integer fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from woodpecker.errors import Refused
from woodpecker.programme import Programme, RateCard
from woodpecker.words import Earning, Kind, Level, Role


class Proposal(NamedTuple):
    """What the rules propose for one report; `total` is before it is shared."""

    rule: str
    card_version: str
    base: int
    factor: Decimal
    extra: int
    total: int
    outside_duty: bool = False


NOBODY = 0  # whose an anonymous report's award is until somebody redeems the code


class Share(NamedTuple):
    """One person's part: `fen` by the split, of which `cut` exceeds a cap; none of it is money if excluded.

    `points` come beside the money, or instead of it.
    """

    person: int
    fen: int
    excluded: bool = False
    cut: int = 0
    points: int = 0

    @property
    def pays(self) -> int:
        """What the money ledger gets."""
        return 0 if self.excluded else self.fen - self.cut


class Had(NamedTuple):
    """What a person was already awarded in the month, in all and for this kind of report."""

    month: int = 0
    kind: int = 0


class Books(NamedTuple):
    """What stands in the books when an award is decided.

    `persons` share it, the first reporter first; `had` and `spent` are of the month of approval. Who is
    `excluded` gets no money, who has `no_points` no points either. A team's award is always `split`.
    """

    persons: tuple[int, ...] = ()
    excluded: frozenset[int] = frozenset()
    had: Mapping[int, Had] = MappingProxyType({})
    spent: int = 0
    no_points: frozenset[int] = frozenset()
    split: bool = False  # whatever joint reporters get


class BudgetState(StrEnum):
    """What an award does to the month's budget."""

    OK = "ok"
    WARN = "warn"
    HOLD = "hold"


def card_of(programme: Programme, day: date) -> RateCard:
    """The rate card in force on a local day; the later one of two with the same date."""
    in_force = [card for card in programme.cards if card.effective <= day]
    if not in_force:
        raise Refused("refused.no_rate_card", day=day)
    newest = max(card.effective for card in in_force)
    return [card for card in in_force if card.effective == newest][-1]


def propose(
    programme: Programme,
    day: date,
    kind: Kind,
    level: Level | None,
    outside_duty: bool,
    *,
    extra: int = 0,
    words: str = "",
) -> Proposal:
    """The award for a report of that local day; an extra needs words and has a limit."""
    if kind is Kind.HAZARD and level is None:
        raise Refused("refused.level_missing")
    if not 0 <= extra <= programme.extra_limit:
        raise Refused("refused.extra_limit", limit=programme.extra_limit)
    if extra and not words.strip():
        raise Refused("refused.words_missing")
    card = card_of(programme, day)
    base = card.rate(kind, level)
    outside = outside_duty and programme.duty_factor is not None
    factor = programme.duty_factor if outside and programme.duty_factor is not None else Decimal(1)
    total = _half_up(base * factor) + extra
    name = level.value if kind is Kind.HAZARD and level else kind.value
    rule = f"rate.{name}.outside_duty" if outside else f"rate.{name}"
    return Proposal(rule, card.version, base, factor, extra, total, outside)


def _half_up(fen: Decimal) -> int:
    return int(fen.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def earning_of(programme: Programme, roles: frozenset[Role]) -> Earning:
    """What a person with these roles earns; the strictest of the roles decides."""
    earnings = {programme.earning.get(role, Earning.FULL) for role in roles}
    for strictest in (Earning.NONE, Earning.POINTS):
        if strictest in earnings:
            return strictest
    return Earning.FULL


def shares(
    programme: Programme,
    total: int,
    persons: tuple[int, ...],
    excluded: frozenset[int] = frozenset(),
    *,
    split: bool = False,
) -> tuple[Share, ...]:
    """Everybody's share: split with the remainder to the first, or each in full unless it must be `split`.

    An excluded person's share lapses and goes to nobody. Raises ValueError unless there are
    persons, each named once.
    """
    if not persons or len(set(persons)) != len(persons):
        raise ValueError("an award is shared by different persons, at least one")
    if programme.joint == "each" and not split:
        return tuple(Share(person, total, person in excluded) for person in persons)
    each, rest = divmod(total, len(persons))
    return tuple(
        Share(person, each + (rest if place == 0 else 0), person in excluded) for place, person in enumerate(persons)
    )


def capped(
    programme: Programme, parts: tuple[Share, ...], had: Mapping[int, Had], kind: Kind | None
) -> tuple[Share, ...]:
    """The shares with what exceeds a cap cut; an award without a kind knows no cap by kind."""
    return tuple(part._replace(cut=_cut(programme, part, had, kind)) for part in parts)


def _cut(programme: Programme, part: Share, had: Mapping[int, Had], kind: Kind | None) -> int:
    if part.excluded:
        return 0
    before = had.get(part.person, Had())
    caps = programme.caps
    room = part.fen
    if caps.person_month is not None:
        room = min(room, caps.person_month - before.month)
    if caps.person_kind_month is not None and kind is not None:
        room = min(room, caps.person_kind_month - before.kind)
    return part.fen - max(0, room)


def payout(programme: Programme, total: int, kind: Kind | None, books: Books) -> tuple[Share, ...]:
    """Who gets what of an award's total: split or each, lapsed, capped, in yuan or points or both.

    Points are whole, rounded down. Where they stand instead of yuan, caps and budget count them by their worth.
    """
    instead = programme.reward == "points"
    parts = shares(programme, total, books.persons, books.no_points if instead else books.excluded, split=books.split)
    parts = capped(programme, parts, books.had, kind)
    if programme.reward == "yuan":
        return parts
    pointed = (part._replace(points=_points(programme, part, books)) for part in parts)
    return tuple(part._replace(excluded=True) if instead else part for part in pointed)


def _points(programme: Programme, part: Share, books: Books) -> int:
    return 0 if part.person in books.no_points else (part.fen - part.cut) // programme.points.fen_per_point


def without_part(programme: Programme, books: Books) -> frozenset[int]:
    """Who earns neither yuan nor points of an award."""
    return books.excluded if programme.reward == "yuan" else books.no_points


def paid_of(parts: tuple[Share, ...]) -> int:
    """What the shares come to in yuan, in fen."""
    return sum(part.pays for part in parts)


def points_of(parts: tuple[Share, ...]) -> int:
    """What the shares come to in points."""
    return sum(part.points for part in parts)


def cost_of(programme: Programme, parts: tuple[Share, ...]) -> int:
    """What the shares count for against the budget and the threshold, in fen."""
    if programme.reward == "points":
        return points_of(parts) * programme.points.fen_per_point
    return paid_of(parts)


def budget_state(programme: Programme, spent_before: int, total: int) -> BudgetState:
    """WARN once the warning share is reached, HOLD for an award that crosses the limit."""
    budget = programme.budget
    if budget.month is None or total == 0:
        return BudgetState.OK
    spent = (spent_before + total) * 100
    if spent > budget.month * budget.hold_percent:
        return BudgetState.HOLD
    return BudgetState.WARN if spent >= budget.month * budget.warn_percent else BudgetState.OK
