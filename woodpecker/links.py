"""The token in a link: who may fetch what, until when, signed so that nobody can make or change one."""

from __future__ import annotations

import hmac
import json
import re
from base64 import b32decode, b32encode
from hashlib import sha256
from typing import NamedTuple

HOUR = 3_600_000
LIFE = 24  # hours at most: long enough for the next morning
_PURPOSE = b"woodpecker: a link to a file, 1"  # a signature made for anything else is none here
_SIGNED = 20  # bytes of the signature
_HEAD = 32  # characters that they take up
_TOKEN = re.compile(r"[a-z2-7]{40,600}")  # letters that no chat takes for markup and no address has to escape


class Forged(Exception):
    """This is no token of ours."""


class Grant(NamedTuple):
    """What a link gives: `what`, to a person as somebody with this account, until an instant in ms."""

    enterprise: int
    person: int
    account: int
    what: str
    until: int


def until(now: int) -> int:
    """When a link made now ends: on the full hour, the same for a second try a moment later."""
    return (now // HOUR + LIFE) * HOUR


def sign(secret: bytes, grant: Grant) -> str:
    """The token."""
    body = json.dumps([grant.enterprise, grant.person, grant.account, grant.what, grant.until], separators=(",", ":"))
    return _text(_signature(secret, body.encode())) + _text(body.encode())


def read(secret: bytes, token: str) -> Grant:
    """What a token says; whether its time is over is for the caller to see. Raises Forged."""
    if not _TOKEN.fullmatch(token):
        raise Forged
    try:
        signature, body = _bytes(token[:_HEAD]), _bytes(token[_HEAD:])
    except ValueError:
        raise Forged from None
    if not hmac.compare_digest(signature, _signature(secret, body)):
        raise Forged
    # Bits that no byte takes up must not make two texts of one token.
    if _text(signature) + _text(body) != token:
        raise Forged
    return Grant(*json.loads(body))


def _signature(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(hmac.digest(secret, _PURPOSE, sha256), body, sha256)[:_SIGNED]


def _text(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes:
    return b32decode(text.upper() + "=" * (-len(text) % 8))
