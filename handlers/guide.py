"""帮助: only what this person can do."""

from __future__ import annotations

from handlers.turn import Turn


def show(turn: Turn, payload: str) -> None:
    """Answers the command."""


def thanks(turn: Turn, payload: str) -> None:
    """A kind line for a kind word."""
