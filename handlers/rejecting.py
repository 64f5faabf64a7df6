"""驳回, 请补充 and 当场已改: what takes a reason, a question, or a photo or words."""

from __future__ import annotations

from handlers.admitting import level_of
from handlers.evidence import keep
from handlers.judging import finish, go, state, tapped
from handlers.merging import bring_in
from handlers.taking import arrived, complain
from handlers.turn import Tap, Turn
from woodpecker.errors import Refused
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Kind, Level, RejectReason


def reasons(kind: Kind) -> list[RejectReason]:
    """The reasons that are offered; only a hazard can turn out to be none."""
    return [r for r in RejectReason if kind is Kind.HAZARD or r is not RejectReason.NO_HAZARD]


def reject(turn: Turn, tap: Tap) -> None:
    """驳回: asks for the reason, or takes the one on the button."""
    report = tapped(turn, tap, Action.REJECT)
    if not tap.arg:
        go(turn, report, {"step": "reject"})
    elif tap.arg == RejectReason.OTHER:
        go(turn, report, {"step": "other"})
    elif tap.arg in reasons(report.kind):
        finish(turn, report, Act(Action.REJECT, reason=RejectReason(tap.arg)), _told(report, "verify.rejected"))
    else:
        raise Refused("refused.unknown_button")


def reject_typed(turn: Turn, report: Report, words: str) -> None:
    """The reason in words."""
    finish(turn, report, Act(Action.REJECT, reason=RejectReason.OTHER, words=words), _told(report, "verify.rejected"))


def _told(report: Report, key: str) -> str:
    """What the officer hears: of whoever reported without a name, that it is read when that person looks."""
    return key if report.people else "talk.for_holder"


def query(turn: Turn, tap: Tap) -> None:
    """请补充: asks what the reporter should add."""
    go(turn, tapped(turn, tap, Action.QUERY), {"step": "query"})


def query_typed(turn: Turn, report: Report, words: str) -> None:
    """What the reporter should add."""
    finish(turn, report, Act(Action.QUERY, words=words), _told(report, "verify.queried"))


def spot(turn: Turn, tap: Tap) -> None:
    """当场已改: asks a hazard's level, then a photo or words."""
    report = tapped(turn, tap, Action.FIXED_ON_SPOT)
    if report.kind is Kind.HAZARD and not tap.arg:
        go(turn, report, {"step": "spot_level"})
    elif tap.arg == Level.MAJOR:
        raise Refused("refused.major_not_at_once")
    else:
        level = level_of(turn, report, tap.arg) if report.kind is Kind.HAZARD else None
        go(turn, report, {"step": "spot", "level": level})


def spot_shown(turn: Turn, report: Report, words: str) -> None:
    """The photo or the words."""
    args = state(turn, report)
    level = args.get("level")
    media = arrived(turn.incoming)
    keep(turn, media, "after", report=report.id)
    pieces = len(media)
    if not words and not pieces:
        complain(turn)
        return
    what = Act(
        Action.FIXED_ON_SPOT,
        level=Level(level) if level else None,
        words=words,
        evidence=pieces,
        outside_duty=bool(args.get("outside")),
    )
    finish(turn, report, what, "verify.on_spot")
    bring_in(turn, report, args)
