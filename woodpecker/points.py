"""The points ledger: what an entry is, how points are earned, exchanged, redeemed and taken back.

Append-only like the money ledger: earned points are positive, spent ones negative, a reversal is the opposite of
the entry it names; the balance is the sum. A balance may be negative: then nothing can be spent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from woodpecker.awards import Award
from woodpecker.digest import canonical_json
from woodpecker.errors import Refused
from woodpecker.ledger import EXCHANGED, Entry
from woodpecker.programme import Programme
from woodpecker.rewards import NOBODY, Share
from woodpecker.words import EntryKind, PointKind

_SPENT = frozenset({PointKind.EXCHANGED, PointKind.REDEEMED})


@dataclass(frozen=True, slots=True)
class PointEntry:
    """One line of the points ledger; `month` as 202611, `at` in ms; `key` makes it single.

    `worth` in fen is what it counts against caps and budget. Raises ValueError for a wrong sign or month.
    """

    key: str
    person: int
    kind: PointKind
    points: int
    month: int
    at: int
    worth: int = 0
    award: int | None = None
    report: int | None = None
    rule: str = ""
    item: str = ""
    approvers: tuple[int, ...] = ()
    reverses: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        wrong = self.kind is not PointKind.REVERSAL and (self.points < 0) != (self.kind in _SPENT)
        if self.points == 0 or wrong:
            raise ValueError(f"{self.kind} of {self.points} points has the wrong sign")
        if not 1 <= self.month % 100 <= 12:
            raise ValueError(f"{self.month} is no month")

    @property
    def body(self) -> str:
        """The content as canonical JSON, for the chain."""
        return canonical_json({name: getattr(self, name) for name in self.__slots__})


def may_exchange(programme: Programme) -> bool:
    """Whether points can become yuan."""
    wished = programme.points.exchange
    return programme.reward != "both" if wished is None else wished


def worth_of(programme: Programme, points: int) -> int:
    """What points count against caps and budget in fen: beside yuan nothing, for the yuan counts already."""
    return points * programme.points.fen_per_point if programme.reward == "points" else 0


def earned_entries(
    programme: Programme, award: Award, parts: Iterable[Share], at: int, month: int
) -> tuple[PointEntry, ...]:
    """The points of an approved award, one entry for each share that earns; the same again has the same keys."""
    return tuple(
        PointEntry(
            f"points:{award.id}:{part.person}", part.person, PointKind.EARNED, part.points, month, at,
            worth_of(programme, part.points), award.id, award.report, award.rule, approvers=award.approvers,
            words=award.words,
        )
        for part in parts
        if part.points > 0 and part.person != NOBODY
    )  # fmt: skip


def reversal_entries(
    entries: Iterable[PointEntry], at: int, month: int, by: int | None, words: str
) -> tuple[PointEntry, ...]:
    """The opposite of each entry; raises Refused without words and for what cannot be taken back."""
    if not words.strip():
        raise Refused("refused.words_missing")
    return tuple(_reversal(entry, at, month, by, words.strip()) for entry in entries)


def _reversal(entry: PointEntry, at: int, month: int, by: int | None, words: str) -> PointEntry:
    if entry.kind not in {PointKind.EARNED, PointKind.REDEEMED}:
        raise Refused("refused.not_reversible", kind=entry.kind)
    return PointEntry(
        f"reversal:{entry.key}", entry.person, PointKind.REVERSAL, -entry.points, month, at, -entry.worth,
        entry.award, entry.report, entry.rule, entry.item, () if by is None else (by,), entry.key, words,
    )  # fmt: skip


def check_spending(balance: int, points: int) -> None:
    """Raises Refused unless somebody with this balance may spend so many points."""
    if balance < 0:
        raise Refused("refused.points_owed", points=-balance)
    if points <= 0:
        raise Refused("refused.points_unclear")
    if points > balance:
        raise Refused("refused.points_short", points=points, balance=balance)


def exchanged(
    programme: Programme, person: int, points: int, number: int, at: int, month: int
) -> tuple[PointEntry, Entry]:
    """Points for yuan: the entries of both ledgers; `number` counts this person's spendings."""
    if not may_exchange(programme):
        raise Refused("refused.no_exchange")
    if points <= 0:
        raise Refused("refused.points_unclear")
    key, fen = f"{EXCHANGED}:{person}:{number}", points * programme.points.fen_per_point
    spent = PointEntry(key, person, PointKind.EXCHANGED, -points, month, at)
    return spent, Entry(key, person, EntryKind.AWARD, fen, month, at, rule=EXCHANGED)


def redeemed(person: int, item: str, points: int, number: int, at: int, month: int) -> PointEntry:
    """Points for a thing of the list; `number` counts this person's spendings."""
    return PointEntry(f"redeem:{person}:{number}", person, PointKind.REDEEMED, -points, month, at, item=item)


def price_of(programme: Programme, item: str) -> int:
    """What a thing costs today; raises Refused if it is not on the list any more."""
    for name, points in programme.points.items:
        if name == item:
            return points
    raise Refused("refused.no_item")
