"""Changes of the roster, told to those who lead."""

from __future__ import annotations

from handlers.desk import Desk
from storage import departments, people
from woodpecker.words import Role


def changed(desk: Desk, kind: str, person: int, role: str = "", of: tuple[int, ...] = ()) -> None:
    """Tells every leader that a role was "granted" or "revoked", or that somebody "left" or "returned"."""
    who = desk.person(person)
    if who is None:
        return
    names = [d.name for d in (departments.get(desk.store, i) for i in of) if d is not None]
    for leader in people.with_role(desk.store, Role.LEADER):
        said = desk.text(leader.language, f"role.{role}") if role else ""
        args = {"name": who.name, "role": said, "where": f" · {'、'.join(names)}" if names else ""}
        desk.push(leader.id, "notice", {"key": f"roster.{kind}", "args": args})
