"""Codes with which a person joins a second platform from the first: single use, minutes, kept only as hashes."""

from __future__ import annotations

from storage.invitations import hashed, new_code
from storage.store import Store

LENGTH = 8
VALID_MINUTES = 10


def create(store: Store, person: int, now: int) -> str:
    """Makes a code for a person and returns it; the person's open ones are revoked."""
    code = new_code(LENGTH)
    store.run(
        "UPDATE bind_code SET revoked_at = $3 WHERE enterprise = $1 AND person = $2"
        " AND used_at IS NULL AND revoked_at IS NULL",
        person,
        now,
    )
    store.run(
        "INSERT INTO bind_code (enterprise, code_hash, person, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        hashed(code),
        person,
        now,
        now + VALID_MINUTES * 60_000,
    )
    return code


def redeem(store: Store, code: str, now: int) -> int | None:
    """Uses a code up and returns its person's id; None if it is unknown, used, revoked or too old."""
    person: int | None = store.value(
        "UPDATE bind_code SET used_at = $3 WHERE enterprise = $1 AND code_hash = $2"
        " AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3 RETURNING person",
        hashed(code),
        now,
    )
    return person
