"""Changes to a person's standing: each writes the roster, the audit log, a line and a notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.commands.outcome import Notice, OperationFailed, Outcome
from storage import audit, departments, people
from storage.store import Store
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

_PERSONAL = {"phone", "name", "wecom_userid"}
LAST_ADMIN = "{} is the last admin: make somebody else an admin first."


@dataclass(slots=True)
class Changes:
    """The work of one command on one enterprise at one moment; `out` collects what it did."""

    store: Store
    now: int
    out: Outcome = field(default_factory=Outcome)
    touched: set[int] = field(default_factory=set)  # ids of people who are not as before

    def grant(self, person: Person, role: Role, of: Iterable[int] = ()) -> bool:
        """Gives a role for exactly these departments (none: the whole plant); False if it was so before."""
        wanted = frozenset(of)
        if role is Role.WORKER or (role in person.roles and wanted == scopes_of(person, role)):
            return False
        people.set_roles(self.store, person.id, role, wanted)
        names = sorted(self._name_of(d) for d in wanted)
        self._note("role.granted", person, role=role.value, departments=names)
        self._tell("granted", person, role, wanted)
        self.out.lines.append(f"{who(person)}: is now {role.value}{' of ' + ', '.join(names) if names else ''}")
        return True

    def revoke(self, person: Person, role: Role) -> bool:
        """Takes a role away; False if the person did not hold it. Raises OperationFailed for the last admin."""
        if role not in person.roles:
            return False
        try:
            people.remove_role(self.store, person.id, role)
        except Refused:
            raise OperationFailed(LAST_ADMIN.format(who(person))) from None
        self._note("role.revoked", person, role=role.value)
        self._tell("revoked", person, role)
        self.out.lines.append(f"{who(person)}: is no longer {role.value}")
        return True

    def leave(self, person: Person, day: str) -> bool:
        """Marks a leaver; False if it was so before. Raises OperationFailed for the last admin."""
        if person.left_on == day:
            return False
        try:
            people.leave(self.store, person.id, day, self.now)
        except Refused:
            raise OperationFailed(LAST_ADMIN.format(who(person))) from None
        self._note("person.left", person, left=day)
        self._tell("left", person)
        self.out.lines.append(f"{who(person)}: left on {day}; what is owed stays owed")
        return True

    def come_back(self, person: Person) -> bool:
        """Takes a leaver back, with the roles held before; False if nobody had left."""
        if person.left_on is None:
            return False
        people.update(self.store, person.id, left_on=None)
        self._note("person.returned", person, left=person.left_on)
        self._tell("returned", person)
        self.out.lines.append(f"{who(person)}: is back")
        return True

    def add(self, fields: dict[str, Any]) -> Person:
        """Puts somebody new on the roster."""
        new = people.add(self.store, now=self.now, **fields)
        self._note("person.added", new)
        self.out.lines.append(f"{who(new)}: added")
        return new

    def update(self, person: Person, fields: dict[str, Any]) -> Person:
        """Changes what differs; the audit log keeps personal values only as changed."""
        differ = {k: v for k, v in fields.items() if getattr(person, k) != v}
        if not differ:
            return person
        new = people.update(self.store, person.id, **differ)
        detail = {k: None if k in _PERSONAL else [getattr(person, k), v] for k, v in differ.items()}
        self._note("person.changed", new, changes=detail)
        self.out.lines.append(f"{who(new)}: {', '.join(sorted(differ))} changed")
        return new

    def department(self, name: str) -> int:
        """The id of the department of this name, which is added if it is new."""
        found = departments.by_name(self.store, name)
        if found is None:
            found = departments.add(self.store, name)
            audit.write(self.store, self.now, "department.added", found.id, source="cli", name=name)
            self.out.lines.append(f"{name}: is a new department")
        return found.id

    def _name_of(self, department: int) -> str:
        found = departments.get(self.store, department)
        return found.name if found else str(department)

    def _note(self, action: str, person: Person, **detail: Any) -> None:
        self.touched.add(person.id)
        audit.write(self.store, self.now, action, person.id, source="cli", **detail)

    def _tell(self, kind: str, person: Person, role: Role | None = None, of: Iterable[int] = ()) -> None:
        notice = Notice(self.store.enterprise, kind, person.id, role.value if role else "", tuple(sorted(of)))
        self.out.notices.append(notice)


def who(person: Person) -> str:
    """A person as the operator knows the person: name and employee number."""
    return f"{person.name} ({person.employee_no})" if person.employee_no else person.name


def scopes_of(person: Person, role: Role) -> frozenset[int]:
    """The departments a person holds a role for; empty is the whole plant."""
    return person.scopes if role is Role.OFFICER else frozenset()
