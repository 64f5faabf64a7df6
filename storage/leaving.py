"""Leavers: gone from a day on, perhaps one to come; what is owed to them stays owed."""

from __future__ import annotations

from storage import invitations, people
from storage.reports import COLUMNS, from_row
from storage.store import Store
from woodpecker.people import Person
from woodpecker.reports import Report


def leave(store: Store, person: int, date: str, now: int) -> Person:
    """Marks a leaver from an ISO date on: no rights, no open invitation, what is owed stays owed.

    Raises Refused for the last admin.
    """
    leaver = people.update(store, person, left_on=date, leaves_on=None)
    invitations.revoke(store, person, now)
    return leaver


def plan(store: Store, person: int, date: str) -> Person:
    """Notes from which ISO date on somebody will have left. Raises Refused for the last admin."""
    return people.update(store, person, leaves_on=date)


def due(store: Store, today: str, limit: int = 50) -> list[Person]:
    """Who has to leave by now, by an ISO date."""
    rows = store.all(
        "SELECT id FROM person WHERE enterprise = $1 AND leaves_on IS NOT NULL AND leaves_on <= $2"
        " ORDER BY leaves_on, id LIMIT $3",
        today,
        limit,
    )
    return [p for p in (people.get(store, r["id"]) for r in rows) if p is not None]


def left_behind(store: Store, limit: int = 100) -> list[Report]:
    """Open reports that somebody who has left owns, was offered or had claimed, the most urgent first."""
    rows = store.all(
        f"SELECT {', '.join('r.' + c for c in COLUMNS)} FROM report r WHERE r.enterprise = $1"
        " AND r.status IN ('reported', 'queried', 'assigned', 'fixed') AND ("
        " (r.status = 'assigned' AND EXISTS"
        " (SELECT 1 FROM person p WHERE p.id IN (r.owner, r.receiver) AND p.left_on IS NOT NULL))"
        " OR (r.status = 'reported' AND EXISTS"
        " (SELECT 1 FROM person p WHERE p.id = r.claimed_by AND p.left_on IS NOT NULL)))"
        " ORDER BY r.due, r.id LIMIT $2",
        limit,
    )
    return [from_row(r) for r in rows]
