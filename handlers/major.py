"""重大隐患: the leaders hear of it at once, also at night; two accept its fix, one of them a leader."""

from __future__ import annotations

from handlers.away import present
from handlers.desk import Desk
from handlers.evidence import send_beside
from handlers.next_hands import eligible_people, staffing_alarm, watch_staffing
from storage import people
from woodpecker.reports import Decision, Report
from woodpecker.words import Action, Level, Role, Status

CARD = "major"
OPEN = frozenset({Status.ASSIGNED, Status.FIXED})


def follow(desk: Desk, decision: Decision, actor: int | None) -> None:
    """Alerts for what has become a major hazard or is one again, asks the second acceptor, brings the owner the plan.

    Whoever said that it is major gets the card to watch it as an answer.
    """
    report = decision.report
    if report.level is not Level.MAJOR:
        return
    if became_major(decision):
        alert(desk, report, actor)
        if actor is not None:
            desk.open_card(actor, CARD, report.id, urgent=True)
    elif decision.action is Action.REOPEN:
        alert(desk, report, actor)
    elif decision.action is Action.ACCEPT_FIX and report.status is Status.FIXED:
        _ask_second(desk, report)
    if decision.action in (Action.PLAN, Action.CORRECT) and report.owner not in (None, actor):
        _to_owner(desk, report)


def became_major(decision: Decision) -> bool:
    """Whether it was not known before that this hazard is a major one."""
    before = decision.before
    known = before.level is Level.MAJOR and before.admitted_at is not None
    return decision.report.status in OPEN and not known


def alert(desk: Desk, report: Report, actor: int | None) -> None:
    """To every leader at once, whatever the hour."""
    leaders = people.with_role(desk.store, Role.LEADER)
    here = people.joined(desk.store, [p.id for p in leaders])
    told = present(desk, sorted(here)) or sorted(here)
    for person in told:
        if person != actor:
            send_beside(desk, person, report, "before", urgent=True)
            desk.open_card(person, CARD, report.id, urgent=True)
    if not told:
        staffing_alarm(desk, report, "major")


def _ask_second(desk: Desk, report: Report) -> None:
    """Whoever may be the second gets the card once more: it says who was the first."""
    acceptors = eligible_people(desk, report, Action.ACCEPT_FIX)
    for acceptor in acceptors:
        desk.open_card(acceptor, "accept", report.id)
    watch_staffing(desk, report, "second", acceptors)


def _to_owner(desk: Desk, report: Report) -> None:
    if report.owner is not None and report.status is Status.ASSIGNED:
        desk.open_card(report.owner, "task", report.id, urgent=True)
