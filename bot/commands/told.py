"""Has leaders told what a command changed in the roster, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.outcome import Outcome
from handlers.desk import Desk
from handlers.roster import changed


def tell(outcome: Outcome, desk_of: Callable[[int], Desk]) -> Outcome:
    """Writes the pushes for an outcome's notices; `desk_of` gives the desk of an enterprise."""
    for notice in outcome.notices:
        changed(desk_of(notice.enterprise), notice.kind, notice.person, notice.role, notice.departments)
    return outcome
