"""失联名单: whom the program cannot reach, for the admin, who can ring them up."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.desk import Desk
from handlers.formats import minute_text
from handlers.letting_in import entry
from handlers.message import Message
from handlers.report_text import text_of
from handlers.turn import Turn
from storage import missing
from storage.missing import Missing
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.words import Role

DAYS = 7  # that a failed message counts
LINES = 15  # people of a kind that are named


def show(turn: Turn, payload: str) -> None:
    """Answers an admin with everybody who cannot be reached, and why."""
    if not turn.me.has(Role.ADMIN):
        raise Refused("refused.not_admin")
    said = sections(turn.desk, turn.language)
    if not said:
        turn.reply("missing.none")
        return
    turn.send(Message("\n\n".join([turn.text("missing.title"), *said, turn.text("missing.what_to_do")])))


def sections(desk: Desk, language: str) -> list[str]:
    """A paragraph for each reason, with the people it holds for; none is left out if it is empty."""
    found = {
        "cut_off": missing.cut_off(desk.store),
        "never_joined": missing.never_joined(desk.store),
        "failed": missing.failed(desk.store, desk.real_now - DAYS * clocks.DAY),
    }
    return [_section(desk, language, why, who) for why, who in found.items() if who]


def _section(desk: Desk, language: str, why: str, found: Sequence[Missing]) -> str:
    more = len(found) - LINES
    return text_of(
        desk.text(language, f"missing.{why}", count=len(found), days=DAYS),
        *(_line(desk, language, one) for one in found[:LINES]),
        desk.text(language, "missing.more", count=more) if more > 0 else "",
    )


def _line(desk: Desk, language: str, one: Missing) -> str:
    person = desk.person(one.person)
    if person is None:
        return ""
    facts = [desk.text(language, f"role.{role}") for role in Role if role in person.roles]
    if one.to_fix:
        facts.append(desk.text(language, "missing.to_fix", count=one.to_fix))
    if one.since is not None:
        facts.append(desk.text(language, "missing.since", at=minute_text(one.since, desk.plant.zone)))
    dot = desk.text(language, "word.dot")
    return f"· {dot.join([entry(desk, person), *facts])}"
