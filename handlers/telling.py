"""Who hears of a change: the reporter of every step, and whoever has to act next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import on_leave, telling_fix
from handlers.behalf import hearers, speaker
from handlers.desk import Desk
from handlers.evidence import BOTH, send_beside
from handlers.next_hands import eligible_people, staffing_alarm, watch_staffing
from storage import history, reports
from woodpecker.reports import Decision
from woodpecker.words import Action, Kind, Level, Status

SILENT = frozenset(
    {Action.EDIT, Action.CLAIM, Action.UNCLAIM, Action.CONFIRM, Action.SUBMIT, Action.WRITE, Action.NOTE}
)


def tell(desk: Desk, decision: Decision, actor: int | None) -> None:
    """Pushes the step to everybody who brought the report, and cards to whoever acts next."""
    if decision.action not in SILENT:
        _steps(desk, decision, actor)
    follow = _NEXT.get(decision.action)
    if follow is not None:
        follow(desk, decision)
    telling_fix.tell(desk, decision, actor)


def _steps(desk: Desk, decision: Decision, actor: int | None) -> None:
    report = decision.report
    closed_by_fix = decision.action is Action.ACCEPT_FIX and report.status is Status.CLOSED
    body = {"report": report.id, "seq": report.version}
    mouth = speaker(desk, report)
    for person in hearers(desk, report):
        asked = decision.action is Action.QUERY and person == mouth  # the query card says it
        if person == actor or asked:
            continue
        if closed_by_fix and person == mouth:
            send_beside(desk, person, report, "after")
            desk.open_card(person, "feedback", report.id)
        elif decision.action is Action.REJECT and person == mouth:
            desk.open_card(person, "verdict", report.id)
        else:
            desk.push(person, "step", body)
    if decision.action is Action.DECLINE_JOINT:
        return  # who found it with whom is for those alone who brought it
    for witness in reports.duplicates_of(desk.store, report.id):
        for person in hearers(desk, witness):
            if person not in report.people and person != actor:
                desk.push(person, "step", {**body, "witness": witness.id})


def _to_officers(desk: Desk, decision: Decision) -> None:
    report = decision.report
    officers = eligible_people(desk, report, Action.ADMIT)
    for officer in officers:
        send_beside(desk, officer, report, "before")
        desk.open_card(officer, "verify", report.id)
    watch_staffing(desk, report, "verify", officers)
    if report.kind is not Kind.VIOLATION:
        desk.open_group_cards("verify", "verify", report.id)


def _to_more_officers(desk: Desk, decision: Decision) -> None:
    """Another place may lie within the limits of other officers; whoever declined to have found it may judge it."""
    before, after = decision.before, decision.report
    same = (before.department, before.people) == (after.department, after.people)
    if same or after.status is not Status.REPORTED:
        return
    known = set(eligible_people(desk, before, Action.ADMIT))
    for officer in eligible_people(desk, after, Action.ADMIT):
        if officer not in known:
            send_beside(desk, officer, after, "before")
            desk.open_card(officer, "verify", after.id)


def _to_owner(desk: Desk, decision: Decision) -> None:
    report = decision.report
    if report.owner is None or on_leave.told_instead(desk, report, report.owner):
        return
    urgent = report.level is Level.MAJOR
    send_beside(desk, report.owner, report, "before", urgent=urgent)
    desk.open_card(report.owner, "task", report.id, urgent=urgent)


def _to_acceptors(desk: Desk, decision: Decision) -> None:
    report = decision.report
    acceptors = eligible_people(desk, report, Action.ACCEPT_FIX)
    for acceptor in acceptors:
        send_beside(desk, acceptor, report, BOTH)
        desk.open_card(acceptor, "accept", report.id)
    watch_staffing(desk, report, "accept", acceptors)


def _to_deciders(desk: Desk, decision: Decision) -> None:
    report = decision.report
    deciders = eligible_people(desk, report, Action.UPHOLD)
    for decider in deciders:
        send_beside(desk, decider, report, "before")
        desk.open_card(decider, "appeal", report.id)
    watch_staffing(desk, report, "appeal", deciders)


def _to_reporter(desk: Desk, decision: Decision) -> None:
    mouth = speaker(desk, decision.report)
    if mouth is not None:
        desk.open_card(mouth, "query", decision.report.id)


def _written(desk: Desk, decision: Decision) -> None:
    """The officer's words go to whoever reported it; whoever holds a code finds them there."""
    if decision.report.reporter is not None:
        desk.open_card(decision.report.reporter, "talk", decision.report.id)


def _noted(desk: Desk, decision: Decision) -> None:
    """What the reporter says goes to the officer who spoke last about it, else to all who may."""
    report = decision.report
    if report.status is Status.REPORTED:
        _to_officers(desk, decision)
        return
    may = eligible_people(desk, report, Action.WRITE)
    spoke = [e.person for e in reversed(history.of_report(desk.store, report.id)) if e.person in may]
    for officer in spoke[:1] or may:
        if officer is not None:
            desk.open_card(officer, "talk", report.id)
    if not may:
        staffing_alarm(desk, report, "verify")


_NEXT: Mapping[Action, Callable[[Desk, Decision], None]] = {
    Action.SUBMIT: _to_officers,
    Action.EDIT: _to_more_officers,
    Action.DECLINE_JOINT: _to_more_officers,
    Action.ANSWER: _to_officers,
    Action.QUERY_LAPSED: _to_officers,
    Action.UPHOLD: _to_officers,
    Action.APPEAL: _to_deciders,
    Action.PROMOTE: _to_officers,
    Action.QUERY: _to_reporter,
    Action.WRITE: _written,
    Action.NOTE: _noted,
    Action.ADMIT: _to_owner,
    Action.REASSIGN: _to_owner,
    Action.PASS_ON: _to_owner,
    Action.RETURN_FIX: _to_owner,
    Action.REOPEN: _to_owner,
    Action.FIX: _to_acceptors,
}
