"""撤销奖励: an approved award is taken back, with words, by an approver who did not approve it, or a leader."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import proposals
from handlers.deciding import decide, open_award, ruled, version_of
from handlers.evidence import may_see
from handlers.formats import yuan
from handlers.judging import open_fresh
from handlers.money_answers import with_words
from handlers.turn import Tap, Turn
from storage import awards, reports
from storage.questions import Question
from woodpecker.awards import Award
from woodpecker.causes import Cause
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.rewards import points_of
from woodpecker.words import AwardAction


def may_open(person: Person, cause: Cause) -> bool:
    """Whether somebody who decides about awards may look at those of what is not an own one."""
    return any(person.has(role) for role in proposals.DECIDERS) and person.id not in cause.people


def show(turn: Turn, tap: Tap) -> None:
    """奖励 on a report: its newest award, with what can still be done about it."""
    report = reports.get(turn.store, tap.id)
    if report is None or not may_see(turn.me, report) or not may_open(turn.me, report):
        raise Refused("refused.no_award")
    found = awards.of_report(turn.store, report.id)
    if not found:
        turn.reply("award.none_yet", number=report.number)
        return
    open_fresh(turn, "award", found[-1].id, {"opened": True})


def show_one(turn: Turn, tap: Tap) -> None:
    """奖励 on an activity or an honour: this award, with what can still be done about it."""
    _, cause = open_award(turn.desk, tap.id)
    if not may_open(turn.me, cause):
        raise Refused("refused.no_award")
    open_fresh(turn, "award", tap.id, {"opened": True})


def ask(turn: Turn, tap: Tap) -> None:
    """撤销奖励: asks why."""
    award, cause = open_award(turn.desk, tap.id, version_of(tap))
    ruled(turn.desk, turn.me, award, cause, AwardAction.REVERSE, words="?")
    turn.ask("award_back", award=award.id, version=award.version)
    key, args = _amount(turn, award, "award.ask_back")
    turn.reply(key, number=cause.number, **args)


def _amount(turn: Turn, award: Award, key: str) -> tuple[str, dict[str, object]]:
    """The sentence and what it names: yuan, or points where only points were given."""
    fen, points = proposals.paid(turn.desk, award), points_of(awards.shares(turn.store, award.id))
    return (f"{key}_points", {"points": points}) if points and not fen else (key, {"amount": yuan(fen)})


def words_given(turn: Turn, question: Question) -> bool:
    """Why: now it is taken back, and everybody who had money of it hears so."""
    asked = question.args

    def done(words: str) -> None:
        decision = decide(turn.desk, turn.me, asked["award"], AwardAction.REVERSE, asked["version"], words=words)
        turn.settle()
        key, args = _amount(turn, decision.award, "award.said_reversed")
        turn.reply(key, **args)

    return with_words(turn, question, done)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"aw": show, "awone": show_one, "awback": ask}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"award_back": words_given}
