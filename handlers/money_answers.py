"""What is typed as the answer to a question about money: a sum, or a sentence that somebody will read."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from handlers import lost
from handlers.message import Message
from handlers.turn import Turn
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused

ASKED_FOR = clocks.HOUR  # after which a sentence is no answer any more
# What another answer puts right: the question stays open.
_AGAIN = frozenset(
    {"refused.extra_limit", "refused.extra_too_much", "refused.amount_missing", "refused.amount_unchanged",
     "refused.appeal_not_less", "refused.model_which"}
)  # fmt: skip


def with_words(turn: Turn, question: Question, work: Callable[[str], None]) -> bool:
    """Does the work with the sentence that was typed; False if what was said means something else."""
    words = said(turn, question)
    return bool(words) and _unless_moot(turn, question, lambda: work(words))


def with_sum(turn: Turn, question: Question, work: Callable[[int], None]) -> bool:
    """Does the work with the sum that was typed, in fen; what is no sum is asked for again."""
    words = said(turn, question)
    if not words:
        return False
    fen = fen_of(words)
    if fen is None:
        turn.reply("award.amount_unclear")
        return True
    return _unless_moot(turn, question, lambda: work(fen))


def said(turn: Turn, question: Question) -> str:
    """What was typed as an answer; "" if it means something else."""
    if turn.desk.now - question.asked_at > ASKED_FOR or turn.incoming.media:
        turn.settle()
        return ""
    return turn.incoming.text.strip().rstrip("。.")


def _unless_moot(turn: Turn, question: Question, work: Callable[[], None]) -> bool:
    """Does the work; what can no longer be answered well is forgotten, and one hears who was faster."""
    try:
        work()
    except Refused as refusal:
        if refusal.key in _AGAIN:
            raise
        turn.settle()
        moved = refusal.key == "refused.award_moved_on" and "award" in question.args
        faster = lost.told_award(turn, turn.me, question.args["award"]) if moved else ""
        turn.send(Message(faster or turn.text(refusal.key, **refusal.args_for_text)))
    return True


def fen_of(text: str) -> int | None:
    """An amount as people type it, in fen: 80, 80.5, ￥80, 80元; None if it is none."""
    plain = re.sub(r"[\s,，￥¥元块]|yuan|rmb", "", text.lower()).replace("。", ".")
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", plain):
        return None
    return int(Decimal(plain) * 100)
