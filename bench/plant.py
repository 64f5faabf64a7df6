"""Fills a database with years of an invented plant's reports, awards and money, in bulk, the same for the same seed.

Rows only, no history and no photos: what lists, boards, searches and sums are measured on.
"""

from __future__ import annotations

import json
import random
import sqlite3
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from bench.earned import Earned
from storage.reports import grams
from woodpecker import clocks
from woodpecker.digest import GENESIS, body_digest, chain
from woodpecker.ledger import Entry
from woodpecker.reports import Report
from woodpecker.words import EntryKind

DAY = 86_400_000
DEPARTMENTS, PLACES, OFFICERS = 30, 300, 20
MACHINES = (
    *("球磨机", "浮选机", "破碎机", "皮带机", "振动筛", "浓密机", "压滤机", "空压机"),
    *("行车", "渣浆泵", "给矿机", "烘干窑", "除尘器", "配电柜", "储气罐"),
)
PARTS = (
    *("防护罩", "联轴器", "护栏", "走道板", "爬梯", "接地线", "电缆", "急停按钮"),
    *("地脚螺栓", "安全阀", "压力表", "照明灯", "灭火器", "警示牌", "吊钩", "盖板"),
)
FAULTS = (
    *("缺失", "松动", "破损", "锈蚀", "漏油", "漏气", "积水"),
    *("被遮挡", "失灵", "裂纹", "变形", "过期", "没固定", "没接好"),
)
_REPORT = ("enterprise", *Report._fields)
# What a report has that nobody says more of: no, nothing, none.
_PLAIN = {name: int(value) for name, value in Report._field_defaults.items() if isinstance(value, int)}


CACHE = -1_500_000  # kB while it is filled
JOINT = 0.4  # of the reports were found by two


@dataclass
class Plant:
    """What was filled: the ids of people, and of some whose pages are worth measuring."""

    enterprise: int
    people: range
    officer: int
    approver: int
    owner: int
    reports: int


def fill(
    connection: sqlite3.Connection,
    enterprise: int,
    *,
    reports: int = 1_000_000,
    people: int = 3_000,
    years: int = 10,
    until: int,
    zone: ZoneInfo,
    seed: int = 1,
) -> Plant:
    """Fills an enterprise that has no people yet, in one transaction; `until` is the newest report's time in ms."""
    made = _Maker(connection, enterprise, random.Random(seed), zone, until, years * 365 * DAY)
    kept = connection.execute("PRAGMA cache_size").fetchone()[0]
    connection.execute(f"PRAGMA cache_size = {CACHE}")
    connection.execute("PRAGMA defer_foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    made.roster(people)
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")
    made.reports(reports)
    made.index()
    made.money()
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute(f"PRAGMA cache_size = {kept}")
    first = made.people.start
    return Plant(enterprise, made.people, first, first + OFFICERS, first + OFFICERS + 5, reports)


class _Maker:
    def __init__(
        self,
        connection: sqlite3.Connection,
        enterprise: int,
        chance: random.Random,
        zone: ZoneInfo,
        until: int,
        span: int,
    ) -> None:
        self.connection, self.enterprise, self.chance = connection, enterprise, chance
        self.zone, self.until, self.span = zone, until, span
        self.unpaid_from = clocks.start_of_month(zone, self._month(until))
        self.people = range(0)
        self.places: list[tuple[int, str, int, int]] = []
        self.grams: dict[str, array[int]] = {}
        self.known: dict[str, frozenset[str]] = {}
        self.earned: list[Earned] = []
        self.too: list[tuple[int, int, int]] = []
        self.months: dict[int, int] = {}

    def many(self, table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608

    def first_id(self, table: str) -> int:
        newest: int = self.connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]  # noqa: S608
        return newest + 1

    def roster(self, people: int) -> None:
        who, where, place = self.first_id("person"), self.first_id("department"), self.first_id("place")
        self.people = range(who, who + people)
        plant = self.enterprise
        departments = ((where + i, plant, f"{i + 1}车间") for i in range(DEPARTMENTS))
        self.many("department", ("id", "enterprise", "name"), departments)
        roster = (
            (p, plant, f"{p - who + 10001}", f"王{p % 97}{p}", where + p % DEPARTMENTS, "zh", int(p % 9 == 0), 0)
            for p in self.people
        )
        columns = ("id", "enterprise", "employee_no", "name", "department", "language", "show_name", "created_at")
        self.many("person", columns, roster)
        accounts = ((plant, "bench", f"u{p}", f"c{p}", p, 0) for p in self.people)
        self.many("account", ("enterprise", "platform", "user_ref", "chat", "person", "seen_at"), accounts)
        roles = [(p, plant, "officer", 0) for p in self.people[:OFFICERS]]
        roles += [(p, plant, "approver", 0) for p in self.people[OFFICERS : OFFICERS + 3]]
        roles += [
            (self.people[OFFICERS + 3], plant, "second_approver", 0),
            (self.people[OFFICERS + 4], plant, "leader", 0),
        ]
        self.many("person_role", ("person", "enterprise", "role", "department"), iter(roles))
        self.places = [
            (place + i, f"{i % DEPARTMENTS + 1}车间 · {i + 1}号{MACHINES[i % len(MACHINES)]}", where + i % DEPARTMENTS,
             self.people[OFFICERS + 5 + i % 40])
            for i in range(PLACES)
        ]  # fmt: skip
        rows = ((p, plant, f"P{p}", name, department, owner) for p, name, department, owner in self.places)
        self.many("place", ("id", "enterprise", "code", "name", "department", "owner"), rows)

    def reports(self, count: int) -> None:
        first = self.first_id("report")
        start, step = self.until - self.span, self.span / count
        self.many("report", _REPORT, (self._report(first + i, int(start + step * (i + 1))) for i in range(count)))
        self.many("found_too", ("enterprise", "person", "report"), iter(sorted(self.too)))
        self.many(
            "report_counter", ("enterprise", "month", "n"), ((self.enterprise, m, n) for m, n in self.months.items())
        )

    def _report(self, report: int, at: int) -> tuple[Any, ...]:
        chance = self.chance
        local = datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone)
        month = local.year * 100 + local.month
        n = self.months[month] = self.months.get(month, 0) + 1
        place, place_text, department, owner = chance.choice(self.places)
        text = f"{chance.choice(PARTS)}{chance.choice(FAULTS)}，{chance.choice(MACHINES)}旁"
        reporter = self.people[min(int(chance.expovariate(3) * len(self.people)), len(self.people) - 1)]
        kind = chance.choices(("hazard", "violation", "near_miss", "suggestion"), (90, 2, 4, 4))[0]
        status = self._status(self.until - at)
        admitted = status in {"assigned", "fixed", "closed"}
        level = chance.choices("CBA", (60, 30, 10))[0] if admitted and kind == "hazard" else None
        naming = "hidden" if chance.random() < 0.05 else "shown"
        officer = self.people[report % OFFICERS]
        joint = self._joint(report, reporter)
        self._note(report, f"{text} {place_text}")
        if admitted:
            fresh = self.until - at < 2 * DAY
            self.earned.append(Earned(report, (reporter, *joint), at + DAY, kind, level, officer, fresh))
        values: dict[str, Any] = {
            **_PLAIN,
            "enterprise": self.enterprise,
            "id": report,
            "number": f"{month % 10000:04d}-{n:04d}",
            "kind": kind,
            "status": status,
            "version": 5 if status == "closed" else 2,
            "text": text,
            "place": place,
            "place_text": place_text,
            "department": department,
            "naming": naming,
            "reporter": reporter,
            "found_at": at,
            "sent_at": at,
            "delivery": str(report),
            "submitted_at": at,
            "month": month,
            "level": level,
            "joint": json.dumps(joint),
            "owner": owner if admitted else None,
            "level_setter": officer if admitted else None,
            "rejecter": officer if status == "rejected" else None,
            **dict.fromkeys(("category", "interim", "plan"), ""),
            "admitted_at": at + DAY // 2 if admitted else None,
            "due": at + 5 * DAY if admitted else None,
            "fixed_at": at + 2 * DAY if status in {"fixed", "closed"} else None,
            "closed_at": at + 3 * DAY if status == "closed" else None,
        }
        return tuple(values.get(c) for c in _REPORT)

    def _joint(self, report: int, reporter: int) -> list[int]:
        """Who found it too: somebody of the same crew, more often than not nobody."""
        other = reporter + DEPARTMENTS
        if other not in self.people or self.chance.random() >= JOINT:
            return []
        self.too.append((self.enterprise, other, report))
        return [other]

    def _status(self, age: int) -> str:
        if age < DAY:
            return "reported"
        if age < 10 * DAY:
            return self.chance.choices(("assigned", "fixed", "closed", "rejected"), (40, 10, 40, 10))[0]
        return self.chance.choices(("closed", "rejected", "withdrawn", "assigned"), (900, 90, 10, 1))[0]

    def _note(self, report: int, words: str) -> None:
        """Remembers the pieces a report can be found by."""
        if words not in self.known:
            self.known[words] = frozenset(grams(words))
        for piece in self.known[words]:
            self.grams.setdefault(piece, array("q")).append(report)

    def index(self) -> None:
        """In the index's own order, which is many times faster than one report at a time."""
        rows = ((self.enterprise, piece, r) for piece in sorted(self.grams) for r in self.grams.pop(piece))
        self.many("report_gram", ("enterprise", "gram", "report"), rows)

    def money(self) -> None:
        award, approver = self.first_id("award"), self.people[OFFICERS]
        columns = ("id", "enterprise", "report", "status", "version", "kind", "level", "proposed", "fen", "rule",
                   "card_version", "level_setter", "first_approver", "created_at", "approved_at", "month")  # fmt: skip
        paying = [e for e in self.earned if e.finders[0] not in self.people[:OFFICERS]]
        self.many("award", columns, (self._award(award + i, e, approver) for i, e in enumerate(paying)))
        shared = ((award + i, *part) for i, e in enumerate(paying) for part in e.shares)
        self.many("award_share", ("award", "person", "fen"), shared)
        self._ledger(self._entries(award, paying, approver))

    def _award(self, award: int, e: Earned, approver: int) -> tuple[Any, ...]:
        decided = (None, None, None) if e.fresh else (approver, e.at, self._month(e.at))
        status = "proposed" if e.fresh else "paid" if e.at < self.unpaid_from else "approved"
        return (award, self.enterprise, e.report, status, 1, e.kind, e.level, e.fen, e.fen, e.rule, "1", e.officer,
                decided[0], e.at, *decided[1:])  # fmt: skip

    def _month(self, at: int) -> int:
        local = datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone)
        return local.year * 100 + local.month

    def _entries(self, award: int, paying: list[Earned], approver: int) -> Iterator[tuple[Entry, str]]:
        """Awards as they were approved, and on the first of each month what was earned in the month before."""
        month, owed = 0, dict[int, int]()
        for i, e in enumerate(paying, award):
            if e.fresh:
                continue
            now = self._month(e.at)
            if now != month:
                for who, fen in owed.items():
                    yield Entry(f"payment:{month}:{who}", who, EntryKind.PAYMENT, -fen, now, e.at), ""
                month, owed = now, {}
            for person, fen in e.shares:
                owed[person] = owed.get(person, 0) + fen
                yield (
                    Entry(f"award:{i}:{person}", person, EntryKind.AWARD, fen, now, e.at, i, e.report, e.rule, "1",
                          (approver,)),
                    e.kind,
                )  # fmt: skip

    def _ledger(self, entries: Iterator[tuple[Entry, str]]) -> None:
        columns = ("key", "enterprise", "seq", "kind", "person", "fen", "month", "at", "award", "report", "report_kind",
                   "body", "body_digest", "digest")  # fmt: skip
        seq, digest = 0, GENESIS
        while part := list(islice(entries, 20_000)):
            rows = []
            for entry, kind in part:
                seq += 1
                own = body_digest(entry.body)
                digest = chain(digest, own)
                rows.append((entry.key, self.enterprise, seq, entry.kind, entry.person, entry.fen, entry.month,
                             entry.at, entry.award, entry.report, kind, entry.body, own, digest))  # fmt: skip
            self.many("ledger", columns, iter(rows))
        self.connection.execute(
            "UPDATE enterprise SET ledger_seq = ?, ledger_digest = ? WHERE id = ?", (seq, digest, self.enterprise)
        )
