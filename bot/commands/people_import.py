"""Brings the roster to what a table says; all of it or, if one row is wrong, none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.commands import cells
from bot.commands.changes import Changes, scopes_of
from bot.commands.outcome import Outcome, fail_if
from storage import departments, people
from storage.store import Store
from woodpecker.lengths import NAME
from woodpecker.people import Person
from woodpecker.words import Role

COLUMNS = {
    "employee_no": ("工号", "员工编号", "number"),
    "name": ("姓名",),
    "phone": ("手机", "手机号", "电话"),
    "department": ("部门",),
    "team": ("班组",),
    "roles": ("角色", "role"),
    "language": ("语言",),
    "wecom_userid": ("企业微信账号", "企业微信"),
    "left": ("离职日期", "left_on"),
    "contractor": ("承包商",),
}
Row = tuple[int, dict[str, str]]


@dataclass(slots=True)
class _Wanted:
    """What one row asks for; `person` is whom it means, None for somebody new."""

    row: int
    person: Person | None
    fields: dict[str, Any] = field(default_factory=dict)
    roles: dict[Role, frozenset[int]] | None = None
    left: str | None = None
    says_left: bool = False


def import_people(
    store: Store, rows: Sequence[Row], today: date, language: str, now: int, add_departments: bool = False
) -> Outcome:
    """Adds and changes people by employee number; lines say what changed. Raises OperationFailed by row."""
    changes = Changes(store, now, today.isoformat())
    if add_departments:
        for name in dict.fromkeys(values.get("department", "") for _, values in rows):
            if name:
                changes.department(name)
    reading = _Reading(store, today)
    wanted = [w for row in rows if (w := reading.row(*row)) is not None]
    fail_if(reading.problems)
    done = [_write(changes, w, language) for w in wanted]
    # First all that is given, then all that is taken: two admins may change places in one file.
    for person, wish in zip(done, wanted, strict=True):
        for role, of in (wish.roles or {}).items():
            changes.grant(person, role, of)
        if wish.says_left and wish.left is None:
            changes.come_back(person)
    for person, wish in zip(done, wanted, strict=True):
        for role in sorted(person.roles - set(wish.roles)) if wish.roles is not None else ():
            changes.revoke(person, role)
        if wish.left is not None:
            changes.leave(person, wish.left)
    added = sum(w.person is None for w in wanted)
    changed = len(changes.touched) - added
    changes.out.lines.append(f"{added} added, {changed} changed, {len(wanted) - added - changed} as before.")
    return changes.out


def _write(changes: Changes, wish: _Wanted, language: str) -> Person:
    if wish.person is None:
        return changes.add({"language": language, **wish.fields})
    return changes.update(wish.person, wish.fields)


class _Reading:
    """Understands rows against the roster as it is; gathers every problem by row."""

    def __init__(self, store: Store, today: date) -> None:
        self.today = today
        self.departments = {d.name: d.id for d in departments.all(store)}
        self.roster = people.all(store)
        self.by_number = {p.employee_no: p for p in self.roster if p.employee_no}
        self.problems: list[str] = []
        self.seen: dict[tuple[str, str, str | None], int] = {}

    def row(self, number: int, values: dict[str, str]) -> _Wanted | None:
        """What a row asks for; None if it cannot be understood."""
        before = len(self.problems)
        wish = _Wanted(number, None)
        for column in [c for c in COLUMNS if c in values]:
            try:
                _CELLS[column](self, wish, values[column].strip())
            except ValueError as error:
                self.problems.append(f"Row {number}, {column}: {error}.")
        self._whom(wish)
        return wish if len(self.problems) == before else None

    def _whom(self, wish: _Wanted) -> None:
        number, name = wish.fields.get("employee_no"), wish.fields.get("name")
        wish.person = self.by_number.get(number) if number else self._without_number(wish)
        if not name and (wish.person is None or "name" in wish.fields):
            self._problem(wish, "name: is empty; write the person's name")
        key = (number or "", "" if number else name or "", None if number else wish.fields.get("phone"))
        first = self.seen.setdefault(key, wish.row)
        if first != wish.row:
            self._problem(wish, f"is the same person as row {first}; write each person once")

    def _without_number(self, wish: _Wanted) -> Person | None:
        fields = wish.fields
        same = [p for p in self.roster if not p.employee_no and p.name == fields.get("name")]
        for key in ("phone", "department"):
            if len(same) > 1 and fields.get(key):
                same = [p for p in same if getattr(p, key) == fields[key]]
        if len(same) > 1:
            self._problem(wish, "employee_no: several people of this name have none; write the number")
        return same[0] if len(same) == 1 else None

    def _problem(self, wish: _Wanted, said: str) -> None:
        self.problems.append(f"Row {wish.row}, {said}." if ":" in said else f"Row {wish.row} {said}.")

    def department(self, text: str) -> int | None:
        """The department of this name. Raises ValueError."""
        if not text:
            return None
        if text not in self.departments:
            raise ValueError(f'there is no department "{text}"; import the departments first')
        return self.departments[text]


Cell = Callable[[_Reading, _Wanted, str], None]


def _plain(column: str, longest: int = 100) -> Cell:
    def read(reading: _Reading, wish: _Wanted, text: str) -> None:
        if len(text) > longest:
            raise ValueError(f"is longer than {longest} characters")
        wish.fields[column] = text

    return read


def _optional(column: str) -> Cell:
    def read(reading: _Reading, wish: _Wanted, text: str) -> None:
        _plain(column)(reading, wish, text)
        wish.fields[column] = text or None

    return read


def _phone(reading: _Reading, wish: _Wanted, text: str) -> None:
    wish.fields["phone"] = people.phone_number(text)
    if text and not wish.fields["phone"]:
        raise ValueError(f'"{text}" is not a phone number')


def _department(reading: _Reading, wish: _Wanted, text: str) -> None:
    wish.fields["department"] = reading.department(text)


def _roles(reading: _Reading, wish: _Wanted, text: str) -> None:
    wish.roles = cells.roles(text, reading.departments)


def _language(reading: _Reading, wish: _Wanted, text: str) -> None:
    if text:
        wish.fields["language"] = cells.language(text)


def _left(reading: _Reading, wish: _Wanted, text: str) -> None:
    wish.says_left = True
    wish.left = cells.day(text, reading.today) if text else None


def _contractor(reading: _Reading, wish: _Wanted, text: str) -> None:
    wish.fields["contractor"] = cells.yes(text)


_CELLS: dict[str, Cell] = {
    "employee_no": _optional("employee_no"),
    "name": _plain("name", NAME),
    "phone": _phone,
    "department": _department,
    "team": _plain("team"),
    "roles": _roles,
    "language": _language,
    "wecom_userid": _optional("wecom_userid"),
    "left": _left,
    "contractor": _contractor,
}


def export_people(store: Store, chinese: bool) -> Outcome:
    """The whole roster as a table that `import_people` takes back without changing anything."""
    names = {d.id: d.name for d in departments.all(store)}
    rows = [_row(p, names) for p in people.all(store)]
    headers = [others[0] if chinese else name for name, others in COLUMNS.items()]
    return Outcome([f"{len(rows)} people."], [list(r) for r in rows], headers)


def _row(person: Person, names: dict[int, str]) -> tuple[str, ...]:
    roles = []
    for role in sorted(person.roles):
        of = sorted(names[d] for d in scopes_of(person, role))
        roles += [f"{role.value}:{name}" for name in of] or [role.value]
    return (
        person.employee_no or "",
        person.name,
        person.phone or "",
        names.get(person.department or 0, ""),
        person.team,
        "; ".join(roles),
        person.language,
        person.wecom_userid or "",
        person.left_on or person.leaves_on or "",
        "yes" if person.contractor else "",
    )
