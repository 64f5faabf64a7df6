"""What leavers owe: they earn nothing more to take it from."""

from __future__ import annotations

from typing import NamedTuple

from storage.store import Store


class Debt(NamedTuple):
    """A leaver's debt; `fen` is more than nothing."""

    person: int
    name: str
    employee_no: str
    fen: int


def of_leavers(store: Store, limit: int = 200) -> list[Debt]:
    """Every leaver with a debt, the longest on the roster first."""
    rows = store.all(
        "SELECT p.id AS person, p.name, coalesce(p.employee_no, '') AS employee_no, -sum(l.fen) AS fen FROM person p"
        " JOIN ledger l ON l.enterprise = $1 AND l.person = p.id"
        " WHERE p.enterprise = $1 AND p.left_on IS NOT NULL"
        " GROUP BY p.id, p.name, p.employee_no HAVING sum(l.fen) < 0 ORDER BY p.id LIMIT $2",
        limit,
    )
    return [Debt(r["person"], r["name"], r["employee_no"], r["fen"]) for r in rows]
