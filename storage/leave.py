"""The plant's list of people on leave, with who stands in."""

from __future__ import annotations

from datetime import date

from storage.database import Row
from storage.store import Store
from woodpecker.leave import Leave, away_on

_SELECT = (
    "SELECT a.id, a.person, a.first_day, a.last_day, a.deputy, a.entered_at FROM absence a"
    " JOIN person p ON p.id = a.person WHERE a.enterprise = $1 AND a.ended_at IS NULL AND p.left_on IS NULL"
)


def _leave(row: Row) -> Leave:
    first, last = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
    return Leave(row["person"], first, last, row["deputy"], row["id"])


def add(store: Store, leave: Leave, entered_by: int | None, now: int) -> int:
    """Enters a leave and returns its id; an earlier one of the person that overlaps is ended."""
    first, last = leave.first.isoformat(), leave.last.isoformat()
    store.run(
        "UPDATE absence SET ended_at = $2 WHERE enterprise = $1 AND person = $3 AND ended_at IS NULL"
        " AND first_day <= $4 AND last_day >= $5",
        now,
        leave.person,
        last,
        first,
    )
    return store.insert(
        "INSERT INTO absence (enterprise, person, first_day, last_day, deputy, entered_by, entered_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        leave.person,
        first,
        last,
        leave.deputy,
        entered_by,
        now,
    )


def get(store: Store, leave: int) -> Leave | None:
    """A leave that was not ended, or None."""
    row = store.one(f"{_SELECT} AND a.id = $2", leave)
    return _leave(row) if row else None


def end(store: Store, leave: int, now: int) -> bool:
    """Takes a leave off the list; False if it was not on it."""
    return store.run("UPDATE absence SET ended_at = $2 WHERE enterprise = $1 AND id = $3 AND ended_at IS NULL",
                     now, leave) == 1  # fmt: skip


def coming(store: Store, today: date, limit: int = 100) -> list[Leave]:
    """Who is away today or will be, the earliest first."""
    rows = store.all(f"{_SELECT} AND a.last_day >= $2 ORDER BY a.first_day, a.id LIMIT $3", today.isoformat(), limit)
    return [_leave(r) for r in rows]


def away(store: Store, day: date) -> dict[int, Leave]:
    """Everybody who is away on a day; read once a transaction."""
    return store.recall(("absence", "person"), ("away", day), lambda: _away(store, day))


def _away(store: Store, day: date) -> dict[int, Leave]:
    rows = store.all(f"{_SELECT} AND a.last_day >= $2 AND a.first_day <= $2", day.isoformat())
    return away_on((_leave(r) for r in rows), day)


def touching(store: Store, since: date, today: date) -> list[tuple[Leave, int]]:
    """Leaves that began after `since` or ended from then on, up to today, with when each was entered (ms)."""
    rows = store.all(
        f"{_SELECT} AND a.last_day >= $2 AND a.first_day <= $3 ORDER BY a.id", since.isoformat(), today.isoformat()
    )
    return [(_leave(r), r["entered_at"]) for r in rows]


def of_person(store: Store, person: int, today: date) -> list[Leave]:
    """A person's leaves that are not over, the earliest first."""
    rows = store.all(
        f"{_SELECT} AND a.person = $2 AND a.last_day >= $3 ORDER BY a.first_day, a.id", person, today.isoformat()
    )
    return [_leave(r) for r in rows]


def stood_in_for(store: Store, deputy: int, first: date, last: date) -> list[Leave]:
    """The leaves of others for whom a person stands in on any of these days."""
    rows = store.all(
        f"{_SELECT} AND a.deputy = $2 AND a.last_day >= $3 AND a.first_day <= $4 ORDER BY a.first_day, a.id",
        deputy,
        first.isoformat(),
        last.isoformat(),
    )
    return [_leave(r) for r in rows]
