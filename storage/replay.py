"""What some months brought, for replaying them under other rules; nothing is written."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from storage.database import Row
from storage.store import Store
from woodpecker.clocks import local_day, local_month
from woodpecker.names import secret
from woodpecker.simulation import Entered, Grant, TakeBack
from woodpecker.words import AwardStatus, Kind, Level, Naming

_REPORT = "r.sent_at, r.reporter, r.joint, r.outside_duty AS outside_now, r.kind AS report_kind, r.naming"
_BRINGS = "('award', 'reversal', 'earned')"


def grants(store: Store, month: int, zone: ZoneInfo) -> list[Grant]:
    """What was approved in a month (202611)."""
    rows = store.all(
        f"SELECT a.*, {_REPORT} FROM award a LEFT JOIN report r ON r.id = a.report"
        " WHERE a.enterprise = $1 AND a.month = $2 AND a.approved_at IS NOT NULL ORDER BY a.id",
        month,
    )
    shares = _by_award(
        store.all(
            "SELECT s.* FROM award_share s JOIN award a ON a.id = s.award WHERE a.enterprise = $1 AND a.month = $2"
            " ORDER BY s.award, s.fen DESC, s.person",
            month,
        )
    )
    got = _by_award(
        store.all(
            "SELECT l.award, l.person, 1 AS money FROM ledger l JOIN award a ON a.id = l.award"
            " WHERE a.enterprise = $1 AND a.month = $2"
            " UNION ALL SELECT p.award, p.person, 0 AS money FROM point p JOIN award a ON a.id = p.award"
            " WHERE a.enterprise = $1 AND a.month = $2",
            month,
        )
    )
    known = ((row, shares[row["id"]], got[row["id"]]) for row in rows)
    # An award that was reversed and never had an entry gave nobody anything.
    return [_grant(row, own, lines, zone) for row, own, lines in known if row["status"] != "reversed" or lines]


def _by_award(rows: list[Row]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["award"]].append(row)
    return found


def _people(row: Row) -> tuple[int, ...]:
    first = [] if row["reporter"] is None else [row["reporter"]]
    return (*first, *json.loads(row["joint"]))


def _grant(row: Row, shares: list[Row], lines: list[Row], zone: ZoneInfo) -> Grant:
    here = [s["person"] for s in shares]
    first = _people(row) if row["report"] is not None else ()
    got, paid = {line["person"] for line in lines}, {line["person"] for line in lines if line["money"]}
    # Whoever declined later is marked like one who earns nothing, but had an entry.
    without = [s for s in shares if s["excluded"] and s["person"] not in got]
    return Grant(
        row["id"],
        row["approved_at"],
        row["month"],
        tuple([p for p in first if p in here] + [p for p in here if p not in first]),
        Kind(row["kind"]) if row["kind"] else None,
        Level(row["level"]) if row["level"] else None,
        None if row["report"] is None else local_day(row["sent_at"], zone),
        row["fen"],
        row["extra"],
        row["fen"] - row["proposed"],
        bool(row["outside_duty"]),
        bool(row["outside_now"]),
        frozenset(s["person"] for s in shares if s["excluded"] and s["person"] not in paid),
        frozenset(s["person"] for s in without if not s["points"] and not s["cut"]),
        sum(s["cut"] for s in shares),
        row["lifted_by"] is not None,
        _secret(row),
        row["activity"] is not None,
    )


def _secret(row: Row) -> bool:
    return row["naming"] is not None and secret(Kind(row["report_kind"]), Naming(row["naming"]))


def unearned(store: Store, month: int, zone: ZoneInfo, *, closed: bool) -> list[Grant]:
    """Reports of a month that were admitted (or are `closed`, if awards wait for that) and brought nobody anything."""
    states = "('closed')" if closed else "('assigned', 'fixed', 'closed')"
    rows = store.all(
        f"SELECT r.*, {_REPORT} FROM report r WHERE r.enterprise = $1 AND r.month = $2 AND r.status IN {states}"
        " AND r.naming <> 'anonymous' AND NOT EXISTS (SELECT 1 FROM award a WHERE a.report = r.id) ORDER BY r.id",
        month,
    )
    found = []
    for row in rows:
        at = (row["closed_at"] if closed else row["admitted_at"]) or row["submitted_at"]
        people = _people(row)
        level = Level(row["level"]) if row["level"] else None
        day, both = local_day(row["sent_at"], zone), frozenset(people)
        found.append(
            Grant(
                -row["id"], at, local_month(at, zone), people, Kind(row["kind"]), level, day, 0,
                outside=bool(row["outside_duty"]), outside_now=bool(row["outside_duty"]), no_money=both, nothing=both,
                secret=_secret(row), decided=False,
            )
        )  # fmt: skip
    return found


def entered(store: Store, month: int) -> list[Entered]:
    """What the ledgers got in a month."""
    found = []
    for table, amount in (("ledger", "fen"), ("point", "points")):
        rows = store.all(
            f"SELECT l.person, l.at, l.month, l.{amount} AS amount, l.award, l.kind, l.key, r.kind AS report_kind,"
            f" r.naming FROM {table} l LEFT JOIN report r ON r.id = l.report"
            f" WHERE l.enterprise = $1 AND l.month = $2 AND l.kind IN {_BRINGS} ORDER BY l.seq",
            month,
        )
        for row in (r for r in rows if table == "ledger" or r["award"] or r["kind"] == "earned"):
            code = row["key"].startswith("claim:")
            values: dict[str, Any] = {amount: row["amount"], "award": row["award"] or 0}
            found.append(
                Entered(
                    row["person"], row["at"], row["month"], secret=code or _secret(row), counts=code, **values
                )
            )  # fmt: skip
    return found


def backs(store: Store, month: int) -> list[TakeBack]:
    """What was taken back in a month: of one person, or an award as a whole."""
    lines = [
        f"SELECT l.award, l.person, l.at, l.month, a.status, (SELECT max(x.at) FROM {table} x WHERE x.award = l.award"
        f" AND x.kind = 'reversal') AS newest FROM {table} l JOIN award a ON a.id = l.award"
        " WHERE l.enterprise = $1 AND l.month = $2 AND l.kind = 'reversal'"
        for table in ("ledger", "point")
    ]
    rows = store.all(f"{' UNION ALL '.join(lines)} ORDER BY 3, 1, 2", month)
    found: dict[TakeBack, None] = {}
    for row in rows:
        whole = row["status"] == AwardStatus.REVERSED and row["at"] == row["newest"]
        found[TakeBack(row["award"], row["at"], row["month"], None if whole else row["person"])] = None
    return list(found)
