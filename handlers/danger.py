"""有生命危险: the numbers at once, and everybody who can help is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.turn import Turn


def call(turn: Turn, payload: str) -> None:
    """Answers the command."""


TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}
