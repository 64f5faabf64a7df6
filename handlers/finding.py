"""查找: by word, number or place, within what the asker may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.turn import Turn


def find(turn: Turn, payload: str) -> None:
    """Answers the command."""


TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}
