"""Photos and voices as rows: which draft or report they belong to, and at which stage."""

from __future__ import annotations

from typing import NamedTuple

from storage.database import Row
from storage.memory import Part
from storage.store import Store


class Evidence(NamedTuple):
    """A photo or voice in the folder (`sha`, `thumb`) and where it belongs."""

    id: int
    draft: int | None
    report: int | None
    stage: str  # before, interim, after, answer, reopen
    kind: str
    sha: str
    thumb: str
    mime: str
    album: str
    person: int | None
    witness: int | None  # the merged report it came with
    at: int


def _evidence(row: Row) -> Evidence:
    return Evidence(
        row["id"],
        row["draft"],
        row["report"],
        "interim" if row["interim"] else row["stage"],
        row["kind"],
        row["sha"],
        row["thumb"],
        row["mime"],
        row["album"],
        row["person"],
        row["witness"],
        row["at"],
    )


def add(
    store: Store,
    *,
    draft: int | None,
    report: int | None,
    stage: str,
    kind: str,
    sha: str,
    thumb: str = "",
    size: tuple[int, int] = (0, 0),
    mime: str = "",
    album: str = "",
    taken_at: int | None = None,
    person: int | None,
    at: int,
) -> int:
    """Adds a piece and returns its id."""
    new = store.insert(
        "INSERT INTO evidence (enterprise, draft, report, stage, interim, kind, sha, thumb, width, height, mime, album,"
        " taken_at, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        draft,
        report,
        _row_stage(stage),
        int(stage == "interim"),
        kind,
        sha,
        thumb,
        *size,
        mime,
        album,
        taken_at,
        person,
        at,
        part=_in_draft(draft)[1],
    )
    store.tx.wrote(*_in_report(report))
    return new


def _row_stage(stage: str) -> str:
    return "after" if stage == "interim" else stage


def _in_draft(draft: int | None) -> Part:
    return "evidence", ("draft", draft)


def _in_report(report: int | None) -> Part:
    return "evidence", ("report", report)


def of_draft(store: Store, draft: int) -> list[Evidence]:
    """What a draft holds, in the order it arrived."""
    return list(store.recall((_in_draft(draft),), ("evidence of draft", draft), lambda: _of_draft(store, draft)))


def _of_draft(store: Store, draft: int) -> list[Evidence]:
    rows = store.all("SELECT * FROM evidence WHERE enterprise = $1 AND draft = $2 AND removed = 0 ORDER BY id", draft)
    return [_evidence(r) for r in rows]


def of_report(store: Store, report: int, stage: str | None = None) -> list[Evidence]:
    """What a report holds, in the order it arrived."""
    everything = store.recall((_in_report(report),), ("evidence", report), lambda: _of_report(store, report))
    return [e for e in everything if stage is None or e.stage == stage]


def _of_report(store: Store, report: int) -> list[Evidence]:
    rows = store.all("SELECT * FROM evidence WHERE enterprise = $1 AND report = $2 AND removed = 0 ORDER BY id", report)
    return [_evidence(r) for r in rows]


def submit(store: Store, draft: int, report: int, stage: str) -> int:
    """Gives a draft's pieces to a report; returns how many."""
    changed = store.run(
        "UPDATE evidence SET report = $3, stage = $4, interim = $5"
        " WHERE enterprise = $1 AND draft = $2 AND removed = 0",
        draft,
        report,
        _row_stage(stage),
        int(stage == "interim"),
        part=_in_draft(draft)[1],
    )
    if changed:
        store.tx.wrote(*_in_report(report))
    return changed


def report_of_album(store: Store, person: int, album: str) -> tuple[int, str] | None:
    """The report (and stage) that earlier photos of an album went to, if they were submitted."""
    row = store.one(
        "SELECT report, stage, interim FROM evidence WHERE enterprise = $1 AND person = $2 AND album = $3"
        " AND album <> '' AND report IS NOT NULL ORDER BY id DESC LIMIT 1",
        person,
        album,
    )
    return (row["report"], "interim" if row["interim"] else row["stage"]) if row else None


def remove(store: Store, piece: int, *, draft: int | None = None, report: int | None = None) -> bool:
    """Takes a piece out of a draft that is not sent, or out of a report; its row and picture are kept."""
    changed = store.run(
        "UPDATE evidence SET removed = 1 WHERE enterprise = $1 AND id = $2 AND removed = 0"
        " AND (report = $4 OR (report IS NULL AND draft = $3))",
        piece,
        draft,
        report,
    )
    return changed == 1


def get(store: Store, evidence: int) -> Evidence | None:
    """One piece, or None."""
    row = store.one("SELECT * FROM evidence WHERE enterprise = $1 AND id = $2 AND removed = 0", evidence)
    return _evidence(row) if row else None
