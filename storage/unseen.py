"""Messages of which nothing stays here once they are sent."""

from __future__ import annotations

import json
from typing import Any

from storage.database import Tx
from storage.store import Store


def add(store: Store, platform: str, chat: str, body: dict[str, Any], ref: str = "") -> None:
    """Adds a message of which nothing stays once it is sent; `ref` is the message it changes, "" a new one."""
    store.run(
        "INSERT INTO outbox (enterprise, platform, chat, op, body, ref, burn, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 1, 0)",
        platform,
        chat,
        "edit" if ref else "send",
        json.dumps(body, ensure_ascii=False),
        ref,
    )


def burn(tx: Tx, row: int) -> None:
    """Erases what is not to stay, also from the log of the database."""
    if tx.run("DELETE FROM outbox WHERE id = $1 AND burn = 1", row):
        tx.scrub()
