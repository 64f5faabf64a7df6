"""Whom a violation is about: kept apart, protected like the reporter, and never a judge of it."""

from __future__ import annotations

from woodpecker.errors import Refused
from woodpecker.people import Actor, Who, refusal
from woodpecker.reports import Report, relations
from woodpecker.words import OPEN, Kind, Status


def check_accuse(report: Report, actor: Actor, accused: int | None = None) -> None:
    """Raises Refused unless this officer may note, or read, whom the violation is about.

    Nobody can be noted who is to mend it: somebody else mends it first. Whoever brought it can be, and it means
    nothing then: a refusal would tell the officer who that is.
    """
    if report.kind is not Kind.VIOLATION:
        raise Refused("refused.not_violation")
    if report.status not in OPEN | {Status.CLOSED}:
        raise Refused("refused.moved_on")
    why = refusal(Who.OFFICER, actor, lambda: relations(report, actor.person), report.department)
    if why is not None:
        raise Refused(why)
    if accused is not None and accused in (report.owner, report.receiver, report.fixer):
        raise Refused("refused.accused_mends")


def may_accuse(report: Report, actor: Actor) -> bool:
    """Whether this officer may note, or read, whom the violation is about."""
    try:
        check_accuse(report, actor)
    except Refused:
        return False
    return True
