"""What could not be sent, told to those who can do something about it."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.message import Message
from storage import jobs, people
from woodpecker.clocks import local_day
from woodpecker.words import Role


def sending_failed(desk: Desk) -> None:
    """Tells the admins, at most once a day, that a platform refused a message for good."""
    day = local_day(desk.now, desk.plant.zone).isoformat()
    if jobs.claim(desk.store, "sending_failed", day, desk.now):
        for admin in people.with_role(desk.store, Role.ADMIN):
            desk.push(admin.id, "notice", {"key": "alarm.sending_failed"})


def parked(desk: Desk, platform: str, chat: str, language: str) -> None:
    """A delivery failed for good: its sender gets a sentence, the admins an alarm."""
    desk.send(platform, chat, Message(desk.text(language or desk.plant.language, "alarm.parked_for_sender")))
    for admin in people.with_role(desk.store, Role.ADMIN):
        desk.push(admin.id, "notice", {"key": "alarm.parked"})
