"""Telegram's limits on sending, as rough as they are known: 1/s a chat, 20/min a group, 30/s in all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable

from tests.fakes.telegram_world import Raw, Refused

COUNTED = frozenset(
    {
        "sendMessage", "sendPhoto", "sendVoice", "sendDocument", "sendMediaGroup",
        "editMessageText", "editMessageCaption",
    }
)  # fmt: skip


class Flood:
    """Counts what is sent; `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float], *, burst: int = 1) -> None:
        self._clock = clock
        self._burst = burst  # messages a private chat takes at once
        self._chat: dict[str, list[float]] = defaultdict(list)
        self._all: list[float] = []

    def check(self, method: str, params: Raw) -> None:
        """Raises Refused (429) where the real one would."""
        if method not in COUNTED:
            return
        chat, now = str(params.get("chat_id")), self._clock()
        weight = len(params["media"]) if method == "sendMediaGroup" else 1
        seen = self._chat[chat]
        limits = [(self._all, 30, 1.0)]
        limits.append((seen, 20, 60.0) if chat.startswith("-") else (seen, self._burst, float(self._burst)))
        for times, count, span in limits:
            recent = [at for at in times if at > now - span]
            if len(recent) >= count:
                wait = max(1, math.ceil(recent[-count] + span - now))
                raise Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        for times in (self._all, seen):
            times.extend([now] * weight)
