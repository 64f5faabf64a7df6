"""Hash chains over rows: one changed, moved or missing row breaks everything after it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

GENESIS = "0" * 64


class Link(NamedTuple):
    """A row of a chain: its body as canonical JSON (None once erased), the body's digest, the row's hash."""

    body: str | None
    digest: str
    hash: str


@cache
def _begun(secret: bytes) -> hmac.HMAC:
    return hmac.new(secret, digestmod="sha256")


def keyed(secret: bytes, text: str) -> bytes:
    """HMAC-SHA256 of a text; to begin one costs more than all the rest of it, so it is begun once a secret."""
    found = _begun(secret).copy()
    found.update(text.encode())
    return found.digest()


def canonical_json(value: object) -> str:
    """The one JSON text of a value; raises ValueError for NaN and infinities."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def body_digest(body: str) -> str:
    """SHA-256 of a canonical JSON text, in hex."""
    return hashlib.sha256(body.encode()).hexdigest()


def chain(prev: str, digest: str) -> str:
    """The hash of a row, from the hash of the row before it (GENESIS for the first) and its own digest."""
    return hashlib.sha256(f"{prev}{digest}".encode()).hexdigest()


def verify(rows: Iterable[Link], prev: str = GENESIS) -> int | None:
    """The index of the first row that is not what was written, None if all are; `prev` resumes a chain."""
    for index, row in enumerate(rows):
        altered = row.body is not None and body_digest(row.body) != row.digest
        if altered or chain(prev, row.digest) != row.hash:
            return index
        prev = row.hash
    return None
