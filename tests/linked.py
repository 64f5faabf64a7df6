"""Links on a real database, over real HTTP, for two plants; in place of workbooks bytes that say whose they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.links import Links
from bot.media import Cabinet
from bot.shelf import Shelf
from handlers import books
from handlers.book import Order
from handlers.desk import Desk
from handlers.message import Message
from handlers.outgoing import Ready
from storage import accounts, enterprises, people
from storage.database import Tx
from storage.store import Store
from tests.cast import CAST
from tests.core import PHONES, START, Core, core, ready
from tests.fetching import LINK
from tests.plant_program import free_port
from woodpecker.words import Role

LARGE = b"x" * 3_000_000


@dataclass
class Linked:
    """The first plant at its core, the links of both, and what was made."""

    core: Core
    links: Links
    cabinet: Cabinet
    other: int
    made: list[dict[str, Any]] = field(default_factory=list)

    async def make(self, spec: dict[str, Any], target: Path, most: int) -> None:
        """Writes what a workbook's order says, with three megabytes of photos unless it is to be bare."""
        self.made.append(spec)
        words = json.dumps([spec["enterprise"], spec["reader"], spec["part"]]).encode()
        await asyncio.to_thread(target.write_bytes, words + (b"" if spec["part"] == "bare" else LARGE))

    def id_of(self, name: str) -> int:
        """One of the cast in the first plant; the ids are theirs in order."""
        return [who for who, *_ in CAST].index(name) + 1

    async def ready(self, name: str, book: str = "hazards") -> Ready:
        """A row of the outbox with a book for somebody."""
        person = self.id_of(name)

        def work(desk: Desk) -> Message:
            return books.message(desk, Order(book, desk.plant.id, 202611, 202611, person, "zh"))

        return ready(await self.core.desk(work), person, PHONES[name])

    async def said(self, name: str, book: str = "hazards", most: int = 1_000_000) -> str:
        """What somebody reads who asked for a book where files of so many bytes are taken."""
        message, _ = await self.cabinet.load(await self.ready(name, book), most)
        return message.text

    async def link(self, name: str, book: str = "hazards") -> str:
        """The link that somebody gets."""
        found = LINK.search(await self.said(name, book))
        assert found is not None
        return found[0]

    async def other_link(self) -> str:
        """The link that 外人, who leads the other plant, gets there."""
        plants = self.core.plants

        def work(tx: Tx) -> tuple[Message, int]:
            store = Store(tx, self.other)
            person = people.add(store, "外人", START, employee_no="9001").id
            people.set_roles(store, person, Role.LEADER)
            account = accounts.touch(store, "fake", "o1", "o1", "外人", "", START)
            accounts.link(store, account.id, person)
            desk = plants.desk(tx, self.other, plants.clock())
            return books.message(desk, Order("hazards", self.other, 202611, 202611, person, "zh")), person

        message, person = await self.core.exchange.run(work)
        asked = ready(message, person, "o1")._replace(enterprise=self.other)
        found = LINK.search((await self.cabinet.load(asked, 1_000))[0].text)
        assert found is not None
        return found[0]


@asynccontextmanager
async def linked(folder: Path, *, public: bool = True) -> AsyncIterator[Linked]:
    """Both plants, and a web server unless there is no public address."""
    async with core(folder) as c:
        other = await c.database.run(lambda tx: enterprises.ensure(tx, "other", "南山矿业", "zh", "Asia/Shanghai"))
        plant = c.plants.get(1)
        assert plant is not None
        c.plants.add(replace(plant, id=other, code="other", name="南山矿业"))
        shelf = Shelf(folder / "fetched", c.time.seconds)
        shelf.clear()
        port = free_port()
        makers: dict[str, Any] = {}
        url = f"http://127.0.0.1:{port}" if public else ""
        links = Links(c.exchange, url, plant.secret, makers, shelf)
        found = Linked(c, links, Cabinet(c.cabinet.folder, c.pictures, None, makers, links, shelf.folder), other)
        makers["book"] = found.make
        app = web.Application()
        app.add_routes(links.routes())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield found
        finally:
            await runner.cleanup()
            await shelf.close()
