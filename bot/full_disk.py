"""When the disk is full: room is made once, and people get one sentence instead of silence."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Mapping, Sequence

from bot.plants import Plants
from bot.platforms.base import Delivery, Failure, Platform
from handlers.message import Message
from handlers.texts import best, text
from storage.photos import Ballast

log = logging.getLogger(__name__)

PLENTY = 10  # times the reserve
SILENCE = 10 * 60_000  # ms between two such sentences to one person


class FullDisk:
    """Called with what could not be stored; True if it is worth trying again at once."""

    def __init__(self, platforms: Mapping[tuple[int, str], Platform], plants: Plants, ballast: Ballast) -> None:
        self._platforms = platforms
        self._plants = plants
        self._ballast = ballast
        self._freed = False
        self._told: dict[tuple[int, str, str], int] = {}

    async def __call__(self, deliveries: Sequence[Delivery]) -> bool:
        """Frees the reserve, or tells the senders, outside the outbox, that nothing arrived."""
        if self._ballast.free():
            self._freed = True
            log.error("the disk is full: the reserve was given up; make room now")
            return True
        log.error("the disk is full: nothing can be stored; make room now")
        for delivery in deliveries:
            await self._tell(delivery)
        return False

    async def recover(self) -> None:
        """Lays the reserve down again once there is plenty of room."""
        if self._freed and shutil.disk_usage(self._ballast.path.parent).free > PLENTY * self._ballast.size:
            self._freed = not await asyncio.to_thread(self._ballast.ensure)
            if not self._freed:
                log.info("there is room on the disk again; the reserve is back")

    async def _tell(self, delivery: Delivery) -> None:
        now = self._plants.clock()
        key = (delivery.enterprise, delivery.platform, delivery.account)
        plant = self._plants.get(delivery.enterprise)
        if plant is None or now - self._told.get(key, -SILENCE) < SILENCE:
            return
        self._told[key] = now
        platform = self._platforms[delivery.enterprise, delivery.platform]
        incoming = platform.parse(delivery.raw)
        if incoming is None or not incoming.private:
            return
        sentence = text(best(incoming.language) or plant.language, "alarm.disk_full", plant.language)
        try:
            await platform.send(incoming.chat, Message(sentence), [], f"full{now}")
        except Failure as failure:
            log.warning("somebody could not be told that the disk is full: %s", failure.reason)
