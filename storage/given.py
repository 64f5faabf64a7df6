"""What a period's awards came to, by what they were for."""

from __future__ import annotations

from typing import NamedTuple

from storage.store import Store


class Given(NamedTuple):
    """How many awards stand and what they come to in fen, less what was taken back in the period."""

    awards: int = 0
    fen: int = 0


class Causes(NamedTuple):
    """The sums of reports (redeemed codes among them), activities and model workers."""

    reports: Given
    activities: Given
    models: Given


def given(store: Store, first: int, last: int) -> Causes:
    """What the ledger awarded in the months `first` to `last` (202611)."""
    rows = store.all(
        "SELECT CASE WHEN a.activity IS NOT NULL THEN 'activities' WHEN a.model IS NOT NULL THEN 'models'"
        " ELSE 'reports' END AS what, count(DISTINCT CASE WHEN a.status <> 'reversed' THEN l.award END)"
        " + sum(CASE WHEN l.award IS NULL THEN 1 ELSE 0 END) AS n, sum(l.fen) AS fen"
        " FROM ledger l LEFT JOIN award a ON a.id = l.award"
        " WHERE l.enterprise = $1 AND l.month BETWEEN $2 AND $3 AND l.kind IN ('award', 'reversal')"
        " GROUP BY CASE WHEN a.activity IS NOT NULL THEN 'activities' WHEN a.model IS NOT NULL THEN 'models'"
        " ELSE 'reports' END",
        first,
        last,
    )
    found = {row["what"]: Given(row["n"], row["fen"]) for row in rows}
    return Causes(*(found.get(what, Given()) for what in ("reports", "activities", "models")))
