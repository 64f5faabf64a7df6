"""Major hazards that still have to be fixed."""

from __future__ import annotations

from storage.reports import COLUMNS, from_row
from storage.store import Store
from woodpecker.reports import Report


def assigned(store: Store, limit: int = 200) -> list[Report]:
    """Major hazards that are being fixed, the oldest first."""
    rows = store.all(
        f"SELECT {', '.join(COLUMNS)} FROM report WHERE enterprise = $1 AND status IN ('reported', 'queried',"
        " 'assigned', 'fixed') AND status = 'assigned' AND level = 'major' ORDER BY id LIMIT $2",
        limit,
    )
    return [from_row(r) for r in rows]
