"""奖励: what one has earned, what waits, what was paid."""

from __future__ import annotations

from handlers.turn import Turn


def show(turn: Turn, payload: str) -> None:
    """Answers the command."""
