"""Accounts that ask to join and wait for an admin's word: one open request an account."""

from __future__ import annotations

from typing import NamedTuple

from storage.database import Row
from storage.store import Store


class JoinRequest(NamedTuple):
    """A request; `person` is whom of the roster it may be, `words` what the account wrote."""

    id: int
    account: int
    person: int | None
    words: str
    state: str  # open, approved, refused
    decided_by: int | None
    created_at: int


def _request(row: Row) -> JoinRequest:
    return JoinRequest(
        row["id"],
        row["account"],
        row["person"],
        row["words"],
        row["state"],
        row["decided_by"],
        row["created_at"],
    )


def add(store: Store, account: int, person: int | None, words: str, now: int) -> int | None:
    """Makes a request and returns its id; None if the account has an open one."""
    return store.insert_new(
        "INSERT INTO join_request (enterprise, account, person, words, created_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        account,
        person,
        words,
        now,
    )


def get(store: Store, request: int) -> JoinRequest | None:
    """The request, or None."""
    row = store.one("SELECT * FROM join_request WHERE enterprise = $1 AND id = $2", request)
    return _request(row) if row else None


def open_of(store: Store, account: int) -> JoinRequest | None:
    """The account's open request, or None."""
    row = store.one("SELECT * FROM join_request WHERE enterprise = $1 AND account = $2 AND state = 'open'", account)
    return _request(row) if row else None


def made_since(store: Store, account: int, since: int) -> int:
    """How many requests an account has made since then."""
    count: int = store.value(
        "SELECT count(*) FROM join_request WHERE enterprise = $1 AND account = $2 AND created_at >= $3",
        account,
        since,
    )
    return count


def meant(store: Store, request: int, person: int) -> None:
    """Notes whom of the roster an open request is about."""
    store.run(
        "UPDATE join_request SET person = $3 WHERE enterprise = $1 AND id = $2 AND state = 'open'", request, person
    )


def decide(store: Store, request: int, state: str, by: int | None, now: int, person: int | None = None) -> bool:
    """Ends an open request as "approved" or "refused"; False if somebody was faster."""
    changed = store.run(
        "UPDATE join_request SET state = $3, decided_by = $4, decided_at = $5, person = coalesce($6, person)"
        " WHERE enterprise = $1 AND id = $2 AND state = 'open'",
        request,
        state,
        by,
        now,
        person,
    )
    return changed == 1
