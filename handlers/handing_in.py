"""A draft of the owner's handed in: its card becomes the note about it, in place; after words the note comes below."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import drafting
from handlers.message import Event
from handlers.turn import Turn
from handlers.views import Draw, Drawing, View, view
from storage import cards, reports
from storage.drafts import Draft
from woodpecker.reports import Report

CARD = "handedin"
NOTES: Mapping[str, str] = {"fix": "fix.handed_in", "part": "interim.handed_in"}


def hand_in(turn: Turn, draft: Draft, report: Report) -> None:
    """Ends the draft and says so; what was laid aside for it comes back."""
    drafting.close(turn, draft, "submitted", report.id)
    card, note = turn.card, NOTES[draft.purpose]
    own = card is not None and (card.kind, card.subject) == (drafting.CARD_OF[draft.purpose], draft.id)
    if turn.incoming.event is Event.TAP and own and card is not None:
        cards.become(turn.store, card.id, CARD, report.id, {"note": note})
    else:
        turn.reply(note, number=report.number)
    drafting.come_back(turn)


def draw(d: Drawing) -> View:
    """That it is handed in; it stays as it was said."""
    report = reports.get(d.desk.store, d.card.subject)
    return view(d.text(d.card.args["note"], number=report.number if report else ""), live=False)


CARDS: Mapping[str, Draw] = {CARD: draw}
