"""我来处理: an officer takes on a report that waits to be verified; the others see who, until it goes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.desk import Desk
from handlers.formats import clock_text
from handlers.judging import finish, tapped
from handlers.turn import Tap, Turn
from handlers.views import Drawing
from woodpecker import clocks
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Role


def claim(turn: Turn, tap: Tap) -> None:
    """我来处理."""
    report = tapped(turn, tap, Action.CLAIM)
    finish(turn, report, Act(Action.CLAIM), "taken_up.taken", until=_until(turn.desk, turn.desk.now))


def _until(desk: Desk, claimed: int) -> str:
    return clock_text(clocks.claim_until(claimed, desk.plant.programme.clocks), desk.plant.zone)


def line(d: Drawing, report: Report) -> str:
    """Who deals with it and until when; "" while nobody does."""
    who = d.desk.person(report.claimed_by)
    if who is None:
        return ""
    until = _until(d.desk, report.claimed_at or d.desk.now)
    if d.reader is not None and d.reader.id == who.id:
        return d.text("taken_up.mine", until=until)
    role = d.text("role.officer" if who.has(Role.OFFICER) else "role.leader")
    return d.text("taken_up.theirs", who=who.name if d.reader else role, until=until)


def elsewhere(d: Drawing, report: Report) -> bool:
    """Whether somebody else deals with it, so that this card has no buttons."""
    return report.claimed_by is not None and (d.reader is None or d.reader.id != report.claimed_by)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"vy": claim}
