"""Lists whom the program cannot reach, for the operator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.changes import who
from bot.commands.outcome import Outcome
from storage import missing, people
from storage.missing import Missing
from storage.store import Store

DAYS = 7  # that a failed message counts
_DAY = 86_400_000


def out_of_reach(store: Store, zone: ZoneInfo, now: int) -> Outcome:
    """A line a person: why nothing reaches the person, since when, and how much waits to be fixed."""
    lines = [
        *_lines(store, zone, "stopped the chat", missing.cut_off(store)),
        *_lines(store, zone, "has not joined", missing.never_joined(store)),
        *_lines(store, zone, "a message could not be sent", missing.failed(store, now - DAYS * _DAY)),
    ]
    return Outcome(lines or ["Everybody can be reached."])


def _lines(store: Store, zone: ZoneInfo, why: str, found: Sequence[Missing]) -> list[str]:
    lines = []
    for one in found:
        person = people.get(store, one.person)
        assert person is not None
        since = f" ({datetime.fromtimestamp(one.since / 1000, zone):%Y-%m-%d %H:%M})" if one.since else ""
        roles = ", ".join(sorted(role.value for role in person.roles))
        more = "; ".join(filter(None, (roles, f"{one.to_fix} to fix" if one.to_fix else "")))
        lines.append(f"{who(person)}: {why}{since}{'; ' + more if more else ''}")
    return lines
