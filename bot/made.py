"""Files that are made when they are sent or fetched: read from the database, then written beside the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.media import Maker
from bot.payout_book import payout_book, payout_sheet
from storage.database import Database
from storage.store import Store


def makers(database: Database) -> Mapping[str, Maker]:
    """What makes each kind of file that a message names."""
    return {"payout": _maker(database, lambda store, wanted: payout_sheet(store, wanted["batch"]), payout_book)}


def _maker(database: Database, read: Callable[[Store, dict[str, Any]], Any], write: Callable[[Any], bytes]) -> Maker:
    async def make(wanted: dict[str, Any], target: Path, most: int) -> None:
        found = await database.run(lambda tx: read(Store(tx, wanted["enterprise"]), wanted))
        await asyncio.to_thread(lambda: target.write_bytes(write(found)))

    return make
