"""A report as it is, an act as it comes, a decision as it goes."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, NamedTuple

from woodpecker.words import Action, Kind, Level, Naming, RejectReason, Relation, Status


class Report(NamedTuple):
    """A report as it is now; times in milliseconds UTC, people and places by id.

    A named tuple: a frozen dataclass of so many fields takes seven times as long to be made anew at every step.
    """

    id: int
    number: str
    kind: Kind
    status: Status
    version: int
    text: str
    place: int | None
    place_text: str
    department: int | None
    naming: Naming
    reporter: int | None
    found_at: int
    sent_at: int
    delivery: str
    submitted_at: int
    month: int
    category: str = ""
    level: Level | None = None
    logger: int | None = None
    joint: tuple[int, ...] = ()
    owner: int | None = None
    receiver: int | None = None
    fixer: int | None = None
    level_setter: int | None = None
    rejecter: int | None = None
    claimed_by: int | None = None
    claimed_at: int | None = None
    first_acceptor: int | None = None
    original: int | None = None
    outside_duty: bool = False
    waits_since: int | None = None  # to be verified, if not since it was submitted
    queried_at: int | None = None
    queried_for: int = 0  # ms in which that waiting stood still because more was asked
    admitted_at: int | None = None
    due: int | None = None
    fixed_at: int | None = None
    closed_at: int | None = None
    interim: str = ""
    plan: tuple[str, ...] = ()  # the five points of a major hazard, in the order of Point
    extension: int | None = None  # until when the owner asked to have, while that is open
    disclaimed: bool = False  # the owner says it is somebody else's task, while that is open
    first_by_leader: bool = False  # the first of two acceptors was a leader
    appealed: bool = False
    appealed_at: int | None = None  # while an appeal waits for its decision
    accused: int | None = None  # whom a violation is about; kept apart from all that is shown
    latitude: float | None = None
    longitude: float | None = None

    @property
    def people(self) -> tuple[int, ...]:
        """Who brought it, the reporter first."""
        return tuple(p for p in (self.reporter, *self.joint) if p is not None)


class Act(NamedTuple):
    """What somebody wants to do to a report, with what it brings."""

    action: Action
    words: str = ""
    level: Level | None = None
    kind: Kind | None = None
    category: str | None = None
    place: tuple[int | None, str, int | None] | None = None  # place, its text, its department
    text: str | None = None
    owner: int | None = None
    receiver: int | None = None
    due: int | None = None
    plan: tuple[str, ...] = ()
    reason: RejectReason | None = None
    original: Report | None = None
    evidence: int = 0  # photos and voices that come with it
    removed: tuple[int, ...] = ()  # those that are taken out
    outside_duty: bool = False
    window_end: int | None = None  # until when reopening or appealing is allowed


class Decision(NamedTuple):
    """The report afterwards and the row its history gets."""

    before: Report
    report: Report
    action: Action
    detail: dict[str, Any]
    proposes_award: bool = False
    reverses_award: bool = False


def came_first(one: Report, other: Report) -> bool:
    """Whether the first report was sent before the other one."""
    return (one.sent_at, one.delivery, one.id) < (other.sent_at, other.delivery, other.id)


_BY_FIELD = {
    "reporter": Relation.REPORTER,
    "logger": Relation.LOGGER,
    "owner": Relation.OWNER,
    "receiver": Relation.RECEIVER,
    "fixer": Relation.FIXER,
    "level_setter": Relation.LEVEL_SETTER,
    "rejecter": Relation.REJECTER,
    "first_acceptor": Relation.FIRST_ACCEPTOR,
}
_in_fields = attrgetter(*_BY_FIELD)


def relations(report: Report, person: int | None) -> frozenset[Relation]:
    """What this person is to this report."""
    if person is None:
        return frozenset()
    found = {relation for relation, who in zip(_BY_FIELD.values(), _in_fields(report), strict=True) if who == person}
    if person in report.joint:
        found.add(Relation.JOINT)
    # Nobody who brought it is accused in it, whatever an officer who cannot see the name has noted.
    if person == report.accused and person not in (*report.people, report.logger):
        found.add(Relation.ACCUSED)
    return frozenset(found)
