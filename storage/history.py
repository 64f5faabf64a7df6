"""A report's history: append-only, each row chained to the one before."""

from __future__ import annotations

from typing import Any, NamedTuple

from storage import asjson
from storage.memory import Source
from storage.store import Store
from woodpecker.digest import GENESIS, body_digest, canonical_json, chain
from woodpecker.reports import Decision
from woodpecker.words import Action, Status


class Event(NamedTuple):
    """One row: what was done, by whom (None is the clock), when, and what it brought."""

    report: int
    seq: int
    action: Action
    before: Status | None
    after: Status
    person: int | None
    at: int
    detail: dict[str, Any]


def append(store: Store, decision: Decision, person: int | None, at: int) -> None:
    """Writes the row of a decision; its number is the report's new version."""
    first = decision.action is Action.SUBMIT
    body = canonical_json(
        {
            "action": decision.action,
            "at": at,
            "from": "" if first else decision.before.status,
            "to": decision.report.status,
            "person": person,
            "detail": decision.detail,
        }
    )
    seq = decision.report.version
    report = decision.report.id
    prev = GENESIS if seq == 1 else _before(store, report, seq)
    before: list[Event] | None = store.known(_of(report), ("history", report))
    digest = body_digest(body)
    chained = chain(prev, digest)
    store.run(
        "INSERT INTO history (enterprise, report, seq, action, from_status, to_status, person, at, body,"
        " body_digest, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        report,
        seq,
        decision.action,
        "" if first else decision.before.status,
        decision.report.status,
        person,
        at,
        body,
        digest,
        chained,
        part=report,
    )
    store.keep(_of(report), ("digest", report, seq), chained)
    if first or before:
        came = None if first else decision.before.status
        new = Event(report, seq, decision.action, came, decision.report.status, person, at, asjson.read(body)["detail"])
        store.keep(_of(report), ("history", report), [*(before or ()), new])


def _of(report: int) -> tuple[Source, ...]:
    return (("history", report),)


def _before(store: Store, report: int, seq: int) -> str:
    return store.recall(_of(report), ("digest", report, seq - 1), lambda: _digest(store, report, seq - 1))


def _digest(store: Store, report: int, seq: int) -> str:
    sql = "SELECT digest FROM history WHERE enterprise = $1 AND report = $2 AND seq = $3"
    found: str = store.value(sql, report, seq) or GENESIS
    return found


def of_report(store: Store, report: int) -> list[Event]:
    """A report's whole history, oldest first."""
    return list(store.recall(_of(report), ("history", report), lambda: _of_report(store, report)))


def _of_report(store: Store, report: int) -> list[Event]:
    rows = store.all("SELECT * FROM history WHERE enterprise = $1 AND report = $2 ORDER BY seq", report)
    return [_event(r) for r in rows]


def one(store: Store, report: int, seq: int) -> Event | None:
    """One row."""
    row = store.one("SELECT * FROM history WHERE enterprise = $1 AND report = $2 AND seq = $3", report, seq)
    return _event(row) if row else None


def last(store: Store, report: int) -> Event | None:
    """The newest row: who acted last."""
    events = of_report(store, report)
    return events[-1] if events else None


def _event(row: Any) -> Event:
    return Event(
        row["report"],
        row["seq"],
        Action(row["action"]),
        Status(row["from_status"]) if row["from_status"] else None,
        Status(row["to_status"]),
        row["person"],
        row["at"],
        asjson.read(row["body"])["detail"],
    )


def broken(store: Store, report: int) -> int | None:
    """The number of the first row that does not fit the chain, or None."""
    prev = GENESIS
    rows = store.all(
        "SELECT seq, body, body_digest, digest FROM history WHERE enterprise = $1 AND report = $2 ORDER BY seq",
        report,
    )
    for expected, row in enumerate(rows, 1):
        fits = row["seq"] == expected and body_digest(row["body"]) == row["body_digest"]
        if not fits or chain(prev, row["body_digest"]) != row["digest"]:
            return expected
        prev = row["digest"]
    version = store.value("SELECT version FROM report WHERE enterprise = $1 AND id = $2", report)
    return len(rows) + 1 if version != len(rows) else None
