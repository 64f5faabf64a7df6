"""Makes a platform known to its service, however long that takes."""

from __future__ import annotations

import asyncio
import logging

from bot.plants import Plants
from bot.platforms.base import Failure, Platform
from handlers.routes import command_menus

log = logging.getLogger(__name__)

FIRST, LONGEST = 2.0, 300.0  # seconds between tries


async def introduce(platform: Platform, plants: Plants) -> None:
    """Publishes the command menus and learns the link that takes join codes; returns once that is done."""
    pause = FIRST
    while True:
        plant = plants.get(platform.enterprise)
        assert plant is not None
        try:
            link = await platform.introduce(command_menus(plant.language))
        except Failure as failure:
            log.warning("%s of %s: %s; next try in %.0f s", platform.name, plant.code, failure.reason, pause)
            await asyncio.sleep(failure.retry_after or pause)
            pause = min(LONGEST, pause * 2)
        else:
            plants.link(platform.enterprise, platform.name, link)
            return
