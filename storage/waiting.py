"""What waits for whom: counted and stepped through over the indexes of open reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from storage.reports import COLUMNS, from_row
from storage.store import Store
from woodpecker.people import Actor
from woodpecker.reports import Report
from woodpecker.words import Level, Role

MANY = 1000  # nobody needs to know more exactly
_OPEN = "status IN ('reported', 'queried', 'assigned', 'fixed')"  # what the partial indexes hold
_BROUGHT = ("reporter", "logger", "accused")
_VERIFY = (*_BROUGHT, "rejecter")
_RULE = (*_BROUGHT, "owner")
_UNCLAIMED = "coalesce(claimed_by, {me}) = {me}"
_ACCEPT = (*_BROUGHT, "owner", "fixer", "first_acceptor")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, `MANY` at most, and how many of these are overdue."""

    count: int
    overdue: int = 0


class Where(NamedTuple):
    """Which reports: a condition whose arguments start at `$2`, and their order."""

    sql: str
    args: tuple[Any, ...]
    order: str = "due, id"


def to_verify(actor: Actor, officers: Sequence[Actor] | None = None) -> Where:
    """What an officer may verify; with `officers`, what a leader may because none of these may."""
    return _judged("reported", _VERIFY, actor, officers, _UNCLAIMED)


def to_accept(actor: Actor, officers: Sequence[Actor] | None = None) -> Where:
    """What an officer may accept; with `officers`, what a leader may because none of these may."""
    condition = _Condition()
    plain = f"({condition.judges(_ACCEPT, actor, officers)})"
    free = f"coalesce(level, '') <> '{Level.MAJOR}' OR first_acceptor IS NULL OR first_by_leader = 1"
    if actor.has(Role.LEADER):  # one of a major hazard's two acceptors is a leader
        sql = f"({plain} OR (level = '{Level.MAJOR}' AND {condition.free(_ACCEPT, actor)}))"
    else:
        sql = f"{plain} AND ({free})"
    return Where(f"{_OPEN} AND status = 'fixed' AND {sql}", tuple(condition.args))


def to_appeal(actor: Actor, officers: Sequence[Actor] | None = None) -> Where:
    """Whose appeal an officer may decide; with `officers`, what a leader may because none of these may."""
    where = _judged("rejected", _VERIFY, actor, officers)
    sql = where.sql.removeprefix(f"{_OPEN} AND ")
    return Where(f"appealed_at IS NOT NULL AND {sql}", where.args, "appealed_at, id")


def to_rule(actor: Actor, officers: Sequence[Actor] | None = None) -> Where:
    """Where an owner asked something an officer may answer; with `officers`, as above."""
    where = _judged("assigned", _RULE, actor, officers)
    sql = where.sql.removeprefix(f"{_OPEN} AND ")
    return Where(f"(extension IS NOT NULL OR disclaimed = 1) AND {sql}", where.args)


def to_take(person: int) -> Where:
    """What a person is asked to take over."""
    return Where("receiver = $2 AND status = 'assigned'", (person,))


def to_fix(person: int) -> Where:
    """What a person has to fix."""
    return Where("owner = $2 AND status IN ('assigned', 'fixed') AND status = 'assigned'", (person,))


def to_answer(person: int) -> Where:
    """Where a person was asked for more about an own report."""
    # The plus keeps the planner off the index of everything the person ever reported: few reports are queried.
    return Where(f"{_OPEN} AND status = 'queried' AND (+reporter = $2 OR logger = $2)", (person,))


def count(store: Store, where: Where, now: int) -> Waiting:
    """How many there are."""
    n = len(where.args) + 2
    row = store.one(
        f"SELECT count(*) AS n, sum(CASE WHEN due < ${n} THEN 1 ELSE 0 END) AS overdue"
        f" FROM (SELECT due FROM report WHERE enterprise = $1 AND {where.sql} LIMIT ${n + 1}) AS some",
        *where.args,
        now,
        MANY,
    )
    return Waiting(row["n"], row["overdue"] or 0) if row else Waiting(0)


def first_but(store: Store, where: Where, seen: Iterable[int]) -> Report | None:
    """The most urgent one that was not seen yet, or None."""
    known = set(seen)
    rows = store.all(
        f"SELECT {', '.join(COLUMNS)} FROM report WHERE enterprise = $1 AND {where.sql}"
        f" ORDER BY {where.order} LIMIT ${len(where.args) + 2}",
        *where.args,
        len(known) + 1,
    )
    return next((from_row(r) for r in rows if r["id"] not in known), None)


class _Condition:
    """Numbers its arguments from `$2` on."""

    def __init__(self) -> None:
        self.args: list[Any] = []

    def add(self, value: Any) -> str:
        self.args.append(value)
        return f"${len(self.args) + 1}"

    def judges(self, never: Iterable[str], actor: Actor, officers: Sequence[Actor] | None, besides: str = "") -> str:
        """That this person may, and none of the officers."""
        sql = self.may(actor, never, besides)
        for officer in officers or ():
            sql += f" AND NOT ({self.may(officer, never, besides)})"
        return sql

    def may(self, actor: Actor, never: Iterable[str], besides: str = "") -> str:
        """That this person is not barred, and an officer's limit covers the report."""
        sql = self.free(never, actor)
        if actor.departments is not None:
            sql += f" AND department IN ({', '.join(self.add(d) for d in sorted(actor.departments))})"
        if besides:
            sql += f" AND {besides.format(me=self.add(actor.person))}"
        return sql

    def free(self, never: Iterable[str], actor: Actor) -> str:
        """That nothing this person has to do with the report bars the person."""
        me = self.add(actor.person)
        parts = [f"coalesce({column}, 0) <> {me}" for column in never]
        parts.append(f"id NOT IN (SELECT report FROM found_too WHERE enterprise = $1 AND person = {me})")
        return " AND ".join(parts)


def _judged(
    status: str, never: tuple[str, ...], actor: Actor, officers: Sequence[Actor] | None, besides: str = ""
) -> Where:
    condition = _Condition()
    sql = f"{_OPEN} AND status = '{status}' AND {condition.judges(never, actor, officers, besides)}"
    return Where(sql, tuple(condition.args))
