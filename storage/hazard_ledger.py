"""What 隐患排查治理台账 is filled from: a page of reports with all that is known of each, in a few statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from storage.database import Row
from storage.reports import COLUMNS, from_row
from storage.store import Store
from woodpecker.reports import Report
from woodpecker.words import Action

PAGE = 250  # reports read at once: a few milliseconds
_IN = ", ".join(f"${n}" for n in range(2, PAGE + 2))
VERIFIED = ("admit", "admit_closed", "fixed_on_spot", "reject", "merge", "void", "uphold", "dismiss")
_STEPS = ", ".join(f"'{a}'" for a in (*VERIFIED, "fix", "accept_fix", "return_fix", "reopen"))
_NOT_WITHDRAWN = "enterprise = $1 AND month = $2 AND status <> 'withdrawn'"
_WHOSE = {"hazards": "kind = 'hazard'", "others": "kind <> 'hazard'", "admitted": "kind = 'hazard' AND"
          " status IN ('assigned', 'fixed', 'closed')"}  # fmt: skip


class Step(NamedTuple):
    """A step of a report's history: who (None is the clock), when (ms), and what it brought."""

    action: Action
    person: int | None
    at: int
    detail: dict[str, Any]


class Paid(NamedTuple):
    """What one person gets of a report's award, in fen, and where it stands in the payment."""

    person: int | None
    fen: int
    batch: int | None  # the month that the batch closes
    noticed: bool
    paid_at: int | None


@dataclass(slots=True)
class Line:
    """One report with its steps, the photos before and after (SHA-256, small version) and its money."""

    report: Report
    steps: list[Step] = field(default_factory=list)
    before: list[tuple[str, str]] = field(default_factory=list)
    after: list[tuple[str, str]] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)


def count(store: Store, month: int, whose: str) -> int:
    """How many lines a month has: of "hazards", of "others", of "admitted" hazards."""
    found: int = store.value(f"SELECT count(*) FROM report WHERE {_NOT_WITHDRAWN} AND {_WHOSE[whose]}", month)
    return found


def page(store: Store, month: int, whose: str, after: int, limit: int = PAGE) -> list[Line]:
    """The next lines of a month by the reports' ids, at most `limit`, which is at most PAGE."""
    rows = store.all(
        f"SELECT {', '.join(COLUMNS)} FROM report WHERE {_NOT_WITHDRAWN} AND {_WHOSE[whose]} AND id > $3"
        " ORDER BY id LIMIT $4",
        month,
        after,
        limit,
    )
    lines = {row["id"]: Line(from_row(row)) for row in rows}
    if lines:
        _steps(store, lines)
        _photos(store, lines)
        _money(store, lines)
    return list(lines.values())


def _all(store: Store, sql: str, ids: Sequence[int]) -> list[Row]:
    return store.all(sql, *ids, *[None] * (PAGE - len(ids)))


def _steps(store: Store, lines: dict[int, Line]) -> None:
    rows = _all(
        store,
        "SELECT report, action, person, at, body FROM history WHERE enterprise = $1"
        f" AND report IN ({_IN}) AND action IN ({_STEPS}) ORDER BY report, seq",
        list(lines),
    )
    for row in rows:
        step = Step(Action(row["action"]), row["person"], row["at"], json.loads(row["body"])["detail"])
        lines[row["report"]].steps.append(step)


def _photos(store: Store, lines: dict[int, Line]) -> None:
    rows = _all(
        store,
        "SELECT report, stage, sha, thumb, at FROM evidence WHERE enterprise = $1"
        f" AND report IN ({_IN}) AND kind = 'photo' AND removed = 0 AND interim = 0 ORDER BY report, id",
        list(lines),
    )
    for row in rows:
        line = lines[row["report"]]
        if row["stage"] != "after":
            line.before.append((row["sha"], row["thumb"]))
        elif row["at"] >= _again(line):
            line.after.append((row["sha"], row["thumb"]))


def _again(line: Line) -> int:
    """When the fix was last sent back: what was shown of it before does not count."""
    return max((s.at for s in line.steps if s.action in (Action.RETURN_FIX, Action.REOPEN)), default=0)


def _money(store: Store, lines: dict[int, Line]) -> None:
    shares: dict[int, list[Paid]] = defaultdict(list)
    rows = _all(
        store,
        "SELECT a.report, s.person, coalesce(s.fen - s.cut, a.fen) AS fen, b.month AS batch, e.n,"
        " CASE WHEN a.status = 'paid' THEN b.paid_at END AS paid_at"
        " FROM award a LEFT JOIN award_share s ON s.award = a.id AND s.excluded = 0 AND s.fen > s.cut"
        " LEFT JOIN batch_entry e ON e.award = a.id AND e.out_at IS NULL LEFT JOIN batch b ON b.id = e.batch"
        f" WHERE a.enterprise = $1 AND a.report IN ({_IN})"
        " AND a.status IN ('approved', 'batched', 'objected', 'paid') ORDER BY a.report, s.fen DESC, s.person",
        list(lines),
    )
    for row in rows:
        line = lines[row["report"]]
        if row["person"] is None and line.report.people:  # nobody is paid: excluded, or cut to nothing
            continue
        shares[row["report"]].append(
            Paid(row["person"], row["fen"], row["batch"], row["n"] is not None, row["paid_at"])
        )
    for report, paid in shares.items():
        lines[report].paid = paid
