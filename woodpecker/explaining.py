"""Why an award is what it is for one person: every step from the card's rate to what is paid, in fen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from woodpecker.awards import Award
from woodpecker.rewards import Share
from woodpecker.words import AwardStatus


class Reason(NamedTuple):
    """One step: its name and what the amount is after it."""

    key: str
    fen: int


def reasons(award: Award, shares: Iterable[Share], person: int) -> tuple[Reason, ...]:
    """The steps in the order of the rules; the last one's `fen` is what this person gets.

    A share is only known once somebody has looked at the money; a refused award ends with 0.
    """
    found = list(_of_the_rule(award))
    if award.status is AwardStatus.REFUSED:
        return (*found, Reason("refused", 0))
    if award.fen != award.proposed:
        found.append(Reason("upheld" if award.barred else "changed", award.fen))
    parts = tuple(shares)
    mine = next((part for part in parts if part.person == person), None)
    if mine is None:
        return tuple(found)
    if len(parts) > 1:
        found.append(Reason("split" if sum(p.fen for p in parts) == award.fen else "each", mine.fen))
    if mine.excluded and not mine.points and not mine.cut:
        return (*found, Reason("excluded", 0))
    if mine.cut:
        found.append(Reason("cut", mine.fen - mine.cut))
    if mine.points:
        found.append(Reason("as_points" if mine.excluded else "and_points", mine.fen - mine.cut))
    return tuple(found)


def _of_the_rule(award: Award) -> Iterable[Reason]:
    plain = award.proposed - award.extra
    yield Reason("base", plain if award.base is None else award.base)
    if award.base not in (None, plain):
        yield Reason("outside", plain)
    if award.extra:
        yield Reason("extra", award.proposed)
