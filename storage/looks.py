"""Every look at a hidden name: who, when, at which report or month, why; append-only, for the union to read."""

from __future__ import annotations

from typing import Literal, NamedTuple

from storage.store import Store


class Look(NamedTuple):
    """One look; `person` None is whoever runs the program, from its command line."""

    at: int
    person: int | None
    report: int | None
    month: int | None
    why: str


def write(
    store: Store,
    now: int,
    why: str,
    *,
    person: int | None = None,
    source: Literal["chat", "cli"] = "chat",
    report: int | None = None,
    month: int | None = None,
) -> None:
    """Notes a look; it is never changed or taken out again."""
    store.run(
        "INSERT INTO name_look (enterprise, at, person, source, report, month, why)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        now,
        person,
        source,
        report,
        month,
        why,
    )


def newest(store: Store, limit: int, skip: int = 0) -> list[Look]:
    """The newest looks first."""
    rows = store.all(
        "SELECT at, person, report, month, why FROM name_look WHERE enterprise = $1"
        " ORDER BY id DESC LIMIT $2 OFFSET $3",
        limit,
        skip,
    )
    return [Look(r["at"], r["person"], r["report"], r["month"], r["why"]) for r in rows]


def secret_money(store: Store, month: int) -> bool:
    """Whether a payroll list of this month names somebody for a report whose reporter is kept secret."""
    found = store.value(
        "SELECT 1 FROM ledger l LEFT JOIN report r ON r.id = l.report WHERE l.enterprise = $1 AND l.month = $2"
        " AND l.kind = 'award' AND (r.id IS NULL OR r.naming <> 'shown' OR r.kind = 'violation') LIMIT 1",
        month,
    )
    return found is not None
