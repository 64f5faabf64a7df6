"""Due dates: reminders, drafts and questions that lapse."""

from __future__ import annotations

from typing import Any

from handlers.desk import Desk
from handlers.message import Message
from woodpecker.people import Person


def reminder(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What is due, put into words when it is sent."""
    return None
