"""An alert's people: who is called, who called, and how both are named."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.formats import clock_text
from storage import accounts, departments, people
from woodpecker import danger as rules
from woodpecker.danger import Alert
from woodpecker.people import Person
from woodpecker.words import Role


def called(desk: Desk, alert: Alert) -> list[Person]:
    """Whom an alert goes to: officers and leaders, and if none of them can be reached the admins too."""
    found = people.with_role(desk.store, *rules.HELPERS)
    if admins_stand_in(desk, alert):
        found = sorted({p.id: p for p in [*found, *people.with_role(desk.store, Role.ADMIN)]}.values(), key=_by_id)
    return [p for p in found if p.id != alert.person]


def _by_id(person: Person) -> int:
    return person.id


def admins_stand_in(desk: Desk, alert: Alert) -> bool:
    """Whether no officer and no leader can be reached."""
    found = people.with_role(desk.store, *rules.HELPERS)
    return not any(desk.account_of(p.id) for p in found if p.id != alert.person)


def language_of(desk: Desk, alert: Alert) -> str:
    """The caller's language."""
    account = accounts.get(desk.store, alert.account)
    person = desk.person(account.person) if account else None
    return person.language if person else (account.language if account else "") or desk.plant.language


def who(desk: Desk, language: str, alert: Alert) -> str:
    """Who called, with where to reach them; an account not joined is marked as such."""
    person = desk.person(alert.person)
    if person is None:
        account = accounts.get(desk.store, alert.account)
        named = f" {account.name}" if account and account.name else ""
        return desk.text(language, "danger.stranger") + named
    department = departments.get(desk.store, person.department) if person.department else None
    known = [person.employee_no, department.name if department else None]
    about = desk.text(language, "danger.about", about=" · ".join(k for k in known if k)) if any(known) else ""
    return f"{person.name}{about}{phone(desk, language, person)}"


def phone(desk: Desk, language: str, person: Person | None) -> str:
    """The phone number with its word, "" if it is not known."""
    return desk.text(language, "danger.phone", phone=person.phone) if person and person.phone else ""


def name(desk: Desk, language: str, person: int | None) -> str:
    """A helper's or a caller's name."""
    found = desk.person(person)
    return found.name if found else desk.text(language, "danger.stranger")


def clock(desk: Desk, ms: int | None) -> str:
    """The time of day."""
    return clock_text(ms, desk.plant.zone) if ms is not None else ""


def place_line(desk: Desk, language: str, alert: Alert) -> str:
    """The location that was sent."""
    if alert.latitude is None or alert.longitude is None:
        return ""
    return desk.text(language, "danger.at", latitude=f"{alert.latitude:.5f}", longitude=f"{alert.longitude:.5f}")
