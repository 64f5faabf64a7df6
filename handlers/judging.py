"""The steps inside a verify card: who may take them, where they stand, and what may be typed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import lost
from handlers.act import act
from handlers.desk import Desk
from handlers.message import Event, Message
from handlers.next_hands import actor_for
from handlers.turn import Tap, Turn
from storage import cards, questions, reports
from storage.questions import Question
from woodpecker.decisions import check_step
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Act, Report
from woodpecker.words import Action

JUST_ASKED = 10 * 60_000  # ms within which a sentence surely was meant as the answer
NEEDS_WORDS = frozenset({"other", "query", "spot", "return", "dismiss", "void"})
OWNER_WORDS = frozenset({"extend", "extend_why", "hand", "disclaim", "disclaim_why"})
TAKES_WORDS = NEEDS_WORDS | OWNER_WORDS | {"refuse", "keep", "owner", "due", "category", "merge", "where"}

Answer = Callable[[Turn, Report, str], None]


def check_may(desk: Desk, person: Person, report: Report, action: Action) -> None:
    """Raises Refused unless this person may take this action now."""
    check_step(report, action, actor_for(desk, person, report, action))


def may_take(desk: Desk, person: Person, report: Report, action: Action) -> bool:
    """Whether this person may take this action now."""
    try:
        check_may(desk, person, report, action)
    except Refused:
        return False
    return True


def tapped(turn: Turn, tap: Tap, action: Action) -> Report:
    """The report a button is about, if it has not moved on and the person who tapped may act. Raises Refused."""
    report = reports.get(turn.store, tap.id)
    if report is None:
        raise Refused("refused.no_report")
    check_may(turn.desk, turn.me, report, action)
    if tap.version != report.version:
        raise Refused("refused.moved_on")
    return report


def state(turn: Turn, report: Report, kind: str = "verify") -> dict[str, Any]:
    """Where the tapped card's steps stand; empty if the tap came from no such card."""
    card = turn.card
    return dict(card.args) if card and (card.kind, card.subject) == (kind, report.id) else {}


def go(turn: Turn, report: Report, args: dict[str, Any], kind: str = "verify") -> None:
    """Takes the card to a step. What takes words goes on in the person's own chat."""
    card = turn.card if turn.card and (turn.card.kind, turn.card.subject) == (kind, report.id) else None
    in_group = card is not None and card.person is None
    if card is None or (in_group and args["step"] in NEEDS_WORDS):
        number = open_fresh(turn, kind, report.id, args)
        if card is not None:  # in the group it is as if nothing had been begun
            turn.toast = turn.text("card.in_private")
            cards.set_args(turn.store, card.id, {"step": ""})
            turn.refresh_card()
    else:
        number = card.id
        cards.set_args(turn.store, number, args)
        turn.refresh_card()
        if in_group:
            return
    if args["step"] in TAKES_WORDS:
        turn.ask(kind, card=number, report=report.id, version=report.version, step=args["step"])
    else:
        forget_question(turn, number)


def open_fresh(turn: Turn, kind: str, subject: int, args: dict[str, Any] | None = None) -> int:
    """Opens a card that was asked for; an older one about the same thing in that chat loses its buttons."""
    new = turn.open_card(kind, subject, {**(args or {}), "asked": True})
    for card in cards.of_subject(turn.store, (kind,), subject):
        if card.id != new and (card.platform, card.chat) == (turn.account.platform, turn.account.chat):
            turn.desk.refresh_card(card.id)
    return new


def forget_question(turn: Turn, card: int | None) -> None:
    """A question that this card asked is moot."""
    question = questions.pending(turn.store, turn.account.id)
    if question is not None and card is not None and question.args.get("card") == card:
        turn.settle()


def finish(turn: Turn, report: Report, what: Act, key: str, **args: str) -> None:
    """Does it, and says so to the person who acted; everybody's cards are shown anew."""
    act(turn.desk, report.id, what, turn.me, report.version)
    forget_question(turn, turn.card.id if turn.card else None)
    turn.desk.refresh(("todo",), turn.me.id)
    said = turn.text(key, number=report.number, **args)
    turn.answered = True
    if turn.incoming.event is Event.TAP:
        turn.toast = said
    else:
        turn.reply(key, number=report.number, **args)


def asked_for(turn: Turn, question: Question) -> Report | None:
    """The report a typed answer is about, with `turn.card` set; None if the question is moot.

    Whoever answers within minutes is told that somebody was faster.
    """
    report = reports.get(turn.store, question.args["report"])
    card = cards.get(turn.store, question.args["card"])
    if report is not None and card is not None and report.version == question.args["version"]:
        turn.card = card
        return report if card.args.get("step") == question.args["step"] else None
    turn.settle()
    return None


def too_late(turn: Turn, question: Question) -> bool:
    """Answers a sentence that came too late; False if it was probably not meant as an answer."""
    turn.settle()
    if turn.desk.now - question.asked_at > JUST_ASKED:
        return False
    turn.send(Message(lost.too_late(turn, question)))
    turn.desk.refresh_card(question.args["card"])
    return True


def with_report(turn: Turn, question: Question, work: Callable[[Report, str], None]) -> bool:
    """Does the work with the sentence that a card's step waits for; False if what was said means something else."""
    words = turn.incoming.text.strip()
    if turn.incoming.media or not words:
        return False
    report = asked_for(turn, question)
    if report is None:
        return too_late(turn, question)
    work(report, words)
    return True
