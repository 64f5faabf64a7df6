"""排行: how many reports of each person were admitted, counted over one index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from storage.database import Row
from storage.store import Store

# What names.secret and a worker's privacy leave: nobody can be found out by a count.
_COUNTED = (
    "enterprise = $1 AND month BETWEEN $2 AND $3 AND reporter IS NOT NULL"
    " AND status IN ('assigned', 'fixed', 'closed') AND kind <> 'violation' AND naming = 'shown'"
)

_ADMITTED = (
    "SELECT count(*) FROM report WHERE enterprise = $1 AND month BETWEEN $2 AND $3"
    " AND status IN ('assigned', 'fixed', 'closed')"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One person's place: `rank` is shared by all with the same count."""

    rank: int
    person: int
    name: str
    show_name: bool
    count: int


@dataclass(frozen=True, slots=True)
class Tie:
    """How many people share a rank and a count."""

    rank: int
    count: int
    people: int


class Board(NamedTuple):
    """The first lines, how many share each rank, one's own place if there is one, and what it all comes to."""

    lines: tuple[Line, ...]
    ties: dict[int, Tie]
    own: Line | None
    people: int
    reports: int


class Active(NamedTuple):
    """How many of a department's people had a report admitted."""

    department: str
    active: int
    people: int


def board(
    store: Store, first: int, last: int, me: int, limit: int = 10, departments: Collection[int] | None = None
) -> Board:
    """The board of the months `first` to `last` (202611), of these departments' people or of the whole plant."""
    within, args = _within(departments, "reporter IN (SELECT id FROM person WHERE enterprise = $1 AND department")
    # Secret reports are left out in SQL already: no caller can forget it.
    rows = store.all(
        f"SELECT reporter, count(*) AS n FROM report WHERE {_COUNTED}{within} GROUP BY reporter"
        " ORDER BY n DESC, reporter",
        first,
        last,
        *args,
    )
    counts = [(r["reporter"], r["n"]) for r in rows]
    ranks: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for place, (_, n) in enumerate(counts, 1):
        ranks.setdefault(n, place)
        sizes[n] = sizes.get(n, 0) + 1
    shown = counts[:limit]
    own = [(p, n) for p, n in counts if p == me]
    known = {r["id"]: r for r in _names(store, [p for p, _ in (*shown, *own)])}

    def line(person: int, n: int) -> Line:
        row = known[person]
        return Line(ranks[n], person, row["name"], bool(row["show_name"]), n)

    return Board(
        tuple(line(p, n) for p, n in shown),
        {ranks[n]: Tie(ranks[n], n, size) for n, size in sizes.items()},
        line(*own[0]) if own else None,
        len(counts),
        sum(n for _, n in counts),
    )


def _within(departments: Collection[int] | None, column: str) -> tuple[str, list[int]]:
    """A further condition that `column`, perhaps inside a bracket, is one of these departments."""
    if departments is None:
        return "", []
    chosen = sorted(departments)
    marks = ", ".join(f"${i}" for i in range(4, len(chosen) + 4))
    return f" AND {column} IN ({marks}){')' * column.count('(')}", chosen


def _names(store: Store, people: list[int]) -> list[Row]:
    if not people:
        return []
    marks = ", ".join(f"${i}" for i in range(2, len(people) + 2))
    return store.all(f"SELECT id, name, show_name FROM person WHERE enterprise = $1 AND id IN ({marks})", *people)


def active(store: Store, first: int, last: int, departments: Collection[int] | None = None) -> list[Active]:
    """Each department's active reporters, by name of the department."""
    within, args = _within(departments, "p.department")
    rows = store.all(
        "SELECT d.name, count(*) AS people, count(a.reporter) AS active FROM person p"
        " JOIN department d ON d.id = p.department"
        f" LEFT JOIN (SELECT DISTINCT reporter FROM report WHERE {_COUNTED}) a ON a.reporter = p.id"
        f" WHERE p.enterprise = $1 AND p.left_on IS NULL{within} GROUP BY d.id, d.name ORDER BY d.name",
        first,
        last,
        *args,
    )
    return [Active(r["name"], r["active"], r["people"]) for r in rows]


def size(store: Store, department: int) -> int:
    """How many people who have not left a department has."""
    count: int = store.value(
        "SELECT count(*) FROM person WHERE enterprise = $1 AND department = $2 AND left_on IS NULL", department
    )
    return count


def items(store: Store, person: int, first: int, last: int) -> int:
    """How many reports that a person brought, alone or with others, were admitted; also secret ones.

    For this person's eyes only.
    """
    own: int = store.value(f"{_ADMITTED} AND reporter = $4", first, last, person)
    joint: int = store.value(
        f"{_ADMITTED} AND id IN (SELECT report FROM found_too WHERE enterprise = $1 AND person = $4)",
        first,
        last,
        person,
    )
    return own + joint
