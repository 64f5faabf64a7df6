"""The card on which an officer reads what an owner asks, and gives another date or owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from handlers.asking import DAYS, others
from handlers.choosing import likely_owners
from handlers.formats import day_text
from handlers.judging import check_may
from handlers.message import Button
from handlers.people_buttons import people_buttons
from handlers.report_text import (
    acted_line,
    due_line,
    evidence_line,
    head,
    interim_line,
    last_of,
    superseded,
    text_of,
)
from handlers.turn import tap_data
from handlers.views import Drawing, View, view
from storage import evidence, reports
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.fixing import waits_for_officer
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Status

CARD = "ruling"
RULES = (Action.SET_DUE, Action.REASSIGN)  # an officer who owns it can only give it away
PAGE = 5  # buttons beside [返回]
OVER = frozenset(
    {Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION, Action.SET_DUE, Action.KEEP_OWNER, Action.REASSIGN,
     Action.TAKE_OVER, Action.FIX, Action.ACCEPT_FIX, Action.VOID, Action.MERGE}
)  # fmt: skip

Step = tuple[str, list[Button]]


def draw(d: Drawing) -> View:
    """What is asked with its answers, what can be changed, or who acted."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    if report.status is not Status.ASSIGNED or not (waits_for_officer(report) or d.card.args.get("menu")):
        text = text_of(head(d, report), acted_line(d, report, OVER))
        return view(text, live=False, moot=not d.card.args.get("asked"))
    owner = d.desk.person(report.owner)
    body = text_of(
        head(d, report, "🔧 "),
        due_line(d, report),
        d.text("verify.owner_is", owner=owner.name if owner else ""),
        interim_line(d, report),
        evidence_line(d, report),
        *_asked(d, report),
    )
    if not any(_may(d, d.reader, report, action) for action in RULES):
        return view(body)
    said, buttons = STEPS.get(d.card.args.get("step", ""), _menu)(d, report)
    return view(text_of(body, said), buttons)


def _may(d: Drawing, reader: Person, report: Report, action: Action) -> bool:
    try:
        check_may(d.desk, reader, report, action)
    except Refused:
        return False
    return True


def _asked(d: Drawing, report: Report) -> list[str]:
    """What the owner asks, in the owner's words."""
    lines = []
    if report.extension is not None:
        until = day_text(report.extension, d.desk.plant.zone)
        lines.append(_said(d, report, Action.ASK_EXTENSION, "rule.extension", until=until))
    if report.disclaimed:
        lines.append(_said(d, report, Action.NOT_MINE, "rule.disclaimed"))
        proposed = _proposed(d, report)
        lines.append(d.text("rule.proposed", name=proposed.name) if proposed else "")
    return lines


def _said(d: Drawing, report: Report, action: Action, key: str, **args: str) -> str:
    event = last_of(d.desk, report, (action,))
    who = d.desk.person(event.person) if event else None
    return d.text(key, who=who.name if who else "", words=event.detail.get("words", "") if event else "", **args)


def _proposed(d: Drawing, report: Report) -> Person | None:
    """Whose task it is as the owner says, while that is open."""
    event = last_of(d.desk, report, (Action.NOT_MINE,)) if report.disclaimed else None
    return d.desk.person(event.detail.get("proposed")) if event else None


def _tap(d: Drawing, report: Report, key: str, verb: str, arg: str = "") -> Button:
    return d.button(key, verb, report.id, report.version, arg)


def _menu(d: Drawing, report: Report) -> Step:
    assert d.reader is not None
    asked = report.extension is not None
    known = [
        ("rule.grant", "rg", Action.GRANT_EXTENSION, asked),
        ("rule.other_date" if asked else "verify.other_due", "rd", Action.SET_DUE, asked or not report.disclaimed),
        ("rule.refuse", "rn", Action.REFUSE_EXTENSION, asked),
        ("rule.reassign", "ro", Action.REASSIGN, True),
        ("rule.keep", "rk", Action.KEEP_OWNER, report.disclaimed),
    ]
    buttons = [
        _tap(d, report, key, verb) for key, verb, action, fits in known if fits and _may(d, d.reader, report, action)
    ]
    if evidence.of_report(d.desk.store, report.id):
        buttons.append(d.button("word.photos", "pics", report.id))
    return "", buttons


def _back(d: Drawing, report: Report) -> Button:
    return _tap(d, report, "word.back", "rb")


def _due(d: Drawing, report: Report) -> Step:
    zone = d.desk.plant.zone
    today = clocks.local_day(d.desk.now, zone)
    days = {n: day_text(clocks.end_of_day(zone, today + timedelta(days=int(n))), zone) for n in DAYS}
    buttons = [Button(day, tap_data("rd", report.id, report.version, n)) for n, day in days.items()]
    return d.text("choose.day"), [*buttons, _back(d, report)]


def _owner(d: Drawing, report: Report) -> Step:
    typed = [p for p in (d.desk.person(i) for i in d.card.args.get("found") or []) if p is not None]
    proposed = _proposed(d, report)
    likely = [*([proposed] if proposed else []), *likely_owners(d.desk, report)]
    people = typed or others(list(dict.fromkeys(likely)), report)
    lines, buttons = people_buttons(d, report, "ro", people[:PAGE])
    asked = d.text("choose.which_person" if typed else "choose.person")
    return text_of(asked, *lines), [*buttons, _back(d, report)]


def _sentence(question: str) -> Callable[[Drawing, Report], Step]:
    def step(d: Drawing, report: Report) -> Step:
        return d.text(question), [_back(d, report)]

    return step


STEPS: Mapping[str, Callable[[Drawing, Report], Step]] = {
    "": _menu,
    "due": _due,
    "owner": _owner,
    "refuse": _sentence("rule.why_refuse"),
    "keep": _sentence("rule.why_keep"),
}
