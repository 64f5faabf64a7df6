"""The question a chat waits to have answered: one per account."""

from __future__ import annotations

from typing import Any, NamedTuple

from storage import asjson
from storage.store import Store


class Question(NamedTuple):
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
        asjson.write(args),
        now,
        part=account,
    )


def pending(store: Store, account: int) -> Question | None:
    """What this account was asked, or None."""
    return store.recall((("question", account),), ("question", account), lambda: _pending(store, account))


def _pending(store: Store, account: int) -> Question | None:
    row = store.one("SELECT kind, args, asked_at FROM question WHERE enterprise = $1 AND account = $2", account)
    return Question(row["kind"], asjson.read(row["args"]), row["asked_at"]) if row else None


def settle(store: Store, account: int) -> None:
    """The question is answered or moot."""
    if pending(store, account) is not None:
        store.run("DELETE FROM question WHERE enterprise = $1 AND account = $2", account, part=account)
        store.keep((("question", account),), ("question", account), None)
