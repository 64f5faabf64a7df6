"""合并: two reports of one thing become one; the later one is always the duplicate."""

from __future__ import annotations

import re

from handlers.act import act
from handlers.evidence import may_see
from handlers.judging import finish, go, tapped
from handlers.turn import Tap, Turn
from storage import reports
from woodpecker.errors import Refused
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

_NUMBER = re.compile(r"(\d{4})-?(\d{4,})")


def merge(turn: Turn, tap: Tap) -> None:
    """合并: asks into which, or takes the one on the button."""
    report = tapped(turn, tap, Action.MERGE)
    if tap.arg:
        other = reports.get(turn.store, int(tap.arg)) if tap.arg.isdigit() and len(tap.arg) < 18 else None
        _merge(turn, report, other)
    else:
        go(turn, report, {"step": "merge"})


def merge_typed(turn: Turn, report: Report, words: str) -> None:
    """A number was typed; the last digits are enough for one of the same month."""
    match = _NUMBER.fullmatch(words)
    if match:
        number = f"{match[1]}-{match[2]}"
    elif words.isascii() and words.isdigit() and len(words) <= 6:
        number = f"{report.number[:4]}-{int(words):04d}"
    else:
        raise Refused("refused.no_number")
    _merge(turn, report, reports.by_number(turn.store, number))


def came_first(one: Report, other: Report) -> bool:
    """Whether the first report was sent before the other one."""
    return (one.sent_at, one.delivery, one.id) < (other.sent_at, other.delivery, other.id)


def _merge(turn: Turn, report: Report, other: Report | None) -> None:
    if other is None or not may_see(turn.me, other):
        raise Refused("refused.no_report")
    if not came_first(report, other):
        finish(turn, report, Act(Action.MERGE, original=other), "verify.merged")
        return
    if other.status is not Status.REPORTED:
        raise Refused("refused.later_admitted", other=other.number)
    act(turn.desk, other.id, Act(Action.MERGE, original=report), turn.me, other.version)
    turn.reply("verify.merged_later", number=report.number, other=other.number)
    go(turn, report, {"step": ""})
