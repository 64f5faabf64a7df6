"""From a delivery to its effect: committed before it is acknowledged, handled once, in order per account."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.exchange import Exchange
from bot.media import Cabinet, fetch, filled, wanted
from bot.plants import Plants
from bot.platforms.base import Delivery, NotStored, Platform
from handlers.message import Incoming, Media
from handlers.routes import handle
from handlers.unreachable import done_after_all, parked
from storage import inbox
from storage.database import DiskFull, Tx
from storage.inbox import Item
from woodpecker.digest import keyed

log = logging.getLogger(__name__)

AGAIN = (1.0, 5.0)  # seconds before a failed delivery is tried again
BATCH = 50  # deliveries that share a commit at most

AccountKey = tuple[int, str, str]  # enterprise, platform, account


class Outcome(NamedTuple):
    """What became of a delivery: answered for a moment, or left for later."""

    later: bool = False
    tap_ref: str = ""
    toast: str = ""


Waited = asyncio.Future[Outcome | None]  # None: it could not be stored


class Intake:
    """Takes deliveries from all platforms."""

    def __init__(
        self,
        exchange: Exchange,
        platforms: Mapping[tuple[int, str], Platform],
        cabinet: Cabinet,
        *,
        disk_full: Callable[[Sequence[Delivery]], Awaitable[bool]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._exchange = exchange
        self._platforms = platforms
        self._cabinet = cabinet
        self._disk_full = disk_full
        self._sleep = sleep
        self._waiting: list[tuple[Delivery, Waited]] = []
        self._running: asyncio.Task[None] | None = None
        self._workers: dict[AccountKey, asyncio.Task[None]] = {}
        self.last_accepted = 0

    @property
    def plants(self) -> Plants:
        """The enterprises."""
        return self._exchange.plants

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        """Returns once all are committed, most of them handled as well; raises NotStored if they are not.

        Deliveries that wait at the same moment share a commit.
        """
        loop = asyncio.get_running_loop()
        futures: list[Waited] = [loop.create_future() for _ in deliveries]
        self._waiting += zip(deliveries, futures, strict=True)
        if self._running is None:
            self._running = asyncio.create_task(self._gather())
        stored = [await future for future in futures]
        for delivery, outcome in zip(deliveries, stored, strict=True):
            if outcome is None:
                raise NotStored
            self._follow(delivery, outcome)

    async def resume(self) -> None:
        """Goes on with what a crash left behind."""
        for key in await self._exchange.run(inbox.waiting_accounts):
            self._work_on(key)

    async def stop(self) -> None:
        """Lets running transactions end; fetching goes on at the next start."""
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)
        tasks = list(self._workers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, key: AccountKey) -> None:
        """A parked delivery of this account was put back in line."""
        self._work_on(key)

    async def _gather(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._commit(batch)
        finally:
            self._running = None

    async def _commit(self, batch: list[tuple[Delivery, Waited]]) -> None:
        deliveries = [d for d, _ in batch]
        try:
            try:
                outcomes = await self._exchange.run(lambda tx: [self._take(tx, d) for d in deliveries])
            except DiskFull:
                if not await self._disk_full(deliveries):
                    raise
                outcomes = await self._exchange.run(lambda tx: [self._take(tx, d) for d in deliveries])
        except Exception as error:
            if not isinstance(error, DiskFull):
                log.exception("the inbox could not be written")
                if len(batch) > 1:  # one delivery must not keep the others out
                    for one in batch:
                        await self._commit([one])
                    return
            for _, future in batch:
                if not future.done():
                    future.set_result(None)
            return
        self.last_accepted = self.plants.clock()
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    def _take(self, tx: Tx, delivery: Delivery) -> Outcome:
        now = self.plants.clock()
        plant = self.plants.get(delivery.enterprise)
        if plant is None:
            raise NotStored
        key = keyed(plant.secret, f"{delivery.platform}:{delivery.key}").hex()
        of = (delivery.enterprise, delivery.platform, delivery.account)
        added = inbox.add(tx, *of[:2], key, of[2], delivery.raw, now)
        if added is None:
            return Outcome()
        incoming = self._read(tx, added.id, *of[:2], delivery.raw)
        if incoming is None:
            return Outcome()
        if any(map(wanted, incoming.media)):
            inbox.later(tx, added.id)
        elif not added.waits:
            return self._handle(tx, Item(added.id, *of, delivery.raw, 0, now, waited=False), incoming)
        return Outcome(later=True)

    def _read(self, tx: Tx, item: int, enterprise: int, platform: str, raw: dict[str, Any]) -> Incoming | None:
        """The delivery in our words; None if it ends here: ignored on purpose, or parked as unreadable."""
        now = self.plants.clock()
        try:
            incoming = self._platforms[enterprise, platform].parse(raw)
        except Exception as error:
            log.exception("delivery %s of %s could not be read; it is parked", item, platform)
            inbox.park(tx, item, type(error).__name__, now)
            parked(self.plants.desk(tx, enterprise, now))
            return None
        if incoming is None:
            inbox.done(tx, item, now)
        return incoming

    def _handle(self, tx: Tx, item: Item, incoming: Incoming) -> Outcome:
        """Handles a delivery; if that fails, only the bare inbox row is left."""
        now = self.plants.clock() if item.waited else item.received_at  # what is done bears the time it was handled
        try:
            with tx.savepoint():
                desk = self.plants.desk(tx, item.enterprise, now)
                desk.delivery = item.id
                if not incoming.tap_ref:  # who waits for a message; a tap has an answer of its own
                    tx.told.add((item.enterprise, item.platform, incoming.chat))
                if item.replayed:
                    done_after_all(desk, incoming)
                toasts = self._platforms[item.enterprise, item.platform].toasts
                handled = handle(desk, incoming, toasts)
                if item.waited:
                    inbox.done(tx, item.id, now)
            return Outcome(tap_ref=incoming.tap_ref, toast=handled.toast)
        except Exception as error:
            if isinstance(error, DiskFull):
                raise
            log.exception("delivery %s of %s failed", item.id, item.platform)
            if inbox.failed(tx, item.id, type(error).__name__, now):
                log.error("delivery %s is parked; `woodpecker replay` puts it back", item.id)
                desk = self.plants.desk(tx, item.enterprise, now)
                parked(desk, incoming)
                return Outcome(tap_ref=incoming.tap_ref)
            return Outcome(later=True, tap_ref=incoming.tap_ref)

    def _follow(self, delivery: Delivery, outcome: Outcome) -> None:
        if outcome.later:
            self._work_on((delivery.enterprise, delivery.platform, delivery.account))
        self._answer(delivery.enterprise, delivery.platform, outcome)

    def _answer(self, enterprise: int, platform: str, outcome: Outcome) -> None:
        if outcome.tap_ref:
            self._platforms[enterprise, platform].answer(outcome.tap_ref, outcome.toast)

    def _work_on(self, key: AccountKey) -> None:
        if key not in self._workers and key[:2] in self._platforms and self.plants.get(key[0]) is not None:
            self._workers[key] = asyncio.create_task(self._work(key))

    async def _work(self, key: AccountKey) -> None:
        """Handles what waits for one account, oldest first, until nothing does."""
        failures = 0
        try:
            while True:
                try:
                    item = await self._exchange.run(lambda tx: inbox.first_new(tx, *key))
                    if item is None:
                        return
                    outcome = await self._finish(item)
                except DiskFull:
                    await self._disk_full([])
                    outcome = Outcome(later=True)
                except Exception:
                    log.exception("a delivery on %s could not be worked on", key[1])
                    outcome = Outcome(later=True)
                if outcome.later:
                    await self._sleep(AGAIN[min(failures, len(AGAIN) - 1)])
                failures = failures + 1 if outcome.later else 0
        finally:
            del self._workers[key]

    async def _finish(self, item: Item) -> Outcome:
        incoming = await self._exchange.run(
            lambda tx: self._read(tx, item.id, item.enterprise, item.platform, item.raw)
        )
        if incoming is None:
            return Outcome()
        if incoming.media:
            incoming = incoming._replace(media=await self._media(item, incoming))
        whole = incoming
        outcome = await self._exchange.run(lambda tx: self._handle(tx, item, whole))
        self._answer(item.enterprise, item.platform, outcome)
        return outcome

    async def _media(self, item: Item, incoming: Incoming) -> tuple[Media, ...]:
        platform = self._platforms[item.enterprise, item.platform]
        fetched = await self._exchange.run(lambda tx: inbox.media(tx, item.id))
        for n, media in enumerate(incoming.media):
            while wanted(media) and not ((known := fetched.get(n)) and known.settled):
                got, pause = await fetch(platform, self._cabinet, media, n, known, self.plants.clock)
                fetched[n] = got
                await self._exchange.run(lambda tx, got=got: inbox.set_media(tx, item.id, got))  # type: ignore[misc]
                if pause:
                    await self._sleep(pause)
        return filled(incoming.media, fetched)
