"""Who may keep whom from reporting: the right is the admin's, and nobody's over oneself."""

from __future__ import annotations

from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

LONGEST = 200  # characters of the reason


def may_ban(actor: Person, subject: Person) -> None:
    """Raises Refused unless this actor may ban, or let report again, this person."""
    if not actor.has(Role.ADMIN):
        raise Refused("refused.not_admin")
    if actor.id == subject.id:
        raise Refused("refused.ban_self")
    if subject.left_on is not None:
        raise Refused("refused.ban_left")


def reason(words: str) -> str:
    """The reason of a ban on one line. Raises Refused if there is none or it is too long."""
    line = " ".join(words.split())
    if not line or len(line) > LONGEST:
        raise Refused("refused.ban_reason")
    return line
