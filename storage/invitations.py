"""Codes with which a person of the roster joins: single use, thirty days, kept only as hashes."""

from __future__ import annotations

import hashlib
import re
import secrets

from storage.store import Store

VALID_DAYS = 30
LENGTH = 10
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what reads alike
_DAY = 86_400_000
_CODE = re.compile(r"[A-Z0-9_-]{4,64}")


def hashed(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def new_code(length: int = LENGTH) -> str:
    """A fresh code that may be typed in either case and stands in a link as it is."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def create(store: Store, person: int, now: int, code: str | None = None) -> str:
    """Makes a code for a person and returns it; the person's open ones are revoked."""
    code = code or new_code()
    if not _CODE.fullmatch(code.upper()):
        raise ValueError("a code is 4 to 64 letters, digits, _ and -")
    revoke(store, person, now)
    store.run(
        "INSERT INTO invitation (enterprise, code_hash, person, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        hashed(code),
        person,
        now,
        now + VALID_DAYS * _DAY,
    )
    return code


def redeem(store: Store, code: str, now: int) -> int | None:
    """Uses a code up and returns its person's id; None if it is unknown, used, revoked or too old."""
    person: int | None = store.value(
        "UPDATE invitation SET used_at = $3 WHERE enterprise = $1 AND code_hash = $2"
        " AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3 RETURNING person",
        hashed(code),
        now,
    )
    return person


def works(store: Store, code: str, now: int) -> bool:
    """Whether a code would let somebody in now."""
    return bool(
        store.value(
            "SELECT 1 FROM invitation WHERE enterprise = $1 AND code_hash = $2"
            " AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3",
            hashed(code),
            now,
        )
    )


def revoke(store: Store, person: int, now: int) -> int:
    """Makes a person's open codes worthless and returns how many there were."""
    return store.run(
        "UPDATE invitation SET revoked_at = $3 WHERE enterprise = $1 AND person = $2"
        " AND used_at IS NULL AND revoked_at IS NULL",
        person,
        now,
    )


def open_for(store: Store, person: int, now: int) -> bool:
    """Whether a person holds a code that still works."""
    found = store.value(
        "SELECT 1 FROM invitation WHERE enterprise = $1 AND person = $2"
        " AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3",
        person,
        now,
    )
    return found is not None
