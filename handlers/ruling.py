"""An officer answers what an owner asked, or gives an admitted report another date or owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from handlers.accepting import due_again
from handlers.asking import DAYS, done, others, person_on
from handlers.choosing import due_meant, hands_for, named
from handlers.desk import Desk
from handlers.formats import day_text
from handlers.judging import check_may, go, open_fresh, state, tapped, with_report
from handlers.ruling_card import CARD, draw
from handlers.turn import Tap, Turn
from handlers.views import Draw
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status


def may_rule(desk: Desk, person: Person, report: Report) -> bool:
    """Whether this person may give the report another owner now."""
    if report.status is not Status.ASSIGNED:
        return False
    try:
        check_may(desk, person, report, Action.REASSIGN)
    except Refused:
        return False
    return True


def begin(turn: Turn, tap: Tap) -> None:
    """期限/责任人: opens the card on which they are changed."""
    open_fresh(turn, CARD, tapped(turn, tap, Action.REASSIGN).id, {"step": "", "menu": True})


def back(turn: Turn, tap: Tap) -> None:
    """返回."""
    action = Action.REASSIGN if turn.card and turn.card.args.get("step") == "owner" else Action.SET_DUE
    _go(turn, tapped(turn, tap, action), {"step": ""})


def _go(turn: Turn, report: Report, args: dict[str, Any]) -> None:
    menu = state(turn, report, CARD).get("menu", False)
    go(turn, report, {**args, **({"menu": True} if menu else {})}, CARD)


def grant(turn: Turn, tap: Tap) -> None:
    """同意延期: until the date that was asked for."""
    report = tapped(turn, tap, Action.GRANT_EXTENSION)
    if report.extension is None:
        raise Refused("refused.nothing_asked")
    _date(turn, report, report.extension)


def due(turn: Turn, tap: Tap) -> None:
    """改期限: asks until when, or takes the day on the button."""
    report = tapped(turn, tap, Action.SET_DUE)
    if not tap.arg:
        _go(turn, report, {"step": "due"})
    elif tap.arg in DAYS:
        zone = turn.desk.plant.zone
        day = clocks.local_day(turn.desk.now, zone) + timedelta(days=int(tap.arg))
        _date(turn, report, clocks.end_of_day(zone, day))
    else:
        raise Refused("refused.unknown_button")


def due_typed(turn: Turn, report: Report, words: str) -> None:
    """A day was typed."""
    _date(turn, report, due_meant(words, turn.desk.now, turn.desk.plant.zone))


def _date(turn: Turn, report: Report, until: int) -> None:
    """Answers what was asked with a date, or gives one unasked."""
    said = day_text(until, turn.desk.plant.zone)
    if report.extension is not None:
        done(turn, report, Act(Action.GRANT_EXTENSION, due=until), "rule.granted", CARD, due=said)
    elif until == report.due:
        raise Refused("refused.due_same")
    else:
        done(turn, report, Act(Action.SET_DUE, due=until), "rule.due_set", CARD, due=said)


def refuse(turn: Turn, tap: Tap) -> None:
    """不同意延期: asks why."""
    _go(turn, tapped(turn, tap, Action.REFUSE_EXTENSION), {"step": "refuse"})


def refuse_typed(turn: Turn, report: Report, words: str) -> None:
    """Why: the date stays."""
    done(turn, report, Act(Action.REFUSE_EXTENSION, words=words), "rule.refused", CARD)


def owner(turn: Turn, tap: Tap) -> None:
    """改派: asks to whom, or takes the person on the button."""
    report = tapped(turn, tap, Action.REASSIGN)
    if not tap.arg:
        _go(turn, report, {"step": "owner"})
    else:
        _give_to(turn, report, person_on(turn, tap.arg))


def owner_typed(turn: Turn, report: Report, words: str) -> None:
    """A name or a number was typed."""
    found = others(named(turn.desk, words), report)
    if len(found) > 1:
        _go(turn, report, {"step": "owner", "found": [p.id for p in found]})
    elif not found:
        raise Refused("refused.same_owner")
    else:
        _give_to(turn, report, found[0])


def _give_to(turn: Turn, report: Report, wanted: Person) -> None:
    """The new owner has until tomorrow at least; a plan's date stays the plan's."""
    hands = turn.desk.person(hands_for(turn.desk, wanted.id, report.department).person)
    if hands is None:
        raise Refused("refused.owner_absent", name=wanted.name)
    until = due_again(turn.desk, report) if report.due is not None else None
    said = day_text(until, turn.desk.plant.zone) if until is not None else turn.text("rule.no_date")
    what = Act(Action.REASSIGN, owner=hands.id, due=until)
    done(turn, report, what, "rule.reassigned", CARD, owner=hands.name, due=said)


def keep(turn: Turn, tap: Tap) -> None:
    """还是归他: asks why."""
    _go(turn, tapped(turn, tap, Action.KEEP_OWNER), {"step": "keep"})


def keep_typed(turn: Turn, report: Report, words: str) -> None:
    """Why: the owner stays."""
    who = turn.desk.person(report.owner)
    done(turn, report, Act(Action.KEEP_OWNER, words=words), "rule.kept", CARD, owner=who.name if who else "")


def answer(turn: Turn, question: Question) -> bool:
    """Takes what was typed as what the card's step waits for."""
    action, take = ANSWERS[question.args["step"]]

    def done(report: Report, words: str) -> None:
        check_may(turn.desk, turn.me, report, action)
        take(turn, report, words)

    return with_report(turn, question, done)


ANSWERS: Mapping[str, tuple[Action, Callable[[Turn, Report, str], None]]] = {
    "due": (Action.SET_DUE, due_typed),
    "refuse": (Action.REFUSE_EXTENSION, refuse_typed),
    "owner": (Action.REASSIGN, owner_typed),
    "keep": (Action.KEEP_OWNER, keep_typed),
}
TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "rl": begin,
    "rb": back,
    "rg": grant,
    "rd": due,
    "rn": refuse,
    "ro": owner,
    "rk": keep,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {CARD: answer}
CARDS: Mapping[str, Draw] = {CARD: draw}
