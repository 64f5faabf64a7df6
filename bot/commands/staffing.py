"""Warns of work that nobody could do."""

from __future__ import annotations

from collections.abc import Iterator

from storage import people
from storage.store import Store
from woodpecker.people import Person
from woodpecker.words import Role


def staffing(store: Store) -> Iterator[str]:
    """A sentence for each role that too few people hold."""
    held: dict[Role, list[Person]] = {role: people.with_role(store, role) for role in Role}
    everybody = {p.id for found in held.values() for p in found}
    joined = people.joined(store, everybody)
    for role, need in _NEEDED.items():
        if not held[role]:
            yield f"nobody has the role {role.value}: {need}."
        elif not any(p.id in joined for p in held[role]):
            yield f"nobody with the role {role.value} has joined yet: `woodpecker invite` makes a code."
    officers = held[Role.OFFICER]
    if len(officers) == 1 and not held[Role.LEADER]:
        yield "there is one officer and no leader: nobody could verify what the officer reports."
    approvers = {p.id for p in held[Role.APPROVER]}
    if approvers and approvers <= {p.id for p in officers}:
        yield "every approver is an officer too: whoever set a level may not approve the award."


_NEEDED = {
    Role.ADMIN: "nobody can let people join; `woodpecker invite --role admin` makes the first",
    Role.OFFICER: "nobody can verify reports",
    Role.APPROVER: "awards go to a leader",
    Role.SECOND_APPROVER: "awards that need a second approver go to a leader",
    Role.LEADER: "nobody can stand in",
    Role.FINANCE: "nobody is told what to pay",
}
