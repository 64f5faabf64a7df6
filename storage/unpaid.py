"""Money that was approved and not paid out yet: whose, since when, how far it is."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from storage.payouts import arrived
from storage.store import Store


class Unpaid(NamedTuple):
    """Somebody who was not paid: the oldest batch since which that is so, and how much in fen."""

    person: int
    batch: int
    fen: int


class Standing(NamedTuple):
    """How a person's approved money stands, in fen, and until when (ms) the newest notice stands."""

    approved: int = 0
    noticed: int = 0
    until: int = 0
    due: int = 0
    objected: int = 0
    failed: int = 0


def unpaid(store: Store) -> list[Unpaid]:
    """Whom a sheet has not paid yet, with the oldest sheet since which that is so and what the newest says.

    What came back after the newest was frozen comes on top.
    """
    rows = store.all(
        "SELECT p.person, p.batch, p.fen, p.returned, b.frozen_seq FROM payout p JOIN batch b ON b.id = p.batch"
        f" WHERE b.enterprise = $1 AND p.state <> 'paid' AND p.fen > 0 AND NOT {arrived('p.person', 'p.batch')}"
        " ORDER BY p.person, p.batch"
    )
    found = []
    for person, same in groupby(rows, key=lambda r: r["person"]):
        *earlier, newest = same
        more = sum(r["fen"] for r in earlier if (r["returned"] or 0) > newest["frozen_seq"])
        found.append(Unpaid(person, (*earlier, newest)[0]["batch"], newest["fen"] + more))
    return found


def standing(store: Store, person: int) -> Standing:
    """How a person's approved money stands that was not paid out yet."""
    rows = store.all(
        "SELECT a.status, coalesce(b.state, '') AS state, coalesce(max(b.window_end), 0) AS until, sum(l.fen) AS fen"
        " FROM ledger l JOIN award a ON a.id = l.award"
        " LEFT JOIN batch_entry e ON e.award = a.id AND e.out_at IS NULL LEFT JOIN batch b ON b.id = e.batch"
        " WHERE l.enterprise = $1 AND l.person = $2 AND a.status IN ('approved', 'batched', 'objected')"
        " GROUP BY a.status, b.state",
        person,
    )
    found = {(r["status"], r["state"]): r for r in rows}

    def fen(status: str, state: str) -> int:
        row = found.get((status, state))
        return row["fen"] if row else 0

    noticed = found.get(("batched", "notice"))
    return Standing(
        approved=fen("approved", ""),
        noticed=fen("batched", "notice"),
        until=noticed["until"] if noticed else 0,
        due=fen("batched", "due"),
        objected=fen("objected", ""),
        failed=fen("batched", "paid"),
    )
