"""The card of an alert on the phones of those who help, drawn from how it stands."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import alert_people
from handlers.message import Button
from handlers.report_text import superseded, text_of
from handlers.views import Draw, Drawing, View, view
from storage import danger, reports
from woodpecker import danger as rules
from woodpecker.danger import Alert
from woodpecker.names import NEVER_TOLD, secret
from woodpecker.reports import relations


def draw(d: Drawing) -> View:
    """What those who help see: who, what, where, and who has it in hand."""
    alert = danger.get(d.desk.store, d.card.subject)
    if alert is None:
        return view(d.text("refused.unknown_button"), live=False, moot=True)
    if superseded(d):
        return view(d.text("danger.below"), live=False)
    over = alert.ended_at is not None
    # What the clock rings for the third time is not sent any more once somebody has it.
    moot = "clock" in d.card.args and (not alert.open or alert.taken_by not in {None, d.card.person})
    text = text_of(
        d.text("danger.alert", at=alert_people.clock(d.desk, alert.at)),
        alert_people.who(d.desk, d.language, alert),
        alert.words,
        alert_people.place_line(d.desk, d.language, alert),
        *_state(d, alert),
        _report_line(d, alert),
    )
    return view(text, [] if over else _buttons(d, alert), live=not over, moot=moot)


def _state(d: Drawing, alert: Alert) -> list[str]:
    if alert.ended_at is not None:
        return [d.text("danger.ended", who=alert_people.name(d.desk, d.language, alert.ended_by))]
    if alert.reached_at is not None:
        by = alert_people.name(d.desk, d.language, alert.reached_by)
        return [d.text("danger.reached", who=by, at=alert_people.clock(d.desk, alert.reached_at))]
    lines = []
    if alert.escalated_at is not None:
        lines.append(d.text("danger.went_up", minutes=d.desk.plant.programme.clocks.callback_minutes))
    if alert.taken_by is None:
        key = "danger.rings" if alert.rings > 1 else "danger.go"
        return [*lines, d.text(key, count=alert.rings)]
    key = "danger.taken_mine" if d.card.person == alert.taken_by else "danger.taken"
    return [
        *lines,
        d.text(
            key,
            who=alert_people.name(d.desk, d.language, alert.taken_by),
            at=alert_people.clock(d.desk, alert.taken_at),
        ),
    ]


def _report_line(d: Drawing, alert: Alert) -> str:
    """The report that followed, for whom its reporter is no secret."""
    report = reports.get(d.desk.store, alert.report) if alert.report is not None else None
    if report is None or d.reader is None or secret(report.kind, report.naming):
        return ""
    if relations(report, d.reader.id) & NEVER_TOLD:
        return ""
    return d.text("danger.followed", number=report.number)


def _buttons(d: Drawing, alert: Alert) -> list[Button]:
    buttons = []
    if d.reader is not None and rules.may_be_taken(alert, d.reader.id):
        buttons.append(d.button("danger.take", "sostake", alert.id))
    if alert.open:
        buttons.append(d.button("danger.reach", "sosmet", alert.id))
    return [*buttons, d.button("danger.false_alarm", "sosend", alert.id)]


CARDS: Mapping[str, Draw] = {"sosin": draw}
