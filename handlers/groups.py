"""Groups: what they are for, and that no name is said in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.desk import Desk
from handlers.message import Incoming
from handlers.turn import Turn


def heard(desk: Desk, incoming: Incoming) -> None:
    """Says something in a group was said."""


def joined(desk: Desk, incoming: Incoming) -> None:
    """The bot was added to a group."""


def left(desk: Desk, incoming: Incoming) -> None:
    """The bot was removed from a group."""


def moved(desk: Desk, incoming: Incoming) -> None:
    """The group has a new id."""


def only_in_groups(turn: Turn, payload: str) -> None:
    """`/here` was said in private."""


TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}
