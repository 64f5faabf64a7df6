"""Files that nobody may find any more: a voice, or a picture taken out, of a report without a name."""

from __future__ import annotations

import asyncio

from bot.exchange import Exchange
from storage import traces
from storage.photos import Folder


async def throw_away(exchange: Exchange, folder: Folder) -> None:
    """Takes out of the folder what no report or draft names; harmless to repeat after a crash."""
    for sha in await exchange.run(traces.discarded):
        await asyncio.to_thread(folder.delete, sha)
        await exchange.run(lambda tx, sha=sha: traces.thrown_away(tx, sha))  # type: ignore[misc]
