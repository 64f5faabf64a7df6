"""Awards and their shares as rows; a report, activity or model worker has at most one a round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from storage import causes
from storage.cells import cell, several
from storage.database import Row
from storage.reports import COLUMNS, from_row
from storage.store import Store
from woodpecker.awards import Award
from woodpecker.causes import Cause
from woodpecker.rewards import NOBODY, Share
from woodpecker.words import AwardStatus, Kind, Level

_COLUMNS = Award._fields[1:]
_KINDS: Mapping[str | None, Kind | None] = {None: None, **{kind.value: kind for kind in Kind}}
_LEVELS: Mapping[str | None, Level | None] = {None: None, **{level.value: level for level in Level}}
_STATUSES = {status.value: status for status in AwardStatus}
_SELECT = f"SELECT id, {', '.join(_COLUMNS)}, decided_by, acted_by FROM award WHERE enterprise = $1"
_READ_AT_ONCE = 50  # as many as are approved at once
_OPEN = "status IN ('proposed', 'half_approved', 'held_budget')"


class Kept(NamedTuple):
    """An award with who decided what it is and who took its last step; None is the program or nobody yet."""

    award: Award
    decided_by: int | None
    acted_by: int | None


def _award(row: Row, at: int = 0) -> Award:
    """The award that a row has from the column `at` on: as Award has its fields."""
    values: dict[str, Any] = dict(zip(Award._fields, row[at:], strict=False))
    values["kind"] = _KINDS[values["kind"]]
    values["level"] = _LEVELS[values["level"]]
    values["status"] = _STATUSES[values["status"]]
    values["outside_duty"] = bool(values["outside_duty"])
    values["appealed"] = bool(values["appealed"])
    values["judges"] = several(values["judges"])
    values["barred"] = several(values["barred"])
    return Award(**values)


def add(store: Store, award: Award, now: int) -> Award | None:
    """Inserts a new award (its id is ignored); None if what it is for has one of this round already."""
    column, subject = _subject(award)
    earlier = store.value(f"SELECT count(*) FROM award WHERE enterprise = $1 AND {column} = $2", subject)
    marks = ", ".join(f"${i}" for i in range(4, len(_COLUMNS) + 4))
    new = store.insert_new(
        f"INSERT INTO award (enterprise, round, created_at, {', '.join(_COLUMNS)}) VALUES ($1, $2, $3, {marks})"
        " ON CONFLICT DO NOTHING",
        earlier + 1,
        now,
        *map(cell, award[1:]),
    )
    return None if new is None else award._replace(id=new)


def _subject(award: Award) -> tuple[str, int | None]:
    if award.activity is not None:
        return "activity", award.activity
    return ("model", award.model) if award.model is not None else ("report", award.report)


def get(store: Store, award: int) -> Kept | None:
    """The award, or None."""
    row = store.one(f"{_SELECT} AND id = $2", award)
    return Kept(_award(row), row["decided_by"], row["acted_by"]) if row else None


def of_report(store: Store, report: int) -> tuple[Award, ...]:
    """All awards a report ever had, oldest first."""
    return tuple(_award(r) for r in store.all(f"{_SELECT} AND report = $2 ORDER BY round", report))


def of_activity(store: Store, activity: int) -> tuple[Award, ...]:
    """All awards a team's activity ever had, oldest first."""
    return tuple(_award(r) for r in store.all(f"{_SELECT} AND activity = $2 ORDER BY round", activity))


def of_model(store: Store, model: int) -> tuple[Award, ...]:
    """All awards a model worker's honour ever had, oldest first."""
    return tuple(_award(r) for r in store.all(f"{_SELECT} AND model = $2 ORDER BY round", model))


def save(store: Store, before: Award, after: Award, by: int | None, month: int | None = None) -> bool:
    """Writes a step if nobody was faster; False if somebody was. `month` is that of the approval.

    What leaves the status as it is, such as an appeal, decides nothing.
    """
    decided = "" if before.status is after.status else ", decided_by = $5"
    changed = {c: cell(new) for c, old, new in zip(_COLUMNS, before[1:], after[1:], strict=True) if new != old}
    sets = "".join(f", {c} = ${i}" for i, c in enumerate(changed, 7))
    changes = store.run(
        f"UPDATE award SET acted_by = $5{decided}, month = coalesce($6, month){sets}"
        " WHERE enterprise = $1 AND id = $2 AND version = $3 AND status = $4",
        before.id,
        before.version,
        before.status,
        by,
        month,
        *changed.values(),
    )
    return changes == 1


def open(store: Store, limit: int = 200) -> Iterator[tuple[Award, Cause]]:
    """What waits for somebody's word, with what it is for: what a leader must let pass first, then the oldest.

    Which they are stands in an index; the rows are read a part at a time, for whoever wants the first few.
    """
    order = "ORDER BY CASE WHEN a.status = 'held_budget' THEN 0 ELSE 1 END, a.id"
    rows = store.all(f"SELECT a.id FROM award a WHERE a.enterprise = $1 AND a.{_OPEN} {order} LIMIT $2", limit)
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), _READ_AT_ONCE):
        part = ids[start : start + _READ_AT_ONCE]
        marks = ", ".join(f"${i}" for i in range(3, len(part) + 3))
        yield from _with_causes(store, f"a.id IN ({marks}) {order}", len(part), *part)


def appealed(store: Store, limit: int = 200) -> Iterator[tuple[Award, Cause]]:
    """Whose appeal waits for its decision, with what it is for, the oldest appeal first."""
    return _with_causes(store, "a.appealed_at IS NOT NULL ORDER BY a.appealed_at, a.id", limit)


def _with_causes(store: Store, which: str, limit: int, *args: int) -> Iterator[tuple[Award, Cause]]:
    """Reports come with the one statement, what else is awarded is rare; who wants the first few pays for no more."""
    both = ", ".join((*(f"r.{c}" for c in COLUMNS), *(f"a.{c}" for c in Award._fields)))
    rows = store.all(
        f"SELECT {both} FROM award a LEFT JOIN report r ON r.id = a.report"
        f" WHERE a.enterprise = $1 AND {which} LIMIT $2",
        limit,
        *args,
    )
    found = ((_award(r, len(COLUMNS)), r) for r in rows)
    pairs = ((award, causes.of(store, award) if row[0] is None else from_row(row)) for award, row in found)
    return ((award, cause) for award, cause in pairs if cause is not None)


def of_person(store: Store, person: int, limit: int = 20) -> list[Award]:
    """The newest awards that were decided about a person's reports, newest first; no round that was replaced.

    Whoever declined to have found it too has no part in it any more.
    """
    mine = ", ".join(f"a.{c}" for c in Award._fields)
    rows = store.all(
        f"SELECT {mine} FROM award_share s JOIN award a ON a.id = s.award LEFT JOIN report r ON r.id = a.report"
        " WHERE a.enterprise = $1 AND s.person = $2"
        " AND a.status IN ('approved', 'batched', 'objected', 'paid', 'refused')"
        " AND (r.id IS NULL OR r.reporter = $2 OR EXISTS"
        " (SELECT 1 FROM found_too t WHERE t.enterprise = $1 AND t.person = $2 AND t.report = r.id))"
        " ORDER BY s.award DESC LIMIT $3",
        person,
        limit,
    )
    return [_award(r) for r in rows]


def set_shares(store: Store, award: int, shares: Iterable[Share]) -> None:
    """Writes who gets what, instead of what was written before."""
    store.run(
        "DELETE FROM award_share WHERE award = $2 AND EXISTS (SELECT 1 FROM award WHERE enterprise = $1 AND id = $2)",
        award,
    )
    for share in (s for s in shares if s.person != NOBODY):
        store.run(
            "INSERT INTO award_share (award, person, fen, cut, excluded, points)"
            " SELECT id, $3, $4, $5, $6, $7 FROM award WHERE enterprise = $1 AND id = $2",
            award,
            share.person,
            share.fen,
            share.cut,
            int(share.excluded),
            share.points,
        )


def shares(store: Store, award: int) -> tuple[Share, ...]:
    """Who gets what of an award, the biggest share first."""
    rows = store.all(
        "SELECT s.* FROM award_share s JOIN award a ON a.id = s.award WHERE a.enterprise = $1 AND a.id = $2",
        award,
    )
    every = [Share(r["person"], r["fen"], bool(r["excluded"]), r["cut"], r["points"]) for r in rows]
    return tuple(sorted(every, key=lambda share: (-share.fen, share.person)))


def awaiting(store: Store, person: int) -> int:
    """What a person may get of awards that are not decided yet, in fen."""
    fen: int = store.value(
        "SELECT coalesce(sum(s.fen - s.cut), 0) FROM award a JOIN award_share s ON s.award = a.id"
        f" WHERE a.enterprise = $1 AND a.{_OPEN} AND s.person = $2 AND s.excluded = 0",
        person,
    )
    return fen
