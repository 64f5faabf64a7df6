"""Who has money coming and no employee number: told so, and finance sees it before anything is paid out."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.desk import Desk
from handlers.formats import yuan
from handlers.proposals import tell_person
from handlers.views import Draw, Drawing, View, view
from storage import jobs, ledger, looks, people
from storage.ledger import Unpayable
from woodpecker import clocks
from woodpecker.people import Person
from woodpecker.words import Role


def miss_number(desk: Desk, person: Person, *, secret: bool) -> None:
    """Money is due to somebody without a number: the person hears it, finance once a month.

    The admin, who keeps the roster, hears nothing here: an award may be for a hidden report. For a `secret` one
    that finance reads the name is noted.
    """
    tell_person(desk, person.id, "award.no_number")
    month = clocks.local_month(desk.now, desk.plant.zone)
    if not jobs.claim(desk.store, "no_number", f"{month}:{person.id}", desk.now):
        return
    for clerk in people.with_role(desk.store, Role.FINANCE):
        tell_person(desk, clerk.id, "payee.no_number", name=person.name)
        if secret:
            looks.write(desk.store, desk.now, "no_number", person=clerk.id, month=month)
        desk.refresh(("todo",), clerk.id)


def waiting(desk: Desk, person: Person) -> list[int]:
    """For finance: everybody who is owed money and cannot be paid."""
    return [o.person for o in ledger.without_number(desk.store)] if person.has(Role.FINANCE) else []


def draw(d: Drawing) -> View:
    """Whom finance cannot pay, and what to do about it."""
    found = _owed(d) if d.reader is not None and d.reader.has(Role.FINANCE) else None
    if found is None:
        return view(d.text("payee.settled"), live=False, moot=True)
    key = "payee.left" if _left(d, found) else "payee.card"
    where = found.department or d.text("payee.nowhere")
    return view(d.text(key, name=found.name, department=where, amount=yuan(found.owed)))


def _owed(d: Drawing) -> Unpayable | None:
    return next((o for o in ledger.without_number(d.desk.store) if o.person == d.card.subject), None)


def _left(d: Drawing, found: Unpayable) -> bool:
    person = d.desk.person(found.person)
    return person is not None and person.left_on is not None


CARDS: Mapping[str, Draw] = {"payee": draw}
