"""The card on which an admitted report is corrected or made void, with what that does to its award."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.admitting import levels
from handlers.formats import yuan
from handlers.message import Button
from handlers.places import labels
from handlers.report_text import acted_line, grade, head, shown, text_of
from handlers.steps import category_name
from handlers.turn import tap_data
from handlers.verify_card import category_step
from handlers.views import Drawing, View, view
from storage import awards, places, reports
from woodpecker import clocks, rewards
from woodpecker.award_table import IN_LEDGER
from woodpecker.awards import Award
from woodpecker.errors import Refused
from woodpecker.reports import Report
from woodpecker.transitions import TRANSITIONS
from woodpecker.words import Action, AwardStatus, Kind, Level, Status

Step = tuple[str, list[Button]]
ANYTHING = frozenset(Action) - {Action.EDIT}


def draw(d: Drawing) -> View:
    """What can be corrected, one step of it, or what was done."""
    report = shown(d, unreadable=d.reader is None)
    if isinstance(report, View):
        return report
    if (report.status, Action.CORRECT) not in TRANSITIONS:
        return view(text_of(head(d, report), acted_line(d, report, ANYTHING)), live=False)
    said, buttons = STEPS.get(d.card.args.get("step", ""), _menu)(d, report)
    return view(text_of(head(d, report, "✏️ "), *_stands(d, report), said), buttons)


def _stands(d: Drawing, report: Report) -> list[str]:
    hazard = report.kind is Kind.HAZARD
    return [
        d.text("card.kind", kind=d.text(f"kind.{report.kind}")),
        d.text("verify.level_is", level=grade(d, report)) if hazard else "",
        d.text("verify.category_is", category=category_name(d.desk, d.language, report.category)) if hazard else "",
    ]


def _tap(d: Drawing, report: Report, key: str, verb: str, arg: str = "") -> Button:
    return d.button(key, verb, report.id, report.version, arg)


def _back(d: Drawing, report: Report) -> Button:
    return _tap(d, report, "word.back", "mdb")


def _menu(d: Drawing, report: Report) -> Step:
    hazard = report.kind is Kind.HAZARD
    buttons = [
        *([_tap(d, report, "mend.level", "mdl")] if hazard else []),
        _tap(d, report, "mend.kind", "mdk"),
        _tap(d, report, "mend.place", "mdp"),
        *([_tap(d, report, "mend.category", "mdc")] if hazard else []),
        *([_tap(d, report, "mend.merge", "mdm")] if (report.status, Action.MERGE) in TRANSITIONS else []),
        _tap(d, report, "mend.void", "mdv"),
    ]
    return d.text("mend.what"), buttons


def _kinds(d: Drawing, report: Report) -> Step:
    others = [k for k in Kind if k is not report.kind]
    return d.text("mend.which_kind"), [
        *(_tap(d, report, f"kind.{k}", "mdk", k) for k in others),
        _back(d, report),
    ]


def _levels(d: Drawing, report: Report) -> Step:
    now = None if d.card.args.get("kind") else report.level
    open_to_major = report.status is Status.ASSIGNED
    offered = [x for x in levels(d.desk.plant.programme, major=open_to_major) if x is not now]
    buttons = [_tap(d, report, f"level.{x}", "mdl", x) for x in offered]
    return d.text("verify.which_level"), [*buttons, _back(d, report)]


def _sure(d: Drawing, report: Report) -> Step:
    args = d.card.args
    kind = Kind(args["kind"]) if args.get("kind") else report.kind
    level = Level(args["level"]) if args.get("level") else None
    to = d.text(f"level.{level}") if level else d.text(f"kind.{kind}")
    chosen = f"{args.get('kind') or ''}-{args.get('level') or ''}"
    lines = [d.text("mend.becomes", to=to), _new_award(d, report, kind, level, to)]
    return text_of(*lines), [_tap(d, report, "mend.sure", "mdy", chosen), _back(d, report)]


def _new_award(d: Drawing, report: Report, kind: Kind, level: Level | None, to: str) -> str:
    """What a correction does to the award: reverse and enter again by the card of the report's day."""
    standing = _standing(d, report)
    programme = d.desk.plant.programme
    if standing is None and programme.propose_on == "close" and report.status is not Status.CLOSED:
        return ""
    day = clocks.local_day(report.sent_at, d.desk.plant.zone)
    try:
        fen = rewards.propose(programme, day, kind, level, report.outside_duty).total
    except Refused:
        return ""
    new = d.text("mend.proposed", to=to, amount=yuan(fen))
    return text_of(_lost(d, standing, correct=True), new)


def _standing(d: Drawing, report: Report) -> Award | None:
    found = [a for a in awards.of_report(d.desk.store, report.id) if a.status is not AwardStatus.REVERSED]
    return found[-1] if found else None


def _lost(d: Drawing, award: Award | None, *, correct: bool) -> str:
    if award is None:
        return ""
    if award.status in IN_LEDGER:
        key = "mend.paid_lost" if award.status is AwardStatus.PAID else "mend.approved_lost"
    elif award.status is AwardStatus.REFUSED:
        return d.text("mend.refused_again") if correct else ""
    else:
        key = "mend.proposal_lost"
    return d.text(key, amount=yuan(award.fen))


def _where(d: Drawing, report: Report) -> Step:
    found = [p for p in (places.get(d.desk.store, i) for i in d.card.args.get("found", [])) if p is not None]
    lines = [d.text("draft.choice", n=n, place=p.name) for n, p in enumerate(found, 1)]
    buttons = [
        Button(label, tap_data("mdp", report.id, report.version, str(place))) for place, label in labels(found).items()
    ]
    key = "mend.which_place" if d.card.args.get("typed") else "mend.where"
    return text_of(d.text(key, words=d.card.args.get("typed", "")), *lines), [*buttons, _back(d, report)]


def _category(d: Drawing, report: Report) -> Step:
    return category_step(d, report, "mdc", "mdb")


def _merge(d: Drawing, report: Report) -> Step:
    lost = _lost(d, _standing(d, report), correct=False)
    return text_of(lost, d.text("mend.into_which")), [_back(d, report)]


def _void(d: Drawing, report: Report) -> Step:
    merged = [r for r in reports.duplicates_of(d.desk.store, report.id) if r.status is Status.DUPLICATE]
    first = d.text("mend.first_again", number=merged[0].number) if merged else ""
    lost = _lost(d, _standing(d, report), correct=False)
    return text_of(lost, first, d.text("mend.why_void")), [_back(d, report)]


STEPS: Mapping[str, Callable[[Drawing, Report], Step]] = {
    "": _menu,
    "kind": _kinds,
    "level": _levels,
    "sure": _sure,
    "where": _where,
    "category": _category,
    "void": _void,
    "merge": _merge,
}
