"""我的: what a person reported, found together with others, or logged for somebody."""

from __future__ import annotations

from storage.reports import COLUMNS, from_row
from storage.store import Store
from woodpecker.reports import Report
from woodpecker.words import Status

# The plus keeps the planner off the indexes of everybody's reports: one's own are few.
_BROUGHT = (
    "+enterprise = $1 AND id IN (SELECT id FROM report WHERE enterprise = $1 AND reporter = $2"
    " UNION SELECT id FROM report WHERE enterprise = $1 AND logger = $2"
    " UNION SELECT report FROM found_too WHERE enterprise = $1 AND person = $2)"
)


def brought(store: Store, person: int, limit: int = 20, skip: int = 0) -> list[Report]:
    """The reports, newest first."""
    rows = store.all(
        f"SELECT {', '.join(COLUMNS)} FROM report WHERE {_BROUGHT} ORDER BY id DESC LIMIT $3 OFFSET $4",
        person,
        limit,
        skip,
    )
    return [from_row(r) for r in rows]


def counts(store: Store, person: int) -> dict[Status, int]:
    """How many of them stand where."""
    rows = store.all(f"SELECT status, count(*) AS n FROM report WHERE {_BROUGHT} GROUP BY status", person)
    return {Status(r["status"]): r["n"] for r in rows}
