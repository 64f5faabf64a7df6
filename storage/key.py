"""The installation's own secret: it keys the hashes that nobody may guess."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def key_path(database: Path) -> Path:
    """Where the key of a database file is: beside it, never in it."""
    return database.with_name(database.name + ".key")


def read_key(database: Path) -> bytes:
    """The key of 32 bytes, made on the first call (mode 0600); the caller holds the database's lock."""
    path = key_path(database)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        part = path.with_name(path.name + ".part")
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return path.read_bytes()
