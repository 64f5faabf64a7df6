"""Ledgers as rows: plain INSERT only, each chained to the one before, one chain an enterprise and ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from storage.database import Row
from storage.store import Store
from woodpecker.digest import GENESIS, body_digest, chain
from woodpecker.rewards import Had
from woodpecker.words import Kind

_CHECKED_AT_ONCE = 500


class Line(Protocol):
    """An entry of some ledger: its key makes it single, its body is what the chain holds fast."""

    @property
    def award(self) -> int | None:
        """The award it belongs to."""

    @property
    def key(self) -> str:
        """What makes it single."""

    @property
    def body(self) -> str:
        """The content as canonical JSON."""


class Book(NamedTuple):
    """A ledger: its table, the columns that repeat an entry's fields, and the enterprise's columns for the head.

    `worth` is the column of an entry's fen; `counts` says which entries use up caps and budget.
    """

    table: str
    columns: tuple[str, ...]
    head: str
    worth: str
    counts: str


_SAME = ("key", "kind", "person", "month", "at", "award", "report", "reverses")
# A reversal frees a cap and the budget only within the month of what it reverses.
_FREES = "EXISTS (SELECT 1 FROM {table} a WHERE a.key = l.reverses AND a.month = l.month)"
MONEY = Book(
    "ledger",
    (*_SAME, "fen"),
    "ledger",
    "fen",
    # Exchanged points counted when they were earned.
    "((l.kind = 'award' AND substr(l.key, 1, 9) <> 'exchange:')"
    f" OR (l.kind = 'reversal' AND {_FREES.format(table='ledger')}))",
)
POINTS = Book(
    "point",
    (*_SAME, "points", "worth"),
    "points",
    "worth",
    f"l.worth <> 0 AND (l.kind = 'earned' OR {_FREES.format(table='point')})",
)


def had(store: Store, book: Book, person: int, month: int, kind: Kind | None) -> Had:
    """What counts against a person's caps in a month, in fen, in all and for a kind of report."""
    row = store.one(
        f"SELECT coalesce(sum(l.{book.worth}), 0) AS month,"
        f" coalesce(sum(CASE WHEN l.report_kind = $4 THEN l.{book.worth} ELSE 0 END), 0) AS kind"
        f" FROM {book.table} l WHERE l.enterprise = $1 AND l.person = $2 AND l.month = $3 AND {book.counts}",
        person,
        month,
        kind or "",
    )
    return Had(row["month"], row["kind"] if kind else 0) if row else Had()


def spent(store: Store, book: Book, month: int) -> int:
    """What counts against a month's budget, in fen."""
    fen: int = store.value(
        f"SELECT coalesce(sum(l.{book.worth}), 0) FROM {book.table} l"
        f" WHERE l.enterprise = $1 AND l.month = $2 AND {book.counts}",
        month,
    )
    return fen


def append(store: Store, book: Book, entries: Iterable[Line]) -> int:
    """Writes entries that are not there yet and returns how many; a key that exists changes nothing."""
    fresh = {e.key: e for e in entries if not known(store, book, e.key)}
    if not fresh:
        return 0
    # Taking the head last, and by an UPDATE, keeps others waiting as briefly as can be.
    seq, head = f"{book.head}_seq", f"{book.head}_digest"
    row = store.one(
        f"UPDATE enterprise SET {seq} = {seq} + $2 WHERE id = $1 RETURNING {seq} AS seq, {head} AS digest", len(fresh)
    )
    assert row is not None
    digest = row["digest"] or GENESIS
    for number, entry in enumerate(fresh.values(), row["seq"] - len(fresh) + 1):
        body = entry.body
        own = body_digest(body)
        digest = chain(digest, own)
        _insert(store, book, entry, number, body, own, digest)
    store.run(f"UPDATE enterprise SET {head} = $2 WHERE id = $1", digest)
    return len(fresh)


def hold(store: Store, book: Book) -> None:
    """Keeps others from writing to the ledger until the transaction ends: what is read then stays true."""
    store.run(f"UPDATE enterprise SET {book.head}_seq = {book.head}_seq WHERE id = $1")


def known(store: Store, book: Book, key: str) -> bool:
    """Whether an entry of this key is there."""
    return store.value(f"SELECT 1 FROM {book.table} WHERE enterprise = $1 AND key = $2", key) is not None


def _insert(store: Store, book: Book, entry: Line, seq: int, body: str, own: str, digest: str) -> None:
    marks = ", ".join(f"${i}" for i in range(7, len(book.columns) + 7))
    store.run(
        f"INSERT INTO {book.table} (enterprise, seq, report_kind, body, body_digest, digest, {', '.join(book.columns)})"
        f" VALUES ($1, $2, coalesce((SELECT kind FROM award WHERE id = $3), ''), $4, $5, $6, {marks})",
        seq,
        entry.award,
        body,
        own,
        digest,
        *(_value(getattr(entry, column), column) for column in book.columns),
    )


def _value(value: object, column: str) -> object:
    return value or None if column == "reverses" else value


def broken(store: Store, book: Book) -> int | None:
    """The number of the first entry that is not what was written, or None; a missing tail counts."""
    seq, digest = 0, GENESIS
    while rows := store.all(
        f"SELECT * FROM {book.table} WHERE enterprise = $1 AND seq > $2 ORDER BY seq LIMIT $3", seq, _CHECKED_AT_ONCE
    ):
        for row in rows:
            seq += 1
            if row["seq"] != seq or not _whole(book, row, digest):
                return seq
            digest = row["digest"]
    head = store.one(f"SELECT {book.head}_seq AS seq, {book.head}_digest AS digest FROM enterprise WHERE id = $1")
    whole = head is not None and (head["seq"], head["digest"] or GENESIS) == (seq, digest)
    return None if whole else seq + 1


def _whole(book: Book, row: Row, prev: str) -> bool:
    if body_digest(row["body"]) != row["body_digest"] or chain(prev, row["body_digest"]) != row["digest"]:
        return False
    said = json.loads(row["body"])
    return all(_value(said[c], c) == row[c] for c in book.columns)
