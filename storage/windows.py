"""Cards whose buttons stood open until a day that has passed, and what has waited long for a word."""

from __future__ import annotations

from storage.reports import COLUMNS, from_row
from storage.store import Store
from woodpecker.reports import Report


def past(store: Store, closed: int, decided: int, oldest: int) -> list[int]:
    """Live cards about what was closed, or rejected or decided, before an instant (ms) each and after `oldest`."""
    rows = store.all(
        "SELECT c.id FROM card c JOIN report r ON r.id = c.subject WHERE c.enterprise = $1 AND c.live = 1"
        " AND r.enterprise = $1 AND r.closed_at > $4 AND ((c.kind IN ('feedback', 'case') AND r.status = 'closed'"
        " AND r.closed_at <= $2) OR (c.kind IN ('verdict', 'case') AND r.status = 'rejected' AND r.closed_at <= $3))"
        " UNION SELECT c.id FROM card c JOIN award a ON a.id = c.subject WHERE c.enterprise = $1 AND c.live = 1"
        " AND a.enterprise = $1 AND c.kind = 'earned' AND a.decided_at <= $3 AND a.decided_at > $4 ORDER BY 1",
        closed,
        decided,
        oldest,
    )
    return [r["id"] for r in rows]


def offered(store: Store, limit: int = 200) -> list[Report]:
    """What an owner has offered to somebody who has not answered."""
    rows = store.all(
        f"SELECT {', '.join(COLUMNS)} FROM report WHERE enterprise = $1 AND status IN ('assigned', 'fixed')"
        " AND status = 'assigned' AND receiver IS NOT NULL ORDER BY id LIMIT $2",
        limit,
    )
    return [from_row(r) for r in rows]


def awards_since(store: Store, before: int, limit: int = 1000) -> dict[int, int]:
    """Awards that have waited for somebody's word since before an instant (ms), each with its beginning."""
    rows = store.all(
        "SELECT id, created_at FROM award WHERE enterprise = $1"
        " AND status IN ('proposed', 'half_approved', 'held_budget') AND created_at <= $2 ORDER BY id LIMIT $3",
        before,
        limit,
    )
    return {r["id"]: r["created_at"] for r in rows}
