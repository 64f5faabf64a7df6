"""Who is on leave today, and who hears of their tasks meanwhile; a right is never lent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers.desk import Desk
from storage import departments, leave
from woodpecker import clocks
from woodpecker.leave import Leave, stand_in


def away(desk: Desk) -> Mapping[int, Leave]:
    """Everybody who is on leave today."""
    return leave.away(desk.store, clocks.local_day(desk.now, desk.plant.zone))


def present(desk: Desk, persons: Iterable[int]) -> list[int]:
    """Those of them who are not on leave."""
    gone = away(desk)
    return [p for p in persons if p not in gone]


def reachable(desk: Desk, person: int | None) -> bool:
    """Whether there is such a person who can be written to."""
    found = desk.person(person)
    return found is not None and found.left_on is None and desk.account_of(found.id) is not None


def taker(desk: Desk, person: int) -> int | None:
    """Whose a person's new tasks are: the person's own, on leave the deputy's; None if nobody is there."""
    found = stand_in(away(desk), person)
    return found if reachable(desk, found) else None


def leader_for(desk: Desk, person: int | None, department: int | None) -> int | None:
    """The leader of the person's department, or whoever stands in; None if that is the person or nobody."""
    who = desk.person(person)
    where = who.department if who is not None and who.department is not None else department
    leader = departments.leader_of(desk.store, where)
    found = taker(desk, leader) if leader is not None else None
    return None if found == person else found


def reminded(desk: Desk, owner: int) -> int:
    """Who hears what an owner has to do: the owner, on leave the deputy or else the owner's leader."""
    if owner not in away(desk):
        return owner
    return taker(desk, owner) or leader_for(desk, owner, None) or owner
