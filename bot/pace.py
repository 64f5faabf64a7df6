"""How fast a platform lets us send: so many within so many seconds, per chat and over all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from bot.platforms.base import Window


class Pace:
    """Remembers when things were sent; times are in seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[float]] = {}

    def wait(self, windows: Iterable[Window], now: float) -> float:
        """How many seconds until one more fits into every window; 0 takes the place at once."""
        listed = list(windows)
        delay = max((self._delay(w, now) for w in listed), default=0.0)
        if delay <= 0:
            for window in listed:
                self._sent.setdefault(window.key, deque()).append(now)
        return max(0.0, delay)

    def _delay(self, window: Window, now: float) -> float:
        sent = self._sent.get(window.key)
        if sent is None:
            return 0.0
        while sent and sent[0] <= now - window.seconds:
            sent.popleft()
        if not sent:
            del self._sent[window.key]
            return 0.0
        # Counted from the newest: rounding may leave one more in the list than the window takes.
        return sent[-window.most] + window.seconds - now if len(sent) >= window.most else 0.0
