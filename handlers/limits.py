"""Too much at once: a kind word, the draft is kept; danger to life always comes through."""

from __future__ import annotations

from handlers.formats import minute_text
from handlers.message import Event, Incoming
from handlers.turn import Turn
from storage import danger, limits, questions
from storage.drafts import Draft
from woodpecker import limits as rules
from woodpecker.errors import Refused


def check(turn: Turn, draft: Draft, reporter: int) -> None:
    """Raises Refused if a person has reported so much that this one must wait; what follows an alert never does."""
    allowed = turn.desk.plant.programme.limits
    hour, day = limits.nth_newest(turn.store, reporter, allowed.reports_hour, allowed.reports_day)
    at = rules.next_report_at(hour, day, turn.desk.now)
    if at is None or danger.of_draft(turn.store, draft.id) is not None:
        return
    raise Refused("refused.too_many_reports", at=minute_text(at + rules.MINUTE, turn.desk.plant.zone))


def counts(incoming: Incoming) -> bool:
    """Whether a delivery counts as a message that somebody sent."""
    return incoming.event is Event.MESSAGE


def flooding(turn: Turn, urgent: bool) -> bool:
    """Answers a flood once a minute, and says whether this message is part of one; `urgent` ones never are."""
    if urgent or not counts(turn.incoming) or not rules.floods(turn.account.burst, turn.desk.plant.programme.limits):
        return False
    question = questions.pending(turn.store, turn.account.id)
    if question is not None and question.kind == "danger_where":
        return False
    if turn.account.burst == turn.desk.plant.programme.limits.messages_minute + 1:
        turn.reply("limit.flood")
    return True
