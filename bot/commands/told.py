"""What follows from a command's changes of the roster, in the transaction of the change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from bot.commands.outcome import Outcome
from handlers import bans
from handlers.desk import Desk
from handlers.leaving import after
from handlers.on_leave import tell_ended, tell_entered
from handlers.roster import Change


def tell(outcome: Outcome, desk_of: Callable[[int], Desk]) -> Outcome:
    """Has leaders told of an outcome's notices and work passed on; `desk_of` gives the desk of an enterprise."""
    changes: dict[int, list[Change]] = defaultdict(list)
    for notice in outcome.notices:
        if notice.change.kind in {"banned", "unbanned"}:
            bans.announce(desk_of(notice.enterprise), notice.change.person, notice.change.kind)
        else:
            changes[notice.enterprise].append(notice.change)
    for enterprise, found in changes.items():
        after(desk_of(enterprise), found)
    for one in outcome.leaves:
        tell_leave = tell_ended if one.over else tell_entered
        tell_leave(desk_of(one.enterprise), one.leave, None)
    return outcome
