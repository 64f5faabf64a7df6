"""Messages that wait are turned to another chat of their person."""

from __future__ import annotations

from storage.store import Store


def readdress(store: Store, row: int, platform: str, chat: str) -> None:
    """Turns a message that waits, with the card it shows, to another chat of its person."""
    store.run(
        "UPDATE card SET platform = $3, chat = $4 WHERE enterprise = $1"
        " AND id = (SELECT card FROM outbox WHERE id = $2)",
        row,
        platform,
        chat,
    )
    store.run(
        "UPDATE outbox SET platform = $3, chat = $4, lease_until = 0 WHERE enterprise = $1 AND id = $2", row, platform,
        chat,
    )  # fmt: skip


def waiting_for(store: Store, platform: str, chat: str) -> list[int]:
    """What waits to be sent to a chat for a person, in order; changes of what stands there already are none."""
    rows = store.all(
        "SELECT id FROM outbox WHERE enterprise = $1 AND platform = $2 AND chat = $3 AND state = 'waiting'"
        " AND op = 'send' AND person IS NOT NULL ORDER BY id",
        platform,
        chat,
    )
    return [r["id"] for r in rows]
