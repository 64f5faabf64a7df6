"""What an owner asks: more time, somebody else to take over, or that it is not the owner's task at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from handlers.choosing import day_first, named
from handlers.desk import Desk
from handlers.formats import day_text
from handlers.judging import check_may, finish, go, state, tapped, with_report
from handlers.turn import Tap, Turn
from storage import cards, questions
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Act, Report
from woodpecker.words import Action

CARD = "task"
DAYS = ("1", "3", "7")  # how much later the buttons go
NOBODY = "0"  # no proposal
A_NAME = 6  # characters; what is longer is a reason and no name


def extension(turn: Turn, tap: Tap) -> None:
    """申请延期: asks until when, or takes the day on the button."""
    report = tapped(turn, tap, Action.ASK_EXTENSION)
    if report.extension is not None:
        raise Refused("refused.extension_open")
    if report.due is None:
        raise Refused("refused.plan_missing")
    if not tap.arg:
        go(turn, report, {"step": "extend"}, CARD)
    elif tap.arg in DAYS:
        _until(turn, report, later(turn.desk, report, int(tap.arg)))
    else:
        raise Refused("refused.unknown_button")


def later(desk: Desk, report: Report, days: int) -> int:
    """The end of a day so many days after the due date, or after today once that has passed."""
    zone = desk.plant.zone
    since = max(clocks.local_day(desk.now, zone), clocks.local_day(report.due or 0, zone))
    return clocks.end_of_day(zone, since + timedelta(days=days))


def _until(turn: Turn, report: Report, until: int) -> None:
    if report.due is not None and until <= report.due:
        raise Refused("refused.extension_not_later")
    go(turn, report, {"step": "extend_why", "until": until}, CARD)


def extension_typed(turn: Turn, report: Report, words: str) -> None:
    """A day was typed, perhaps with the reason behind it."""
    until, reason = day_first(words, turn.desk.now, turn.desk.plant.zone)
    _until(turn, report, until)
    if reason:
        _ask(turn, report, until, reason)


def extension_why(turn: Turn, report: Report, words: str) -> None:
    """Why: now officers are asked."""
    _ask(turn, report, state(turn, report, CARD)["until"], words)


def _ask(turn: Turn, report: Report, until: int, words: str) -> None:
    zone = turn.desk.plant.zone
    said = {"until": day_text(until, zone), "due": day_text(report.due or until, zone)}
    done(turn, report, Act(Action.ASK_EXTENSION, words=words, due=until), "ask.extension_sent", CARD, **said)


def done(turn: Turn, report: Report, what: Act, key: str, kind: str, **args: str) -> None:
    """Does it; the card goes back to its buttons."""
    finish(turn, report, what, key, **args)
    card = turn.card
    if card is not None and (card.kind, card.subject) == (kind, report.id):
        cards.set_args(turn.store, card.id, {"step": ""})


def person_on(turn: Turn, arg: str) -> Person:
    """The person a button names. Raises Refused."""
    person = turn.desk.person(int(arg)) if arg.isascii() and arg.isdigit() and len(arg) < 18 else None
    if person is None or person.left_on is not None:
        raise Refused("refused.unknown_button")
    return person


def hand(turn: Turn, tap: Tap) -> None:
    """转派: asks to whom, or takes the person on the button."""
    report = tapped(turn, tap, Action.HAND_OVER)
    if not tap.arg:
        go(turn, report, {"step": "hand"}, CARD)
    else:
        _offer(turn, report, person_on(turn, tap.arg))


def hand_typed(turn: Turn, report: Report, words: str) -> None:
    """A name or a number was typed."""
    found = others(named(turn.desk, words), report)
    if len(found) > 1:
        go(turn, report, {"step": "hand", "found": [p.id for p in found]}, CARD)
    elif not found:
        raise Refused("refused.receiver_missing")
    else:
        _offer(turn, report, found[0])


def others(people: list[Person], report: Report) -> list[Person]:
    """Everybody but the owner."""
    return [p for p in people if p.id != report.owner]


def _offer(turn: Turn, report: Report, person: Person) -> None:
    if turn.desk.account_of(person.id) is None:
        raise Refused("refused.receiver_absent", name=person.name)
    done(turn, report, Act(Action.HAND_OVER, receiver=person.id), "ask.offered", CARD, name=person.name)


def not_mine(turn: Turn, tap: Tap) -> None:
    """不归我管: asks whose it is, or takes the person on the button."""
    report = tapped(turn, tap, Action.NOT_MINE)
    if report.disclaimed:
        raise Refused("refused.disclaimed_already")
    if not tap.arg:
        go(turn, report, {"step": "disclaim"}, CARD)
    elif tap.arg == NOBODY:
        _propose(turn, report, None)
    else:
        _propose(turn, report, person_on(turn, tap.arg))


def not_mine_typed(turn: Turn, report: Report, words: str) -> None:
    """A name or a number was typed, or the reason at once."""
    try:
        found = others(named(turn.desk, words), report)
    except Refused:
        if len(words) <= A_NAME:
            raise
        _disclaim(turn, report, words, None)
        return
    if len(found) > 1:
        go(turn, report, {"step": "disclaim", "found": [p.id for p in found]}, CARD)
    else:
        _propose(turn, report, found[0] if found else None)


def _propose(turn: Turn, report: Report, person: Person | None) -> None:
    go(turn, report, {"step": "disclaim_why", "proposed": person.id if person else None}, CARD)


def not_mine_why(turn: Turn, report: Report, words: str) -> None:
    """Why: now officers are asked."""
    _disclaim(turn, report, words, state(turn, report, CARD).get("proposed"))


def _disclaim(turn: Turn, report: Report, words: str, proposed: int | None) -> None:
    done(turn, report, Act(Action.NOT_MINE, words=words, owner=proposed), "ask.disclaimed", CARD)


def back(turn: Turn, tap: Tap) -> None:
    """返回."""
    go(turn, tapped(turn, tap, Action.PART_FIX), {"step": ""}, CARD)


def put_aside(turn: Turn) -> None:
    """What the task's card was asking is moot: a fix is begun instead."""
    question = questions.pending(turn.store, turn.account.id)
    if question is not None and question.kind == CARD:
        cards.set_args(turn.store, question.args["card"], {"step": ""})
        turn.desk.refresh_card(question.args["card"])
        turn.settle()


def answer(turn: Turn, question: Question) -> bool:
    """Takes what was typed as what the card's step waits for."""
    action, take = ANSWERS[question.args["step"]]

    def done(report: Report, words: str) -> None:
        check_may(turn.desk, turn.me, report, action)
        take(turn, report, words)

    return with_report(turn, question, done)


Take = Callable[[Turn, Report, str], None]
ANSWERS: Mapping[str, tuple[Action, Take]] = {
    "extend": (Action.ASK_EXTENSION, extension_typed),
    "extend_why": (Action.ASK_EXTENSION, extension_why),
    "hand": (Action.HAND_OVER, hand_typed),
    "disclaim": (Action.NOT_MINE, not_mine_typed),
    "disclaim_why": (Action.NOT_MINE, not_mine_why),
}
TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"ex": extension, "hv": hand, "nm": not_mine, "tb": back}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {CARD: answer}
