"""Departments, teams' units and contractors: a tree in which each may name its leader."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import Any, NamedTuple

from storage.database import Row
from storage.store import Store

DEPTH = 20  # a ring among the parents must not hang a search


class Department(NamedTuple):
    """Where people belong; `kind` is "own" or "contractor", `leader` a person's id."""

    id: int
    name: str
    parent: int | None = None
    leader: int | None = None
    kind: str = "own"


def _department(row: Row) -> Department:
    return Department(row["id"], row["name"], row["parent"], row["leader"], row["kind"])


def get(store: Store, department: int) -> Department | None:
    """The department by id."""
    row = store.one("SELECT * FROM department WHERE enterprise = $1 AND id = $2", department)
    return _department(row) if row else None


def by_name(store: Store, name: str) -> Department | None:
    """The department of exactly this name."""
    row = store.one("SELECT * FROM department WHERE enterprise = $1 AND name = $2", name.strip())
    return _department(row) if row else None


def all(store: Store) -> builtins.list[Department]:
    """All departments, in the order they were added."""
    return list(store.recall(("department",), "departments", lambda: _all(store)))


def _all(store: Store) -> builtins.list[Department]:
    return [_department(r) for r in store.all("SELECT * FROM department WHERE enterprise = $1 ORDER BY id")]


def add(store: Store, name: str, parent: int | None = None, leader: int | None = None, kind: str = "own") -> Department:
    """Adds a department."""
    new = store.insert(
        "INSERT INTO department (enterprise, name, parent, leader, kind) VALUES ($1, $2, $3, $4, $5)",
        name.strip(),
        parent,
        leader,
        kind,
    )
    return Department(new, name.strip(), parent, leader, kind)


def update(store: Store, department: int, **fields: Any) -> Department:
    """Changes fields of a department and returns it. Raises KeyError if there is none."""
    old = get(store, department)
    if old is None:
        raise KeyError(department)
    new = old._replace(**fields)
    store.run(
        "UPDATE department SET name = $3, parent = $4, leader = $5, kind = $6 WHERE enterprise = $1 AND id = $2",
        department,
        new.name,
        new.parent,
        new.leader,
        new.kind,
    )
    return new


def below(store: Store, departments: Iterable[int]) -> frozenset[int]:
    """These departments with all below them."""
    children = store.recall(("department",), "children", lambda: _children(store))
    found = set(departments)
    todo = builtins.list(found)
    while todo:
        new = [d for d in children.get(todo.pop(), ()) if d not in found]
        found.update(new)
        todo += new
    return frozenset(found)


def _children(store: Store) -> dict[int, builtins.list[int]]:
    found: dict[int, builtins.list[int]] = {}
    for one in all(store):
        if one.parent is not None:
            found.setdefault(one.parent, []).append(one.id)
    return found


def leads(store: Store, person: int) -> bool:
    """Whether the person leads any department."""
    return store.value("SELECT 1 FROM department WHERE enterprise = $1 AND leader = $2 LIMIT 1", person) is not None


def leader_of(store: Store, department: int | None) -> int | None:
    """The person who leads a department, else the nearest one above it who has not left."""
    if department is None:
        return None
    leader: int | None = store.value(
        "WITH RECURSIVE up (id, parent, leader, step) AS ("
        " SELECT id, parent, leader, 0 FROM department WHERE enterprise = $1 AND id = $2"
        " UNION ALL SELECT d.id, d.parent, d.leader, up.step + 1 FROM department d"
        " JOIN up ON d.id = up.parent WHERE up.step < $3)"
        " SELECT up.leader FROM up JOIN person p ON p.id = up.leader AND p.left_on IS NULL"
        " ORDER BY up.step LIMIT 1",
        department,
        DEPTH,
    )
    return leader
