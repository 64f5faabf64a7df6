"""Lists of which one line is ticked and then sent: the line is a tap like any other, nothing ticked is said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.turn import Tap, Turn
from storage import cards


def nothing(turn: Turn, tap: Tap) -> None:
    """A list was sent with nothing ticked: it is shown anew, for a phone may have closed it."""
    turn.reply("refused.nothing_picked")
    if turn.card is not None:
        cards.not_shown(turn.store, turn.card.id)
        turn.refresh_card()


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"pick": nothing}
