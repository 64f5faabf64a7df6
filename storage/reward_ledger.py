"""What 奖励台账 is filled from: a month's awards and what was taken back, page by page in the ledger's order."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from storage.store import Store
from woodpecker.ledger import EXCHANGED

PAGE = 500


class Line(NamedTuple):
    """One entry with what it is for; `secret` says that nobody may read whose it is beside what it is for."""

    seq: int
    at: int
    kind: str
    fen: int
    person: int
    number: str  # of the report, the activity or the model worker
    cause: str  # "report", "activity", "model", "claim" for a redeemed code, "exchange" for exchanged points
    rule: str
    card_version: str
    approvers: tuple[int, ...]
    words: str
    secret: bool
    batch: int | None  # the month that the batch closes
    paid_at: int | None


def page(store: Store, month: int, after: int) -> list[Line]:
    """The next entries of a month, at most PAGE."""
    rows = store.all(
        "SELECT l.seq, l.at, l.kind, l.fen, l.person, l.report, l.report_kind, l.body, r.number, r.kind AS kind_now,"
        " r.naming, a.activity, a.model, coalesce(v.number, w.number) AS own_number, b.month AS batch,"
        " CASE WHEN a.status <> 'batched' THEN b.paid_at END AS paid_at"
        " FROM ledger l"
        " LEFT JOIN report r ON r.id = l.report LEFT JOIN award a ON a.id = l.award"
        " LEFT JOIN activity v ON v.id = a.activity LEFT JOIN model_worker w ON w.id = a.model"
        " LEFT JOIN batch_entry e ON e.award = l.award AND e.out_at IS NULL LEFT JOIN batch b ON b.id = e.batch"
        " WHERE l.enterprise = $1 AND l.month = $2 AND l.seq > $3 AND l.kind IN ('award', 'reversal')"
        " ORDER BY l.seq LIMIT $4",
        month,
        after,
        PAGE,
    )
    return [_line(row) for row in rows]


def _line(row: Any) -> Line:
    body = json.loads(row["body"])
    alone = "exchange" if body["rule"] == EXCHANGED else "claim"
    cause = "activity" if row["activity"] else "model" if row["model"] else "report" if row["report"] else alone
    violation = "violation" in (row["report_kind"], row["kind_now"])
    return Line(
        row["seq"],
        row["at"],
        row["kind"],
        row["fen"],
        row["person"],
        row["number"] or row["own_number"] or "",
        cause,
        body["rule"],
        body["card_version"],
        tuple(body["approvers"]),
        body["words"],
        cause == "claim" or violation or (row["naming"] or "shown") != "shown",
        row["batch"],
        row["paid_at"],
    )
