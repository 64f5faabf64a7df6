"""The question a chat waits to have answered: one per account."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from storage.store import Store


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked; `args` is what the answer needs to be understood."""

    kind: str
    args: dict[str, Any]
    asked_at: int


def ask(store: Store, account: int, kind: str, args: dict[str, Any], now: int) -> None:
    """Asks; an earlier question is forgotten."""
    store.run(
        "INSERT INTO question (enterprise, account, kind, args, asked_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (account) DO UPDATE SET kind = excluded.kind, args = excluded.args, asked_at = excluded.asked_at",
        account,
        kind,
        json.dumps(args, ensure_ascii=False),
        now,
    )


def pending(store: Store, account: int) -> Question | None:
    """What this account was asked, or None."""
    row = store.one("SELECT kind, args, asked_at FROM question WHERE enterprise = $1 AND account = $2", account)
    return Question(row["kind"], json.loads(row["args"]), row["asked_at"]) if row else None


def settle(store: Store, account: int) -> None:
    """The question is answered or moot."""
    store.run("DELETE FROM question WHERE enterprise = $1 AND account = $2", account)
