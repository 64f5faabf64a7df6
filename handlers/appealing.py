"""申诉 against a rejection: filed with words, decided by somebody who did not reject it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import appeal_times
from handlers.act import act
from handlers.judging import check_may, finish, go, tapped, with_report
from handlers.money_answers import with_words
from handlers.report_text import (
    acted_line,
    appeal_line,
    head,
    kind_line,
    last_of,
    pieces_button,
    shown,
    text_of,
)
from handlers.steps import facts
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import reports
from storage.questions import Question
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

DECIDED = frozenset({Action.UPHOLD, Action.DISMISS})


def may_appeal(d: Drawing, report: Report, person: Person) -> bool:
    """Whether this person may still appeal against the rejection."""
    if report.appealed or not allowed(report, Action.APPEAL, person.actor):
        return False
    until = appeal_times.report_until(d.desk, person.id, report)
    return until is not None and d.desk.now <= until


def told(d: Drawing) -> View:
    """The rejection as its reporter reads it, with what became of the appeal."""
    report = reports.get(d.desk.store, d.card.subject)
    event = last_of(d.desk, report, (Action.REJECT,)) if report else None
    if report is None or event is None or d.reader is None:
        return view(d.text("refused.no_report"), live=False)
    said = d.text("told.reject", number=report.number, **facts(d.desk, d.reader, event))
    if report.status is not Status.REJECTED:
        stands = d.text("report.stands", number=report.number, status=d.text(f"status.{report.status}"))
        return view(text_of(said, stands), live=False)
    if report.appealed_at is not None:
        day = appeal_times.day_of(d.desk, appeal_times.decide_until(d.desk, report.appealed_at))
        return view(text_of(said, d.text("appeal.waits", day=day)))
    if report.appealed:
        answer = last_of(d.desk, report, (Action.DISMISS,))
        why = answer.detail.get("words", "") if answer else ""
        return view(text_of(said, d.text("earned.dismissed", words=why)), live=False)
    if not may_appeal(d, report, d.reader):
        return view(said, live=False)
    day = appeal_times.day_of(d.desk, appeal_times.report_until(d.desk, d.reader.id, report) or d.desk.now)
    return view(text_of(said, d.text("appeal.may", day=day)), [d.button("button.appeal", "ap", report.id)])


def ask(turn: Turn, tap: Tap) -> None:
    """申诉: asks why. Raises Refused where it is too late, was done before, or is not this person's."""
    report = reports.get(turn.store, tap.id)
    if report is None or turn.me.id not in (*report.people, report.logger):
        raise Refused("refused.no_report")
    if report.appealed:
        raise Refused("refused.appealed_already")
    if not allowed(report, Action.APPEAL, turn.me.actor):
        raise Refused("refused.not_reporter" if report.status is Status.REJECTED else "refused.moved_on")
    if turn.desk.now > (appeal_times.report_until(turn.desk, turn.me.id, report) or 0):
        raise Refused("refused.appeal_too_late")
    turn.ask("appeal_why", report=report.id)
    turn.reply("appeal.ask", number=report.number)


def file(turn: Turn, question: Question) -> bool:
    """The words of the appeal."""

    def done(words: str) -> None:
        report = reports.get(turn.store, question.args["report"])
        until = appeal_times.report_until(turn.desk, turn.me.id, report) if report else None
        what = Act(Action.APPEAL, words=words, window_end=0 if until is None else until + 1)
        after = act(turn.desk, question.args["report"], what, turn.me).report
        turn.settle()
        day = appeal_times.day_of(turn.desk, appeal_times.decide_until(turn.desk, turn.desk.now))
        turn.reply("appeal.filed", number=after.number, day=day)

    return with_words(turn, question, done)


def draw(d: Drawing) -> View:
    """The appeal before whoever decides it: what was reported, why it was rejected, what the reporter says."""
    report = shown(d)
    if isinstance(report, View):
        return report
    if report.appealed_at is None:
        text = text_of(head(d, report), acted_line(d, report, DECIDED))
        return view(text, live=False, moot=not d.card.args.get("asked"))
    body = text_of(
        head(d, report, "⚖️ "),
        kind_line(d, report),
        acted_line(d, report, (Action.REJECT,)),
        appeal_line(d, report),
        d.text("appeal.until", day=appeal_times.day_of(d.desk, appeal_times.decide_until(d.desk, report.appealed_at))),
    )
    if d.reader is None or not _may(d, d.reader, report):
        return view(body)
    if d.card.args.get("step") == "dismiss":
        back = d.button("word.back", "apb", report.id, report.version)
        return view(text_of(body, d.text("appeal.why_not")), [back])
    buttons = [
        d.button("appeal.uphold", "apy", report.id, report.version),
        d.button("appeal.dismiss", "apn", report.id, report.version),
    ]
    buttons += pieces_button(d, report)
    return view(body, buttons)


def _may(d: Drawing, reader: Person, report: Report) -> bool:
    try:
        check_may(d.desk, reader, report, Action.UPHOLD)
    except Refused:
        return False
    return True


def uphold(turn: Turn, tap: Tap) -> None:
    """申诉成立: another officer verifies it anew."""
    finish(turn, tapped(turn, tap, Action.UPHOLD), Act(Action.UPHOLD), "appeal.upheld")


def dismiss(turn: Turn, tap: Tap) -> None:
    """维持不受理: asks for the words that the reporter will read."""
    go(turn, tapped(turn, tap, Action.DISMISS), {"step": "dismiss"}, "appeal")


def back(turn: Turn, tap: Tap) -> None:
    """返回."""
    go(turn, tapped(turn, tap, Action.DISMISS), {"step": ""}, "appeal")


def why_not(turn: Turn, question: Question) -> bool:
    """Why the rejection stands."""
    return with_report(
        turn, question, lambda report, words: finish(turn, report, Act(Action.DISMISS, words=words), "appeal.dismissed")
    )


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"ap": ask, "apy": uphold, "apn": dismiss, "apb": back}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"appeal_why": file, "appeal": why_not}
CARDS: Mapping[str, Draw] = {"verdict": told, "appeal": draw}
