"""Changes of the roster, told to those who lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handlers.desk import Desk
from storage import departments, people
from woodpecker.people import Person
from woodpecker.words import Role

SINGLY = 5  # changes told one by one; more are told in one message
LINES = 20  # of them in that message


class Change(NamedTuple):
    """A role "granted" or "revoked" for departments (none: all), or somebody "left", "leaving", "returned"."""

    kind: str
    person: int
    role: str = ""
    departments: tuple[int, ...] = ()
    day: str = ""


def tell(desk: Desk, changes: Sequence[Change]) -> None:
    """Tells every leader; if none can be reached, the admins."""
    leaders = people.with_role(desk.store, Role.LEADER)
    if not [p for p in leaders if desk.account_of(p.id) is not None]:
        leaders = people.with_role(desk.store, Role.ADMIN)
    for leader in leaders:
        lines = [line for line in (_line(desk, leader, one) for one in changes) if line]
        if len(lines) <= SINGLY:
            for line in lines:
                desk.push(leader.id, "notice", {"key": "roster.one", "args": {"line": line}})
            continue
        more = len(lines) - LINES
        shown = lines[:LINES] + ([desk.text(leader.language, "roster.more", count=more)] if more > 0 else [])
        args = {"count": len(lines), "lines": "\n".join(f"· {line}" for line in shown)}
        desk.push(leader.id, "notice", {"key": "roster.many", "args": args})


def _line(desk: Desk, reader: Person, change: Change) -> str:
    who = desk.person(change.person)
    if who is None:
        return ""
    language = reader.language
    names = [d.name for d in (departments.get(desk.store, i) for i in change.departments) if d is not None]
    comma = desk.text(language, "word.comma")
    where = desk.text(language, "roster.of", names=comma.join(names)) if names else ""
    said = desk.text(language, f"role.{change.role}") if change.role else ""
    return desk.text(language, f"roster.{change.kind}", name=who.name, role=said, where=where, day=change.day)
