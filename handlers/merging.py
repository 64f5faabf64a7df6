"""合并: two reports of one thing become one; the later one is always the duplicate."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from handlers.act import act
from handlers.evidence import may_see
from handlers.judging import check_may, finish, go, tapped
from handlers.turn import Tap, Turn
from storage import reports
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.reports import Act, Report, came_first
from woodpecker.words import Action, Kind, Level, Status

_NUMBER = re.compile(r"(\d{4})-?(\d{4,})")

_NOT_YET = {Status.FIXED: "refused.later_fixed", Status.QUERIED: "refused.later_queried"}


def merge(turn: Turn, tap: Tap) -> None:
    """合并: asks into which, or takes the one on the button."""
    report = tapped(turn, tap, Action.MERGE)
    if report.status is not Status.REPORTED:
        raise Refused("refused.moved_on")
    if tap.arg:
        other = reports.get(turn.store, int(tap.arg)) if tap.arg.isdigit() and len(tap.arg) < 18 else None
        _merge(turn, report, other)
    else:
        go(turn, report, {"step": "merge"})


def merge_typed(turn: Turn, report: Report, words: str) -> None:
    """A number was typed."""
    _merge(turn, report, meant(turn, report, words))


def meant(turn: Turn, report: Report, words: str) -> Report | None:
    """The report of a typed number; the last digits are enough for one of the same month. Raises Refused."""
    match = _NUMBER.fullmatch(words)
    if match:
        number = f"{match[1]}-{match[2]}"
    elif words.isascii() and words.isdigit() and len(words) <= 6:
        number = f"{report.number[:4]}-{int(words):04d}"
    else:
        raise Refused("refused.no_number")
    return reports.by_number(turn.store, number)


def _merge(turn: Turn, report: Report, other: Report | None) -> None:
    if other is None or not may_see(turn.me, other):
        raise Refused("refused.no_report")
    if not came_first(report, other):
        finish(turn, report, Act(Action.MERGE, original=other), "verify.merged")
        return
    if other.status in (Status.ASSIGNED, Status.CLOSED):
        _take_its_place(turn, report, other)
        return
    if other.status is not Status.REPORTED:
        raise Refused(_NOT_YET.get(other.status, "refused.original_unfit"), other=other.number)
    act(turn.desk, other.id, Act(Action.MERGE, original=report), turn.me, other.version)
    turn.reply("verify.merged_later", number=report.number, other=other.number)
    go(turn, report, {"step": ""})


def _take_its_place(turn: Turn, report: Report, later: Report) -> None:
    """Goes to where this one is admitted, filled in with what the later one was given."""
    check_may(turn.desk, turn.me, later, Action.MERGE)
    owner = turn.desk.person(later.owner)
    level = later.level if report.kind is Kind.HAZARD and later.kind is Kind.HAZARD else None
    if report.kind is Kind.HAZARD and level is None:
        raise Refused("refused.later_other_kind", other=later.number)
    known = owner if owner is not None and owner.left_on is None and turn.desk.account_of(owner.id) else None
    args = {"level": level, "later": later.id}
    if later.status is Status.CLOSED and report.kind is Kind.HAZARD:
        go(turn, report, {**args, "step": "spot"})
        return
    tomorrow = clocks.end_of_day(turn.desk.plant.zone, _tomorrow(turn))
    due = None if level is Level.MAJOR else max(later.due or 0, tomorrow)
    filled = {"owner": known.id if known else None, "absent": None, "due": due, "category": later.category}
    go(turn, report, {**args, **filled, "step": "confirm" if known else "owner"})


def _tomorrow(turn: Turn) -> date:
    return clocks.local_day(turn.desk.now, turn.desk.plant.zone) + timedelta(days=1)


def bring_in(turn: Turn, report: Report, args: dict[str, Any]) -> None:
    """Merges the later one into the report that has just been admitted in its place, if there is one."""
    later = reports.get(turn.store, args["later"]) if args.get("later") else None
    if later is None:
        return
    act(turn.desk, later.id, Act(Action.MERGE, original=reports.get(turn.store, report.id)), turn.me)
    turn.reply("verify.took_its_place", number=report.number, other=later.number)
