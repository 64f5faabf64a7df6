"""The payout sheet as rows: frozen when the time to object is over, then paid or failed row by row.

A row that was paid may fail later: the bank sends the money back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from storage.batches import Batch
from storage.database import Row
from storage.store import Store
from woodpecker.batches import Due

NO_NUMBER = "no_number"  # why payroll cannot pay somebody


class Payout(NamedTuple):
    """One row of a sheet, as it was frozen, in fen; `taken` says what was taken back and why, oldest first."""

    batch: int
    person: int
    n: int
    employee_no: str
    name: str
    department: str
    items: int
    carried: int
    fen: int
    taken: tuple[dict[str, Any], ...]  # number, fen, words
    state: str
    words: str
    returned: int | None  # the ledger's number of the entry that took the payment back


def _payout(row: Row) -> Payout:
    values = {name: row[name] for name in Payout._fields}
    return Payout(**values | {"taken": tuple(json.loads(values["taken"]))})


# An award brings its entries with what was taken back of them; what was paid out names no award.
_HERE = (
    "SELECT l.person, sum(l.fen) AS fen, count(DISTINCT l.award) AS items FROM batch b"
    " JOIN batch_entry e ON e.batch = b.id AND e.out_at IS NULL JOIN award a ON a.id = e.award AND a.status = 'batched'"
    " JOIN ledger l ON l.award = a.id WHERE b.enterprise = $1 AND b.id = $2 GROUP BY l.person"
)
# The ranges that are always true lead to the indexes of these few; without them all awards would be walked.
_FEW = "a.status IN ('batched', 'objected') AND a.id > 0"
_HELD = (
    "SELECT l.person, sum(l.fen) AS fen FROM (SELECT id FROM award"
    " WHERE enterprise = $1 AND status = 'approved' AND approved_at > 0"
    " UNION ALL SELECT a.id FROM award a LEFT JOIN batch_entry e ON e.award = a.id AND e.out_at IS NULL"
    f" LEFT JOIN batch b ON b.id = e.batch WHERE a.enterprise = $1 AND {_FEW}"
    " AND (a.status = 'objected' OR (b.state = 'notice' AND b.id <> $2))) AS waits"
    " JOIN ledger l ON l.award = waits.id GROUP BY l.person"
)
_RESERVED = (
    "SELECT p.person, sum(p.fen) AS fen FROM batch b JOIN payout p ON p.batch = b.id"
    " WHERE b.enterprise = $1 AND b.state = 'due' AND b.id <> $2 AND p.state = 'due' GROUP BY p.person"
)
_OWED = "SELECT person, sum(fen) AS fen FROM ledger WHERE enterprise = $1 GROUP BY person"


def dues(store: Store, batch: int = 0) -> list[tuple[Due, int]]:
    """What everybody has coming, with the number of awards in this batch; 0 is no batch at all.

    Whoever has nothing here and nothing left over is left out, but for whom a sheet could not pay.
    """
    owed, held, reserved = (
        {r["person"]: r["fen"] for r in store.all(query, batch)} for query in (_OWED, _HELD, _RESERVED)
    )
    brought = store.all(_HERE, batch)
    here, items = ({r["person"]: r[what] for r in brought} for what in ("fen", "items"))
    again = _failed(store)
    found = []
    for person, fen in owed.items():
        due = Due(person, fen, held.get(person, 0), reserved.get(person, 0), here.get(person, 0))
        if due.here > 0 or due.pays > 0 or person in again:
            found.append((due, items.get(person, 0)))
    return found


def arrived(person: str, batch: str) -> str:
    """The condition that a person was paid what a batch brought, by its sheet or a later one.

    A sheet that was frozen before an earlier payment came back does not hold that money.
    """
    return (
        "EXISTS (SELECT 1 FROM payout n JOIN batch nb ON nb.id = n.batch"
        f" WHERE n.person = {person} AND n.batch >= {batch} AND n.state = 'paid'"
        f" AND NOT EXISTS (SELECT 1 FROM payout r WHERE r.person = {person} AND r.batch >= {batch}"
        " AND r.batch < n.batch AND r.returned > nb.frozen_seq))"
    )


# A share that pays and stands on a sheet, and did not arrive.
_WAITS = (
    "s.excluded = 0 AND s.fen > s.cut AND EXISTS (SELECT 1 FROM payout q WHERE q.person = s.person"
    f" AND q.batch >= e.batch) AND NOT {arrived('s.person', 'e.batch')}"
)


def _failed(store: Store) -> set[int]:
    """Whom a sheet could not pay, and none after it."""
    rows = store.all(
        "SELECT DISTINCT p.person FROM payout p JOIN batch b ON b.id = p.batch"
        f" WHERE b.enterprise = $1 AND p.state = 'failed' AND NOT {arrived('p.person', 'p.batch')}"
    )
    return {r["person"] for r in rows}


def freeze(store: Store, batch: Batch, now: int) -> list[Payout]:
    """Writes the sheet for good and returns its rows; empty if it was frozen before.

    Whoever has no employee number stands there as a row that failed.
    """
    seq: int = store.value("SELECT ledger_seq FROM enterprise WHERE id = $1")
    changed = store.run(
        "UPDATE batch SET state = 'due', frozen_at = $3, frozen_seq = $4"
        " WHERE enterprise = $1 AND id = $2 AND state = 'notice'",
        batch.id,
        now,
        seq,
    )
    if not changed:
        return []
    taken, apart, who = _taken(store, batch.id), _apart(store, batch.id), _people(store)
    rows = [(due, n, who[due.person]) for due, n in dues(store, batch.id)]
    rows.sort(key=lambda r: (not r[2]["employee_no"], r[2]["employee_no"] or "", r[0].person))
    for n, (due, items, person) in enumerate(rows, 1):
        nameless = due.pays > 0 and not person["employee_no"]
        more, fen = apart.get(due.person, (0, 0))
        store.run(
            "INSERT INTO payout (batch, person, n, employee_no, name, department, items, carried, fen, taken, state,"
            " words) SELECT id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM batch"
            " WHERE enterprise = $1 AND id = $2",
            *(batch.id, due.person, n, person["employee_no"] or "", person["name"], person["department"], items + more),
            *(due.carried - fen, due.pays, json.dumps(taken.get(due.person, []), ensure_ascii=False)),
            *("failed" if nameless else "due", NO_NUMBER if nameless else ""),
        )
    return of_batch(store, batch.id)


def _people(store: Store) -> dict[int, Row]:
    rows = store.all(
        "SELECT p.id, p.employee_no, p.name, coalesce(d.name, '') AS department FROM person p"
        " LEFT JOIN department d ON d.id = p.department WHERE p.enterprise = $1"
    )
    return {r["id"]: r for r in rows}


def _since(store: Store, batch: int) -> int:
    """The ledger's head when the sheet before was frozen."""
    seq: int = store.value(
        "SELECT coalesce(max(frozen_seq), 0) FROM batch WHERE enterprise = $1 AND id <> $2 AND state <> 'notice'", batch
    )
    return seq


def _taken(store: Store, batch: int) -> dict[int, list[dict[str, Any]]]:
    """What was taken back of awards that a sheet had already counted, since the newest sheet each person stood on."""
    rows = store.all(
        "SELECT l.person, l.fen, l.body, r.number, l.seq FROM ledger l LEFT JOIN report r ON r.id = l.report"
        " WHERE l.enterprise = $1 AND l.kind = 'reversal' AND EXISTS (SELECT 1 FROM batch_entry e"
        " JOIN batch b ON b.id = e.batch WHERE e.award = l.award AND e.out_at IS NULL AND b.id <> $2"
        " AND b.frozen_seq < l.seq) AND NOT EXISTS (SELECT 1 FROM payout p JOIN batch b ON b.id = p.batch"
        " WHERE p.person = l.person AND b.id <> $2 AND b.frozen_seq > l.seq) ORDER BY l.seq",
        batch,
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        one = {"number": row["number"] or "", "fen": -row["fen"], "words": json.loads(row["body"])["words"]}
        found.setdefault(row["person"], []).append(one)
    return found


def _apart(store: Store, batch: int) -> dict[int, tuple[int, int]]:
    """What each person got since the sheet before that is for no award here: redeemed codes, exchanged points.

    How many, and fen in all.
    """
    rows = store.all(
        "SELECT person, count(*) AS n, sum(fen) AS fen FROM ledger WHERE enterprise = $1 AND kind = 'award'"
        " AND award IS NULL AND seq > $2 GROUP BY person",
        _since(store, batch),
    )
    return {r["person"]: (r["n"], r["fen"]) for r in rows}


def of_batch(store: Store, batch: int) -> list[Payout]:
    """A sheet's rows, in order."""
    rows = store.all(
        "SELECT p.* FROM payout p JOIN batch b ON b.id = p.batch WHERE b.enterprise = $1 AND b.id = $2 ORDER BY p.n",
        batch,
    )
    return [_payout(r) for r in rows]


def of_person(store: Store, batch: int, person: int) -> Payout | None:
    """A person's row of a sheet, or None."""
    row = store.one(
        "SELECT p.* FROM payout p JOIN batch b ON b.id = p.batch"
        " WHERE b.enterprise = $1 AND b.id = $2 AND p.person = $3",
        batch,
        person,
    )
    return _payout(row) if row else None


def mark_failed(store: Store, batch: int, person: int, words: str) -> bool:
    """Notes that a row could not be paid, and why; False if it is not due any more."""
    return _mark(store, batch, "p.person = $3 AND p.state = 'due'", "state = 'failed', words = $4", person, words) == 1


def unmark_failed(store: Store, batch: int) -> int:
    """Makes all rows due again that were marked failed by hand; returns how many."""
    return _mark(store, batch, "p.state = 'failed' AND p.words <> $3", "state = 'due', words = ''", NO_NUMBER)


def _mark(store: Store, batch: int, which: str, sets: str, *args: Any) -> int:
    return store.run(
        f"UPDATE payout SET {sets} WHERE batch = $2 AND person IN (SELECT p.person FROM payout p"
        f" JOIN batch b ON b.id = p.batch WHERE b.enterprise = $1 AND b.id = $2 AND b.state = 'due' AND {which})",
        batch,
        *args,
    )


def pay(store: Store, batch: int, by: int | None, now: int) -> Sequence[Payout] | None:
    """Marks the batch and all rows that are due as paid and returns these; None if it was not due any more.

    The ledger's payment entries are the caller's.
    """
    changed = store.run(
        "UPDATE batch SET state = 'paid', paid_at = $3, paid_by = $4 WHERE enterprise = $1 AND id = $2"
        " AND state = 'due'",
        batch,
        now,
        by,
    )
    if not changed:
        return None
    rows = [row for row in of_batch(store, batch) if row.state == "due"]
    store.run(
        "UPDATE payout SET state = 'paid' WHERE batch = $2 AND state = 'due'"
        " AND EXISTS (SELECT 1 FROM batch b WHERE b.id = payout.batch AND b.enterprise = $1)",
        batch,
    )
    _settle(store, batch, by)
    return rows


def _settle(store: Store, batch: int, by: int | None) -> None:
    """An award is paid once everybody who shares it was; who failed and is paid now settles earlier ones, too."""
    store.run(
        "UPDATE award SET status = 'paid', version = version + 1, acted_by = $3"
        f" WHERE enterprise = $1 AND {_FEW.replace('a.', '')} AND status = 'batched'"
        " AND EXISTS (SELECT 1 FROM batch_entry e"
        " JOIN batch b ON b.id = e.batch WHERE e.award = award.id AND b.enterprise = $1 AND b.state = 'paid'"
        " AND b.id <= $2 AND e.out_at IS NULL"
        f" AND NOT EXISTS (SELECT 1 FROM award_share s WHERE s.award = e.award AND {_WAITS}))",
        batch,
        by,
    )


def came_back(store: Store, batch: int, person: int, words: str, seq: int, by: int) -> None:
    """Notes that what a row paid came back, and why; `seq` is the ledger's entry that took the payment back.

    What was paid with it is unpaid again.
    """
    store.run(
        "UPDATE payout SET state = 'failed', words = $4, returned = $5 WHERE batch = $2 AND person = $3"
        " AND state = 'paid' AND EXISTS (SELECT 1 FROM batch b WHERE b.id = payout.batch AND b.enterprise = $1)",
        batch,
        person,
        words,
        seq,
    )
    store.run(
        "UPDATE award SET status = 'batched', version = version + 1, acted_by = $3"
        " WHERE enterprise = $1 AND status = 'paid' AND id IN (SELECT s.award FROM award_share s"
        f" JOIN batch_entry e ON e.award = s.award AND e.out_at IS NULL WHERE s.person = $2 AND {_WAITS})",
        person,
        by,
    )
