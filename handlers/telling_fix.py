"""Who hears of a step while a report is being fixed: its owner, whoever may take it over, officers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.desk import Desk
from handlers.evidence import send_beside
from handlers.formats import day_text
from handlers.message import Message
from handlers.next_hands import eligible_people, staffing_alarm
from storage import history, reports
from woodpecker.people import Person
from woodpecker.reports import Decision
from woodpecker.words import Action

OWNER_HEARS = frozenset(
    {Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION, Action.SET_DUE, Action.TAKE_OVER, Action.DECLINE_OVER,
     Action.KEEP_OWNER, Action.REASSIGN}
)  # fmt: skip


def tell(desk: Desk, decision: Decision, actor: int | None) -> None:
    """Pushes the answer to whoever was the owner, and cards to whoever is asked."""
    owner = decision.before.owner
    if decision.action in OWNER_HEARS and owner is not None and owner != actor:
        desk.push(owner, "owner", {"report": decision.report.id, "seq": decision.report.version})
    follow = NEXT.get(decision.action)
    if follow is not None:
        follow(desk, decision)


def _to_receiver(desk: Desk, decision: Decision) -> None:
    report = decision.report
    if report.receiver is not None:
        send_beside(desk, report.receiver, report, "before")
        desk.open_card(report.receiver, "offer", report.id)


def _to_rulers(desk: Desk, decision: Decision) -> None:
    report = decision.report
    rulers = eligible_people(desk, report, Action.SET_DUE)
    for ruler in rulers:
        desk.open_card(ruler, "ruling", report.id)
    if not rulers:
        staffing_alarm(desk, report, "asked")


def _interim(desk: Desk, decision: Decision) -> None:
    """Whoever admitted it hears what was done meanwhile, else all who could answer; the reporter sees it."""
    report = decision.report
    officers = eligible_people(desk, report, Action.SET_DUE)
    hear = [o for o in officers if o == report.level_setter] or officers
    for officer in hear:
        desk.push(officer, "step", {"report": report.id, "seq": report.version})
    for person in dict.fromkeys((*report.people, *hear)):
        if person != report.owner:
            send_beside(desk, person, report, "interim")


def _lapsed(desk: Desk, decision: Decision) -> None:
    """Whoever had claimed it hears that it went back to all."""
    if decision.before.claimed_by is not None:
        args = {"number": decision.report.number, "hours": desk.plant.programme.clocks.claim_hours}
        desk.push(decision.before.claimed_by, "notice", {"key": "taken_up.lapsed", "args": args})


NEXT: Mapping[Action, Callable[[Desk, Decision], None]] = {
    Action.HAND_OVER: _to_receiver,
    Action.ASK_EXTENSION: _to_rulers,
    Action.NOT_MINE: _to_rulers,
    Action.PART_FIX: _interim,
    Action.UNCLAIM: _lapsed,
}


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """What was decided about a task, for whoever had it."""
    report = reports.get(desk.store, body["report"])
    event = history.one(desk.store, body["report"], body["seq"])
    if report is None or event is None:
        return None
    detail, zone = event.detail, desk.plant.zone
    key = event.action.value
    if event.action is Action.GRANT_EXTENSION and detail["due"] != detail["asked"]:
        key = "other_date"
    actor, owner = desk.person(event.person), desk.person(detail.get("owner"))
    asked, due = detail.get("asked"), detail.get("due") or report.due
    return Message(
        desk.text(
            person.language,
            f"owner_told.{key}",
            number=report.number,
            who=actor.name if actor else "",
            owner=owner.name if owner else "",
            due=day_text(due, zone) if due else "–",
            asked=day_text(asked, zone) if asked else "",
            words=detail.get("words", ""),
        )
    )
