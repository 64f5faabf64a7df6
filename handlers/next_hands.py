"""Whose turn it is: who is eligible for the next action, and what happens if nobody is."""

from __future__ import annotations

from handlers.away import away, present
from handlers.desk import Desk
from storage import people
from woodpecker.causes import Cause
from woodpecker.decisions import eligible
from woodpecker.people import Actor, Person
from woodpecker.reports import Report
from woodpecker.words import Action, Role


def eligible_people(desk: Desk, report: Report, action: Action, acting: int | None = None) -> list[int]:
    """Who may take an action: officers, else leaders who stand in; only people who have joined.

    People on leave count only if there is nobody else; whoever is `acting` is there.
    """
    gone = away(desk).keys() - {acting}
    found = people.with_role(desk.store, Role.OFFICER, Role.LEADER)
    here = people.joined(desk.store, [p.id for p in found])
    candidates = (p.actor for p in found if p.id in here)
    return [a.person for a in eligible(report, action, candidates, gone) if a.person is not None]


def actor_for(desk: Desk, person: Person, report: Report, action: Action) -> Actor:
    """The person as an actor; a leader stands in where eligible_people says so."""
    actor = person.actor
    if actor.has(Role.LEADER):
        return actor._replace(stands_in=person.id in eligible_people(desk, report, action, person.id))
    return actor


def watch_staffing(desk: Desk, cause: Cause, step: str, asked: list[int]) -> None:
    """Tells every admin if nobody was asked for a step, or only people on leave."""
    if not asked:
        staffing_alarm(desk, cause, step)
    elif not present(desk, asked):
        staffing_alarm(desk, cause, "on_leave", of=step)


def staffing_alarm(desk: Desk, cause: Cause, step: str, of: str = "") -> None:
    """Tells every admin that nobody is there for a step, or `of` which step only people on leave were asked."""
    report = cause.id if isinstance(cause, Report) else 0
    body = {"step": step, "of": of or step, "number": cause.number, "report": report}
    for admin in people.with_role(desk.store, Role.ADMIN):
        desk.push(admin.id, "staffing", body)
