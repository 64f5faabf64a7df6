"""Messages of several parts: what was sent is not sent again, and what may have been is sent so that WeCom compares."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.platforms.base import Failure
from bot.platforms.wecom.errors import Unclear
from bot.platforms.wecom.send import Outbound, Part, Sent, Words, same

UNFINISHED = 1000  # messages whose rest is still to be sent
MOST, WITHIN = 29, 60.0  # messages a member gets in so many seconds: WeCom drops the 31st without a word
TEXTS = 2000  # texts remembered, so that an honest repeat is told from a retry


@dataclass(slots=True)
class Progress:
    """How far a message is; `doubt` is the next part if it was sent at `tried` without a clear result."""

    sent: list[Sent] = field(default_factory=list)
    doubt: Part | None = None
    tried: float = 0.0


class Delivering:
    """Sends all parts of messages, over several tries under the same key if need be."""

    def __init__(self, outbound: Outbound, monotonic: Callable[[], float]) -> None:
        self._outbound = outbound
        self._monotonic = monotonic
        self._unfinished: OrderedDict[str, Progress] = OrderedDict()
        self._paces: dict[str, deque[float]] = {}
        self._said: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def deliver(self, key: str, chat: str, parts: Sequence[Part]) -> list[Sent]:
        """Sends what is still to be sent of this message; what became of all its parts. Raises Failure."""
        progress = self._unfinished.pop(key, None) or Progress()
        try:
            while len(progress.sent) < len(parts):
                await self._next(chat, progress, parts[len(progress.sent)])
        except Failure as failure:
            if not failure.permanent:
                self._unfinished[key] = progress
                if len(self._unfinished) > UNFINISHED:
                    self._unfinished.popitem(last=False)
            raise
        return progress.sent

    async def _next(self, chat: str, progress: Progress, part: Part) -> None:
        now, repeat = self._monotonic(), None
        self._take_place(chat, now)
        if progress.doubt is not None and same(part, progress.doubt) and not self._was_said(chat, part, progress.tried):
            part, repeat = progress.doubt, int(now - progress.tried)
        try:
            progress.sent.append(await self._outbound.send(chat, part, repeat))
        except Unclear:
            progress.doubt, progress.tried = part, now if repeat is None else progress.tried
            raise
        progress.doubt = None
        if isinstance(part, Words):
            self._said[chat, part.text] = now
            self._said.move_to_end((chat, part.text))
            if len(self._said) > TEXTS:
                self._said.popitem(last=False)

    def _was_said(self, chat: str, part: Part, tried: float) -> bool:
        """Whether the same words went there shortly before: WeCom could not tell them from these.

        Then they are sent without asking: twice is better than not at all.
        """
        return isinstance(part, Words) and self._said.get((chat, part.text), float("-inf")) > tried - 2 * WITHIN

    def _take_place(self, chat: str, now: float) -> None:
        sent = self._paces.setdefault(chat, deque())
        while sent and sent[0] <= now - WITHIN:
            sent.popleft()
        if len(sent) >= MOST:
            raise Failure("as many messages as WeCom takes for one member", retry_after=sent[0] + WITHIN - now)
        sent.append(now)
