"""Who may not report for a while, since when and why; a ban is lifted, never taken away."""

from __future__ import annotations

from typing import NamedTuple

from storage.store import Store


class Ban(NamedTuple):
    """A ban that holds; `by` is None when an operator set it."""

    person: int
    at: int
    by: int | None
    words: str


def of(store: Store, person: int) -> Ban | None:
    """The ban that holds for a person, or None."""
    return store.recall(("reporting_ban",), ("ban", person), lambda: _of(store, person))


def _of(store: Store, person: int) -> Ban | None:
    row = store.one(
        "SELECT person, at, by, words FROM reporting_ban WHERE enterprise = $1 AND person = $2 AND lifted_at IS NULL",
        person,
    )
    return Ban(row["person"], row["at"], row["by"], row["words"]) if row else None


def start(store: Store, person: int, by: int | None, words: str, now: int) -> bool:
    """Bans a person from reporting; False if that is so already."""
    changed = store.run(
        "INSERT INTO reporting_ban (enterprise, person, at, by, words) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        person,
        now,
        by,
        words,
    )
    return changed == 1


def lift(store: Store, person: int, by: int | None, now: int) -> bool:
    """Lets a person report again; False if nothing stood in the way."""
    changed = store.run(
        "UPDATE reporting_ban SET lifted_at = $3, lifted_by = $4"
        " WHERE enterprise = $1 AND person = $2 AND lifted_at IS NULL",
        person,
        now,
        by,
    )
    return changed == 1
