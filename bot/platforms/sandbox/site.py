"""What the page needs to know of an enterprise, and what it may ask of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.platforms.sandbox.phones import NotPossible
from bot.platforms.sandbox.platform import SandboxPlatform

MINUTE = 60_000
FARTHEST = 400 * 24 * 60  # minutes the clock moves at once


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the roster who may get a phone; `code` is the join code to type, None once joined."""

    label: str
    number: str
    code: str | None = None


class Site(NamedTuple):
    """One enterprise's sandbox as the page shows it.

    `now` is the enterprise's clock (ms UTC), `advance` moves it on by so many ms; `join` is called
    with a new phone's id and an employee number and makes the person's join code.
    """

    code: str
    name: str
    zone: str
    platform: SandboxPlatform
    now: Callable[[], int]
    advance: Callable[[int], Awaitable[None]]
    people: Callable[[], Awaitable[Sequence[Person]]]
    join: Callable[[str, str], Awaitable[None]]

    def until(self, clock: str) -> int:
        """Milliseconds from now to `clock` ("09:00") tomorrow in the plant's zone. Raises NotPossible."""
        zone = ZoneInfo(self.zone)
        try:
            at = datetime.strptime(clock, "%H:%M").time()  # noqa: DTZ007 (a time of day has no zone)
        except ValueError:
            raise NotPossible("bad") from None
        local = datetime.fromtimestamp(self.now() / 1000, UTC).astimezone(zone)
        then = datetime.combine(local.date() + timedelta(days=1), at, zone)
        return round(then.timestamp() * 1000) - self.now()

    async def move(self, minutes: object, clock: object) -> int:
        """Moves the enterprise's clock on and returns what it shows. Raises NotPossible."""
        if isinstance(clock, str):
            step = self.until(clock)
        elif isinstance(minutes, int) and 1 <= minutes <= FARTHEST:
            step = minutes * MINUTE
        else:
            raise NotPossible("bad")
        await self.advance(step)
        now = self.now()
        self.platform.phones.tell("clock", now=now)
        return now
