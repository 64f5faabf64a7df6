"""Alerts of danger to life: who raised one, who took it, who reached the caller, and what followed."""

from __future__ import annotations

from storage.database import Row
from storage.store import Store
from woodpecker.danger import Alert

_COLUMNS = Alert._fields
_STATE = (
    "taken_by",
    "taken_at",
    "reached_by",
    "reached_at",
    "escalated_at",
    "ended_by",
    "ended_at",
    "rung_at",
    "rings",
)


def _alert(row: Row) -> Alert:
    return Alert(**{name: row[name] for name in _COLUMNS})


def start(store: Store, account: int, person: int | None, words: str, now: int, sent_at: int, delivery: str) -> Alert:
    """Opens an alert that has rung once; `sent_at` and `delivery` are of what was said."""
    row = store.one(
        "INSERT INTO danger_alert (enterprise, account, person, words, at, rung_at, said_at, delivery)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6, $7) RETURNING *",
        account,
        person,
        words,
        now,
        sent_at,
        delivery,
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


def open(store: Store) -> list[Alert]:
    """The alerts whose callers still wait, the oldest first."""
    rows = store.all(
        "SELECT * FROM danger_alert WHERE enterprise = $1 AND ended_at IS NULL AND reached_at IS NULL"
        " AND rung_at IS NOT NULL ORDER BY id"
    )
    return [_alert(r) for r in rows]


def say(store: Store, alert: Alert, words: str, sent_at: int, delivery: str) -> None:
    """Replaces what is known of an alert by what includes the newest words."""
    store.run(
        "UPDATE danger_alert SET words = $3, said_at = $4, delivery = $5 WHERE enterprise = $1 AND id = $2",
        alert.id,
        words,
        max(sent_at, alert.said_at),
        delivery if sent_at >= alert.said_at else alert.delivery,
    )


def locate(store: Store, alert: int, latitude: float, longitude: float) -> None:
    """Notes where the caller is."""
    store.run(
        "UPDATE danger_alert SET latitude = $3, longitude = $4 WHERE enterprise = $1 AND id = $2",
        alert,
        latitude,
        longitude,
    )


def save(store: Store, before: Alert, after: Alert) -> bool:
    """Writes what became of an alert; False if somebody was faster, and then nothing is written."""
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(_STATE, 8))
    changed = store.run(
        f"UPDATE danger_alert SET {sets} WHERE enterprise = $1 AND id = $2 AND rings = $3"
        " AND coalesce(taken_at, 0) = $4 AND coalesce(reached_at, 0) = $5 AND coalesce(ended_at, 0) = $6"
        " AND coalesce(escalated_at, 0) = $7",
        before.id,
        before.rings,
        before.taken_at or 0,
        before.reached_at or 0,
        before.ended_at or 0,
        before.escalated_at or 0,
        *(getattr(after, name) for name in _STATE),
    )
    return changed == 1


def of_draft(store: Store, draft: int) -> Alert | None:
    """The alert that a draft follows."""
    return store.recall(("danger_alert",), ("alert of draft", draft), lambda: _of_draft(store, draft))


def _of_draft(store: Store, draft: int) -> Alert | None:
    row = store.one("SELECT * FROM danger_alert WHERE enterprise = $1 AND draft = $2", draft)
    return _alert(row) if row else None


def draft_of(store: Store, alert: int) -> int | None:
    """The draft of the report on an alert."""
    draft: int | None = store.value("SELECT draft FROM danger_alert WHERE enterprise = $1 AND id = $2", alert)
    return draft


def followed_by(store: Store, alert: int, draft: int) -> None:
    """The report on an alert is being written."""
    store.run("UPDATE danger_alert SET draft = $3 WHERE enterprise = $1 AND id = $2", alert, draft)


def reported(store: Store, alert: int, report: int) -> None:
    """The report on an alert is there."""
    store.run("UPDATE danger_alert SET report = $3 WHERE enterprise = $1 AND id = $2", alert, report)
