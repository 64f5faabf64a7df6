"""People offered as buttons, with a line for whoever a label cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.choosing import full_name
from handlers.message import Button
from handlers.turn import tap_data
from handlers.views import Drawing
from storage import departments
from woodpecker.people import Person
from woodpecker.reports import Report

LABEL = 10  # characters


def people_buttons(d: Drawing, report: Report, verb: str, people: Iterable[Person]) -> tuple[list[str], list[Button]]:
    """A button for each of them, and lines about namesakes and names too long for a label."""
    names = {p: full_name(d.desk, p) for p in people}
    lines = [_candidate(d, p) for p, name in names.items() if name != p.name or len(name) > LABEL]
    buttons = [Button(name[:LABEL], tap_data(verb, report.id, report.version, str(p.id))) for p, name in names.items()]
    return lines, buttons


def _candidate(d: Drawing, person: Person) -> str:
    department = departments.get(d.desk.store, person.department) if person.department is not None else None
    where = department.name if department else ""
    return d.text("choose.candidate", name=person.name, number=person.employee_no or "–", where=where)
