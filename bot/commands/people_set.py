"""Invites people and changes what single persons may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from bot.commands import cells
from bot.commands.changes import Changes, scopes_of, who
from bot.commands.outcome import OperationFailed, Outcome
from storage import accounts, audit, departments, invitations, people
from storage.store import Store
from woodpecker.people import Person
from woodpecker.words import Role


def set_person(store: Store, params: dict[str, Any], today: date, now: int) -> Outcome:
    """Grants, revokes, marks a leaver or takes one back, bans from reporting or allows it. Raises OperationFailed."""
    person = _by_number(store, params["number"])
    changes = Changes(store, now, today.isoformat())
    try:
        if params.get("returned"):
            changes.come_back(person)
        _grants(changes, person, params.get("grant", ()))
        _revocations(changes, _by_number(store, params["number"]), params.get("revoke", ()))
        if params.get("left"):
            changes.leave(_by_number(store, params["number"]), cells.day(params["left"], today))
        if params.get("ban") is not None:
            changes.ban(_by_number(store, params["number"]), params["ban"])
        if params.get("unban"):
            changes.unban(_by_number(store, params["number"]))
    except ValueError as error:
        raise OperationFailed(f"{error}.") from None
    if params.get("show_name") is not None:
        changes.update(_by_number(store, params["number"]), {"show_name": params["show_name"]})
    if not changes.out.lines:
        changes.out.lines.append(f"{who(person)}: as before")
    return changes.out


def _by_number(store: Store, number: str) -> Person:
    person = people.by_number(store, number)
    if person is None:
        raise OperationFailed(f"Nobody has the employee number {number}.")
    return person


def _grants(changes: Changes, person: Person, words: Sequence[str]) -> None:
    names = {d.name: d.id for d in departments.all(changes.store)}
    given: dict[Role, set[int]] = {}
    for word in words:
        role, department = cells.role(word, names)
        held = scopes_of(person, role) if department is not None else frozenset()
        given.setdefault(role, set(held))
        if department is None:
            given[role].clear()
        elif role in person.roles and not held:
            raise ValueError(f"{who(person)} is {role.value} of the whole plant; revoke that first")
        else:
            given[role].add(department)
    for role, of in given.items():
        changes.grant(person, role, of)


def _revocations(changes: Changes, person: Person, words: Sequence[str]) -> None:
    names = {d.name: d.id for d in departments.all(changes.store)}
    for word in words:
        role, department = cells.role(word, names)
        left = scopes_of(person, role) - {department}
        if department is not None and left and role in person.roles:
            changes.grant(person, role, left)
        elif department is None or department in scopes_of(person, role):
            changes.revoke(person, role)


def invite(store: Store, params: dict[str, Any], language: str, today: date, now: int) -> Outcome:
    """Makes a join code, the last line; a joined person's accounts are unlinked. Raises OperationFailed."""
    changes = Changes(store, now, today.isoformat())
    name = (params.get("department") or "").strip()
    department = changes.department(name) if name else None
    person = _invited(changes, params, language, department)
    try:
        _grants(changes, person, params.get("role", ()))
    except ValueError as error:
        raise OperationFailed(f"{error}.") from None
    lost = accounts.unlink_person(store, person.id)
    if lost:
        audit.write(store, now, "account.unlinked", person.id, source="cli", accounts=lost)
        changes.out.lines.append(f"{who(person)}: the account joined before ({lost}) no longer works")
    code = invitations.create(store, person.id, now)
    audit.write(store, now, "invitation.created", person.id, source="cli")
    until = datetime.fromtimestamp(now / 1000, UTC).date().toordinal() + invitations.VALID_DAYS
    changes.out.lines += [
        f"Invitation for {who(person)}, for one use until {date.fromordinal(until)}.",
        *[f"As a link: {prefix}{code}" for prefix in params.get("links", ())],
        f"In the chat with the bot: /start {code}, or just the code as a word.",
        code,
    ]
    return changes.out


def _invited(changes: Changes, params: dict[str, Any], language: str, department: int | None) -> Person:
    name, number = (params.get("name") or "").strip(), (params.get("number") or "").strip()
    fields: dict[str, Any] = {} if department is None else {"department": department}
    found = people.by_number(changes.store, number) if number else _alone(changes.store, name)
    if found is None:
        if not name:
            raise OperationFailed(f"Nobody has the employee number {number}: write --name as well.")
        new = {"name": name, "employee_no": number or None, "language": language, **fields}
        return changes.add(new)
    if name and found.name != name:
        raise OperationFailed(f"{number} is {found.name}, not {name}: check the number.")
    if found.left_on is not None:
        raise OperationFailed(f"{who(found)} left on {found.left_on}: take the person back with --returned first.")
    return changes.update(found, fields)


def _alone(store: Store, name: str) -> Person | None:
    """Somebody without a number who was invited before under this name and has not joined."""
    if not name:
        raise OperationFailed("Write --name or --number.")
    same = [p for p in people.by_name(store, name) if not p.employee_no and p.left_on is None]
    joined = people.joined(store, [p.id for p in same])
    if joined:
        raise OperationFailed(f"A {name} without employee number has joined already: write --number for another one.")
    return same[0] if same else None
