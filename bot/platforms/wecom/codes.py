"""The codes that change cards, as the platform sees them: kept in the database, one use each."""

from __future__ import annotations

import logging
from collections.abc import Callable

from storage import wecom_codes
from storage.database import Database, DiskFull, Tx
from storage.store import Store
from storage.wecom_codes import Code

log = logging.getLogger(__name__)


class Codes:
    """One application's codes."""

    def __init__(self, database: Database, enterprise: int, clock: Callable[[], int]) -> None:
        self._database = database
        self._enterprise = enterprise
        self._clock = clock

    async def keep(self, task: str, code: str) -> None:
        """Remembers a code for a card; nothing if there is none."""
        if task and code:
            await self._note(lambda tx: wecom_codes.keep(self._store(tx), task, code, self._clock()))

    async def newest(self, task: str) -> Code | None:
        """The best code for a card, None if it cannot be changed any more."""
        return await self._database.run(lambda tx: wecom_codes.newest(self._store(tx), task, self._clock()))

    async def used(self, code: str) -> None:
        """A code is worth nothing any more."""
        await self._note(lambda tx: wecom_codes.used(self._store(tx), code))

    async def _note(self, work: Callable[[Tx], None]) -> None:
        """Writes it down if there is room: what was sent or tapped must not fail over it."""
        try:
            await self._database.run(work)
        except DiskFull:
            log.warning("WeCom: a card's code was not kept, the disk is full")

    def _store(self, tx: Tx) -> Store:
        return Store(tx, self._enterprise)
