"""The one way in which a report changes: chat, web and schedule all come through here."""

from __future__ import annotations

from handlers import major
from handlers.desk import Desk
from handlers.next_hands import actor_for
from handlers.proposals import follow
from handlers.telling import tell
from storage import history, reports
from woodpecker.decisions import decide
from woodpecker.errors import Refused
from woodpecker.people import CLOCK, Actor, Person
from woodpecker.reports import Act, Decision
from woodpecker.words import Action, Status

REPORT_CARDS = (
    "verify", "task", "accept", "feedback", "query", "case", "verdict", "appeal", "mend", "talk", "joint",
    "edit", "major", "plan", "offer", "ruling",
)  # fmt: skip
TO_VERIFY = (*REPORT_CARDS, "receipt")  # a receipt stands still once verified: each step is told
UNVERIFIED = frozenset({Status.REPORTED, Status.QUERIED})


class Lost(Exception):
    """Somebody changed the report at the same moment: try once more with fresh state."""


def act(desk: Desk, report_id: int, what: Act, who: Person | Actor, version: int | None = None) -> Decision:
    """Does `what` to a report as `who`: decided by the rules, saved, written down, told.

    Raises Refused; `refused.moved_on` if the report has moved on since the button was drawn.
    """
    report = reports.get(desk.store, report_id)
    if report is None:
        raise Refused("refused.no_report")
    if version is not None and version != report.version:
        raise Refused("refused.moved_on")
    actor = actor_for(desk, who, report, what.action) if isinstance(who, Person) else who
    decision = decide(report, what, actor, desk.now, propose_on=desk.plant.programme.propose_on)
    if not reports.save(desk.store, report, decision.report):
        raise Lost
    record(desk, decision, actor.person)
    return decision


def record(desk: Desk, decision: Decision, person: int | None) -> None:
    """Writes the history row and does what follows from a decision that is saved."""
    history.append(desk.store, decision, person, desk.now)
    tell(desk, decision, person)
    major.follow(desk, decision, person)
    follow(desk, decision, person)  # the step is heard of before its money
    unverified = UNVERIFIED & {decision.before.status, decision.report.status}
    desk.refresh(TO_VERIFY if unverified else REPORT_CARDS, decision.report.id)
    if decision.action is Action.VOID:
        _promote_first(desk, decision)
    elif decision.action is Action.MERGE and decision.report.original is not None:
        _merge_along(desk, decision.report.id, decision.report.original)


def _promote_first(desk: Desk, decision: Decision) -> None:
    merged = (r for r in reports.duplicates_of(desk.store, decision.report.id) if r.status is Status.DUPLICATE)
    first = next(merged, None)
    if first is not None:
        act(desk, first.id, Act(Action.PROMOTE), CLOCK)
        _merge_along(desk, decision.report.id, first.id)


def _merge_along(desk: Desk, former: int, original: int) -> None:
    """What was merged into the former original follows the new one."""
    for witness in reports.duplicates_of(desk.store, former):
        if witness.status is Status.DUPLICATE:
            act(desk, witness.id, Act(Action.MERGE, original=reports.get(desk.store, original)), CLOCK)
