"""The roster: people with their roles, each read in one statement."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from storage import departments as units
from storage.accounts import JOINED
from storage.database import Row
from storage.places import like
from storage.store import Store
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

WHOLE_PLANT = 0
_CHUNK = 16


_TABLES = ("person", "person_role", "department")
_SELECT = "SELECT p.*, r.role, r.department AS scope FROM person p LEFT JOIN person_role r ON r.person = p.id"


def phone_number(phone: str | None) -> str | None:
    """A phone number without +86, spaces and dashes, so that two spellings are one; None if empty."""
    digits = re.sub(r"[^\d+]", "", phone or "")
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    return digits.removeprefix("+") or None


def _person(store: Store, rows: builtins.list[Row]) -> Person:
    row = rows[0]
    roles = [(Role(r["role"]), r["scope"]) for r in rows if r["role"]]
    scopes = frozenset(scope for role, scope in roles if role is Role.OFFICER)
    scopes = frozenset() if WHOLE_PLANT in scopes else scopes
    return Person(
        id=row["id"],
        name=row["name"],
        employee_no=row["employee_no"],
        phone=row["phone"],
        department=row["department"],
        team=row["team"],
        language=row["language"],
        contractor=bool(row["contractor"]),
        wecom_userid=row["wecom_userid"],
        left_on=row["left_on"],
        leaves_on=row["leaves_on"],
        show_name=bool(row["show_name"]),
        quiet_from=row["quiet_from"],
        quiet_until=row["quiet_until"],
        roles=frozenset(role for role, _ in roles),
        scopes=scopes,
        covers=units.below(store, scopes) if scopes else scopes,
    )


def _people(store: Store, rows: Iterable[Row]) -> builtins.list[Person]:
    return [_person(store, builtins.list(same)) for _, same in groupby(rows, key=lambda r: r["id"])]


def _one(store: Store, rows: Iterable[Row]) -> Person | None:
    return next(iter(_people(store, rows)), None)


def get(store: Store, person: int | None) -> Person | None:
    """The person by id."""
    return store.recall(_TABLES, ("person", person), lambda: _get(store, person))


def _get(store: Store, person: int | None) -> Person | None:
    return _one(
        store,
        store.all(
            f"{_SELECT} WHERE p.enterprise = $1 AND p.id = $2",
            person,
        ),
    )


def by_number(store: Store, number: str) -> Person | None:
    """The person with this employee number."""
    return _one(
        store,
        store.all(
            f"{_SELECT} WHERE p.enterprise = $1 AND p.employee_no = $2",
            number.strip(),
        ),
    )


def by_phone(store: Store, phone: str) -> Person | None:
    """The one person with this phone number who has not left; None also if several share it."""
    number = phone_number(phone)
    if number is None:
        return None
    found = _people(
        store,
        store.all(
            f"{_SELECT} WHERE p.enterprise = $1 AND p.phone = $2 AND p.left_on IS NULL ORDER BY p.id",
            number,
        ),
    )
    return found[0] if len(found) == 1 else None


def by_name(store: Store, name: str) -> builtins.list[Person]:
    """Everybody of exactly this name."""
    wanted = name.strip()
    return builtins.list(store.recall(_TABLES, ("named", wanted), lambda: _by_name(store, wanted)))


def _by_name(store: Store, name: str) -> builtins.list[Person]:
    return _people(store, store.all(f"{_SELECT} WHERE p.enterprise = $1 AND p.name = $2 ORDER BY p.id", name))


def all(store: Store) -> builtins.list[Person]:
    """Everybody, leavers too, in the order they were added."""
    return _people(store, store.all(f"{_SELECT} WHERE p.enterprise = $1 ORDER BY p.id"))


def search(store: Store, words: str, limit: int = 10) -> builtins.list[Person]:
    """People who have not left, by the start of the employee number or a part of the name."""
    if not words.strip():
        return []
    return _people(
        store,
        store.all(
            f"{_SELECT} WHERE p.id IN ("
            " SELECT id FROM person WHERE enterprise = $1 AND left_on IS NULL"
            " AND (lower(name) LIKE $2 ESCAPE '!' OR lower(employee_no) LIKE $3 ESCAPE '!')"
            " ORDER BY CASE WHEN name = $4 OR employee_no = $4 THEN 0 ELSE 1 END, id LIMIT $5)"
            " ORDER BY CASE WHEN p.name = $4 OR p.employee_no = $4 THEN 0 ELSE 1 END, p.id",
            like(words),
            like(words).removeprefix("%"),
            words.strip(),
            limit,
        ),
    )


def of_department(store: Store, department: int | None, limit: int = 5) -> builtins.list[Person]:
    """People of a department who have not left, those who have joined first."""
    return _people(
        store,
        store.all(
            "SELECT p.*, r.role, r.department AS scope, a.person IS NULL AS apart FROM person p"
            " LEFT JOIN person_role r ON r.person = p.id"
            " LEFT JOIN (SELECT DISTINCT person FROM account WHERE enterprise = $1) a ON a.person = p.id"
            " WHERE p.id IN (SELECT q.id FROM person q WHERE q.enterprise = $1 AND q.department = $2"
            " AND q.left_on IS NULL ORDER BY CASE WHEN EXISTS (SELECT 1 FROM account b WHERE b.person = q.id)"
            " THEN 0 ELSE 1 END, q.id LIMIT $3) ORDER BY apart, p.id",
            department,
            limit,
        ),
    )


def with_role(store: Store, *roles: Role) -> builtins.list[Person]:
    """Everybody who holds one of the roles and has not left, joined or not."""
    return builtins.list(store.recall(_TABLES, ("with_role", roles), lambda: _with_role(store, roles)))


def _with_role(store: Store, roles: tuple[Role, ...]) -> builtins.list[Person]:
    found: dict[int, Person] = {}
    for role in roles:
        rows = store.all(
            "SELECT p.*, r.role, r.department AS scope FROM person p"
            " JOIN person_role r ON r.person = p.id WHERE p.left_on IS NULL AND p.id IN"
            " (SELECT person FROM person_role WHERE enterprise = $1 AND role = $2) ORDER BY p.id",
            role.value,
        )
        found |= {p.id: p for p in _people(store, rows)}
    for person in found.values():
        store.tx.keep(_TABLES, (store.enterprise, ("person", person.id)), person)
    return sorted(found.values(), key=lambda p: p.id)


def joined(store: Store, ids: Iterable[int]) -> set[int]:
    """Which of these people have an account."""
    wanted = tuple(sorted(set(ids)))
    return set(store.recall(JOINED, ("joined", wanted), lambda: _joined(store, wanted)))


def _joined(store: Store, wanted: tuple[int, ...]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(wanted), _CHUNK):
        part: builtins.list[int | None] = [*wanted[start : start + _CHUNK]]
        rows = store.all(
            "SELECT DISTINCT person FROM account WHERE enterprise = $1 AND person IN"
            " ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            *part,
            *[None] * (_CHUNK - len(part)),
        )
        found |= {r["person"] for r in rows}
    return found


def add(store: Store, name: str, now: int, *, language: str = "zh", **fields: Any) -> Person:
    """Puts somebody on the roster and returns the person; `fields` are Person's, without roles."""
    new = Person(id=0, name=name.strip(), language=language)._replace(**fields)
    new = new._replace(phone=phone_number(new.phone), employee_no=new.employee_no or None)
    made = store.insert(
        "INSERT INTO person (enterprise, employee_no, name, phone, department, team, language, contractor,"
        " wecom_userid, left_on, show_name, quiet_from, quiet_until, leaves_on, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        *_columns(new),
        now,
    )
    return new._replace(id=made)


def update(store: Store, person: int, **fields: Any) -> Person:
    """Changes fields of a person, never the roles, and returns the person. Raises KeyError if there is none."""
    old = get(store, person)
    if old is None:
        raise KeyError(person)
    new = old._replace(**fields)
    new = new._replace(phone=phone_number(new.phone), employee_no=new.employee_no or None)
    if (new.left_on or new.leaves_on) is not None and old.has(Role.ADMIN):
        _keep_an_admin(store, person)
    store.run(
        "UPDATE person SET employee_no = $2, name = $3, phone = $4, department = $5, team = $6, language = $7,"
        " contractor = $8, wecom_userid = $9, left_on = $10, show_name = $11, quiet_from = $12,"
        " quiet_until = $13, leaves_on = $14 WHERE enterprise = $1 AND id = $15",
        *_columns(new),
        person,
    )
    return new


def _columns(person: Person) -> tuple[Any, ...]:
    return (
        person.employee_no,
        person.name,
        person.phone,
        person.department,
        person.team,
        person.language,
        int(person.contractor),
        person.wecom_userid,
        person.left_on,
        int(person.show_name),
        person.quiet_from,
        person.quiet_until,
        person.leaves_on,
    )


def set_roles(store: Store, person: int, role: Role, departments: Iterable[int] = ()) -> None:
    """Gives a person a role for exactly these departments, none is the whole plant; everyone is a worker."""
    if role is Role.WORKER:
        return
    wanted = sorted(set(departments)) or [WHOLE_PLANT]
    store.run("DELETE FROM person_role WHERE enterprise = $1 AND person = $2 AND role = $3", person, role.value)
    for department in wanted:
        store.run(
            "INSERT INTO person_role (enterprise, person, role, department) VALUES ($1, $2, $3, $4)",
            person,
            role.value,
            department,
        )


def remove_role(store: Store, person: int, role: Role) -> bool:
    """Takes a role away; False if the person did not hold it. Raises Refused for the last admin."""
    if role is Role.ADMIN:
        _keep_an_admin(store, person)
    return bool(
        store.run("DELETE FROM person_role WHERE enterprise = $1 AND person = $2 AND role = $3", person, role.value)
    )


def _keep_an_admin(store: Store, person: int) -> None:
    """Whoever will leave is none to rely on."""
    if not [p for p in with_role(store, Role.ADMIN) if p.id != person and p.leaves_on is None]:
        raise Refused("refused.last_admin")


def names(store: Store) -> builtins.list[str]:
    """Every name that stands in pictures and tables: of people, departments and places; each once."""
    rows = store.all(
        "SELECT name FROM person WHERE enterprise = $1 UNION SELECT name FROM department WHERE enterprise = $1"
        " UNION SELECT name FROM place WHERE enterprise = $1 ORDER BY 1"
    )
    return [r["name"] for r in rows]
