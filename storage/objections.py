"""Objections to entries of a notice: who said what, and what was decided; one open at a time for an award."""

from __future__ import annotations

from typing import NamedTuple

from storage.database import Row
from storage.store import Store


class Objection(NamedTuple):
    """One objection to the entry `n` of a batch's notice; `upheld` is None while it waits."""

    id: int
    batch: int
    award: int
    n: int
    person: int
    words: str
    at: int
    decided_at: int | None
    decided_by: int | None
    upheld: bool | None
    answer: str


def _objection(row: Row) -> Objection:
    values = {name: row[name] for name in Objection._fields}
    return Objection(**values | {"upheld": None if row["upheld"] is None else bool(row["upheld"])})


def add(store: Store, batch: int, award: int, n: int, person: int, words: str, now: int) -> int:
    """Writes an objection and returns its id."""
    return store.insert(
        "INSERT INTO objection (enterprise, batch, award, n, person, words, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(batch, award, n, person, words, now),
    )


def get(store: Store, objection: int) -> Objection | None:
    """The objection, or None."""
    row = store.one("SELECT * FROM objection WHERE enterprise = $1 AND id = $2", objection)
    return _objection(row) if row else None


def of_award(store: Store, award: int) -> list[Objection]:
    """All objections to an award, the oldest first."""
    rows = store.all("SELECT * FROM objection WHERE enterprise = $1 AND award = $2 ORDER BY id", award)
    return [_objection(r) for r in rows]


def waiting(store: Store, limit: int = 200) -> list[Objection]:
    """What waits for a decision, the oldest first."""
    rows = store.all("SELECT * FROM objection WHERE enterprise = $1 AND decided_at IS NULL ORDER BY id LIMIT $2", limit)
    return [_objection(r) for r in rows]


def decide(store: Store, objection: int, by: int | None, upheld: bool, answer: str, now: int) -> bool:
    """Notes what was decided; False if somebody was faster. `by` None: the award went another way."""
    changed = store.run(
        "UPDATE objection SET decided_at = $3, decided_by = $4, upheld = $5, answer = $6"
        " WHERE enterprise = $1 AND id = $2 AND decided_at IS NULL",
        *(objection, now, by, int(upheld), answer),
    )
    return changed == 1
