"""申诉 against an award: filed with words, decided by somebody who did not decide it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import appeal_times, proposals
from handlers.award_card import found
from handlers.cause_text import about, grade
from handlers.deciding import decide, open_award, ruled, version_of
from handlers.formats import yuan
from handlers.message import Button
from handlers.money_answers import with_sum, with_words
from handlers.own_words import in_language
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn, say
from handlers.views import Draw, Drawing, View, view
from storage.awards import Kept
from storage.questions import Question
from woodpecker.awards import Award
from woodpecker.causes import Cause
from woodpecker.errors import Refused
from woodpecker.words import AwardAction, AwardStatus


def ask(turn: Turn, tap: Tap) -> None:
    """申诉: asks why. Raises Refused where it is too late, was done before, or is not this person's."""
    award, cause = open_award(turn.desk, tap.id)
    if turn.me.id not in cause.people:
        raise Refused("refused.no_award")
    ruled(turn.desk, turn.me, award, cause, AwardAction.APPEAL, words="?")
    turn.ask("dispute_why", award=award.id)
    turn.reply("appeal.ask_award", number=cause.number)


def file(turn: Turn, question: Question) -> bool:
    """The words of the appeal."""

    def done(words: str) -> None:
        award = decide(turn.desk, turn.me, question.args["award"], AwardAction.APPEAL, words=words).award
        turn.settle()
        _, cause = open_award(turn.desk, award.id)
        day = appeal_times.day_of(turn.desk, appeal_times.decide_until(turn.desk, turn.desk.now))
        turn.reply("appeal.filed", number=cause.number, day=day)

    return with_words(turn, question, done)


def draw(d: Drawing) -> View:
    """The appeal before whoever decides it: the amount, who decided it why, and what the reporter says."""
    known = found(d)
    if known is None or d.reader is None:
        return view(d.text("refused.no_award"), live=False, moot=True)
    kept, cause = known
    award = kept.award
    waits = award.appealed_at is not None
    if waits and superseded(d):
        return view(d.text("award.below", number=cause.number), live=False)
    text = text_of(
        d.text("dispute.head", amount=yuan(award.fen), number=cause.number, grade=grade(d, cause)),
        *about(d, cause),
        _decided(d, kept),
        d.text("appeal.says", words=award.appeal_words),
    )
    if award.appealed_at is None:
        return view(text_of(text, _over(d, award)), live=False, moot=not d.card.args.get("asked"))
    day = appeal_times.day_of(d.desk, appeal_times.decide_until(d.desk, award.appealed_at))
    return view(text_of(text, d.text("appeal.until", day=day)), _buttons(d, award, cause))


def _decided(d: Drawing, kept: Kept) -> str:
    """Who decided otherwise than the rule, and why."""
    award = kept.award
    refused = award.status is AwardStatus.REFUSED
    who = d.desk.person(kept.decided_by if refused else award.priced_by)
    name = who.name if who else d.text("word.approver")
    if award.status is AwardStatus.REVERSED:
        return ""
    if refused:
        return d.text("dispute.refused", amount=yuan(award.proposed), who=name, words=award.words)
    return d.text("dispute.changed", proposed=yuan(award.proposed), amount=yuan(award.fen), who=name, words=award.words)


def _over(d: Drawing, award: Award) -> str:
    if not award.appeal_answer:
        return d.text(f"award_now.{award.status}")
    key = "dispute.upheld" if award.replaced else "dispute.dismissed"
    return d.text(key, words=in_language(d.desk, d.language, award.appeal_answer))


def _buttons(d: Drawing, award: Award, cause: Cause) -> list[Button]:
    deciders = proposals.eligible(award, cause, proposals.deciders(d.desk), AwardAction.DISMISS_APPEAL)
    if d.reader is None or d.reader.id not in {p.id for p in deciders}:
        return []
    buttons = []
    if award.proposed > _floor(award):
        buttons.append(d.button("dispute.as_proposed", "dsy", award.id, award.version))
    buttons.append(d.button("award.change", "dsa", award.id, award.version))
    buttons.append(d.button("dispute.dismiss", "dsn", award.id, award.version))
    return buttons


def _floor(award: Award) -> int:
    return 0 if award.status is AwardStatus.REFUSED else award.fen


def as_proposed(turn: Turn, tap: Tap) -> None:
    """按建议发: what the rules had proposed."""
    award, _ = open_award(turn.desk, tap.id, version_of(tap))
    _uphold(
        turn, award.id, version_of(tap), award.proposed, turn.desk.text(turn.desk.plant.language, "dispute.by_rule")
    )


def _uphold(turn: Turn, award: int, version: int | None, fen: int, words: str) -> None:
    decision = decide(turn.desk, turn.me, award, AwardAction.UPHOLD_APPEAL, version, amount=fen, words=words)
    turn.settle()
    state = "half" if decision.half else "held" if decision.held else "upheld"
    say(turn, turn.text(f"dispute.said_{state}", amount=yuan(decision.award.fen)))


def ask_amount(turn: Turn, tap: Tap) -> None:
    """改金额: asks for the amount."""
    award, cause = open_award(turn.desk, tap.id, version_of(tap))
    ruled(turn.desk, turn.me, award, cause, AwardAction.DISMISS_APPEAL, words="?")
    turn.ask("dispute_amount", award=award.id, version=award.version)
    turn.reply("dispute.ask_amount", number=cause.number, amount=yuan(_floor(award)))


def amount(turn: Turn, question: Question) -> bool:
    """The amount, then asks why."""
    asked = question.args

    def check(fen: int) -> None:
        award, cause = open_award(turn.desk, asked["award"], asked["version"])
        ruled(turn.desk, turn.me, award, cause, AwardAction.UPHOLD_APPEAL, fen, "?")
        turn.ask("dispute_words", **asked, amount=fen)
        turn.reply("award.ask_words", amount=yuan(fen))

    return with_sum(turn, question, check)


def words_given(turn: Turn, question: Question) -> bool:
    """Why it is this amount: now the award is entered again."""
    asked = question.args
    return with_words(turn, question, lambda w: _uphold(turn, asked["award"], asked["version"], asked["amount"], w))


def ask_why_not(turn: Turn, tap: Tap) -> None:
    """维持原定: asks for the words that the reporter will read."""
    award, cause = open_award(turn.desk, tap.id, version_of(tap))
    ruled(turn.desk, turn.me, award, cause, AwardAction.DISMISS_APPEAL, words="?")
    turn.ask("dispute_no", award=award.id, version=award.version)
    turn.reply("dispute.ask_why_not", number=cause.number)


def why_not(turn: Turn, question: Question) -> bool:
    """Why the decision stands."""
    asked = question.args

    def done(words: str) -> None:
        decide(turn.desk, turn.me, asked["award"], AwardAction.DISMISS_APPEAL, asked["version"], words=words)
        turn.settle()
        turn.reply("dispute.said_dismissed")

    return with_words(turn, question, done)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "ds": ask,
    "dsy": as_proposed,
    "dsa": ask_amount,
    "dsn": ask_why_not,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {
    "dispute_why": file,
    "dispute_amount": amount,
    "dispute_words": words_given,
    "dispute_no": why_not,
}
CARDS: Mapping[str, Draw] = {"dispute": draw}
