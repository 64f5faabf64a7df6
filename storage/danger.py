"""Alerts of danger to life: who raised one, when, and who ended it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Row
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert; `person` is None for an account that has not joined, `words` what was said and where."""

    id: int
    account: int
    person: int | None
    words: str
    at: int
    ended_by: int | None
    ended_at: int | None


def _alert(row: Row) -> Alert:
    return Alert(
        row["id"], row["account"], row["person"], row["words"], row["at"], row["ended_by"], row["ended_at"]
    )  # fmt: skip


def start(store: Store, account: int, person: int | None, words: str, now: int) -> Alert:
    """Opens an alert."""
    row = store.one(
        "INSERT INTO danger_alert (enterprise, account, person, words, at) VALUES ($1, $2, $3, $4, $5) RETURNING *",
        account,
        person,
        words,
        now,
    )
    assert row is not None
    return _alert(row)


def get(store: Store, alert: int) -> Alert | None:
    """The alert, or None."""
    row = store.one("SELECT * FROM danger_alert WHERE enterprise = $1 AND id = $2", alert)
    return _alert(row) if row else None


def last_of(store: Store, account: int) -> Alert | None:
    """The newest alert of an account."""
    row = store.one(
        "SELECT * FROM danger_alert WHERE enterprise = $1 AND account = $2 ORDER BY at DESC, id DESC LIMIT 1", account
    )
    return _alert(row) if row else None


def say(store: Store, alert: int, words: str) -> None:
    """Replaces what is known of an alert."""
    store.run("UPDATE danger_alert SET words = $3 WHERE enterprise = $1 AND id = $2", alert, words)


def end(store: Store, alert: int, by: int | None, now: int) -> bool:
    """Ends an alert as a false one; False if it has ended already."""
    changed = store.run(
        "UPDATE danger_alert SET ended_by = $3, ended_at = $4 WHERE enterprise = $1 AND id = $2 AND ended_at IS NULL",
        alert,
        by,
        now,
    )
    return changed == 1
