"""What a decision about a report means for its award."""

from __future__ import annotations

from handlers.desk import Desk
from woodpecker.reports import Decision


def follow(desk: Desk, decision: Decision, person: int | None) -> None:
    """Proposes or reverses the award that a decision calls for."""
