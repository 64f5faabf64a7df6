"""Tells the admins, on another platform, that one of the platforms has stopped until somebody acts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.exchange import Exchange
from bot.plants import Plants
from bot.platforms.base import Platform
from handlers.unreachable import platform_stopped
from storage.database import Tx


async def tell_admins(exchange: Exchange, platforms: Mapping[tuple[int, str], Platform]) -> None:
    """Looks at every platform; people are told things elsewhere, the admins hear of the same trouble once a day."""
    now = exchange.plants.clock()
    for enterprise in {enterprise for enterprise, _ in platforms}:
        given_up = {name for (of, name), platform in platforms.items() if of == enterprise and platform.stopped}
        exchange.plants.stopped(enterprise, frozenset(given_up))
    for (enterprise, name), platform in platforms.items():
        if platform.stopped and exchange.plants.get(enterprise) is not None:
            await exchange.run(lambda tx, e=enterprise, n=name: _tell(exchange.plants, tx, e, n, now))  # type: ignore[misc]


def _tell(plants: Plants, tx: Tx, enterprise: int, name: str, now: int) -> None:
    platform_stopped(plants.desk(tx, enterprise, now), name)
