"""Sends what was claimed: in order per chat, within the platform's pace; what failed goes back or ends."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext

from bot.exchange import Chat, Exchange
from bot.pace import Pace
from bot.platforms.base import Failure, Platform, Upload
from bot.sent import Sent
from handlers.message import MediaKind, Message
from handlers.outgoing import Ready
from handlers.unreachable import cut_off, sending_failed
from storage import groups, outbox, sending, unseen
from storage.database import Tx
from storage.store import Store

log = logging.getLogger(__name__)

AT_ONCE = 16  # sends under way per platform account
FILES = 3  # files made and sent at the same time: each is whole in memory
FIRST_PAUSE = 1.0  # seconds after a temporary failure, doubled each time
LONGEST_PAUSE = 300.0
TRIES = 10  # of what fails by an error of ours

Account = tuple[int, str]
Load = Callable[[Ready, int], Awaitable[tuple[Message, list[Upload]]]]


class Sender:
    """Takes claimed messages and sees each of them to its end."""

    def __init__(
        self,
        exchange: Exchange,
        platforms: Mapping[Account, Platform],
        load: Load,
        *,
        monotonic: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._exchange = exchange
        self._platforms = platforms
        self._load = load
        self._monotonic = monotonic or asyncio.get_running_loop().time
        self._sleep = sleep
        self._queues: dict[Chat, deque[Ready]] = {}
        self._tasks: dict[Chat, asyncio.Task[None]] = {}
        self._paces: dict[Account, Pace] = {a: Pace() for a in platforms}
        self._paused: dict[Account, float] = {}
        self._held: dict[Chat, int] = {}  # real ms; what stands behind a failed message must not overtake it
        self._files = asyncio.Semaphore(FILES)
        self._slots: dict[Account, asyncio.Semaphore] = {a: asyncio.Semaphore(AT_ONCE) for a in platforms}
        self.last_sent = 0.0

    def busy(self) -> frozenset[Chat]:
        """Chats with something on its way: what comes for them waits, so that it is drawn from fresh state."""
        now = self._exchange.plants.clock()
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        return frozenset(self._tasks.keys() | self._held.keys())

    def held(self) -> Mapping[Chat, int]:
        """Chats in which something failed, and until when (real ms) what stands behind it waits."""
        return self._held

    def take(self, ready: Sequence[Ready]) -> None:
        """Sends these, in order per chat, different chats side by side."""
        now = self._exchange.plants.clock()
        for one in ready:
            chat = (one.enterprise, one.platform, one.chat)
            if self._held.get(chat, 0) > now:  # since it was claimed
                self._give_back(deque([one]))
                continue
            self._queues.setdefault(chat, deque()).append(one)
            if chat not in self._tasks:
                self._tasks[chat] = asyncio.create_task(self._serve(chat))

    async def idle(self) -> None:
        """Returns once nothing is on its way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def stop(self) -> None:
        """Ends what is on its way; it will be sent again."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _serve(self, chat: Chat) -> None:
        queue = self._queues[chat]
        try:
            while queue:
                if not await self._one(chat, queue.popleft()):
                    self._give_back(queue)
        finally:
            del self._tasks[chat], self._queues[chat]
            self._exchange.freed(chat)

    async def _one(self, chat: Chat, ready: Ready) -> bool:
        """Sends one; False if the rest of the chat has to wait too."""
        account = chat[:2]
        platform = self._platforms.get(account)
        if platform is None:
            self._later(ready, 3600.0, "this platform is not configured")
            return False
        try:
            await self._place(account, platform, ready.chat)
            async with self._slots[account]:
                ref = await self._send(platform, ready)
        except Failure as failure:
            return self._failed(account, ready, failure)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("outbox row %s could not be sent", ready.row)
            # It must not hold up its chat for ever.
            ours = Failure("an error of ours, see the log", permanent=ready.attempts + 1 >= TRIES)
            return self._failed(account, ready, ours)
        self.last_sent = self._monotonic()
        self._exchange.mark(Sent(ready, ref, self._exchange.plants.clock))
        return True

    async def _place(self, account: Account, platform: Platform, chat: str) -> None:
        windows = platform.windows(chat)
        while True:
            now = self._monotonic()
            wait = max(self._paused.get(account, 0.0) - now, 0.0) or self._paces[account].wait(windows, now)
            if wait <= 0:
                return
            await self._sleep(wait)

    async def _send(self, platform: Platform, ready: Ready) -> str:
        if ready.ref:
            return await platform.edit(ready.chat, ready.ref, ready.message)
        if not ready.message.media:
            return await platform.send(ready.chat, ready.message, [], f"o{ready.row}")
        heavy = any(media.kind is MediaKind.FILE for media in ready.message.media)
        async with self._files if heavy else nullcontext():
            message, uploads = await self._load(ready, platform.largest)
            return await platform.send(ready.chat, message, uploads, f"o{ready.row}")

    def _failed(self, account: Account, ready: Ready, failure: Failure) -> bool:
        if failure.moved_to:
            self._exchange.mark(lambda tx: _moved(tx, ready, failure.moved_to))
            return False
        if failure.permanent:
            log.warning("outbox row %s ends unsent: %s", ready.row, failure.reason)
            self._exchange.mark(lambda tx: self._ended(tx, ready, failure))
            return not failure.unreachable
        pause = failure.retry_after
        if pause is None:
            longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(ready.attempts, 10))
            pause = random.uniform(longest / 2, longest)
        if failure.overall:
            self._paused[account] = self._monotonic() + pause
        log.info("outbox row %s waits %.1f s: %s", ready.row, pause, failure.reason)
        self._later(ready, pause, failure.reason)
        return False

    def _later(self, ready: Ready, seconds: float, reason: str) -> None:
        until = self._exchange.plants.clock() + int(seconds * 1000)
        self._held[ready.enterprise, ready.platform, ready.chat] = until
        self._exchange.mark(lambda tx: sending.retry(tx, ready.row, until, reason))

    def _give_back(self, queue: deque[Ready]) -> None:
        """What stands behind a failed one goes back too, so that the order is kept."""
        for ready in queue:
            row = ready.row
            self._exchange.mark(lambda tx, row=row: sending.give_back(tx, row))  # type: ignore[misc]
        queue.clear()

    def _ended(self, tx: Tx, ready: Ready, failure: Failure) -> None:
        now = self._exchange.plants.clock()
        desk = self._exchange.plants.desk(tx, ready.enterprise, now)
        if failure.unreachable:
            groups.removed(desk.store, ready.platform, ready.chat)
            cut_off(desk, ready.platform, ready.chat, failure.reason)
            return
        outbox.end(tx, ready.row, "failed", failure.reason, now)
        if ready.burn:
            unseen.burn(tx, ready.row)
        if not ready.ref:
            sending_failed(desk)


def _moved(tx: Tx, ready: Ready, new: str) -> None:
    store = Store(tx, ready.enterprise)
    groups.moved(store, ready.platform, ready.chat, new)
    outbox.move_chat(store, ready.platform, ready.chat, new)
    sending.give_back(tx, ready.row)
