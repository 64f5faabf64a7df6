"""Departments and contractors as somebody names them, and the people who answer for them."""

from __future__ import annotations

from handlers.desk import Desk
from storage import departments, people
from woodpecker.people import Person

AT_MOST = 5


def of_unit(desk: Desk, words: str) -> list[Person]:
    """Who answers for the one department or contractor named: its leader, else its people; [] if none is meant."""
    said = words.strip()
    known = departments.all(desk.store)
    meant = [d for d in known if d.name == said] or [d for d in known if len(said) > 1 and said in d.name]
    if len(meant) != 1:
        return []
    leader = desk.person(meant[0].leader)
    if leader is not None and leader.left_on is None:
        return [leader]
    return people.of_department(desk.store, meant[0].id, AT_MOST)


def contractor_of(desk: Desk, person: Person) -> str:
    """The name of the contractor somebody works for; "" for the plant's own people."""
    unit = departments.get(desk.store, person.department) if person.department is not None else None
    return unit.name if unit is not None and (person.contractor or unit.kind == "contractor") else ""
