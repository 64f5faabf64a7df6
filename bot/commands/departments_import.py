"""Departments and contractors from a table, by name; all of it or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.commands.outcome import Outcome, fail_if
from storage import audit, departments, people
from storage.departments import Department
from storage.store import Store
from woodpecker.lengths import NAME

COLUMNS = {
    "name": ("名称", "部门", "部门名称", "department"),
    "parent": ("上级部门", "上级"),
    "leader_no": ("负责人工号", "负责人"),
    "kind": ("类型", "性质"),
}
_KINDS = {
    **dict.fromkeys(("", "own", "本单位", "内部"), "own"),
    **dict.fromkeys(("contractor", "承包商", "外包"), "contractor"),
}

Row = tuple[int, dict[str, str]]


def import_departments(store: Store, rows: Iterable[Row], now: int) -> Outcome:
    """Adds and changes departments by name, parents in any order. Raises OperationFailed by row."""
    table = list(rows)
    known = {d.name: d for d in departments.all(store)}
    fail_if(_problems(store, table, set(known)))
    added = [values["name"] for _, values in table if values["name"] not in known]
    for name in added:
        known[name] = departments.add(store, name)
        audit.write(store, now, "department.added", known[name].id, source="cli", name=name)
    lines = [f"{name}: added" for name in added]
    changed = 0
    for _, values in table:
        old = known[values["name"]]
        differ = {k: v for k, v in _fields(store, values, known).items() if getattr(old, k) != v}
        if not differ:
            continue
        departments.update(store, old.id, **differ)
        if old.name not in added:
            changed += 1
            detail = {k: [getattr(old, k), v] for k, v in differ.items()}
            audit.write(store, now, "department.changed", old.id, source="cli", changes=detail)
            lines.append(f"{old.name}: {', '.join(sorted(differ))} changed")
    lines.append(f"{len(added)} added, {changed} changed, {len(table) - len(added) - changed} as before.")
    return Outcome(lines)


def _fields(store: Store, values: dict[str, str], known: dict[str, Department]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "parent" in values:
        found["parent"] = known[values["parent"]].id if values["parent"] else None
    if "leader_no" in values:
        leader = people.by_number(store, values["leader_no"]) if values["leader_no"] else None
        found["leader"] = leader.id if leader else None
    if "kind" in values:
        found["kind"] = _KINDS[values["kind"].casefold()]
    return found


def _problems(store: Store, table: list[Row], known: set[str]) -> list[str]:
    names = known | {values.get("name", "") for _, values in table}
    parents = {d.name: "" for d in departments.all(store)} | _parents(store)
    parents |= {values.get("name", ""): values["parent"] for _, values in table if "parent" in values}
    found: list[str] = []
    seen: dict[str, int] = {}
    for row, values in table:
        name, parent, leader = (values.get(k, "") for k in ("name", "parent", "leader_no"))
        if not name:
            found.append(f"Row {row}, name: is empty; write the department's name.")
        elif len(name) > NAME:
            found.append(f"Row {row}, name: is longer than {NAME} characters.")
        elif seen.setdefault(name, row) != row:
            found.append(f"Row {row} is the same department as row {seen[name]}; write each once.")
        if parent and parent not in names:
            found.append(f'Row {row}, parent: there is no department "{parent}"; give it a row of its own.')
        elif name and _in_a_ring(name, parents):
            found.append(f'Row {row}, parent: "{name}" would stand above itself; write another parent.')
        if leader and people.by_number(store, leader) is None:
            found.append(f'Row {row}, leader_no: nobody has the number "{leader}"; import the people first.')
        if values.get("kind", "").casefold() not in _KINDS:
            found.append(f"Row {row}, kind: write own (本单位) or contractor (承包商).")
    return found


def _parents(store: Store) -> dict[str, str]:
    all_ = {d.id: d for d in departments.all(store)}
    return {d.name: all_[d.parent].name for d in all_.values() if d.parent is not None}


def _in_a_ring(name: str, parents: dict[str, str]) -> bool:
    above, passed = parents.get(name, ""), {name}
    while above and above not in passed:
        passed.add(above)
        above = parents.get(above, "")
    return above == name
