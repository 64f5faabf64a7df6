"""Changes to a person's standing: each writes the roster, the audit log, a line and a notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.commands.outcome import Notice, OperationFailed, Outcome
from handlers.roster import Change
from storage import audit, bans, departments, leaving, people
from storage.store import Store
from woodpecker.bans import reason
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
    today: str  # ISO date of the plant
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
        """Marks a leaver, on the day if it is still to come; False if it was so before.

        Raises OperationFailed for the last admin.
        """
        if day in (person.left_on, person.leaves_on):
            return False
        to_come = day > self.today
        try:
            if to_come:
                leaving.plan(self.store, person.id, day)
            else:
                leaving.leave(self.store, person.id, day, self.now)
        except Refused:
            raise OperationFailed(LAST_ADMIN.format(who(person))) from None
        self._note("person.leaving" if to_come else "person.left", person, left=day)
        self._tell("leaving" if to_come else "left", person, day=day)
        said = (
            f"leaves on {day}; until then all stays as it is" if to_come else f"left on {day}; what is owed stays owed"
        )
        self.out.lines.append(f"{who(person)}: {said}")
        return True

    def ban(self, person: Person, words: str) -> None:
        """Keeps a person from reporting. Raises ValueError if the reason does not do or nothing would change."""
        try:
            line = reason(words)
        except Refused:
            raise ValueError("write a reason of at most 200 characters; the person will read it") from None
        if not bans.start(self.store, person.id, None, line, self.now):
            raise ValueError(f"{who(person)} may not report already")
        self._note("reporting.banned", person, words=line)
        self._tell("banned", person)
        self.out.lines.append(f"{who(person)}: may not report from now on; danger to life can still be raised")

    def unban(self, person: Person) -> None:
        """Lets a person report again. Raises ValueError if nothing stood in the way."""
        if not bans.lift(self.store, person.id, None, self.now):
            raise ValueError(f"{who(person)} may report as it is")
        self._note("reporting.allowed", person)
        self._tell("unbanned", person)
        self.out.lines.append(f"{who(person)}: may report again")

    def come_back(self, person: Person) -> bool:
        """Takes back a leaver, with the roles held before, or one who was to leave; False if there is none."""
        if person.left_on is None and person.leaves_on is None:
            return False
        people.update(self.store, person.id, left_on=None, leaves_on=None)
        kind = "returned" if person.left_on else "staying"
        self._note(f"person.{kind}", person, left=person.left_on or person.leaves_on)
        self._tell(kind, person)
        self.out.lines.append(f"{who(person)}: {'is back' if person.left_on else 'stays after all'}")
        return True

    def add(self, fields: dict[str, Any]) -> Person:
        """Puts somebody new on the roster; whoever is in a contractor's department works for it."""
        unit = departments.get(self.store, fields.get("department") or 0)
        if unit is not None and unit.kind == "contractor":
            fields = {"contractor": True, **fields}
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

    def _tell(self, kind: str, person: Person, role: Role | None = None, of: Iterable[int] = (), day: str = "") -> None:
        change = Change(kind, person.id, role.value if role else "", tuple(sorted(of)), day)
        self.out.notices.append(Notice(self.store.enterprise, change))


def who(person: Person) -> str:
    """A person as the operator knows the person: name and employee number."""
    return f"{person.name} ({person.employee_no})" if person.employee_no else person.name


def scopes_of(person: Person, role: Role) -> frozenset[int]:
    """The departments a person holds a role for; empty is the whole plant."""
    return person.scopes if role is Role.OFFICER else frozenset()
