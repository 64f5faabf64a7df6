"""The drop-downs of a verify card: the level beside 受理, the owner beside 确认."""

from __future__ import annotations

from handlers.admitting import levels
from handlers.choosing import likely_owners
from handlers.message import Button, Select
from handlers.people_buttons import people_buttons
from handlers.turn import tap_data
from handlers.views import Drawing
from woodpecker.reports import Report
from woodpecker.words import Kind

OPTIONS = 10


def of_step(d: Drawing, report: Report) -> Select | None:
    """What can be chosen beside the buttons of the step where the card stands; only in a private chat."""
    step = d.card.args.get("step", "")
    if d.reader is None or not d.drops_down:
        return None
    if step == "" and report.kind is Kind.HAZARD:
        return _level(d, report)
    return _owner(d, report) if step == "confirm" else None


def _level(d: Drawing, report: Report) -> Select:
    """None is given beforehand: it is the officer's to say."""
    later = d.button("verify.no_level_yet", "va", report.id, report.version)
    offered = [
        d.button(f"level.{level}", "vl", report.id, report.version, level.value)
        for level in levels(d.desk.plant.programme)
    ]
    return Select(d.text("verify.choose_level"), (later, *offered), later.data)


def _owner(d: Drawing, report: Report) -> Select | None:
    """Whoever it is to be now, then others who are likely; two whom a line cannot tell apart are left to 换责任人."""
    now = d.desk.person(d.card.args.get("owner"))
    if now is None:
        return None
    likely = [p for p in likely_owners(d.desk, report, OPTIONS) if p.id != now.id]
    buttons = people_buttons(d, report, "vo", [now, *likely][:OPTIONS])[1]
    labels = [button.label for button in buttons]
    clear = [button for button in buttons if labels.count(button.label) == 1]
    first = Button(buttons[0].label, tap_data("vo", report.id, report.version, str(now.id)))
    others = tuple(button for button in clear if button != first)
    return Select(d.text("verify.choose_owner"), (first, *others), first.data) if others else None
