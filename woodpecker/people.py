"""Who may do what: one check, asked with the person who acted."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from woodpecker.words import Relation, Role


class Actor(NamedTuple):
    """The person who acts, with the person's rights.

    `departments` limits an officer to departments; None is the whole plant. `stands_in` is set when nobody
    with the proper role is eligible, so that a leader may act. The clock acts as person None, and so does
    whoever holds the code of an anonymous report: `holds` is that report's id.
    """

    person: int | None
    roles: frozenset[Role] = frozenset()
    departments: frozenset[int] | None = None
    stands_in: bool = False
    holds: int | None = None

    def has(self, role: Role) -> bool:
        """Whether the person has this role."""
        return role in self.roles

    def in_scope(self, department: int | None) -> bool:
        """Whether an officer's limit to departments covers this one."""
        return self.departments is None or (department is not None and department in self.departments)


CLOCK = Actor(None)


class Who(StrEnum):
    """Who an action belongs to."""

    REPORTER = "reporter"
    JOINT = "joint reporter"
    OFFICER = "officer"
    OWNER = "owner"
    PLANNER = "owner or officer"
    RECEIVER = "receiver"
    ACCEPTOR = "acceptor"
    CLAIMER = "claimer"
    LEADER = "leader"
    CLOCK = "clock"


# Whoever brought a report never judges it.
BROUGHT = frozenset({Relation.REPORTER, Relation.JOINT, Relation.LOGGER, Relation.ACCUSED})
WORKED = frozenset({Relation.OWNER, Relation.FIXER})

NEVER: dict[Who, frozenset[Relation]] = {
    Who.REPORTER: frozenset(),
    Who.JOINT: frozenset(),
    Who.OFFICER: BROUGHT,
    Who.OWNER: frozenset(),
    Who.PLANNER: frozenset(),
    Who.RECEIVER: frozenset(),
    Who.ACCEPTOR: BROUGHT | WORKED | {Relation.FIRST_ACCEPTOR},
    Who.CLAIMER: BROUGHT,
    Who.LEADER: BROUGHT,
    Who.CLOCK: frozenset(),
}

_BY_RELATION: dict[Who, tuple[frozenset[Relation], str]] = {
    Who.REPORTER: (frozenset({Relation.REPORTER, Relation.LOGGER}), "refused.not_reporter"),
    Who.JOINT: (frozenset({Relation.JOINT}), "refused.not_joint"),
    Who.OWNER: (frozenset({Relation.OWNER}), "refused.not_owner"),
    Who.RECEIVER: (frozenset({Relation.RECEIVER}), "refused.not_receiver"),
}

_REFUSAL: dict[Relation, str] = {
    Relation.REPORTER: "refused.own_report",
    Relation.JOINT: "refused.own_report",
    Relation.LOGGER: "refused.own_report",
    Relation.ACCUSED: "refused.not_you",
    Relation.OWNER: "refused.own_fix",
    Relation.FIXER: "refused.own_fix",
    Relation.FIRST_ACCEPTOR: "refused.same_acceptor",
    Relation.REJECTER: "refused.own_rejection",
}


def refusal(
    who: Who,
    actor: Actor,
    relations: Callable[[], frozenset[Relation]],
    department: int | None,
    never: frozenset[Relation] = frozenset(),
) -> str | None:
    """Why this actor may not act as `who` on a report of this department: the sentence's key; None if they may.

    What the actor is to the report is asked last: of many officers most have their limits elsewhere.
    """
    if who is Who.CLOCK:
        return "refused.clock_only" if actor.person is not None or actor.holds is not None else None
    if actor.person is None and (actor.holds is None or who is not Who.REPORTER):
        return "refused.not_you"
    if who in _BY_RELATION:
        needed, why = _BY_RELATION[who]
        return None if relations() & needed else why
    if who is Who.PLANNER:
        return None if Relation.OWNER in relations() else refusal(Who.OFFICER, actor, relations, department)
    if who is Who.LEADER:
        if not actor.has(Role.LEADER):
            return "refused.not_leader"
    elif not _stands_in(actor):
        if not actor.has(Role.OFFICER):
            return "refused.not_officer"
        if not actor.in_scope(department):
            return "refused.out_of_scope"
    forbidden = (NEVER[who] | never) & relations()
    return _REFUSAL[min(forbidden)] if forbidden else None


def _stands_in(actor: Actor) -> bool:
    return actor.stands_in and actor.has(Role.LEADER)


class Person(NamedTuple):
    """Somebody on the roster; `scopes` limits the officer role to departments, empty is the whole plant.

    `covers` are these departments with all below them.
    """

    id: int
    name: str
    employee_no: str | None = None
    phone: str | None = None
    department: int | None = None
    team: str = ""
    language: str = "zh"
    contractor: bool = False
    wecom_userid: str | None = None
    left_on: str | None = None  # ISO date; a leaver has no rights but keeps what is owed
    leaves_on: str | None = None  # ISO date to come, from which on the person will have left
    show_name: bool = False
    quiet_from: str | None = None  # HH:MM, own quiet hours instead of the plant's
    quiet_until: str | None = None
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[int] = frozenset()
    covers: frozenset[int] = frozenset()

    @property
    def actor(self) -> Actor:
        """The person as somebody who acts; a leaver has no roles."""
        if self.left_on is not None:
            return Actor(self.id)
        return Actor(self.id, self.roles, (self.scopes | self.covers) or None)

    def has(self, role: Role) -> bool:
        """Whether the person holds this role and has not left."""
        return self.left_on is None and role in self.roles
