"""The money ledger as rows, and what it adds up to; how they are chained stands in `storage/chained.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from storage import chained
from storage.chained import MONEY
from storage.database import Row
from storage.store import Store
from woodpecker.ledger import Entry
from woodpecker.rewards import Had
from woodpecker.words import EntryKind, Kind


class Sums(NamedTuple):
    """What entries add up to, in fen with the ledger's signs; `owed` is the sum of all four.

    `paid` is what was paid out less what came back.
    """

    awarded: int = 0
    reversed: int = 0
    paid: int = 0
    written_off: int = 0

    @property
    def earned(self) -> int:
        """Awards less what was taken back."""
        return self.awarded + self.reversed

    @property
    def owed(self) -> int:
        """What is still to be paid; negative is a debt."""
        return self.awarded + self.reversed + self.paid + self.written_off


class Owed(NamedTuple):
    """One person's line of the export, in fen with the ledger's signs.

    `carried` is what was owed before the month; `owed` is `carried` and the four sums together.
    """

    person: int
    employee_no: str | None
    name: str
    department: str
    carried: int
    awarded: int
    reversed: int
    paid: int
    written_off: int
    owed: int


class Unpayable(NamedTuple):
    """Somebody who is owed this many fen and has no employee number to be paid by."""

    person: int
    name: str
    department: str
    owed: int


def append(store: Store, entries: Iterable[Entry]) -> int:
    """Writes entries that are not there yet and returns how many; a key that exists changes nothing."""
    return chained.append(store, MONEY, entries)


def _entry(row: Row) -> Entry:
    values = json.loads(row["body"])
    values["kind"] = EntryKind(values["kind"])
    values["approvers"] = tuple(values["approvers"])
    return Entry(**values)


def get(store: Store, key: str) -> Entry | None:
    """The entry of this key, or None."""
    row = store.one("SELECT body FROM ledger WHERE enterprise = $1 AND key = $2", key)
    return _entry(row) if row else None


def number(store: Store, key: str) -> int:
    """The number of the entry of this key, which is there."""
    seq: int = store.value("SELECT seq FROM ledger WHERE enterprise = $1 AND key = $2", key)
    return seq


def of_award(store: Store, award: int) -> list[Entry]:
    """An award's entries, oldest first."""
    rows = store.all("SELECT body FROM ledger WHERE enterprise = $1 AND award = $2 ORDER BY seq", award)
    return [_entry(r) for r in rows]


def standing(store: Store, award: int) -> list[Entry]:
    """What an award gave and nobody has taken back."""
    entries = of_award(store, award)
    gone = {e.reverses for e in entries}
    return [e for e in entries if e.kind is EntryKind.AWARD and e.key not in gone]


def of_person(store: Store, person: int, limit: int = 10) -> list[Entry]:
    """A person's newest entries, newest first."""
    rows = store.all(
        "SELECT body FROM ledger WHERE enterprise = $1 AND person = $2 ORDER BY month DESC, seq DESC LIMIT $3",
        person,
        limit,
    )
    return [_entry(r) for r in rows]


def balance(store: Store, person: int) -> int:
    """What a person is owed in fen; negative is a debt."""
    owed: int = store.value("SELECT coalesce(sum(fen), 0) FROM ledger WHERE enterprise = $1 AND person = $2", person)
    return owed


_SUMS = ", ".join(
    f"coalesce(sum(CASE WHEN kind = '{kind.value}' THEN fen ELSE 0 END), 0) AS {name}"
    for kind, name in (
        (EntryKind.AWARD, "awarded"),
        (EntryKind.REVERSAL, "reversed"),
        (EntryKind.PAYMENT, "paid"),
        (EntryKind.WRITE_OFF, "written_off"),
    )
)


def _sums(row: Row | None) -> Sums:
    return Sums(row["awarded"], row["reversed"], row["paid"], row["written_off"]) if row else Sums()


def sums(store: Store, person: int, month: int | None = None) -> Sums:
    """A person's totals, of one month as 202611 or of all time."""
    if month is None:
        return _sums(store.one(f"SELECT {_SUMS} FROM ledger WHERE enterprise = $1 AND person = $2", person))
    return _sums(
        store.one(f"SELECT {_SUMS} FROM ledger WHERE enterprise = $1 AND person = $2 AND month = $3", person, month)
    )


def totals(store: Store, month: int | None = None) -> Sums:
    """The enterprise's totals, of one month or of all time."""
    if month is None:
        return _sums(store.one(f"SELECT {_SUMS} FROM ledger WHERE enterprise = $1"))
    return _sums(store.one(f"SELECT {_SUMS} FROM ledger WHERE enterprise = $1 AND month = $2", month))


def owed_by_person(store: Store, month: int | None = None) -> list[Owed]:
    """Who is owed what at the end of a month (202611) or now, by employee number.

    With a month the sums are that month's, and `carried` is what came before. People without
    a number come last; those with nothing to show are left out.
    """
    before, upto = (0, 999912) if month is None else (month, month)
    inner = _SUMS.replace("WHEN kind", "WHEN month >= $2 AND kind")
    rows = store.all(
        f"SELECT l.*, p.employee_no, p.name, coalesce(d.name, '') AS department FROM (SELECT person, {inner},"
        " coalesce(sum(CASE WHEN month < $2 THEN fen ELSE 0 END), 0) AS carried, sum(fen) AS owed FROM ledger"
        " WHERE enterprise = $1 AND month <= $3 GROUP BY person) l JOIN person p ON p.id = l.person"
        " LEFT JOIN department d ON d.id = p.department"
        " ORDER BY CASE WHEN p.employee_no IS NULL THEN 1 ELSE 0 END, p.employee_no, p.id",
        before,
        upto,
    )
    names = Owed._fields
    return [
        Owed(**{n: r[n] for n in names})
        for r in rows
        if any(r[n] for n in ("carried", "awarded", "reversed", "paid", "written_off"))
    ]


def without_number(store: Store, limit: int = 200) -> list[Unpayable]:
    """Who is owed money and has no employee number, the longest on the roster first."""
    rows = store.all(
        "SELECT p.id AS person, p.name, coalesce(d.name, '') AS department, sum(l.fen) AS owed FROM person p"
        " JOIN ledger l ON l.enterprise = $1 AND l.person = p.id LEFT JOIN department d ON d.id = p.department"
        " WHERE p.enterprise = $1 AND p.employee_no IS NULL"
        " GROUP BY p.id, p.name, d.name HAVING sum(l.fen) > 0 ORDER BY p.id LIMIT $2",
        limit,
    )
    return [Unpayable(r["person"], r["name"], r["department"], r["owed"]) for r in rows]


def had(store: Store, person: int, month: int, kind: Kind | None) -> Had:
    """What counts against a person's caps in a month, in fen, in all and for a kind of report."""
    return chained.had(store, MONEY, person, month, kind)


def spent(store: Store, month: int) -> int:
    """What counts against a month's budget, in fen."""
    return chained.spent(store, MONEY, month)


def broken(store: Store) -> int | None:
    """The number of the first entry that is not what was written, or None; a missing tail counts."""
    return chained.broken(store, MONEY)
