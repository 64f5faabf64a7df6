"""How an owner's task shows what can be asked, its steps, and what has been asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.asking import DAYS, NOBODY, later, others
from handlers.choosing import likely_owners
from handlers.formats import day_text
from handlers.message import Button
from handlers.people_buttons import people_buttons
from handlers.report_text import text_of
from handlers.turn import tap_data
from handlers.views import Drawing
from woodpecker.people import Person
from woodpecker.reports import Report

Step = tuple[str, list[Button]]
PAGE = 5  # buttons beside [返回]


def requests(d: Drawing, report: Report) -> list[Button]:
    """The buttons beside [已整改]; what is asked already is not asked again."""
    may_ask = report.due is not None and report.extension is None
    labels = [
        ("ask.part", "px"),
        *([("ask.extend", "ex")] if may_ask else []),
        ("ask.hand", "hv"),
        *([] if report.disclaimed else [("ask.not_mine", "nm")]),
    ]
    return [_tap(d, report, key, verb) for key, verb in labels]


def asked_lines(d: Drawing, report: Report) -> list[str]:
    """What waits for an answer."""
    receiver = d.desk.person(report.receiver)
    return [
        d.text("ask.extension_open", until=day_text(report.extension, d.desk.plant.zone)) if report.extension else "",
        d.text("ask.offer_open", name=receiver.name) if receiver else "",
        d.text("ask.disclaimed_open") if report.disclaimed else "",
    ]


def step(d: Drawing, report: Report) -> Step | None:
    """What the card is asking, with its buttons; None while it asks nothing."""
    draw = STEPS.get(d.card.args.get("step", ""))
    if draw is None:
        return None
    said, buttons = draw(d, report)
    return said, [*buttons, _tap(d, report, "word.back", "tb")]


def _tap(d: Drawing, report: Report, key: str, verb: str, arg: str = "") -> Button:
    return d.button(key, verb, report.id, report.version, arg)


def _extend(d: Drawing, report: Report) -> Step:
    days = {n: day_text(later(d.desk, report, int(n)), d.desk.plant.zone) for n in DAYS}
    buttons = [Button(day, tap_data("ex", report.id, report.version, n)) for n, day in days.items()]
    return d.text("ask.until"), buttons


def _extend_why(d: Drawing, report: Report) -> Step:
    return d.text("ask.why_longer", until=day_text(d.card.args["until"], d.desk.plant.zone)), []


def _candidates(d: Drawing, report: Report, at_most: int) -> tuple[bool, list[Person]]:
    """Whether these are the ones that were typed, and who they are."""
    typed = [p for p in (d.desk.person(i) for i in d.card.args.get("found") or []) if p is not None]
    return bool(typed), (typed or others(likely_owners(d.desk, report), report))[:at_most]


def _hand(d: Drawing, report: Report) -> Step:
    typed, people = _candidates(d, report, PAGE)
    lines, buttons = people_buttons(d, report, "hv", people)
    return text_of(d.text("choose.which_person" if typed else "ask.to_whom"), *lines), buttons


def _disclaim(d: Drawing, report: Report) -> Step:
    typed, people = _candidates(d, report, PAGE - 1)
    lines, buttons = people_buttons(d, report, "nm", people)
    said = text_of(d.text("choose.which_person" if typed else "ask.whose"), *lines)
    return said, [*buttons, _tap(d, report, "ask.unknown", "nm", NOBODY)]


def _disclaim_why(d: Drawing, report: Report) -> Step:
    proposed = d.desk.person(d.card.args.get("proposed"))
    return d.text("ask.why_theirs", name=proposed.name) if proposed else d.text("ask.why_not_mine"), []


STEPS: Mapping[str, Callable[[Drawing, Report], Step]] = {
    "extend": _extend,
    "extend_why": _extend_why,
    "hand": _hand,
    "disclaim": _disclaim,
    "disclaim_why": _disclaim_why,
}
