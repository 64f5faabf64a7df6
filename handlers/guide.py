"""帮助: only what this person can do, danger first."""

from __future__ import annotations

from handlers.message import Message
from handlers.texts import LANGUAGES
from handlers.turn import Turn
from handlers.welcoming import danger_numbers, danger_row
from woodpecker.words import Role

EVERYBODY = (
    "guide.month",
    "guide.notice",
    "guide.quiet",
    "guide.leave",
    "guide.claim",
    "guide.activity",
    "guide.models",
)
ROLES = (
    ("officer", {Role.OFFICER}),
    ("approver", {Role.APPROVER, Role.SECOND_APPROVER}),
    ("leader", {Role.LEADER}),
    ("finance", {Role.FINANCE}),
    ("admin", {Role.ADMIN}),
    ("union", {Role.UNION}),
)


def show(turn: Turn, payload: str) -> None:
    """Says what can be done, by the roles of whoever asks."""
    numbers = danger_numbers(turn.desk, turn.language)
    languages = " / ".join(turn.desk.text(code, "language.name") for code in LANGUAGES)
    worker = turn.text("guide.worker", languages=languages)
    lines = [turn.text("guide.danger", numbers=numbers), "", worker, *map(turn.text, EVERYBODY)]
    groupless = {} if turn.desk.plant.groups else {"admin": "admin_groupless"}
    lines += [
        turn.text(f"guide.{groupless.get(key, key)}") for key, roles in ROLES if any(turn.me.has(r) for r in roles)
    ]
    turn.send(Message("\n".join(lines), danger_row(turn.desk, turn.language)))


def thanks(turn: Turn, payload: str) -> None:
    """A kind line for a kind word."""
    turn.reply("guide.thanks")
