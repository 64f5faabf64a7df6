"""What in a plant's rules contradicts itself, and what is allowed but hardly meant; both in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bot.tables import yuan
from woodpecker.points import may_exchange
from woodpecker.programme import Programme, RateCard
from woodpecker.words import Level, Role

_ORDER = (Level.C, Level.B, Level.A, Level.MAJOR)


def contradictions(rules: Programme) -> Iterator[tuple[str, str]]:
    """Pairs of a key of `[enterprise.programme]` and what is wrong with it and what to write instead."""
    caps, names = rules.caps, [card.version for card in rules.cards]
    for key, fen in (("caps.person_month", caps.person_month), ("caps.person_kind_month", caps.person_kind_month)):
        if fen == 0:
            yield key, "nobody could earn anything; write an amount above 0, or leave it out"
    if caps.person_month and caps.person_kind_month and caps.person_kind_month > caps.person_month:
        said = f"is above person_month ({yuan(caps.person_month)}) and would never be reached; write a smaller amount"
        yield "caps.person_kind_month", said
    if rules.budget.month == 0:
        yield "budget.month", "every award would be held; write an amount above 0, or leave it out"
    if Role.WORKER in rules.earning:
        yield "earning", 'everybody is a worker; write it for another role, as { officer = "points" }'
    for name in sorted({name for name in names if names.count(name) > 1}):
        days = " and ".join(str(card.effective) for card in rules.cards if card.version == name)
        yield "rate_card", f'the cards of {days} are both called "{name}"; write a version of its own for each'
    if rules.reward != "yuan" and not rules.points.items and not may_exchange(rules):
        yield "points", "points could be used for nothing; write items, or exchange = true"


def doubts(rules: Programme, today: date) -> Iterator[str]:
    """What an operator may want to look at again; nothing of it is wrong."""
    cards = _still_used(rules, today)
    for card in cards:
        if card.effective > today:
            days = (card.effective - today).days
            yield f"the rate card of {card.effective} begins in {days} days; until then the one before it holds."
        yield from _odd_rates(rules, card)
    most = max(_highest(rules, card)[1] for card in cards)
    if rules.second_approver_from > most + rules.extra_limit:
        yield "no award reaches second_approver_from: nobody is ever asked for a second look."
    if rules.second_approver_from == 0:
        yield "second_approver_from is 0: every award needs two approvers."
    if rules.points.items and rules.reward == "yuan":
        yield 'points.items stand there, but nothing earns points: reward is "yuan".'


def _still_used(rules: Programme, today: date) -> list[RateCard]:
    in_force = [card for card in rules.cards if card.effective <= today]
    return in_force[-1:] + [card for card in rules.cards if card.effective > today]


def _highest(rules: Programme, card: RateCard) -> tuple[str, int]:
    """What earns most on a card, and how much, with the factor for what lies outside one's own duty."""
    factor = rules.duty_factor or Decimal(1)
    name = max(card.rates, key=lambda key: card.rates[key])
    return name, int(card.rates[name] * factor)


def _odd_rates(rules: Programme, card: RateCard) -> Iterator[str]:
    name, most = _highest(rules, card)
    on = f"on the rate card of {card.effective}"
    limits = (
        ("caps.person_month", rules.caps.person_month, "is always cut"),
        ("caps.person_kind_month", rules.caps.person_kind_month, "is always cut"),
        ("budget.month", rules.budget.month, "is always held"),
    )
    for key, limit, what in limits:
        if limit and most > limit:
            yield f"{key} ({yuan(limit)}) is less than {name} earns {on} ({yuan(most)}): such an award {what}."
    graded = [level for level in _ORDER if level in (*rules.levels, Level.MAJOR)]
    for low, high in pairwise(graded):
        if card.rates[high] < card.rates[low]:
            yield f"{on} level {high} earns less than level {low}."
    for key in (*(level.value for level in graded), "violation", "near_miss", "suggestion"):
        if card.rates[key] == 0:
            yield f"{on} {key} earns nothing."
        elif rules.reward != "yuan" and card.rates[key] < rules.points.fen_per_point:
            yield f"{on} {key} earns less than one point ({yuan(rules.points.fen_per_point)}), that is none."
