"""One process owns a SQLite file: whoever runs on it holds a lock beside it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.database import Busy


def lock_path(database: Path) -> Path:
    """Where the lock of a database file is."""
    return database.with_name(database.name + ".lock")


@contextmanager
def hold(database: Path) -> Iterator[None]:
    """Holds the database file for this process alone; raises Busy if another one does.

    The lock ends with the process, however it ends; the file stays.
    """
    path = lock_path(database)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{database} is in use by another process") from None
        yield
    finally:
        os.close(fd)
