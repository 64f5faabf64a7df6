"""Who is on leave, and who stands in meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.words import Role

LONGEST = 366  # days


class Leave(NamedTuple):
    """Somebody is away from one local day to another, both included; a deputy may stand in."""

    person: int
    first: date
    last: date
    deputy: int | None = None
    id: int = 0


def check(leave: Leave, today: date) -> None:
    """Raises Refused unless the leave makes sense as seen from today."""
    if leave.last < leave.first:
        raise Refused("refused.leave_backwards")
    if leave.last < today:
        raise Refused("refused.leave_over")
    if (leave.last - leave.first).days >= LONGEST:
        raise Refused("refused.leave_long")
    if leave.deputy == leave.person:
        raise Refused("refused.own_deputy")


def enters_for_others(actor: Actor) -> bool:
    """Whether this actor may enter or end the leave of others."""
    return actor.has(Role.ADMIN) or actor.has(Role.LEADER)


def check_entry(actor: Actor, person: int) -> None:
    """Raises Refused unless this actor may enter or end a person's leave: one's own, as admin or leader anybody's."""
    if actor.person != person and not enters_for_others(actor):
        raise Refused("refused.leave_of_others")


def sees_list(actor: Actor) -> bool:
    """Whether the plant's whole list is shown to this actor, not only the own leave."""
    return any(actor.has(role) for role in (Role.ADMIN, Role.LEADER, Role.OFFICER))


def away_on(leaves: Iterable[Leave], day: date) -> dict[int, Leave]:
    """Who is away on a day; of several leaves of one person the one entered last counts."""
    return {x.person: x for x in sorted(leaves, key=lambda x: x.id) if x.first <= day <= x.last}


def stand_in(away: Mapping[int, Leave], person: int) -> int | None:
    """The person if present, else the deputy, or whoever stands in for the deputy; None if nobody is there."""
    seen: set[int] = set()
    current: int | None = person
    while current is not None and current in away:
        if current in seen:
            return None
        seen.add(current)
        current = away[current].deputy
    return current
