"""When the outbox is looked at: behind the work that filled it, but under load not behind each."""

from __future__ import annotations

import asyncio
from enum import Enum

BEHIND_WORK = 0.002  # seconds: what the loop has at hand is done, the answer to a tap above all
BETWEEN = 0.1  # seconds that looks keep apart; no work that comes by for as long again, and they wait no longer


class Look(Enum):
    """At what lies in the outbox."""

    ASKED = "with work that somebody waits for: at what it has to say to them"
    BEHIND = "a moment later: at all that is due"
    WHOLE = "and at when the next of it will be"


class Looks:
    """Says when to look, and how.

    After a quiet moment the first look comes at once. Then one serves for all work of the next BETWEEN: it costs less
    than one each. It follows work that somebody waited for, when nobody else's has just begun.
    """

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._next = Look.WHOLE
        self._last = float("-inf")  # when looked at last, by the loop's clock
        self._worked = float("-inf")  # when work was done last
        self._behind: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = float("inf")

    async def due(self) -> Look:
        """Returns when it is time to look."""
        await self._wake.wait()
        self._wake.clear()
        if self._behind is not None:  # this look sees all that one would
            self._behind.cancel()
            self._behind = None
        self._last = asyncio.get_running_loop().time()
        look, self._next = self._next, Look.BEHIND
        return look

    def now(self) -> None:
        """Something may be due."""
        self._next = Look.WHOLE
        self._wake.set()

    def soon(self, look: Look) -> None:
        """There is something to look at."""
        if look is Look.WHOLE:
            self._next = look
        loop = asyncio.get_running_loop()
        rested = loop.time() - self._last >= BETWEEN
        self._by(loop.time() + BEHIND_WORK if rested else self._last + 2 * BETWEEN)

    def within(self, seconds: float) -> None:
        """The next look will do, if it comes before that."""
        self._by(asyncio.get_running_loop().time() + seconds)

    def follow(self) -> None:
        """Work that somebody waited for is done: what waits to be looked at may be now."""
        self._worked = asyncio.get_running_loop().time()
        if self._behind is not None:
            self.soon(Look.BEHIND)

    def go_on(self) -> None:
        """The last look left something because it was too much: the rest follows the next work, at once if none comes.

        So nobody waits for more than one look.
        """
        now = asyncio.get_running_loop().time()
        self._last = float("-inf")
        self._by(now + (2 * BETWEEN if now - self._worked < BETWEEN else BEHIND_WORK))

    def after(self, seconds: float) -> None:
        """Something will be due then."""
        loop = asyncio.get_running_loop()
        when = loop.time() + seconds
        if when >= self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = when
        self._timer = loop.call_at(when, self._ring)

    def _by(self, when: float) -> None:
        if self._behind is not None:
            if self._behind.when() <= when:
                return
            self._behind.cancel()
        self._behind = asyncio.get_running_loop().call_at(when, self._follows)

    def _follows(self) -> None:
        self._behind = None
        self._wake.set()

    def _ring(self) -> None:
        self._timer_at = float("inf")
        self.now()
