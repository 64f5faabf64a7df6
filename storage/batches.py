"""Batches as rows: what is closed with a month, what of it stands in the notice, what was taken out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from storage.database import Row
from storage.store import Store
from woodpecker.batches import Part
from woodpecker.words import AwardStatus, Kind, Naming

# names.secret; an activity or an honour has neither kind nor naming, and nothing to hide.
SECRET = "('violation' IN (coalesce(a.kind, ''), coalesce(r.kind, '')) OR coalesce(r.naming, 'shown') <> 'shown')"
PAYS = "sum(CASE WHEN s.excluded = 1 THEN 0 ELSE s.fen - s.cut END)"


class Batch(NamedTuple):
    """What is paid together; `month` (202611) is the newest it closes, all times in ms.

    `state` is "notice" while people may object, "due" once the sheet is frozen, "paid" once finance says so.
    `frozen_seq` is the ledger's head when the sheet was frozen.
    """

    id: int
    month: int
    cut_at: int
    closed_at: int
    window_end: int
    state: str
    frozen_at: int | None = None
    frozen_seq: int | None = None
    paid_at: int | None = None
    paid_by: int | None = None


class Noticed(NamedTuple):
    """One entry of a notice: its number, what it is for, who shares it (name, whether shown, fen)."""

    n: int
    award: int
    kind: Kind | None
    naming: Naming
    rule: str
    status: AwardStatus
    out_at: int | None
    people: tuple[tuple[str, bool, int], ...]


class Extent(NamedTuple):
    """How large a batch is, without what left it: entries that pay and fen in all, and the secret ones among them."""

    entries: int
    fen: int
    secret: int
    secret_fen: int
    numbered: int  # how many numbers the notice has, with those that left it
    objected: int  # how many of these wait for a decision


def _batch(row: Row) -> Batch:
    return Batch(**{name: row[name] for name in Batch._fields})


def get(store: Store, batch: int) -> Batch | None:
    """The batch, or None."""
    row = store.one("SELECT * FROM batch WHERE enterprise = $1 AND id = $2", batch)
    return _batch(row) if row else None


def of_month(store: Store, month: int) -> Batch | None:
    """The batch that closed a month, or None: it had nothing, or came with a later one."""
    row = store.one("SELECT * FROM batch WHERE enterprise = $1 AND month = $2", month)
    return _batch(row) if row else None


def newest(store: Store) -> Batch | None:
    """The newest batch with a notice, or None."""
    row = store.one(
        "SELECT * FROM batch b WHERE enterprise = $1"
        " AND EXISTS (SELECT 1 FROM batch_entry e WHERE e.batch = b.id) ORDER BY month DESC LIMIT 1"
    )
    return _batch(row) if row else None


def in_state(store: Store, state: str) -> list[Batch]:
    """All batches in a state, the oldest first."""
    return [_batch(r) for r in store.all("SELECT * FROM batch WHERE enterprise = $1 AND state = $2 ORDER BY id", state)]


def close(store: Store, month: int, cut_at: int, now: int, window_end: int) -> Batch | None:
    """Makes the batch of a month out of everything approved before `cut_at`; None if it was made already.

    The awards move on by themselves: the same step for all of them, in three statements however many there are.
    """
    new = store.insert_new(
        "INSERT INTO batch (enterprise, month, cut_at, closed_at, window_end, state)"
        " VALUES ($1, $2, $3, $4, $5, 'notice') ON CONFLICT (enterprise, month) DO NOTHING",
        month,
        cut_at,
        now,
        window_end,
    )
    if new is None:
        return None
    shown = f"NOT {SECRET} AND coalesce({PAYS}, 0) > 0"
    store.run(
        "INSERT INTO batch_entry (batch, award, n) SELECT $3, id,"
        " CASE WHEN shown THEN row_number() OVER (PARTITION BY shown ORDER BY id) END FROM"
        f" (SELECT a.id, {shown} AS shown FROM award a LEFT JOIN report r ON r.id = a.report"
        " LEFT JOIN award_share s ON s.award = a.id"
        " WHERE a.enterprise = $1 AND a.status = 'approved' AND a.approved_at < $2"
        " GROUP BY a.id, a.kind, r.kind, r.naming) AS due",
        cut_at,
        new,
    )
    store.run(
        "UPDATE award SET status = 'batched', version = version + 1, acted_by = NULL"
        " WHERE enterprise = $1 AND status = 'approved' AND approved_at < $2",
        cut_at,
    )
    return get(store, new)


def something_approved(store: Store, cut_at: int) -> bool:
    """Whether anything waits for a batch that was approved before an instant."""
    found = "SELECT 1 FROM award WHERE enterprise = $1 AND status = 'approved' AND approved_at < $2 LIMIT 1"
    return store.value(found, cut_at) is not None


def something_to_show(store: Store, cut_at: int) -> bool:
    """Whether any of it is money: what gives points alone needs no notice."""
    found = store.value(
        "SELECT 1 FROM award a LEFT JOIN report r ON r.id = a.report WHERE a.enterprise = $1"
        " AND a.status = 'approved' AND a.approved_at < $2 AND (coalesce(r.naming, 'shown') = 'anonymous' OR EXISTS"
        " (SELECT 1 FROM award_share s WHERE s.award = a.id AND s.excluded = 0 AND s.fen > s.cut)) LIMIT 1",
        cut_at,
    )
    return found is not None


def take_out(store: Store, award: int, now: int) -> int | None:
    """Takes an award out of the batch it stands in, unless its sheet is frozen; returns that batch's id."""
    batch: int | None = store.value(
        "SELECT e.batch FROM batch_entry e JOIN batch b ON b.id = e.batch"
        " WHERE b.enterprise = $1 AND e.award = $2 AND e.out_at IS NULL AND b.state = 'notice'",
        award,
    )
    if batch is not None:
        store.run(
            "UPDATE batch_entry SET out_at = $3 WHERE award = $2 AND out_at IS NULL"
            " AND EXISTS (SELECT 1 FROM batch b WHERE b.id = batch_entry.batch AND b.enterprise = $1)",
            award,
            now,
        )
    return batch


def of_award(store: Store, award: int) -> Batch | None:
    """The batch an award stands in now, or None."""
    row = store.one(
        "SELECT b.* FROM batch_entry e JOIN batch b ON b.id = e.batch"
        " WHERE b.enterprise = $1 AND e.award = $2 AND e.out_at IS NULL",
        award,
    )
    return _batch(row) if row else None


def award_at(store: Store, batch: int, n: int) -> int | None:
    """The award behind a number of a notice, in the batch or out of it again; None for no such number."""
    award: int | None = store.value(
        "SELECT e.award FROM batch_entry e JOIN batch b ON b.id = e.batch"
        " WHERE b.enterprise = $1 AND e.batch = $2 AND e.n = $3",
        batch,
        n,
    )
    return award


def extent(store: Store, batch: int) -> Extent:
    """How large a batch is now. What an anonymous report was awarded counts until its code is redeemed."""
    row = store.one(
        "SELECT coalesce(sum(CASE WHEN out_at IS NULL AND fen > 0 THEN 1 ELSE 0 END), 0) AS entries,"
        " coalesce(sum(CASE WHEN out_at IS NULL THEN fen ELSE 0 END), 0) AS fen,"
        " coalesce(sum(CASE WHEN out_at IS NULL AND n IS NULL AND fen > 0 THEN 1 ELSE 0 END), 0) AS secret,"
        " coalesce(sum(CASE WHEN out_at IS NULL AND n IS NULL THEN fen ELSE 0 END), 0) AS secret_fen,"
        " coalesce(max(n), 0) AS numbered,"
        " coalesce(sum(CASE WHEN status = 'objected' THEN 1 ELSE 0 END), 0) AS objected FROM"
        f" (SELECT e.n, e.out_at, a.status, coalesce({PAYS}, CASE WHEN r.naming = 'anonymous' THEN a.fen ELSE 0 END)"
        " AS fen FROM batch_entry e JOIN award a ON a.id = e.award LEFT JOIN report r ON r.id = a.report"
        " LEFT JOIN award_share s ON s.award = a.id WHERE a.enterprise = $1 AND e.batch = $2"
        " GROUP BY e.award, e.n, e.out_at, a.status, a.fen, r.naming) AS entry",
        batch,
    )
    return Extent(**{name: row[name] for name in Extent._fields}) if row else Extent(0, 0, 0, 0, 0, 0)


def entries(store: Store, batch: int, first: int, last: int) -> list[Noticed]:
    """The numbered entries `first` to `last` of a notice, in order."""
    rows = store.all(
        "SELECT e.n, e.award, e.out_at, a.kind, a.rule, a.status, coalesce(r.naming, 'shown') AS naming,"
        " p.name, p.show_name, s.fen - s.cut AS pays FROM batch_entry e JOIN award a ON a.id = e.award"
        " LEFT JOIN report r ON r.id = a.report"
        " JOIN award_share s ON s.award = a.id AND s.excluded = 0 AND s.fen > s.cut JOIN person p ON p.id = s.person"
        f" WHERE a.enterprise = $1 AND e.batch = $2 AND e.n BETWEEN $3 AND $4 AND NOT {SECRET}"
        " ORDER BY e.n, s.fen DESC, p.id",
        batch,
        first,
        last,
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["n"], []).append(row)
    return [_noticed(same) for same in found.values()]


def _noticed(rows: list[Row]) -> Noticed:
    row = rows[0]
    kind = Kind(row["kind"]) if row["kind"] else None
    people = tuple((r["name"], bool(r["show_name"]), r["pays"]) for r in rows)
    return Noticed(
        row["n"], row["award"], kind, Naming(row["naming"]), row["rule"], AwardStatus(row["status"]), row["out_at"],
        people,
    )  # fmt: skip


def parts(store: Store, first: int, last: int) -> Iterator[Part]:
    """Everybody's part of every award in the batches of the months `first` to `last` that were paid.

    What was reversed since, and what was not paid out to this person, is left out.
    """
    rows = store.all(
        "SELECT e.batch, e.award, s.person, s.fen - s.cut AS pays FROM batch b"
        " JOIN batch_entry e ON e.batch = b.id AND e.out_at IS NULL JOIN award a ON a.id = e.award"
        " JOIN award_share s ON s.award = a.id AND s.excluded = 0 AND s.fen > s.cut"
        " WHERE b.enterprise = $1 AND b.month BETWEEN $2 AND $3 AND b.state = 'paid'"
        " AND a.status = 'paid' ORDER BY e.batch, e.award, s.person",
        first,
        last,
    )
    return (Part(r["batch"], r["award"], r["person"], r["pays"]) for r in rows)


def unsettled(store: Store) -> bool:
    """Whether any batch is not paid, any row failed or any objection waits: whether there is something to watch."""
    found = (
        "SELECT 1 FROM batch WHERE enterprise = $1 AND state <> 'paid'",
        "SELECT 1 FROM payout p JOIN batch b ON b.id = p.batch WHERE b.enterprise = $1 AND p.state = 'failed'",
        "SELECT 1 FROM objection WHERE enterprise = $1 AND decided_at IS NULL",
    )
    return any(store.value(f"{query} LIMIT 1") is not None for query in found)
