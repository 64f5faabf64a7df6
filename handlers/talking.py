"""Talk between an officer and whoever reported something secretly: through the bot, without a name on either side."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.act import act
from handlers.desk import Desk
from handlers.drafting import shortened
from handlers.next_hands import actor_for
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import history, reports
from storage.questions import Question
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.lengths import SENTENCE
from woodpecker.names import secret
from woodpecker.people import Person
from woodpecker.reports import Act, Report
from woodpecker.words import Action

SAID = {Action.QUERY: "talk.officer", Action.WRITE: "talk.officer", Action.ANSWER: "talk.reporter",
        Action.NOTE: "talk.reporter"}  # fmt: skip
NEWEST = 6  # sentences a card shows
LONGEST = SENTENCE
ASKED_FOR = 30 * 60_000  # ms within which a sentence is taken as what was asked for


def may_write(desk: Desk, person: Person, report: Report) -> bool:
    """Whether this person may write to a reporter whose name is kept secret."""
    return secret(report.kind, report.naming) and _step(desk, person, report) is Action.WRITE


def _step(desk: Desk, person: Person, report: Report) -> Action | None:
    """What this person may say about the report now."""
    for action in (Action.WRITE, Action.NOTE):
        if allowed(report, action, actor_for(desk, person, report, action)):
            return action
    return None


def _draw(d: Drawing) -> View:
    """What was said, oldest first, and a button to say more."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None:
        return view(d.text("refused.no_report"), live=False, moot=True)
    if superseded(d):
        return view(text_of(d.text("talk.head", number=report.number), d.text("card.below")), live=False, moot=True)
    mine = _step(d.desk, d.reader, report)
    text = text_of(d.text("talk.head", number=report.number), shortened(report.text, 60), *_lines(d, report))
    return view(text, [d.button("talk.reply", "tk", report.id)] if mine else [])


def _lines(d: Drawing, report: Report) -> list[str]:
    said = [e for e in history.of_report(d.desk.store, report.id) if e.action in SAID]
    return [
        d.text(SAID[e.action], words=e.detail.get("words", "") or d.text("card.with_photos")) for e in said[-NEWEST:]
    ]


def _ask(turn: Turn, tap: Tap) -> None:
    report = reports.get(turn.store, tap.id)
    action = _step(turn.desk, turn.me, report) if report else None
    if report is None or action is None:
        raise Refused("refused.no_report")
    turn.ask("talk", report=report.id)
    turn.reply("talk.ask", number=report.number)


def _heard(turn: Turn, question: Question) -> bool:
    words = turn.incoming.text.strip()
    if turn.desk.now - question.asked_at > ASKED_FOR or turn.incoming.media or not words:
        turn.settle()
        return False
    turn.settle()
    report = reports.get(turn.store, question.args["report"])
    action = _step(turn.desk, turn.me, report) if report else None
    if report is None or action is None:
        raise Refused("refused.moved_on")
    act(turn.desk, report.id, Act(action, words[:LONGEST]), turn.me)
    key = "talk.for_holder" if action is Action.WRITE and report.reporter is None else "talk.sent"
    turn.reply(key, number=report.number)
    return True


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"tk": _ask}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"talk": _heard}
CARDS: Mapping[str, Draw] = {"talk": _draw}
