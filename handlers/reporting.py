"""From a photo or a sentence to a report: the draft, its card, and what was received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.turn import Turn


def start(turn: Turn, payload: str) -> None:
    """Answers the command."""


def content(turn: Turn) -> None:
    """Takes what was said as part of a draft."""


TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}
