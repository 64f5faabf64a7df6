"""WeCom's codes to change a card: from sending it and from each tap on it, one use each, for 72 hours."""

from __future__ import annotations

from typing import NamedTuple

from storage.store import Store

VALID = 71 * 3_600_000  # ms; an hour less than WeCom says


class Code(NamedTuple):
    """A code that was not used yet; `got_at` is in milliseconds UTC."""

    code: str
    got_at: int


def keep(store: Store, task: str, code: str, now: int) -> None:
    """Remembers a code for the card of this task; codes that are too old go."""
    store.run(
        "INSERT INTO wecom_code (enterprise, code, task, got_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (enterprise, code) DO NOTHING",
        code,
        task,
        now,
    )
    store.tx.run("DELETE FROM wecom_code WHERE got_at < $1", now - VALID)


def newest(store: Store, task: str, now: int) -> Code | None:
    """The best code for the card of this task, None if there is none any more."""
    row = store.one(
        "SELECT code, got_at FROM wecom_code WHERE enterprise = $1 AND task = $2 AND got_at >= $3"
        " ORDER BY got_at DESC LIMIT 1",
        task,
        now - VALID,
    )
    return Code(row["code"], row["got_at"]) if row else None


def used(store: Store, code: str) -> None:
    """A code is worth nothing any more."""
    store.run("DELETE FROM wecom_code WHERE enterprise = $1 AND code = $2", code)
