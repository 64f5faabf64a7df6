"""The clock that only wakes: what is due stands in the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.exchange import Exchange
from handlers import schedule
from storage import inbox
from storage.database import DiskFull, Tx

log = logging.getLogger(__name__)

HEARTBEAT = 30  # seconds
KEEP_RAW = 30 * 24 * 3_600_000  # ms that the words of handled deliveries are kept


class Wake:
    """Every half minute, and whenever a clock is moved: has each plant's desk look what is due."""

    def __init__(self, exchange: Exchange, besides: Callable[[], Awaitable[None]] | None = None) -> None:
        self._exchange = exchange
        self._besides = besides  # what else is looked after at each beat
        self._looking = asyncio.Lock()
        self._scheduler: Any = None

    async def start(self) -> None:
        """Starts waking, the first time at once; the scheduler is loaded beside the loop."""
        self._scheduler = await asyncio.to_thread(_scheduler, self.look)
        self._scheduler.start()

    async def stop(self) -> None:
        """Wakes no more, and lets a look that runs come to its end; harmless before the start."""
        if self._scheduler is not None:
            self._scheduler.pause()
            async with self._looking:
                self._scheduler.shutdown(wait=False)

    async def look(self) -> None:
        """Runs what is due in every plant, one transaction each; a job that fails undoes itself and stops no other."""
        async with self._looking:
            await self._look()
            if self._besides is not None:
                await self._besides()

    async def _look(self) -> None:
        plants = self._exchange.plants
        for plant in plants:
            await self._run(plant.id)
        try:
            await self._exchange.run(lambda tx: inbox.forget(tx, plants.clock() - KEEP_RAW))
        except DiskFull:
            log.error("the disk is full")

    async def _run(self, enterprise: int) -> None:
        try:
            await self._exchange.run(lambda tx: self._jobs(tx, enterprise))
        except DiskFull:
            log.error("the disk is full: what is due waits")
        except Exception:
            log.exception("what is due in enterprise %s could not be done", enterprise)

    def _jobs(self, tx: Tx, enterprise: int) -> None:
        desk = self._exchange.plants.desk(tx, enterprise, self._exchange.plants.clock())
        for name, job in schedule.JOBS.items():
            try:
                with tx.savepoint():
                    job(desk)
            except DiskFull:
                raise
            except Exception:
                log.exception("the job %s of enterprise %s could not be done", name, enterprise)


def _scheduler(look: Callable[[], Awaitable[None]]) -> Any:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler
    from apscheduler.triggers.interval import IntervalTrigger

    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
    scheduler.add_job(look, IntervalTrigger(seconds=HEARTBEAT))
    scheduler.add_job(look)
    return scheduler
