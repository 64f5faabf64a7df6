"""Yuan and points side by side: what counts against caps and budget, how points are entered and taken back."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.desk import Desk
from storage import ledger, points
from woodpecker import clocks
from woodpecker.awards import Award
from woodpecker.points import earned_entries, reversal_entries
from woodpecker.rewards import Had, Share, earning_of
from woodpecker.words import Earning, Kind


def in_use(desk: Desk) -> bool:
    """Whether reports earn points here."""
    return desk.plant.programme.reward != "yuan"


def had(desk: Desk, person: int, month: int, kind: Kind | None) -> Had:
    """What counts against a person's caps in a month, in fen."""
    yuan, other = ledger.had(desk.store, person, month, kind), points.had(desk.store, person, month, kind)
    return Had(yuan.month + other.month, yuan.kind + other.kind)


def spent(desk: Desk, month: int) -> int:
    """What counts against a month's budget, in fen."""
    return ledger.spent(desk.store, month) + points.spent(desk.store, month)


def excluded(desk: Desk, persons: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Who of them earns no money by role, and who no points either."""
    found = {p: desk.person(p) for p in persons}
    programme = desk.plant.programme
    earnings = {p: earning_of(programme, who.roles) for p, who in found.items() if who}
    return (
        frozenset(p for p, earning in earnings.items() if earning is not Earning.FULL),
        frozenset(p for p, earning in earnings.items() if earning is Earning.NONE),
    )


def enter(desk: Desk, award: Award, shares: tuple[Share, ...]) -> None:
    """Enters the points of an award that has just been approved."""
    month = clocks.local_month(desk.now, desk.plant.zone)
    points.append(desk.store, earned_entries(desk.plant.programme, award, shares, desk.now, month))


def take_back(desk: Desk, award: Award, by: int | None, words: str, person: int | None = None) -> None:
    """Takes an award's points back, from everybody or from one of them alone; a balance may become negative."""
    month = clocks.local_month(desk.now, desk.plant.zone)
    entered = [e for e in points.standing(desk.store, award.id) if person in {None, e.person}]
    points.append(desk.store, reversal_entries(entered, desk.now, month, by, words))


def tell_taken_back(desk: Desk, award: Award, people: Iterable[int], number: str, words: str) -> None:
    """Whoever had points of it hears that they are gone, and if some are owed now."""
    gone = {e.person: -e.points for e in points.of_award(desk.store, award.id) if e.reverses}
    for person in (p for p in people if p in gone):
        key = "award.told_points_owed" if points.balance(desk.store, person) < 0 else "award.told_points_back"
        args = {"number": number, "points": str(gone[person]), "words": words}
        desk.push(person, "notice", {"key": key, "args": args})
