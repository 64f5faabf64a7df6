"""受理: level, then owner and due date already filled in; changed by button or by words."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from handlers.choosing import due_meant, hands_for, named
from handlers.judging import finish, go, state, tapped
from handlers.merging import bring_in
from handlers.turn import Tap, Turn
from storage import places
from woodpecker import clocks
from woodpecker.categories import CATEGORIES, CODES
from woodpecker.errors import Refused
from woodpecker.programme import Programme
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Kind, Level

_CHOSEN = ("level", "owner", "absent", "due", "category", "outside")


def levels(programme: Programme, *, major: bool = True) -> list[Level]:
    """The levels that an officer is offered; without `major` where a hazard ends at once."""
    return [*programme.levels, Level.MAJOR] if major else list(programme.levels)


def seal(args: dict[str, Any]) -> str:
    """A short digest of what is about to be confirmed: a button drawn for something else is refused."""
    text = json.dumps([args.get(name) for name in _CHOSEN])
    return sha256(text.encode()).hexdigest()[:8]


def begin(turn: Turn, tap: Tap) -> None:
    """受理: asks the level, unless it was chosen beside the button; a report that is no hazard has none."""
    report = tapped(turn, tap, Action.ADMIT)
    args = state(turn, report)
    if turn.drawn is not None and args.get("level"):
        go(turn, report, args)
    elif report.kind is Kind.HAZARD:
        go(turn, report, {"step": "level"})
    else:
        _propose(turn, report, None)


def level(turn: Turn, tap: Tap) -> None:
    """A level was chosen."""
    report = tapped(turn, tap, Action.ADMIT)
    chosen = level_of(turn, report, tap.arg)
    _propose(turn, report, chosen)


def level_of(turn: Turn, report: Report, word: str) -> Level:
    """The level that a button names. Raises Refused."""
    for known in levels(turn.desk.plant.programme):
        if known.value == word and report.kind is Kind.HAZARD:
            return known
    raise Refused("refused.unknown_button")


def _propose(turn: Turn, report: Report, chosen: Level | None) -> None:
    desk = turn.desk
    place = places.get(turn.store, report.place) if report.place is not None else None
    # A place that somebody wrote by hand has no owner: the officer picks.
    hands = hands_for(desk, place.owner, report.department) if place else None
    args = {
        "step": "confirm" if hands and hands.person else "owner",
        "level": chosen,
        "owner": hands.person if hands else None,
        "absent": hands.absent if hands else None,
        "due": clocks.due_at(desk.plant.programme, chosen, desk.now, desk.plant.zone),
    }
    go(turn, report, args)


def _confirming(turn: Turn, tap: Tap) -> tuple[Report, dict[str, Any]]:
    """The report and what is about to be confirmed. Raises Refused if the card does not stand there."""
    report = tapped(turn, tap, Action.ADMIT)
    args = state(turn, report)
    if "due" not in args:
        raise Refused("refused.moved_on")
    return report, args


def owner(turn: Turn, tap: Tap) -> None:
    """换责任人: asks who, or takes the person on the button."""
    report, args = _confirming(turn, tap)
    if not tap.arg:
        go(turn, report, {**args, "step": "owner", "found": []})
        return
    person = turn.desk.person(int(tap.arg)) if tap.arg.isdigit() and len(tap.arg) < 18 else None
    if person is None or person.left_on is not None:
        raise Refused("refused.unknown_button")
    _give_to(turn, report, args, person.id)


def owner_typed(turn: Turn, report: Report, words: str) -> None:
    """A name or a number was typed."""
    args = state(turn, report)
    found = named(turn.desk, words)
    if len(found) > 1:
        go(turn, report, {**args, "found": [p.id for p in found]})
    else:
        _give_to(turn, report, args, found[0].id)


def _give_to(turn: Turn, report: Report, args: dict[str, Any], wanted: int) -> None:
    hands = hands_for(turn.desk, wanted, report.department)
    if hands.person is None:
        person = turn.desk.person(wanted)
        raise Refused("refused.owner_absent", name=person.name if person else "")
    go(turn, report, {**args, "step": "confirm", "owner": hands.person, "absent": hands.absent, "found": []})


def due(turn: Turn, tap: Tap) -> None:
    """改期限: asks until when, or takes the days on the button."""
    report, args = _confirming(turn, tap)
    if args["due"] is None:
        raise Refused("refused.plan_says_due")
    if not tap.arg:
        go(turn, report, {**args, "step": "due"})
    elif tap.arg in {"1", "3", "7"}:
        due_typed(turn, report, f"{tap.arg}天")
    else:
        raise Refused("refused.unknown_button")


def due_typed(turn: Turn, report: Report, words: str) -> None:
    """A day was typed."""
    until = due_meant(words, turn.desk.now, turn.desk.plant.zone)
    go(turn, report, {**state(turn, report), "step": "confirm", "due": until})


def category(turn: Turn, tap: Tap) -> None:
    """类别: asks the group, then the class; `-` is none."""
    report, args = _confirming(turn, tap)
    if tap.arg == "-" or tap.arg in CODES:
        go(turn, report, {**args, "step": "confirm", "category": tap.arg.strip("-"), "group": ""})
    elif tap.arg.removesuffix("+") in {"", *CATEGORIES}:
        go(turn, report, {**args, "step": "category", "group": tap.arg})
    else:
        raise Refused("refused.unknown_button")


def category_typed(turn: Turn, report: Report, words: str) -> None:
    """A class was typed as its number, perhaps with its name behind."""
    code = words.split(maxsplit=1)[0][:2]
    if code not in CODES:
        raise Refused("refused.no_category")
    go(turn, report, {**state(turn, report), "step": "confirm", "category": code, "group": ""})


def outside(turn: Turn, tap: Tap) -> None:
    """职责外: whether it lay outside the reporter's own duty; also asked of what was put right on the spot."""
    report = tapped(turn, tap, Action.ADMIT)
    args = state(turn, report)
    if args.get("step") not in {"confirm", "spot"}:
        raise Refused("refused.moved_on")
    if turn.desk.plant.programme.duty_factor is None:
        raise Refused("refused.unknown_button")
    go(turn, report, {**args, "outside": not args.get("outside", False)})


def confirm(turn: Turn, tap: Tap) -> None:
    """确认: the report becomes the owner's task."""
    report, args = _confirming(turn, tap)
    if tap.arg != seal(turn.drawn.args if turn.drawn is not None else args):
        raise Refused("refused.moved_on")
    owner = turn.desk.person(args.get("owner"))
    if owner is None or turn.desk.account_of(owner.id) is None:
        raise Refused("refused.owner_missing")
    what = Act(
        Action.ADMIT,
        level=Level(args["level"]) if args.get("level") else None,
        owner=owner.id,
        due=args["due"],
        category=args.get("category"),
        outside_duty=bool(args.get("outside")),
    )
    finish(turn, report, what, "verify.admitted", owner=owner.name)
    bring_in(turn, report, args)


def admit_closed(turn: Turn, tap: Tap) -> None:
    """受理并办结: for what needs no fixing."""
    report, args = _confirming(turn, tap)
    what = Act(Action.ADMIT_CLOSED, outside_duty=bool(args.get("outside")))
    finish(turn, report, what, "verify.closed")
    bring_in(turn, report, args)
