"""How an account becomes a person: code, roster number, own phone number, the admin's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.turn import Turn


def start(turn: Turn, payload: str) -> None:
    """Answers the command."""


def stranger(turn: Turn, text: str) -> None:
    """Answers an account that nobody knows."""


TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}
