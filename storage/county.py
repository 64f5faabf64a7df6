"""What every enterprise of an installation did, in counts and fen: no person, no word of a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from storage.database import Tx


class Part(NamedTuple):
    """One enterprise's share of the roll-up; reports 条, people 人, and `fen` awarded less what was taken back."""

    code: str
    name: str
    reported: int
    admitted: int
    closed: int
    people: int
    fen: int


class Sum(NamedTuple):
    """All enterprises together, to the fen; `silent` of them reported nothing."""

    enterprises: int
    silent: int
    reported: int
    admitted: int
    closed: int
    people: int
    fen: int


def parts(tx: Tx, first: int, last: int) -> list[Part]:
    """Every enterprise in the months `first` to `last` (202611), by code; the silent ones too."""
    rows = tx.all(
        "SELECT e.code, e.name, coalesce(r.reported, 0) AS reported, coalesce(r.admitted, 0) AS admitted,"
        " coalesce(r.closed, 0) AS closed, coalesce(l.people, 0) AS people, coalesce(l.fen, 0) AS fen"
        " FROM enterprise e"
        " LEFT JOIN (SELECT enterprise, count(*) AS reported,"
        "   sum(CASE WHEN status IN ('assigned', 'fixed', 'closed') THEN 1 ELSE 0 END) AS admitted,"
        "   sum(CASE WHEN status = 'closed' THEN 1 ELSE 0 END) AS closed"
        "   FROM report WHERE month BETWEEN $1 AND $2 AND status <> 'withdrawn' GROUP BY enterprise) r"
        " ON r.enterprise = e.id"
        " LEFT JOIN (SELECT enterprise, sum(fen) AS fen, sum(CASE WHEN fen > 0 THEN 1 ELSE 0 END) AS people"
        "   FROM (SELECT enterprise, person, sum(fen) AS fen FROM ledger WHERE month BETWEEN $1 AND $2"
        "     AND kind IN ('award', 'reversal') GROUP BY enterprise, person) AS own GROUP BY enterprise) l"
        " ON l.enterprise = e.id"
        " ORDER BY e.code",
        first,
        last,
    )
    names = Part._fields
    return [Part(**{name: row[name] for name in names}) for row in rows]


def total(found: Iterable[Part]) -> Sum:
    """What the parts come to; nothing is rounded."""
    everything = list(found)
    return Sum(
        len(everything),
        sum(1 for part in everything if not part.reported),
        *(sum(getattr(p, name) for p in everything) for name in ("reported", "admitted", "closed", "people", "fen")),
    )
