"""Numbers beside the reports': of activities by month, of model workers by quarter."""

from __future__ import annotations

from storage.store import Store


def next_number(store: Store, series: str) -> str:
    """The series' next number, `SERIES-NN`, counted in the caller's transaction."""
    n = store.value(
        "INSERT INTO number_counter (enterprise, series, n) VALUES ($1, $2, 1)"
        " ON CONFLICT (enterprise, series) DO UPDATE SET n = number_counter.n + 1 RETURNING n",
        series,
    )
    return f"{series}-{n:02d}"
