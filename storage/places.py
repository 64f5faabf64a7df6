"""Places in the plant: code, name, department and default owner."""

from __future__ import annotations

import builtins
import math
import re
from typing import Any, NamedTuple

from storage.database import Row
from storage.store import Store

_TABLES = ("place",)


class Place(NamedTuple):
    """A place; `owner` is the person who fixes hazards there, coordinates are WGS 84 degrees."""

    id: int
    code: str
    name: str
    department: int | None = None
    owner: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    zone_rules: str = ""


def _place(row: Row) -> Place:
    return Place(
        row["id"],
        row["code"],
        row["name"],
        row["department"],
        row["owner"],
        row["latitude"],
        row["longitude"],
        row["zone_rules"],
    )


def like(words: str) -> str:
    """A LIKE pattern that finds these words in this order; its escape sign is `!`."""
    parts = [w.replace("!", "!!").replace("%", "!%").replace("_", "!_") for w in words.lower().split()]
    return "%" + "%".join(parts) + "%"


def get(store: Store, place: int) -> Place | None:
    """The place by id."""
    return store.recall(_TABLES, ("place", place), lambda: _get(store, place))


def _get(store: Store, place: int) -> Place | None:
    row = store.one("SELECT * FROM place WHERE enterprise = $1 AND id = $2", place)
    return _place(row) if row else None


def by_code(store: Store, code: str) -> Place | None:
    """The place of this code, upper or lower case."""
    row = store.one("SELECT * FROM place WHERE enterprise = $1 AND lower(code) = lower($2)", code.strip())
    return _place(row) if row else None


def by_name(store: Store, name: str) -> Place | None:
    """The place of exactly this name; the one added first if several share it."""
    row = store.one("SELECT * FROM place WHERE enterprise = $1 AND name = $2 ORDER BY id", name.strip())
    return _place(row) if row else None


def search(store: Store, words: str, limit: int = 5) -> builtins.list[Place]:
    """Places whose code or name holds the words, exact ones first."""
    if not words.strip():
        return []
    rows = store.all(
        "SELECT * FROM place WHERE enterprise = $1"
        " AND (lower(name) LIKE $2 ESCAPE '!' OR lower(code) LIKE $2 ESCAPE '!')"
        " ORDER BY CASE WHEN lower(code) = $3 OR lower(name) = $3 THEN 0 ELSE 1 END, length(name), id LIMIT $4",
        like(words),
        words.strip().lower(),
        limit,
    )
    return [_place(r) for r in rows]


def likely(store: Store, person: int, department: int | None, limit: int = 5) -> builtins.list[Place]:
    """Where a person probably is: the last place used, then own usual ones, then the department's busiest."""
    rows = store.all(
        "SELECT p.* FROM place p"
        " LEFT JOIN (SELECT place, count(*) AS n FROM (SELECT place FROM report WHERE enterprise = $1"
        "   AND reporter = $2 ORDER BY id DESC LIMIT 50) AS recent GROUP BY place) AS own ON own.place = p.id"
        " WHERE p.enterprise = $1"
        " ORDER BY CASE WHEN p.id = (SELECT place FROM report WHERE enterprise = $1 AND reporter = $2"
        "   AND place IS NOT NULL ORDER BY id DESC LIMIT 1) THEN 0 ELSE 1 END, coalesce(own.n, 0) DESC,"
        " CASE WHEN p.department = $3 THEN 0 ELSE 1 END,"
        " CASE WHEN p.department = $3 THEN (SELECT count(*) FROM report r WHERE r.enterprise = $1"
        "   AND r.place = p.id AND r.status IN ('reported', 'queried', 'assigned', 'fixed')) ELSE 0 END DESC,"
        " p.id LIMIT $4",
        person,
        department,
        limit,
    )
    return [_place(r) for r in rows]


def nearest(store: Store, latitude: float, longitude: float, limit: int = 5) -> builtins.list[Place]:
    """The places closest to a point, in degrees; only those with coordinates."""
    rows = store.all(
        "SELECT * FROM place WHERE enterprise = $1 AND latitude IS NOT NULL AND longitude IS NOT NULL"
        " ORDER BY (latitude - $2) * (latitude - $2) + (longitude - $3) * (longitude - $3) * $4, id LIMIT $5",
        latitude,
        longitude,
        math.cos(math.radians(latitude)) ** 2,
        limit,
    )
    return [_place(r) for r in rows]


_PARTS = re.compile(r"\s*[·•/／|>]\s*")


def named_in(store: Store, text: str) -> builtins.list[Place]:
    """Places whose name, or its last part after a `·`, stands in a text; only those with the longest match."""
    said = "".join(text.lower().split())
    best, found = 1, builtins.list[int]()
    for place, parts in store.recall(_TABLES, "place names", lambda: _names(store)):
        length = max((len(p) for p in parts if len(p) > 1 and _stands_in(p, said)), default=0)
        if length > best:
            best, found = length, []
        if length == best:
            found.append(place)
    return [p for p in (get(store, i) for i in found) if p is not None]


def _names(store: Store) -> builtins.list[tuple[int, tuple[str, str]]]:
    """Every place with its whole name and its last part, without blanks and in lower case."""
    rows = store.all("SELECT id, name FROM place WHERE enterprise = $1 ORDER BY id")
    named = ((r["id"], r["name"].lower()) for r in rows)
    return [(place, ("".join(name.split()), "".join(_PARTS.split(name)[-1].split()))) for place, name in named]


def _stands_in(part: str, said: str) -> bool:
    """Whether a name stands in a text by itself: 1号泵 is not in 11号泵."""
    start = said.find(part)
    while start >= 0:
        before, after = said[start - 1 : start], said[start + len(part) : start + len(part) + 1]
        if not (_ascii_word(before) and _ascii_word(part[0])) and not (_ascii_word(after) and _ascii_word(part[-1])):
            return True
        start = said.find(part, start + 1)
    return False


def _ascii_word(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def all(store: Store) -> builtins.list[Place]:
    """All places, by code."""
    return [_place(r) for r in store.all("SELECT * FROM place WHERE enterprise = $1 ORDER BY code")]


def add(
    store: Store,
    code: str,
    name: str,
    department: int | None = None,
    owner: int | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    zone_rules: str = "",
) -> Place:
    """Adds a place."""
    new = store.insert(
        "INSERT INTO place (enterprise, code, name, department, owner, latitude, longitude, zone_rules)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        code.strip(),
        name.strip(),
        department,
        owner,
        latitude,
        longitude,
        zone_rules,
    )
    return Place(new, code.strip(), name.strip(), department, owner, latitude, longitude, zone_rules)


def update(store: Store, place: int, **fields: Any) -> Place:
    """Changes fields of a place and returns it. Raises KeyError if there is none."""
    old = get(store, place)
    if old is None:
        raise KeyError(place)
    new = old._replace(**fields)
    store.run(
        "UPDATE place SET code = $3, name = $4, department = $5, owner = $6, latitude = $7, longitude = $8,"
        " zone_rules = $9 WHERE enterprise = $1 AND id = $2",
        place,
        new.code,
        new.name,
        new.department,
        new.owner,
        new.latitude,
        new.longitude,
        new.zone_rules,
    )
    return new
