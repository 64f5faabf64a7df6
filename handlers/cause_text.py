"""What an award is for, in words: a level or kind of report, a kind of activity, a model worker's quarter."""

from __future__ import annotations

from handlers import report_text
from handlers.desk import Desk
from handlers.views import Drawing
from woodpecker.activities import DEFAULT_ACTIVITIES, Activity
from woodpecker.awards import Award
from woodpecker.causes import Cause
from woodpecker.clocks import local
from woodpecker.models import Model
from woodpecker.reports import Report

SHORT = 80  # characters of a report on a card


def grade(d: Drawing, cause: Cause) -> str:
    """The level of a hazard, else what kind of thing it is."""
    if isinstance(cause, Report):
        return report_text.grade(d, cause)
    return said(d.desk, d.language, cause)


def said(desk: Desk, language: str, cause: Activity | Model) -> str:
    """What it is besides its number."""
    if isinstance(cause, Activity):
        return kind_name(desk, language, cause.kind)
    return desk.text(language, "model.of", quarter=quarter_name(desk, language, cause.quarter))


def kind_name(desk: Desk, language: str, kind: str) -> str:
    """A kind of activity: the programme's five in the reader's language, a plant's own as it calls it."""
    return desk.text(language, f"activity.kind_{kind}") if kind in DEFAULT_ACTIVITIES else kind


def quarter_name(desk: Desk, language: str, quarter: int) -> str:
    """2026年四季度."""
    year, number = divmod(quarter, 10)
    return desk.text(language, f"model.quarter_{number}", year=year)


def called(d: Drawing, cause: Cause) -> str:
    """The number as the person whose award it is knows it: 安全学习 HD2611-01."""
    return cause.number if isinstance(cause, Report) else f"{grade(d, cause)} {cause.number}"


def based_on(d: Drawing, cause: Cause, award: Award) -> tuple[str, str]:
    """The day and the rate that an award was worked out from."""
    if isinstance(cause, Report):
        rate = d.text(f"level.{award.level}") if award.level else d.text(f"kind.{award.kind or cause.kind}")
        return f"{local(cause.sent_at, d.desk.plant.zone):%m-%d}", rate
    return cause.day[5:] if isinstance(cause, Activity) else "", grade(d, cause)


def about(d: Drawing, cause: Cause) -> tuple[str, ...]:
    """What it is awarded for, in short, and where."""
    text = cause.text if len(cause.text) <= SHORT else f"{cause.text[:SHORT]}…"
    return text, cause.place_text, who(d, cause)


def who(d: Drawing, cause: Cause) -> str:
    """Who took part or is honoured; nobody's name of a report."""
    if isinstance(cause, Report):
        return ""
    names = [p.name for p in (d.desk.person(i) for i in cause.people) if p is not None]
    return d.text("activity.who", n=len(names), names=d.text("word.comma").join(names))
