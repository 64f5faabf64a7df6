"""What is to be sent: rows written with the effect, claimed with a lease, sent at least once."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from storage import asjson
from storage.cards import Card
from storage.database import Row, Tx
from storage.store import Store

LATER = "outbox.later"  # told the transaction: a row waits for a time to come


class Outgoing(NamedTuple):
    """A row of the outbox; `push` names what is made at sending, `body` is ready JSON."""

    id: int
    enterprise: int
    platform: str
    chat: str
    person: int | None
    op: str
    card: int | None
    push: str
    body: dict[str, Any]
    attempts: int
    created_at: int
    not_before: int
    quiet: bool
    ref: str  # of the message that an edit without a card changes
    burn: bool  # nothing of it stays once it is sent
    shows: Card | None = None  # its card, if that was read with it


COLUMNS = (
    "id, enterprise, platform, chat, person, op, card, push, body, attempts, created_at, not_before, quiet, ref, burn"
)


def outgoing(row: Row, shows: Card | None = None) -> Outgoing:
    """A row that begins with COLUMNS, and the card it shows if that was read with it."""
    number, enterprise, platform, chat, person, op, card, push, body, *rest = row[:15]
    attempts, created, before, quiet, ref, burn = rest
    made = asjson.read(body) if body else {}
    return Outgoing(
        number, enterprise, platform, chat, person, op, card, push, made, attempts, created, before, bool(quiet), ref,
        bool(burn), shows,
    )  # fmt: skip


def add(
    store: Store,
    platform: str,
    chat: str,
    now: int,
    *,
    person: int | None = None,
    card: int | None = None,
    push: str = "",
    body: dict[str, Any] | None = None,
    not_before: int = 0,
    hold_until: int = 0,
    quiet: bool = False,
) -> int:
    """Adds a message. `not_before` is in the plant's time, `hold_until` in real time; `quiet` never rings at night."""
    later(store.tx, not_before or hold_until)
    return store.insert(
        "INSERT INTO outbox (enterprise, platform, chat, person, op, card, push, body, not_before, hold_until,"
        " created_at, quiet) VALUES ($1, $2, $3, $4, 'send', $5, $6, $7, $8, $9, $10, $11)",
        platform,
        chat,
        person,
        card,
        push,
        asjson.write(body) if body is not None else "",
        not_before,
        hold_until,
        now,
        int(quiet),
    )


def later(tx: Tx, at: int) -> None:
    """Tells the transaction that a row waits for a time, if it does."""
    if at:
        tx.told.add(LATER)


HOLD_AT_MOST = 10_000  # ms; a card that keeps changing is shown all the same

_SETTLED = (  # a card of which no change waits: several wishes before it is sent become one
    "SELECT c.id, c.platform, c.chat, c.person FROM card c WHERE c.enterprise = $1 AND NOT EXISTS"
    " (SELECT 1 FROM outbox o WHERE o.card = c.id AND o.state = 'waiting' AND o.lease_until = 0)"
)


def _edit(store: Store, row: Row, now: int, hold_until: int = 0) -> None:
    card, platform, chat, person = row
    store.run(
        "INSERT INTO outbox (enterprise, platform, chat, person, op, card, hold_until, created_at)"
        " VALUES ($1, $2, $3, $4, 'edit', $5, $6, $7)",
        platform,
        chat,
        person,
        card,
        hold_until,
        now,
    )


def refresh(store: Store, card: int, now: int, hold_until: int = 0) -> None:
    """Has a card shown anew; several wishes before it is sent become one, held back until the last asks.

    Both times are real ones.
    """
    row = store.one(f"{_SETTLED} AND c.id = $2", card)
    if row is not None:
        _edit(store, row, now, hold_until)
    elif hold_until:
        store.run(
            "UPDATE outbox SET hold_until = CASE WHEN $3 > created_at + $4 THEN hold_until ELSE $3 END"
            " WHERE enterprise = $1 AND card = $2 AND state = 'waiting' AND lease_until = 0",
            card,
            hold_until,
            HOLD_AT_MOST,
        )
    later(store.tx, hold_until)


def refresh_all(store: Store, kinds: Sequence[str], subject: int, now: int) -> None:
    """Has all live cards of these kinds about one thing shown anew, on every phone. The time is a real one."""
    marks = ", ".join(f"${i}" for i in range(3, len(kinds) + 3))
    rows = store.all(f"{_SETTLED} AND c.subject = $2 AND c.live = 1 AND c.kind IN ({marks})", subject, *kinds)
    for row in sorted(rows, key=itemgetter(0)):
        _edit(store, row, now)


def set_body(tx: Tx, row: int, body: dict[str, Any]) -> None:
    """Writes anew what a waiting row will be made from."""
    tx.run("UPDATE outbox SET body = $2 WHERE id = $1", row, asjson.write(body))


def end(tx: Tx, row: int, state: str, reason: str, now: int) -> None:
    """Ends a row as 'dropped' (moot) or 'failed' (never to succeed)."""
    tx.run(
        "UPDATE outbox SET state = $2, error = $3, done_at = $4, body = '' WHERE id = $1 AND state = 'waiting'",
        row,
        state,
        reason[:500],
        now,
    )


def postpone(tx: Tx, row: int, until: int) -> None:
    """Not before then, in the plant's time: it came to be sent in quiet hours."""
    later(tx, until)
    tx.run("UPDATE outbox SET not_before = $2 WHERE id = $1 AND state = 'waiting'", row, until)


def wakes(store: Store, person: int, now: int, at: int) -> None:
    """A person's quiet hours end at another time: what waits for their end goes then."""
    later(store.tx, at)
    store.run(
        "UPDATE outbox SET not_before = $4 WHERE enterprise = $1 AND person = $2 AND state = 'waiting'"
        " AND quiet = 1 AND not_before > $3",
        person,
        now,
        at,
    )


def together_with(store: Store, row: Outgoing, pushes: Sequence[str], now: int) -> list[Outgoing]:
    """Other pushes of these kinds that are due for the same person; those of another kind only if they waited too."""
    rows = store.all(
        f"SELECT {COLUMNS} FROM outbox WHERE enterprise = $1 AND person = $2 AND push <> ''"
        " AND state = 'waiting' AND lease_until = 0 AND id <> $3 AND not_before <= $4 AND quiet = $5"
        " AND (push = $6 OR not_before > 0)",
        row.person,
        row.id,
        now,
        int(row.quiet),
        row.push,
    )
    return [outgoing(r) for r in sorted(rows, key=itemgetter(0)) if r["push"] in pushes]


def drop_chat(store: Store, platform: str, chat: str, reason: str, now: int) -> int:
    """Ends everything that waits for a chat that cannot be reached."""
    unseen = "DELETE FROM outbox WHERE enterprise = $1 AND platform = $2 AND chat = $3 AND burn = 1"
    if store.run(unseen, platform, chat):
        store.tx.scrub()
    return store.run(
        "UPDATE outbox SET state = 'failed', error = $4, done_at = $5, body = ''"
        " WHERE enterprise = $1 AND platform = $2 AND chat = $3 AND state = 'waiting'",
        platform,
        chat,
        reason,
        now,
    )


def move_chat(store: Store, platform: str, old: str, new: str) -> None:
    """A group got a new id: everything follows it."""
    for table in ("outbox", "card", "chat_group"):
        store.run(
            f"UPDATE {table} SET chat = $4 WHERE enterprise = $1 AND platform = $2 AND chat = $3",
            platform,
            old,
            new,
        )
