"""Whoever leaves: on the day named, with open tasks passed on, and what waited for this person put before others."""

from __future__ import annotations

import logging
from collections import defaultdict

from handlers import proposals, roster
from handlers.act import act
from handlers.desk import Desk
from handlers.next_hands import eligible_people, staffing_alarm
from handlers.roster import Change
from storage import audit, awards, cards, departments, jobs, leaving, reports
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.people import CLOCK, Actor
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

log = logging.getLogger(__name__)

WAITS = ((Status.REPORTED, Action.ADMIT, "verify"), (Status.FIXED, Action.ACCEPT_FIX, "accept"))
NUMBERS = 10  # reports that a sentence names
ALARMS = 3


def on_the_day(desk: Desk) -> None:
    """Whoever was to leave by today has left; whatever a leaver still holds is passed on."""
    today = clocks.local_day(desk.now, desk.plant.zone).isoformat()
    gone = []
    for person in leaving.due(desk.store, today):
        try:
            with desk.store.tx.savepoint():
                leaving.leave(desk.store, person.id, person.leaves_on or today, desk.now)
        except Refused:
            if jobs.claim(desk.store, "last_admin", f"{person.id} {today}", desk.now):
                log.warning("enterprise %s: the last admin was to leave; make another one first", desk.plant.code)
            continue
        audit.write(desk.store, desk.now, "person.left", person.id, source="config", left=person.leaves_on)
        gone.append(Change("left", person.id))
    after(desk, gone)
    pass_on(desk)


def after(desk: Desk, changes: list[Change]) -> None:
    """What follows from changes of the roster: leaders hear of them, work goes to whoever may do it now."""
    if not changes:
        return
    roster.tell(desk, changes)
    pass_on(desk)
    _put_before_others(desk)


def pass_on(desk: Desk) -> None:
    """Whatever a leaver owns goes to the leader; what a leaver was offered or had claimed goes back."""
    passed: dict[tuple[int, int | None], list[Report]] = defaultdict(list)
    for report in leaving.left_behind(desk.store):
        try:
            with desk.store.tx.savepoint():
                _give_back(desk, report)
                owner = desk.person(report.owner)
                if report.status is Status.ASSIGNED and owner is not None and owner.left_on is not None:
                    passed[owner.id, _to_leader(desk, report)].append(report)
        except Refused:  # somebody was faster
            continue
    for (leaver, heir), found in passed.items():
        _tell_officers(desk, leaver, heir, found)


def _give_back(desk: Desk, report: Report) -> None:
    receiver, claimer = desk.person(report.receiver), desk.person(report.claimed_by)
    if receiver is not None and receiver.left_on is not None:
        act(desk, report.id, Act(Action.DECLINE_OVER), Actor(receiver.id))
    if report.status is Status.REPORTED and claimer is not None and claimer.left_on is not None:
        act(desk, report.id, Act(Action.UNCLAIM), CLOCK)


def _to_leader(desk: Desk, report: Report) -> int | None:
    owner = desk.person(report.owner)
    of = [owner.department if owner else None, report.department]
    for leader in (departments.leader_of(desk.store, d) for d in of):
        if leader is not None and desk.account_of(leader) is not None:
            act(desk, report.id, Act(Action.PASS_ON, owner=leader), CLOCK)
            return leader
    return None


def _tell_officers(desk: Desk, leaver: int, heir: int | None, found: list[Report]) -> None:
    """Once for each report that nobody could take; every time for those that somebody took."""
    if heir is None:
        found = [r for r in found if jobs.claim(desk.store, "left_behind", f"{r.id} {leaver}", desk.now)]
    told: dict[int, list[str]] = defaultdict(list)
    for report in found:
        for officer in eligible_people(desk, report, Action.REASSIGN):
            told[officer].append(report.number)
    names = {"name": _name(desk, leaver), "heir": _name(desk, heir)}
    for officer, numbers in told.items():
        listed = " ".join(numbers[:NUMBERS]) + (" …" if len(numbers) > NUMBERS else "")
        key = "leaving.passed_on" if heir is not None else "leaving.nobody"
        desk.push(officer, "notice", {"key": key, "args": {**names, "count": len(numbers), "numbers": listed}})


def _name(desk: Desk, person: int | None) -> str:
    who = desk.person(person)
    return who.name if who else ""


def _put_before_others(desk: Desk) -> None:
    """What waits for a word and stood only before people who may not say it any more."""
    alarms = 0
    for status, action, kind in WAITS:
        for report in reports.in_status(desk.store, status):
            asked = eligible_people(desk, report, action)
            if _stands_before(desk, kind, report.id, asked):
                continue
            for person in asked:
                desk.open_card(person, kind, report.id)
            if not asked and alarms < ALARMS:
                alarms += 1
                staffing_alarm(desk, report, kind)
    deciders = proposals.deciders(desk)
    for award, cause in awards.open(desk.store):
        asked = [p.id for p in proposals.eligible(award, cause, deciders)]
        if asked and not _stands_before(desk, "award", award.id, asked):
            proposals.offer(desk, award, cause)


def _stands_before(desk: Desk, kind: str, subject: int, asked: list[int]) -> bool:
    return any(c.person in asked for c in cards.of_subject(desk.store, (kind,), subject))
