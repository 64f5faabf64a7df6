"""The sentences of a report's steps, for those who brought it and in its history."""

from __future__ import annotations

from typing import Any

from handlers.behalf import as_logger
from handlers.desk import Desk
from handlers.formats import day_text, minute_text
from handlers.message import Message
from handlers.own_words import in_language
from storage import history, reports
from storage.history import Event
from woodpecker import clocks
from woodpecker.names import NEVER_TOLD, OWN, secret
from woodpecker.people import Person
from woodpecker.reports import Report, relations
from woodpecker.words import Action, Naming, RejectReason, Role, Status

BY_REPORTER = frozenset(
    {
        Action.SUBMIT,
        Action.EDIT,
        Action.WITHDRAW,
        Action.REOPEN,
        Action.CONFIRM,
        Action.ANSWER,
        Action.NOTE,
        Action.APPEAL,
    }
)
TALK = frozenset({Action.WRITE, Action.NOTE})
_CORRECTED = ("kind", "level", "category", "place_text")


def step(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """One step of a report, told to somebody who brought it or witnessed it."""
    report = reports.get(desk.store, body["report"])
    event = history.one(desk.store, body["report"], body["seq"])
    if report is None or event is None:
        return None
    key = told_key(event)
    if event.action is Action.QUERY and person.id not in (report.reporter, report.logger):
        key = "query_other"  # who found it too need not answer
    text = desk.text(person.language, f"told.{key}", number=report.number, **facts(desk, person, event))
    text = as_logger(desk, person, report, text)
    if "witness" in body:
        witness = reports.get(desk.store, body["witness"])
        number = witness.number if witness else report.number
        text = desk.text(person.language, "told.as_witness", number=number, text=text)
    return Message(text)


def notice(desk: Desk, person: Person, body: dict[str, Any]) -> Message:
    """A sentence whose facts do not change any more."""
    args = {name: in_language(desk, person.language, value) for name, value in body.get("args", {}).items()}
    return Message(desk.text(person.language, body["key"], **args))


def reads_talk(person: Person, report: Report) -> bool:
    """Whose words appeals and notes are for: they can give the reporter away to whoever fixes it, or anybody else."""
    mine = relations(report, person.id)
    judges = person.actor.roles & {Role.OFFICER, Role.LEADER, Role.APPROVER, Role.SECOND_APPROVER}
    return bool(mine & OWN) or (bool(judges) and not mine & NEVER_TOLD)


def told_key(event: Event) -> str:
    """Which sentence an event gets."""
    if event.action is Action.ACCEPT_FIX and event.after is not Status.CLOSED:
        return "first_acceptance"
    if event.action in (Action.ADMIT, Action.REASSIGN) and not event.detail.get("due"):
        return f"{event.action}_by_plan"
    return event.action.value


def facts(desk: Desk, person: Person, event: Event) -> dict[str, str]:
    """All facts of an event in the reader's words; a sentence takes the ones it names."""
    detail = event.detail
    zone, language = desk.plant.zone, person.language
    owner, receiver = desk.person(detail.get("owner")), desk.person(detail.get("receiver"))
    proposed = desk.person(detail.get("proposed"))
    actor = desk.person(event.person)
    words = str(detail.get("words", ""))
    reason = desk.text(language, f"reject.{detail['reason']}") if detail.get("reason") else ""
    if detail.get("reason") == RejectReason.OTHER and words:
        reason, words = words, ""
    return {
        "who": actor.name if actor else desk.text(language, "word.clock"),
        "at": minute_text(event.at, zone),
        "level": _grade(desk, language, event),
        "owner": owner.name if owner else "",
        "receiver": receiver.name if receiver else "",
        "proposed": desk.text(language, "ask.proposed", name=proposed.name) if proposed else "",
        "due": day_text(detail["due"], zone) if detail.get("due") else "",
        "reason": reason,
        "original": str(detail.get("original", "")),
        "words": words,
        "quoted": desk.text(language, "word.quoted", words=words) if words else "",
        "changes": _changes(desk, language, event),
        "alert": _alert(desk, person, event),
        "for": _names(desk, language, [detail.get("for")]),
    }


def _alert(desk: Desk, person: Person, event: Event) -> str:
    """That a report followed an alert, which names its caller: not for those who may not know who reported it."""
    report = reports.get(desk.store, event.report) if "alert_at" in event.detail else None
    if report is None or relations(report, person.id) & NEVER_TOLD or secret(report.kind, report.naming):
        return ""
    at = clocks.local(event.detail["alert_at"], desk.plant.zone)
    return desk.text(person.language, "danger.after_alert", at=f"{at:%H:%M}")


def _names(desk: Desk, language: str, ids: list[int | None]) -> str:
    return desk.text(language, "word.comma").join(p.name for p in map(desk.person, ids) if p is not None)


def _changes(desk: Desk, language: str, event: Event) -> str:
    """What a correction or the reporter changed, in the reader's words."""
    if event.action is not Action.CORRECT:
        return edited(desk, language, event.detail) if event.action is Action.EDIT else ""
    found = {name: value for name, value in event.detail.items() if name in _CORRECTED and value is not None}
    said = {
        "kind": lambda value: desk.text(language, f"kind.{value}"),
        "level": lambda value: desk.text(language, f"level.{value}"),
        "category": lambda value: category_name(desk, language, value),
    }
    parts = [desk.text(language, f"mend.to_{n}", to=said[n](v) if n in said else v) for n, v in found.items()]
    return desk.text(language, "word.comma").join(parts)


def edited(desk: Desk, language: str, *details: dict[str, Any]) -> str:
    """What the reporter changed before it was admitted, in one or more steps, in the reader's words."""
    place = next((d["place_text"] for d in reversed(details) if "place_text" in d), "")
    added = sum(d.get("evidence", 0) for d in details)
    removed = sum(len(d.get("removed", ())) for d in details)
    found = {"text": any("text" in d for d in details), "place_text": place, "evidence": added, "removed": removed}
    parts = [desk.text(language, f"edited.{name}", to=value, n=value) for name, value in found.items() if value]
    return desk.text(language, "word.comma").join(parts)


def category_name(desk: Desk, language: str, code: str) -> str:
    """A category with its number: 21 物理性缺陷."""
    name = desk.text(language, f"category.{code or 'none'}")
    return f"{code} {name}" if code else name


def _grade(desk: Desk, language: str, event: Event) -> str:
    """The level that was given, or the kind of what has none."""
    if event.detail.get("level"):
        return desk.text(language, f"level.{event.detail['level']}")
    report = reports.get(desk.store, event.report) if event.action is Action.ADMIT else None
    return desk.text(language, f"kind.{report.kind}") if report else ""


def history_lines(desk: Desk, person: Person, report: Report, *, holder: bool = False) -> list[str]:
    """A report's whole history, one line a step, oldest first; a `holder` has the report's code."""
    own = bool(relations(report, person.id) & OWN)
    lines = []
    reads = holder or reads_talk(person, report)
    for event in history.of_report(desk.store, report.id):
        if event.action in TALK | {Action.DECLINE_JOINT} and not reads:
            continue
        known = facts(desk, person, event)
        brought = event.person is not None and event.person in (*report.people, report.logger)
        nameless = report.naming is Naming.ANONYMOUS and event.action in BY_REPORTER
        if nameless or (brought and not own):
            known["who"] = desk.text(person.language, "word.reporter")
        if event.action is Action.WRITE and not person.has(Role.OFFICER):
            known["who"] = desk.text(person.language, "role.officer")
        if event.action is Action.APPEAL and not reads:
            known["quoted"] = ""
        line = desk.text(person.language, f"did.{_did_key(event, own)}", **known)
        if reads and event.detail.get("text_was"):
            line += desk.text(person.language, "edited.was", words=event.detail["text_was"])
        if own and event.detail.get("joint"):
            names = _names(desk, person.language, event.detail["joint"])
            line += desk.text(person.language, "word.found_with", names=names)
        lines.append(line)
    return lines


def _did_key(event: Event, own: bool) -> str:
    """Which sentence a step has in the history; who found it together is read by those alone who brought it."""
    if event.action is Action.DECLINE_JOINT and not own:
        return "one_less"
    if event.action is Action.SUBMIT and own and event.detail.get("for"):
        return "submit_for"
    return told_key(event)
