"""What the platforms delivered: written before anything is acknowledged, handled once, in order per account."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from storage import asjson
from storage.database import Row, Tx

ATTEMPTS = 3


class Item(NamedTuple):
    """A delivery as it was stored."""

    id: int
    enterprise: int
    platform: str
    account: str
    raw: dict[str, Any]
    attempts: int
    received_at: int
    replayed: bool = False
    waited: bool = True  # it lay there before; what is handled as it comes is noted as handled from the start


class Added(NamedTuple):
    """A new delivery; `waits` if an older one of the account comes first."""

    id: int
    waits: bool


def add(tx: Tx, enterprise: int, platform: str, key: str, account: str, raw: dict[str, Any], now: int) -> Added | None:
    """Stores a delivery; None if the same one is there already. `key` is a keyed hash.

    Unless it waits it stands there as handled: its effect belongs into the same transaction.
    """
    first = "SELECT 1 FROM inbox WHERE enterprise = $1 AND platform = $2 AND account = $3 AND state = 'new' LIMIT 1"
    waits = tx.value(first, enterprise, platform, account) is not None
    new = tx.insert_new(
        "INSERT INTO inbox (enterprise, platform, key, account, raw, received_at, state, handled_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (enterprise, platform, key) DO NOTHING",
        enterprise,
        platform,
        key,
        account,
        _json(raw),
        now,
        "new" if waits else "done",
        None if waits else now,
    )
    return None if new is None else Added(new, waits)


def later(tx: Tx, item: int) -> None:
    """It waits after all: something must be fetched first."""
    tx.run("UPDATE inbox SET state = 'new', handled_at = NULL WHERE id = $1", item)


def _json(raw: dict[str, Any]) -> str:
    try:
        return asjson.write(raw)
    except ValueError:  # half a letter; it must be kept all the same
        return json.dumps(raw, separators=(",", ":"))


def _item(row: Row) -> Item:
    return Item(
        row["id"],
        row["enterprise"],
        row["platform"],
        row["account"],
        json.loads(row["raw"]),
        row["attempts"],
        row["received_at"],
        row["replayed"] == 1,
    )


# An error without an attempt: put back in line after it was parked.
_COLUMNS = "id, enterprise, platform, account, raw, attempts, received_at, (error <> '' AND attempts = 0) AS replayed"


def first_new(tx: Tx, enterprise: int, platform: str, account: str) -> Item | None:
    """The oldest delivery of an account that waits to be handled."""
    row = tx.one(
        f"SELECT {_COLUMNS} FROM inbox WHERE enterprise = $1 AND platform = $2 AND account = $3"
        " AND state = 'new' ORDER BY id LIMIT 1",
        enterprise,
        platform,
        account,
    )
    return _item(row) if row else None


def waiting_accounts(tx: Tx) -> list[tuple[int, str, str]]:
    """Every account with deliveries that wait: what a restart has to go on with."""
    rows = tx.all(
        "SELECT enterprise, platform, account, min(id) AS first FROM inbox WHERE state = 'new'"
        " GROUP BY enterprise, platform, account ORDER BY first"
    )
    return [(r["enterprise"], r["platform"], r["account"]) for r in rows]


def done(tx: Tx, item: int, now: int) -> None:
    """Marks a delivery handled, in the transaction of its effect."""
    tx.run(
        "UPDATE inbox SET state = 'done', handled_at = CASE WHEN account = '' THEN received_at ELSE $2 END, error = ''"
        " WHERE id = $1",
        item,
        now,
    )


def failed(tx: Tx, item: int, error: str, now: int) -> bool:
    """Counts a failure; True if the delivery is parked now, else it waits to be tried again."""
    attempts = tx.value(
        "UPDATE inbox SET attempts = attempts + 1, error = $2, state = 'new', handled_at = NULL WHERE id = $1"
        " RETURNING attempts",
        item,
        error[:500],
    )
    if attempts < ATTEMPTS:
        return False
    tx.run("UPDATE inbox SET state = 'parked', handled_at = $2 WHERE id = $1", item, now)
    return True


def park(tx: Tx, item: int, error: str, now: int) -> None:
    """Takes a delivery out of line at once: it cannot be read."""
    tx.run("UPDATE inbox SET state = 'parked', error = $2, handled_at = $3 WHERE id = $1", item, error, now)


def parked(tx: Tx) -> list[Row]:
    """Deliveries that failed for good, newest last, each with its enterprise's code, time zone and offset."""
    return tx.all(
        "SELECT i.id, i.platform, i.received_at, i.error, i.attempts, e.code, e.timezone FROM inbox i"
        " JOIN enterprise e ON e.id = i.enterprise WHERE i.state = 'parked' ORDER BY i.id"
    )


def replay(tx: Tx, item: int) -> bool:
    """Puts a parked delivery back in line."""
    changed = tx.run(
        "UPDATE inbox SET state = 'new', attempts = 0, handled_at = NULL WHERE id = $1 AND state = 'parked'",
        item,
    )
    return changed == 1


class Fetched(NamedTuple):
    """What became of the n-th piece of media of a delivery."""

    n: int
    attempts: int
    sha: str
    thumb: str
    width: int
    height: int
    taken_at: int | None
    problem: str

    @property
    def settled(self) -> bool:
        """Whether it is here, or will never be."""
        return bool(self.sha or self.problem)


def media(tx: Tx, item: int) -> dict[int, Fetched]:
    """How far fetching a delivery's media is."""
    rows = tx.all("SELECT * FROM inbox_media WHERE inbox = $1 ORDER BY n", item)
    return {
        r["n"]: Fetched(
            r["n"], r["attempts"], r["sha"], r["thumb"], r["width"], r["height"], r["taken_at"], r["problem"]
        )
        for r in rows
    }


def set_media(tx: Tx, item: int, fetched: Fetched) -> None:
    """Writes how far one piece is."""
    tx.run(
        "INSERT INTO inbox_media (inbox, n, attempts, sha, thumb, width, height, taken_at, problem)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (inbox, n) DO UPDATE SET attempts = excluded.attempts, sha = excluded.sha,"
        " thumb = excluded.thumb, width = excluded.width, height = excluded.height,"
        " taken_at = excluded.taken_at, problem = excluded.problem",
        item,
        fetched.n,
        fetched.attempts,
        fetched.sha,
        fetched.thumb,
        fetched.width,
        fetched.height,
        fetched.taken_at,
        fetched.problem,
    )


def forget(tx: Tx, before: int, limit: int = 500) -> int:
    """Blanks what old handled deliveries said; their keys remain. Returns how many."""
    return tx.run(
        "UPDATE inbox SET raw = '{}' WHERE id IN (SELECT id FROM inbox WHERE state = 'done' AND handled_at < $1"
        " AND raw <> '{}' LIMIT $2)",
        before,
        limit,
    )
