"""What the clock wakes for: the database knows what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.desk import Desk

JOBS: Mapping[str, Callable[[Desk], None]] = {}


def run(desk: Desk) -> None:
    """Runs every job of an enterprise; each looks for itself whether anything is due."""
    for job in JOBS.values():
        job(desk)
