"""How much a person has sent of late."""

from __future__ import annotations

from storage.store import Store


def nth_newest(store: Store, person: int, first: int, second: int) -> tuple[int | None, int | None]:
    """When a person's `first`-newest and `second`-newest reports were submitted; None if there are fewer."""
    row = store.one(
        "SELECT (SELECT submitted_at FROM report WHERE enterprise = $1 AND reporter = $2"
        " ORDER BY id DESC LIMIT 1 OFFSET $3) AS one,"
        " (SELECT submitted_at FROM report WHERE enterprise = $1 AND reporter = $2"
        " ORDER BY id DESC LIMIT 1 OFFSET $4) AS other",
        person,
        first - 1,
        second - 1,
    )
    assert row is not None
    return row["one"], row["other"]
