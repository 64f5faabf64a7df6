"""How long to wait before the next try."""

from __future__ import annotations

import random
from collections.abc import Callable

LONGEST = 30.0  # seconds


class Backoff:
    """Waits of 1, 2, 4 … 30 s, each shortened by up to a half so that many do not come at once."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._tries = 0

    def reset(self) -> None:
        """It worked."""
        self._tries = 0

    def next(self, least: float = 0.0) -> float:
        """Seconds to wait now; at least `least`, where Telegram said so."""
        wait = min(LONGEST, 2.0 ** min(self._tries, 10))
        self._tries += 1
        return least + wait * (1 - self._chance() / 2)
