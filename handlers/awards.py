"""Awards at the approver's: proposed, approved, changed with words, refused, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import award_amounts, proposals
from handlers.award_amounts import offered
from handlers.award_card import AT_ONCE, at_once, draw
from handlers.deciding import decide, open_award, ruled, version_of
from handlers.formats import yuan
from handlers.message import Message
from handlers.money_answers import with_sum, with_words
from handlers.report_text import text_of
from handlers.turn import Tap, Turn, say
from handlers.views import Draw
from storage import awards
from storage.questions import Question
from woodpecker.award_decisions import AwardDecision
from woodpecker.awards import Award
from woodpecker.causes import Cause
from woodpecker.errors import Refused
from woodpecker.rewards import paid_of, points_of
from woodpecker.words import AwardAction, AwardStatus, Level


def approve(turn: Turn, tap: Tap) -> None:
    """Yes, perhaps to another amount chosen beside it; also a second one, or a leader's to what the budget holds."""
    version = version_of(tap)
    if "amount" not in turn.wants:
        _done(turn, decide(turn.desk, turn.me, tap.id, AwardAction.APPROVE, version))
        return
    award, cause = open_award(turn.desk, tap.id, version)
    level = Level(turn.wants["amount"])
    fen = award_amounts.amounts(turn.desk, award, cause)[level]
    words = turn.text("award.as_level", level=turn.text(f"level.{level}"))
    _done(turn, decide(turn.desk, turn.me, tap.id, AwardAction.CHANGE, version, amount=fen, words=words))


def choose_amount(turn: Turn, tap: Tap) -> None:
    """What another level earns, to be approved with the button that is tapped with it."""
    award, cause = _changeable(turn, tap)
    if tap.arg == "-":
        turn.wants.pop("amount", None)
    elif tap.arg in award_amounts.amounts(turn.desk, award, cause):
        turn.wants["amount"] = tap.arg
    else:
        raise Refused("refused.unknown_button")


def lift(turn: Turn, tap: Tap) -> None:
    """A leader lets an award pass that the budget holds."""
    _no_amount(turn)
    _done(turn, decide(turn.desk, turn.me, tap.id, AwardAction.LIFT_HOLD, version_of(tap)))


def _no_amount(turn: Turn) -> None:
    if "amount" in turn.wants:
        raise Refused("refused.amount_of_one")


def _done(turn: Turn, decision: AwardDecision) -> None:
    turn.settle()
    say(turn, _said(turn, decision))
    turn.refresh_card()


def _said(turn: Turn, decision: AwardDecision) -> str:
    amount = yuan(paid_of(decision.shares) if decision.approved else decision.award.fen)
    points = points_of(decision.shares)
    if decision.approved and points and not paid_of(decision.shares):
        return turn.text("award.said_points", points=points)
    if decision.returned_to is not None:
        return turn.text("award.said_returned", amount=amount)
    state = "half" if decision.half else "held" if decision.held else decision.award.status.value
    if state == AwardStatus.REFUSED and decision.award.report is None:
        return turn.text("award.said_refused_others")
    return turn.text(f"award.said_{state}", amount=amount)


def ask_amount(turn: Turn, tap: Tap) -> None:
    """Asks for another amount."""
    award, cause = _changeable(turn, tap)
    turn.ask("award_amount", award=award.id, version=award.version)
    turn.reply("award.ask_amount", number=cause.number, amount=yuan(award.fen))


def ask_extra(turn: Turn, tap: Tap) -> None:
    """Asks how much more for what averted an accident."""
    award, cause = _changeable(turn, tap)
    limit = turn.desk.plant.programme.extra_limit
    turn.ask("award_extra", award=award.id, version=award.version)
    turn.reply("award.ask_extra", number=cause.number, amount=yuan(award.by_rule), limit=yuan(limit))


def _changeable(turn: Turn, tap: Tap) -> tuple[Award, Cause]:
    award, cause = open_award(turn.desk, tap.id, version_of(tap))
    if AwardAction.CHANGE not in offered(award, cause, turn.me, proposals.deciders(turn.desk)):
        raise Refused("refused.not_approver")
    return award, cause


def ask_reason(turn: Turn, tap: Tap) -> None:
    """Asks why there is to be no award."""
    award, cause = open_award(turn.desk, tap.id, version_of(tap))
    if AwardAction.REFUSE not in offered(award, cause, turn.me, proposals.deciders(turn.desk)):
        raise Refused("refused.not_approver")
    turn.ask("award_no", award=award.id, version=award.version)
    turn.reply("award.ask_reason" if award.report is not None else "award.ask_reason_others", number=cause.number)


def amount(turn: Turn, question: Question) -> bool:
    """The other amount, then asks why."""
    return _sum(turn, question, "amount")


def extra(turn: Turn, question: Question) -> bool:
    """The extra amount, then asks what for."""
    return _sum(turn, question, "extra")


def _sum(turn: Turn, question: Question, what: str) -> bool:
    asked = question.args

    def check(fen: int) -> None:
        award, cause = open_award(turn.desk, asked["award"], asked["version"])
        more = {what: fen}
        decision = ruled(turn.desk, turn.me, award, cause, AwardAction.CHANGE, words="?", **more)
        turn.ask("award_words", **asked, **more)
        key = "award.ask_extra_words" if what == "extra" else "award.ask_words"
        turn.reply(key, extra=yuan(fen), amount=yuan(decision.award.fen))

    return with_sum(turn, question, check)


def change_words(turn: Turn, question: Question) -> bool:
    """Why the amount is another one: now it is changed."""
    return _decided(turn, question, AwardAction.CHANGE)


def refusal_words(turn: Turn, question: Question) -> bool:
    """Why there is no award."""
    return _decided(turn, question, AwardAction.REFUSE)


def _decided(turn: Turn, question: Question, action: AwardAction) -> bool:
    asked = question.args

    def act(words: str) -> None:
        decision = decide(
            turn.desk, turn.me, asked["award"], action, asked["version"],
            amount=asked.get("amount"), extra=asked.get("extra"), words=words,
        )  # fmt: skip
        turn.settle()
        turn.send(Message(_said(turn, decision)))

    return with_words(turn, question, act)


def approve_all(turn: Turn, tap: Tap) -> None:
    """Approves whatever waits for this person and needs no second look, up to what the button had in sight."""
    _no_amount(turn)
    desk, paid, points, done, held = turn.desk, 0, 0, 0, 0
    mine = [(a, r) for a, r in proposals.waiting(desk, turn.me) if a.id <= tap.id]
    if not mine or awards.get(turn.store, tap.id) is None:
        raise Refused("refused.nothing_waits")
    for award, cause in mine:
        if done + held == AT_ONCE or not at_once(desk, award, cause):
            continue
        decision = decide(desk, turn.me, award.id, AwardAction.APPROVE, award.version)
        done += decision.approved
        held += decision.held
        paid += paid_of(decision.shares) if decision.approved else 0
        points += points_of(decision.shares) if decision.approved else 0
    turn.settle()
    left = len(mine) - done - held
    turn.send(
        Message(
            text_of(
                turn.text("award.said_all_points", count=done, points=points)
                if points and not paid
                else turn.text("award.said_all", count=done, amount=yuan(paid)),
                turn.text("award.said_all_held", count=held) if held else "",
                turn.text("award.said_left", count=left) if left else "",
            )
        )
    )
    turn.refresh_card()


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "awyes": approve,
    "awsum": ask_amount,
    "awadd": ask_extra,
    "awno": ask_reason,
    "awall": approve_all,
    "awlift": lift,
}
CHOICES: Mapping[str, Callable[[Turn, Tap], None]] = {"awset": choose_amount}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {
    "award_amount": amount,
    "award_extra": extra,
    "award_words": change_words,
    "award_no": refusal_words,
}
CARDS: Mapping[str, Draw] = {"award": draw}
