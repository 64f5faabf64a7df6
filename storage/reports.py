"""Reports as rows: saved only if the version is unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from storage.cells import cell, several
from storage.database import Row
from storage.store import Store
from woodpecker.reports import Report
from woodpecker.words import Kind, Level, Naming, Status

COLUMNS = Report._fields
_KINDS = {kind.value: kind for kind in Kind}
_STATUSES = {status.value: status for status in Status}
_NAMINGS = {naming.value: naming for naming in Naming}
_LEVELS: Mapping[str | None, Level | None] = {None: None, **{level.value: level for level in Level}}
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM report WHERE enterprise = $1"
_INSERT = (
    f"INSERT INTO report (enterprise, {', '.join(COLUMNS[1:])})"
    f" VALUES ({', '.join(f'${i}' for i in range(1, len(COLUMNS) + 1))})"
)


def from_row(row: Row) -> Report:
    """The report a row stands for that begins with COLUMNS. By position and table: lists read hundreds at once."""
    values: dict[str, Any] = dict(zip(COLUMNS, row[:], strict=False))
    values["kind"] = _KINDS[values["kind"]]
    values["status"] = _STATUSES[values["status"]]
    values["naming"] = _NAMINGS[values["naming"]]
    values["level"] = _LEVELS[values["level"]]
    values["joint"] = several(values["joint"])
    values["outside_duty"] = bool(values["outside_duty"])
    values["appealed"] = bool(values["appealed"])
    values["disclaimed"] = bool(values["disclaimed"])
    values["first_by_leader"] = bool(values["first_by_leader"])
    values["plan"] = several(values["plan"])
    return Report(**values)


def next_number(store: Store, month: int) -> str:
    """The month's next number, `YYMM-NNNN`, counted in the caller's transaction."""
    n = store.value(
        "INSERT INTO report_counter (enterprise, month, n) VALUES ($1, $2, 1)"
        " ON CONFLICT (enterprise, month) DO UPDATE SET n = report_counter.n + 1 RETURNING n",
        month,
    )
    return f"{month % 10000:04d}-{n:04d}"


def add(store: Store, report: Report) -> Report:
    """Inserts a new report (its id is ignored) and returns it with its id."""
    new = store.insert(_INSERT, *map(cell, report[1:]), part="new")
    saved = report._replace(id=new)
    _note_joint(store, saved)
    _know(store, saved)
    index(store, saved)
    return saved


def get(store: Store, report: int) -> Report | None:
    """The report, or None."""
    return store.recall((("report", report),), ("report", report), lambda: _get(store, report))


def _note_joint(store: Store, report: Report) -> None:
    for person in report.joint:
        store.run("INSERT INTO found_too (enterprise, person, report) VALUES ($1, $2, $3)", person, report.id)


def _know(store: Store, report: Report) -> None:
    """It need not be read again: this is how it was written."""
    store.tx.wrote("report", report.id)
    store.keep((("report", report.id),), ("report", report.id), report)


def _get(store: Store, report: int) -> Report | None:
    row = store.one(f"{_SELECT} AND id = $2", report)
    return from_row(row) if row else None


def by_number(store: Store, number: str) -> Report | None:
    """The report of this number, or None."""
    row = store.one(f"{_SELECT} AND number = $2", number)
    return from_row(row) if row else None


def save(store: Store, before: Report, after: Report) -> bool:
    """Writes what changed if nobody was faster; False if somebody was."""
    changed = {c: cell(new) for c, old, new in zip(COLUMNS, before, after, strict=True) if new != old}
    sets = ", ".join(f"{c} = ${i}" for i, c in enumerate(changed, 5))
    sql = f"UPDATE report SET {sets} WHERE enterprise = $1 AND id = $2 AND version = $3 AND status = $4"
    if store.run(sql, before.id, before.version, before.status, *changed.values(), part=before.id) != 1:
        return False
    if before.joint != after.joint:
        for person in before.joint:
            store.run("DELETE FROM found_too WHERE enterprise = $1 AND person = $2 AND report = $3", person, before.id)
        _note_joint(store, after)
    _know(store, after)
    if (before.text, before.place_text) != (after.text, after.place_text):
        store.run("DELETE FROM report_gram WHERE enterprise = $1 AND report = $2", before.id)
        index(store, after)
    return True


def accuse(store: Store, report: int, accused: int | None) -> None:
    """Notes whom a violation is about, or takes it back; no step of the report's life, so its version stays."""
    store.run("UPDATE report SET accused = $3 WHERE enterprise = $1 AND id = $2", report, accused, part=report)


def in_status(store: Store, status: Status, limit: int = 200) -> list[Report]:
    """Open reports of one status, those due first, then the oldest."""
    rows = store.all(
        f"{_SELECT} AND status IN ('reported', 'queried', 'assigned', 'fixed') AND status = $2"
        " ORDER BY due, id LIMIT $3",
        status,
        limit,
    )
    return [from_row(r) for r in rows]


def owned(store: Store, person: int, limit: int = 200) -> list[Report]:
    """What this person has to fix, the most urgent first."""
    rows = store.all(
        f"{_SELECT} AND owner = $2 AND status IN ('assigned', 'fixed') AND status = 'assigned' ORDER BY due LIMIT $3",
        person,
        limit,
    )
    return [from_row(r) for r in rows]


def open_at_place(store: Store, place: int | None, place_text: str, but: int, limit: int = 5) -> list[Report]:
    """Open reports at a place, newest first: what a new one may repeat."""
    rows = store.all(
        f"{_SELECT} AND status IN ('reported', 'queried', 'assigned', 'fixed') AND id <> $2"
        " AND (place = $3 OR (place IS NULL AND place_text = $4)) ORDER BY id DESC LIMIT $5",
        but,
        place,
        place_text,
        limit,
    )
    return [from_row(r) for r in rows]


def appealed(store: Store, limit: int = 200) -> list[Report]:
    """Rejected reports whose appeal waits for its decision, the oldest appeal first."""
    rows = store.all(
        f"{_SELECT} AND appealed_at IS NOT NULL AND status = 'rejected' ORDER BY appealed_at, id LIMIT $2", limit
    )
    return [from_row(r) for r in rows]


class Accepted(NamedTuple):
    """How many of the reports that were judged were admitted."""

    admitted: int
    judged: int


def accepted(store: Store, person: int, since: int) -> Accepted:
    """What became of what a person reported openly since an instant (ms); secret reports never count."""
    row = store.one(
        "SELECT count(*) AS judged, sum(CASE WHEN status IN ('rejected', 'void') THEN 0 ELSE 1 END) AS yes"
        " FROM report WHERE enterprise = $1 AND reporter = $2 AND submitted_at >= $3"
        " AND naming = 'shown' AND kind <> 'violation'"
        " AND status IN ('assigned', 'fixed', 'closed', 'rejected', 'void')",
        person,
        since,
    )
    return Accepted(row["yes"] or 0, row["judged"]) if row else Accepted(0, 0)


def duplicates_of(store: Store, original: int) -> list[Report]:
    """Reports merged into this one, in the order they were sent."""
    rows = store.all(f"{_SELECT} AND original = $2 ORDER BY sent_at, delivery", original)
    return [from_row(r) for r in rows]


def grams(text: str) -> set[str]:
    """The two-character pieces of the words in a text."""
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    return {w[i : i + 2] for w in words for i in range(len(w) - 1)}


def index(store: Store, report: Report) -> None:
    """Makes a report findable by its text and place."""
    pieces = sorted(grams(f"{report.text} {report.place_text}"))
    for start in range(0, len(pieces), 60):
        part = pieces[start : start + 60]
        rows = ", ".join(f"($1, ${i}, $2)" for i in range(3, len(part) + 3))
        store.run(
            f"INSERT INTO report_gram (enterprise, gram, report) VALUES {rows} ON CONFLICT DO NOTHING",
            report.id,
            *part,
        )
