"""What commands have done while the program runs: the same table, through its one connection."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.outcome import OperationFailed, Outcome
from bot.commands.told import tell
from storage import backup, enterprises, sending, traces
from storage.database import Tx
from storage.store import Store
from woodpecker import clocks

if TYPE_CHECKING:
    from bot.program import Program

STOPS = 400  # of a very long jump only the last ones are made
SETTLE, PAUSE = 25, 0.02  # looks, and seconds between them, after which a stop is left with something unsent


class Operations:
    """Does an operation by its name."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def execute(self, name: str, params: dict[str, Any]) -> Outcome:
        """Does it and returns what to print. Raises OperationFailed; then nothing was done."""
        if name == "backup":
            return await self._backup(Path(str(params["folder"])))
        if name == "summary":
            return await self._summary(params)
        outcome = await self._program.exchange.run(lambda tx: self._in(tx, name, params))
        if name in {"replay", "replay.all"}:
            await self._program.intake.resume()
        return outcome

    def _in(self, tx: Tx, name: str, params: dict[str, Any]) -> Outcome:
        from bot.commands.operations import execute  # with all commands: nobody needs them at the start

        plants = self._program.plants
        now = plants.clock()
        links = {p.code: list(p.links.values()) for p in plants}
        return tell(execute(tx, name, params, now, links), lambda enterprise: plants.desk(tx, enterprise, now))

    async def _summary(self, params: dict[str, Any]) -> Outcome:
        from bot.commands.summary import summary

        program = self._program
        plant = next((p for p in program.plants if p.code == params["enterprise"]), None)
        if plant is None:
            raise OperationFailed(f"There is no enterprise {params['enterprise']}.")
        source, cache = program.books.source(plant.id), program.settings.database.with_name("cache")
        return await summary(source, program.forms, cache, str(params["month"]), Path(str(params["out"])))

    async def _backup(self, folder: Path) -> Outcome:
        settings = self._program.settings
        places = backup.Places(settings.database, settings.folders)
        try:
            await asyncio.to_thread(backup.start, folder)
            await self._program.database.run(lambda tx: traces.note_backup(tx, self._program.plants.clock()))
            await self._program.database.call(lambda c: backup.copy_database(c, folder / backup.DATABASE))
            return Outcome(await asyncio.to_thread(backup.finish, folder, places, self._program.plants.clock()))
        except backup.WrongBackup as error:
            raise OperationFailed(*error.problems) from None

    async def advance(self, enterprise: int, ms: int) -> None:
        """Moves a plant's clock on, with a stop wherever a day brings something, and does and sends what became due."""
        plants = self._program.plants
        plant, end = plants.get(enterprise), plants.now(enterprise) + ms
        stops = [] if plant is None else clocks.stops(plants.now(enterprise), end, plant.zone, plant.programme.clocks)
        for stop in stops[-STOPS:]:
            step = min(ms, max(0, stop - plants.now(enterprise)))
            ms -= step
            await self._move(enterprise, step)
            await self._settle()
        await self._move(enterprise, ms)

    async def _settle(self) -> None:
        """Lets what is due be sent before the clock moves on, so that each day says its own; not for ever."""
        for _ in range(SETTLE):
            now = self._program.plants.clock()
            await self._program.sender.idle()
            if not await self._program.exchange.run(lambda tx, now=now: sending.waiting(tx, now, 1)):  # type: ignore[misc]
                return
            self._program.exchange.wake()
            await asyncio.sleep(PAUSE)

    async def _move(self, enterprise: int, ms: int) -> None:
        program = self._program

        def move(tx: Tx) -> int:
            store = Store(tx, enterprise)
            ahead = enterprises.clock_offset(store) + ms
            enterprises.set_clock_offset(store, ahead)
            return ahead

        program.plants.move(enterprise, await program.exchange.run(move))
        await program.wake.look()
        program.exchange.wake()
