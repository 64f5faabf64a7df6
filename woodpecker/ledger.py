"""The append-only ledger: what an entry is, how entries are made, what they add up to.

Awards are positive, reversals and payments negative, a written-off debt positive, and so is the entry that takes back
a payment which did not arrive; owed is the sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from woodpecker.awards import Award
from woodpecker.digest import canonical_json
from woodpecker.errors import Refused
from woodpecker.rewards import NOBODY, Share
from woodpecker.words import EntryKind

CLAIMED = "claim"  # the rule of an entry for a redeemed code: it names no report
EXCHANGED = "exchange"  # the rule of an entry for exchanged points: they counted against caps when they were earned
_POSITIVE = frozenset({EntryKind.AWARD, EntryKind.WRITE_OFF})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: signed `fen`, `month` as 202611, `at` in ms; `key` makes it single.

    Raises ValueError for a wrong sign or month.
    """

    key: str
    person: int
    kind: EntryKind
    fen: int
    month: int
    at: int
    award: int | None = None
    report: int | None = None
    rule: str = ""
    card_version: str = ""
    approvers: tuple[int, ...] = ()
    reverses: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        returned = self.kind is EntryKind.PAYMENT and bool(self.reverses)
        if self.fen == 0 or (self.fen > 0) != (returned or self.kind in _POSITIVE):
            raise ValueError(f"{self.kind} of {self.fen} fen has the wrong sign")
        if not 1 <= self.month % 100 <= 12:
            raise ValueError(f"{self.month} is no month")

    @property
    def body(self) -> str:
        """The content as canonical JSON, for the chain."""
        return canonical_json({name: getattr(self, name) for name in self.__slots__})


def award_entries(
    award: Award, parts: Iterable[Share], at: int, month: int, approvers: tuple[int, ...]
) -> tuple[Entry, ...]:
    """The entries of an approved award, one for each share that pays; the same again has the same keys."""
    paying = (part for part in parts if part.pays > 0 and part.person != NOBODY)
    return tuple(_award_entry(award, part, at, month, approvers) for part in paying)


def _award_entry(award: Award, part: Share, at: int, month: int, approvers: tuple[int, ...]) -> Entry:
    return Entry(
        f"award:{award.id}:{part.person}", part.person, EntryKind.AWARD, part.pays, month, at,
        award.id, award.report, award.rule, award.card_version, approvers, words=award.words,
    )  # fmt: skip


def reversal_entries(entries: Iterable[Entry], at: int, month: int, by: int | None, words: str) -> tuple[Entry, ...]:
    """The opposite of each award entry; raises Refused for anything else and without words."""
    if not words.strip():
        raise Refused("refused.words_missing")
    return tuple(_reversal(entry, at, month, by, words.strip()) for entry in entries)


def _reversal(entry: Entry, at: int, month: int, by: int | None, words: str) -> Entry:
    if entry.kind is not EntryKind.AWARD:
        raise Refused("refused.not_reversible", kind=entry.kind)
    return Entry(
        f"reversal:{entry.key}", entry.person, EntryKind.REVERSAL, -entry.fen, month, at,
        entry.award, entry.report, entry.rule, entry.card_version, () if by is None else (by,),
        reverses=entry.key, words=words,
    )  # fmt: skip


def payment_key(batch: int, person: int) -> str:
    """The key of what a batch paid to a person."""
    return f"payment:{batch}:{person}"


def payment_entry(person: int, fen: int, *, at: int, month: int, batch: int, by: int) -> Entry:
    """What was paid out to a person in a batch; `fen` is positive here, negative in the entry."""
    key = payment_key(batch, person)
    return Entry(key, person, EntryKind.PAYMENT, -fen, month, at, approvers=(by,))


def returned_entry(payment: Entry, *, at: int, month: int, by: int, words: str) -> Entry:
    """Takes back a payment that did not arrive: a payment of the opposite sign, once.

    Raises Refused for anything else and without words.
    """
    if payment.kind is not EntryKind.PAYMENT or payment.reverses:
        raise Refused("refused.not_paid_yet")
    if not words.strip():
        raise Refused("refused.words_missing")
    return Entry(
        f"returned:{payment.key}", payment.person, EntryKind.PAYMENT, -payment.fen, month, at,
        approvers=(by,), reverses=payment.key, words=words.strip(),
    )  # fmt: skip


def write_off_entry(entries: Sequence[Entry], at: int, month: int, by: int, words: str) -> Entry:
    """Lets go of a leaver's debt, given all entries of that person; raises Refused if there is none."""
    debt = -owed(entries)
    if debt <= 0:
        raise Refused("refused.no_debt")
    if not words.strip():
        raise Refused("refused.words_missing")
    (person,) = {entry.person for entry in entries}
    number = 1 + sum(entry.kind is EntryKind.WRITE_OFF for entry in entries)
    return Entry(
        f"write_off:{person}:{number}", person, EntryKind.WRITE_OFF, debt, month, at,
        approvers=(by,), words=words.strip(),
    )  # fmt: skip


def owed(entries: Iterable[Entry]) -> int:
    """What is owed in fen; negative is a debt."""
    return sum(entry.fen for entry in entries)


def payable(entries: Iterable[Entry]) -> int:
    """What can be paid out in fen: a debt is carried, never collected."""
    return max(0, owed(entries))


def awarded_in(entries: Iterable[Entry], month: int) -> dict[int, int]:
    """What each person's awards of a month count against caps and budget, in fen.

    A reversal counts only if it was entered in the month of the award it reverses.
    """
    own = [entry for entry in entries if entry.month == month]
    awarded = {entry.key for entry in own if entry.kind is EntryKind.AWARD}
    totals: defaultdict[int, int] = defaultdict(int)
    for entry in own:
        earned = entry.kind is EntryKind.AWARD and entry.rule != EXCHANGED
        if earned or entry.reverses in awarded:
            totals[entry.person] += entry.fen
    return dict(totals)
