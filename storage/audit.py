"""What was changed on the roster, in roles, invitations, groups and settings, or was fetched by link; append-only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from storage.store import Store
from woodpecker.digest import canonical_json

Source = Literal["chat", "cli", "config", "link"]


class Entry(NamedTuple):
    """One line of the audit log; `person` is who did it, `subject` whom or what it was done to."""

    id: int
    at: int
    person: int | None
    source: str
    action: str
    subject: int | None
    detail: dict[str, Any]


def write(
    store: Store,
    now: int,
    action: str,
    subject: int | None = None,
    person: int | None = None,
    source: Source = "chat",
    **detail: Any,
) -> None:
    """Adds a line; `detail` is anything JSON can hold, without secrets or codes."""
    store.run(
        "INSERT INTO audit (enterprise, at, person, source, action, subject, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        now,
        person,
        source,
        action,
        subject,
        canonical_json(detail),
    )


def list(store: Store, subject: int | None = None, limit: int = 100) -> Sequence[Entry]:
    """The newest lines first, all of them or those about one subject."""
    rows = store.all(
        "SELECT id, at, person, source, action, subject, detail FROM audit WHERE enterprise = $1"
        " AND (CAST($2 AS BIGINT) IS NULL OR subject = $2) ORDER BY id DESC LIMIT $3",
        subject,
        limit,
    )
    return [
        Entry(r["id"], r["at"], r["person"], r["source"], r["action"], r["subject"], json.loads(r["detail"]))
        for r in rows
    ]
