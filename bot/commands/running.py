"""Operations inside the running process, on its one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.commands.operations import Tell, execute
from bot.commands.outcome import OperationFailed, Outcome
from storage import backup
from storage.database import Database, Tx

Run = Callable[[Callable[[Tx], Outcome]], Awaitable[Outcome]]


class Running:
    """What the control socket has done.

    `run` is the program's way into a transaction, `clock` the machine's time in milliseconds, `links`
    the prefixes that a join code follows, by enterprise code.
    """

    def __init__(
        self,
        database: Database,
        run: Run,
        places: backup.Places,
        clock: Callable[[], int],
        links: Callable[[], Mapping[str, Sequence[str]]],
        tell: Tell,
    ) -> None:
        self._database = database
        self._run = run
        self._places = places
        self._clock = clock
        self._links = links
        self._tell = tell

    async def execute(self, name: str, params: dict[str, Any]) -> Outcome:
        """Does one operation of the table, or a backup. Raises OperationFailed."""
        if name == "backup":
            return await self._back_up(Path(params["folder"]))
        links, now = self._links(), self._clock()
        return await self._run(lambda tx: execute(tx, name, params, now, links, self._tell))

    async def _back_up(self, folder: Path) -> Outcome:
        try:
            await asyncio.to_thread(backup.start, folder)
            await self._database.call(lambda c: backup.copy_database(c, folder / backup.DATABASE))
            return Outcome(await asyncio.to_thread(backup.finish, folder, self._places, self._clock()))
        except backup.WrongBackup as error:
            raise OperationFailed(*error.problems) from None
