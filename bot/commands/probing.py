"""Asks each platform whether it knows us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.platforms.base import Failure
from bot.settings import EnterpriseSettings, Settings

PATIENCE = 10.0  # seconds


def probe(settings: Settings) -> Iterator[str]:
    """A sentence for each bot: the name it goes by, or why Telegram does not know it."""
    for of in settings.enterprise:
        if of.telegram is not None:
            yield f"{of.code}: {asyncio.run(_telegram(settings, of))}"


async def _telegram(settings: Settings, of: EnterpriseSettings) -> str:
    from bot.platforms.telegram.platform import Telegram

    found = settings.telegram(of, 0)
    assert found is not None
    bot = Telegram(found)
    try:
        async with asyncio.timeout(PATIENCE):
            return f"Telegram knows the bot as @{await bot.probe()}."
    except Failure as failure:
        return f"Warning: Telegram does not answer as it should: {failure.reason}."
    except TimeoutError:
        return "Warning: Telegram cannot be reached; check the network, the proxy and api_url."
    finally:
        await bot.close()
