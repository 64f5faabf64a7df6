"""The numbers of a month: the one set of questions that picture, lines and workbooks are filled from."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from storage import boards, points
from storage.store import Store
from woodpecker import clocks
from woodpecker.summaries import (
    MONTHS_BACK,
    Counts,
    Money,
    OfLevel,
    Own,
    Repeat,
    Share,
    Summary,
    Top,
    before,
    week_starts,
)
from woodpecker.words import Level

TOPS = 5
_ADMITTED = "status IN ('assigned', 'fixed', 'closed')"
_FIXED = f"({_ADMITTED} AND fixed_at IS NOT NULL)"
_LATE = f"({_ADMITTED} AND due IS NOT NULL AND coalesce(fixed_at, $3) > due)"
_SUMS = {
    "reported": "1 = 1",
    "admitted": _ADMITTED,
    "refused": "status IN ('rejected', 'void')",
    "duplicates": "status = 'duplicate'",
    "waiting": "status IN ('reported', 'queried')",
    "fixed": _FIXED,
    "on_time": f"{_FIXED} AND (due IS NULL OR fixed_at <= due)",
    "closed": "status = 'closed'",
    "late": _LATE,
    "late_open": f"{_LATE} AND fixed_at IS NULL",
    "hazards": "kind = 'hazard'",
    "major": f"{_ADMITTED} AND level = 'major'",
}
_COUNTS = ", ".join(f"sum(CASE WHEN {what} THEN 1 ELSE 0 END) AS {name}" for name, what in _SUMS.items())
_WEEKS = ", ".join(f"sum(CASE WHEN submitted_at < ${n + 3} THEN 1 ELSE 0 END) AS week{n}" for n in range(1, 5))
_OF_MONTH = "FROM report WHERE enterprise = $1 AND month = $2 AND status <> 'withdrawn'"
_HAZARDS = f"{_OF_MONTH} AND kind = 'hazard' AND {_ADMITTED}"
_CAUSE = (
    "CASE WHEN a.activity IS NOT NULL THEN 'activity' WHEN a.model IS NOT NULL THEN 'model'"
    " WHEN substr(l.key, 1, 9) = 'exchange:' THEN 'exchange' ELSE 'report' END"
)
# What was awarded in the month less what was taken back, one row a person and award; a redeemed code has no award.
_AWARDED = (
    f"SELECT {_CAUSE} AS cause, l.person, l.award, sum(l.fen) AS fen FROM ledger l LEFT JOIN award a ON a.id = l.award"
    " WHERE l.enterprise = $1 AND l.month = $2 AND l.kind IN ('award', 'reversal')"
    f" GROUP BY {_CAUSE}, l.person, l.award, CASE WHEN l.award IS NULL THEN l.key ELSE '' END"
)
_MONEY = (
    "SELECT cause, sum(fen) AS fen, sum(CASE WHEN fen > 0 THEN 1 ELSE 0 END) AS times,"
    " count(DISTINCT CASE WHEN fen > 0 THEN person END) AS people,"
    " count(DISTINCT CASE WHEN fen > 0 THEN award END)"
    " + sum(CASE WHEN fen > 0 AND award IS NULL THEN 1 ELSE 0 END) AS items"
    f" FROM ({_AWARDED}) AS awarded GROUP BY cause"
)


def summary(store: Store, month: int, zone: ZoneInfo, now: int, person_times: str = "report") -> Summary:
    """A month (202611) and the one before as they stand now; `person_times` is "report" or "batch"."""
    earlier = before(month)
    return Summary(
        month,
        now,
        counts(store, month, zone, now),
        counts(store, earlier, zone, now),
        money(store, month, person_times),
        money(store, earlier, person_times),
        _tops(store, month, "category"),
        _tops(store, month, "place_text"),
        tuple(Share(a.department, a.active, a.people) for a in boards.active(store, month, month)),
        repeats(store, month),
    )


def counts(store: Store, month: int, zone: ZoneInfo, now: int) -> Counts:
    """What became of a month's reports by now (ms)."""
    starts = [clocks.start_of_day(zone, day) for day in week_starts(month)]
    row = store.one(f"SELECT {_COUNTS}, {_WEEKS} {_OF_MONTH}", month, now, *starts)
    if row is None or not row["reported"]:
        return Counts()
    until = [0, *(row[f"week{n}"] for n in range(1, 5)), row["reported"]]
    weeks = tuple(later - sooner for sooner, later in pairwise(until))
    return Counts(**{name: row[name] for name in _SUMS}, weeks=weeks)


def money(store: Store, month: int, person_times: str = "report") -> Money:
    """What a month's ledger awarded, less what it took back."""
    found = {row["cause"]: row for row in store.all(_MONEY, month)}
    if not found:
        return Money()
    none = {"fen": 0, "times": 0, "people": 0, "items": 0}
    reports, teams, models, exchanged = (
        found.get(cause, none) for cause in ("report", "activity", "model", "exchange")
    )
    return Money(
        reports["fen"] + teams["fen"] + models["fen"] + exchanged["fen"],
        reports["items"],
        reports["people"],
        reports["people"] if person_times == "batch" else reports["times"],
        reports["fen"],
        teams["items"],
        teams["fen"],
        models["times"],
        models["fen"],
        exchanged["times"],
        exchanged["fen"],
    )


def _tops(store: Store, month: int, column: str) -> tuple[Top, ...]:
    rows = store.all(
        f"SELECT {column} AS name, count(*) AS n {_HAZARDS} GROUP BY {column} ORDER BY n DESC, name LIMIT {TOPS}", month
    )
    return tuple(Top(r["name"], r["n"]) for r in rows)


def repeats(store: Store, month: int) -> tuple[Repeat, ...]:
    """Places that had a hazard of one category in the month, and more than one within MONTHS_BACK; the most first."""
    rows = store.all(
        "SELECT max(place_text) AS place, category, count(*) AS n, sum(CASE WHEN month = $2 THEN 1 ELSE 0 END) AS here"
        " FROM report WHERE enterprise = $1 AND month BETWEEN $3 AND $2 AND kind = 'hazard' AND category <> ''"
        f" AND {_ADMITTED} GROUP BY place, CASE WHEN place IS NULL THEN place_text ELSE '' END, category"
        " HAVING count(*) > 1 AND sum(CASE WHEN month = $2 THEN 1 ELSE 0 END) > 0 ORDER BY n DESC, place, category",
        month,
        before(month, MONTHS_BACK - 1),
    )
    return tuple(Repeat(r["place"], r["category"], r["here"], r["n"]) for r in rows)


def own(store: Store, person: int, month: int) -> Own:
    """One person's month, secret reports too: for this person's eyes only. What is anonymous is not known."""
    mine = store.one(f"SELECT {_OWN_SUMS} {_OF_MONTH} AND reporter = $3", month, person)
    too = "id IN (SELECT report FROM found_too WHERE enterprise = $1 AND person = $3)"
    joint = store.one(f"SELECT {_OWN_SUMS} {_OF_MONTH} AND {too}", month, person)
    earned = store.value(
        "SELECT coalesce(sum(fen), 0) FROM ledger WHERE enterprise = $1 AND person = $2 AND month = $3"
        " AND kind IN ('award', 'reversal')",
        person,
        month,
    )

    def both(name: str) -> int:
        return sum((row[name] or 0) for row in (mine, joint) if row is not None)

    return Own(both("reported"), both("admitted"), both("closed"), earned, points.earned(store, person, month))


_OWN_SUMS = ", ".join(
    f"sum(CASE WHEN {_SUMS[name]} THEN 1 ELSE 0 END) AS {name}" for name in ("reported", "admitted", "closed")
)


def took_part(store: Store, month: int, after: int, limit: int) -> list[int]:
    """Who brought a report in a month or stands in its ledger, by id from `after` on."""
    rows: list[Any] = store.all(
        f"SELECT DISTINCT reporter AS person {_OF_MONTH} AND reporter > $3"
        " UNION SELECT DISTINCT person FROM ledger WHERE enterprise = $1 AND month = $2 AND person > $3"
        " AND kind IN ('award', 'reversal') ORDER BY 1 LIMIT $4",
        month,
        after,
        limit,
    )
    joint = store.all(f"SELECT joint {_OF_MONTH} AND joint <> '[]'", month)
    too = {person for row in joint for person in json.loads(row["joint"]) if person > after}
    return sorted({r["person"] for r in rows} | too)[:limit]


def levels(store: Store, first: int, last: int) -> tuple[OfLevel, ...]:
    """Admitted hazards of the months by level, the gravest first; every level has its line."""
    rows = store.all(
        f"SELECT level, count(*) AS found, sum(CASE WHEN {_FIXED} THEN 1 ELSE 0 END) AS fixed,"
        f" sum(CASE WHEN {_FIXED} AND (due IS NULL OR fixed_at <= due) THEN 1 ELSE 0 END) AS on_time FROM report"
        f" WHERE enterprise = $1 AND month BETWEEN $2 AND $3 AND kind = 'hazard' AND {_ADMITTED} GROUP BY level",
        first,
        last,
    )
    of = {r["level"]: r for r in rows}
    none = {"found": 0, "fixed": 0, "on_time": 0}
    lines = ((level, of.get(level, none)) for level in reversed(Level))
    return tuple(OfLevel(level, r["found"], r["fixed"], r["on_time"]) for level, r in lines)
