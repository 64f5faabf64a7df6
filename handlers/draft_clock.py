"""A draft that was not sent: its card comes once more half a day before it ends, so that one tap sends it."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.drafting import CARD_OF
from storage import cards, deadlines
from woodpecker import clocks


def warn(desk: Desk) -> None:
    """Shows drafts again that were left alone for half their time; a sleeping person's wait for the morning."""
    half = desk.plant.programme.clocks.draft_hours * clocks.HOUR // 2
    for draft, person, purpose in deadlines.drafts_to_warn(desk.store, desk.now - half):
        if desk.heard_at(person, desk.now) == desk.now:
            deadlines.warned(desk.store, draft, desk.now)
            _again(desk, draft, person, CARD_OF[purpose])


def _again(desk: Desk, draft: int, person: int, kind: str) -> None:
    account = desk.account_of(person)
    if account is None:
        return
    kept = {}
    for card in cards.of_subject(desk.store, (kind,), draft):
        if (card.platform, card.chat) == (account.platform, account.chat) and not card.args.get("below"):
            kept = {k: v for k, v in card.args.items() if k == "parts"}
            cards.set_args(desk.store, card.id, {"below": True})
            desk.refresh_card(card.id)
    desk.open_card(person, kind, draft, {**kept, "soon": True})
