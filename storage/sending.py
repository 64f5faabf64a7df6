"""What of the outbox may go now: claimed with a lease, noted when it is sent, given back when it was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter

from storage import cards
from storage.database import Tx
from storage.outbox import COLUMNS, Outgoing, later, outgoing

_ROW = ", ".join("o." + column for column in COLUMNS.split(", "))
_CARD = ", ".join("c." + column for column in cards.COLUMNS)
_AFTER = len(COLUMNS.split(", "))  # where the card's columns begin
# The furthest clock bounds the search, so that what waits for the morning is not looked at all night. What is held is
# not looked at before its time, nor what became of a card that is still on its way itself. +id, or the rows would be
# walked in their own order, the sent ones of all years too.
_WAITING = (
    f"SELECT {_ROW}, {_CARD} FROM outbox o JOIN enterprise e ON e.id = o.enterprise LEFT JOIN card c ON c.id = o.card"
    " WHERE o.state = 'waiting' AND {held} AND o.not_before <= $1 + (SELECT max(clock_offset) FROM enterprise)"
    " AND o.not_before <= $1 + e.clock_offset AND o.lease_until <= $1 AND +o.id > $3{others}"
    " AND NOT (o.op = 'edit' AND c.ref = '' AND EXISTS"
    " (SELECT 1 FROM outbox s WHERE s.card = o.card AND s.state = 'waiting' AND s.op = 'send'))"
    " ORDER BY +o.id LIMIT $2"
)
_HELD = "SELECT 1 FROM outbox WHERE state = 'waiting' AND hold_until > 0 AND hold_until <= $1 LIMIT 1"
SENT_AT_ONCE = 50  # rows a statement


def waiting(
    tx: Tx, now: int, limit: int = 200, after: int = 0, but: Sequence[tuple[int, str, str]] = ()
) -> list[Outgoing]:
    """What may be sent now, oldest first, with ids above `after`; times of the plant run by its own clock.

    `but` leaves out chats: enterprise, platform, chat; at most 90.
    """
    chats = ", ".join(f"${i}" for i in range(4, len(but) + 4))
    others = f" AND o.enterprise || ' ' || o.platform || ' ' || o.chat NOT IN ({chats})" if but else ""
    args = (now, limit, after, *(f"{enterprise} {platform} {chat}" for enterprise, platform, chat in but))
    rows = tx.all(_WAITING.format(held="o.hold_until = 0", others=others), *args)
    if tx.value(_HELD, now) is not None:
        rows += tx.all(_WAITING.format(held="o.hold_until > 0 AND o.hold_until <= $1", others=others), *args)
        rows = sorted(rows, key=itemgetter(0))[:limit]
    return [outgoing(r, cards.from_row(r, _AFTER) if r[_AFTER] else None) for r in rows]


def next_due(tx: Tx, now: int) -> int | None:
    """The next real time after now at which a waiting row may become due; None if none will by itself.

    Of plants whose clocks were moved only the furthest is looked at: the others' rows wait for the heartbeat.
    """
    row = tx.one(
        "SELECT e.ahead,"
        " (SELECT min(hold_until) FROM outbox WHERE state = 'waiting' AND hold_until > 0 AND hold_until > $1) AS held,"
        " (SELECT min(not_before) FROM outbox WHERE state = 'waiting' AND hold_until = 0 AND not_before > $1 + e.ahead)"
        " AS later"
        " FROM (SELECT coalesce(max(clock_offset), 0) AS ahead FROM enterprise) e",
        now,
    )
    assert row is not None
    held, later = row["held"], row["later"]
    return min((at for at in (held, later and later - row["ahead"]) if at is not None), default=None)


def ended(tx: Tx, rows: list[int]) -> set[int]:
    """Which of these rows do not wait any more."""
    marks = ", ".join(f"${i}" for i in range(1, len(rows) + 1))
    return {r["id"] for r in tx.all(f"SELECT id FROM outbox WHERE id IN ({marks}) AND state <> 'waiting'", *rows)}


def lease(tx: Tx, rows: list[int], until: int) -> None:
    """Takes rows for sending until then."""
    if rows:
        marks = ", ".join(f"${i}" for i in range(2, len(rows) + 2))
        tx.run(f"UPDATE outbox SET lease_until = $1, attempts = attempts + 1 WHERE id IN ({marks})", until, *rows)


def tried(tx: Tx, row: int) -> None:
    """A try that came to nothing before it was sent."""
    tx.run("UPDATE outbox SET attempts = attempts + 1 WHERE id = $1", row)


def free_leases(tx: Tx) -> None:
    """The only process begins: nobody else is sending, and what failed goes first again, in its order."""
    tx.run(
        "UPDATE outbox SET lease_until = 0, hold_until = 0"
        " WHERE state = 'waiting' AND (hold_until > 0 OR hold_until = 0 AND lease_until > 0)"
    )


def sent(tx: Tx, refs: Mapping[int, str], now: int) -> None:
    """The platform has these rows; it knows each message by its `ref`."""
    everything = list(refs.items())
    for start in range(0, len(everything), SENT_AT_ONCE):
        part = everything[start : start + SENT_AT_ONCE]
        places = range(2, 2 * len(part) + 2, 2)
        cases = " ".join(f"WHEN ${i} THEN ${i + 1}" for i in places)
        marks = ", ".join(f"${i}" for i in places)
        tx.run(
            f"UPDATE outbox SET state = 'sent', ref = CASE id {cases} ELSE ref END, done_at = $1, body = ''"
            f" WHERE id IN ({marks}) AND state = 'waiting'",
            now,
            *(value for pair in part for value in pair),
        )


def retry(tx: Tx, row: int, at: int, error: str) -> None:
    """Not now: again from `at` on (real time)."""
    later(tx, at)
    tx.run(
        "UPDATE outbox SET lease_until = 0, hold_until = $2, error = $3 WHERE id = $1 AND state = 'waiting'",
        row,
        at,
        error,
    )


def hold(tx: Tx, rows: Sequence[int], until: int) -> None:
    """What stands behind a row that has to wait waits with it (real time), and need not be looked at until then."""
    later(tx, until)
    marks = ", ".join(f"${i}" for i in range(2, len(rows) + 2))
    tx.run(f"UPDATE outbox SET hold_until = $1 WHERE id IN ({marks}) AND state = 'waiting'", until, *rows)


def give_back(tx: Tx, row: int) -> None:
    """A claimed row that was not tried: as if it had not been claimed."""
    tx.run("UPDATE outbox SET lease_until = 0 WHERE id = $1 AND state = 'waiting'", row)
