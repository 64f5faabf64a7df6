"""Intake, exchange and sender on a real database, with one platform at their edge and a clock by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.exchange import Exchange
from bot.full_disk import FullDisk
from bot.intake import Intake
from bot.looks import Look
from bot.media import Cabinet
from bot.pictures import Pictures
from bot.plants import Plants
from bot.platforms.base import Delivery
from bot.sender import Sender
from handlers.desk import Desk, Plant
from handlers.message import Message
from handlers.outgoing import Ready
from storage import accounts, departments, enterprises, people, places, sending
from storage.database import Database, Tx
from storage.photos import Ballast, Folder
from storage.store import Store
from tests.cast import CAST, DEPARTMENTS, PLACES
from tests.fakes.platform import FakePlatform
from tests.template import careless, fresh
from tests.world import START
from woodpecker.programme import Programme

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
# Account and chat of each of the cast.
PHONES = {name: f"u{number}" for name, number, *_ in CAST}
ROW = "SELECT state, attempts, error FROM outbox WHERE id = $1"


class Time:
    """A clock by hand, for milliseconds and for the seconds that the sender counts in."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.naps: list[float] = []

    def __call__(self) -> int:
        return self.at

    def seconds(self) -> float:
        return self.at / 1000

    async def nap(self, seconds: float) -> None:
        """Time passes, nobody waits."""
        self.naps.append(seconds)
        self.at += int(seconds * 1000)
        await asyncio.sleep(0)


class Core:
    """The parts between platform and desk, wired as the program wires them."""

    def __init__(self, folder: Path, database: Database, platform: FakePlatform, time: Time) -> None:
        self.database = database
        self.platform = platform
        platform.now = time
        self.time = time
        self.plants = Plants(time)
        self.exchange = Exchange(database, self.plants)
        self.pictures = Pictures()
        self.cabinet = Cabinet(Folder(folder / "photos"), self.pictures)
        self.ballast = Ballast(folder / "ballast", 4096)
        platforms = {(platform.enterprise, platform.name): platform}
        self.intake = Intake(
            self.exchange,
            platforms,
            self.cabinet,
            disk_full=FullDisk(platforms, self.plants, self.ballast),
            sleep=time.nap,
        )
        self.sender = Sender(self.exchange, platforms, self.cabinet.load, monotonic=time.seconds, sleep=time.nap)
        self.exchange.taker = self.sender
        self.writes: list[str] = []
        self.keys = 0

    def say(self, name: str, text: str = "", **said: Any) -> Delivery:
        """A delivery from somebody's phone."""
        self.keys += 1
        key = said.pop("key", f"k{self.keys}")
        return self.platform.delivery(PHONES.get(name, name), key, text=text, **said)

    def photo(self, name: str, ref: str, **said: Any) -> Delivery:
        """A delivery with one picture that has to be fetched."""
        return self.say(name, media=[{"kind": "photo", "ref": ref, "mime": "image/jpeg"}], **said)

    def voice(self, name: str, ref: str, **said: Any) -> Delivery:
        """A delivery with a recording, which is kept as it is."""
        return self.say(name, media=[{"kind": "voice", "ref": ref, "mime": "audio/ogg"}], **said)

    async def accept(self, *deliveries: Delivery) -> None:
        await self.intake.accept(deliveries)

    async def hears(self, *deliveries: Delivery) -> None:
        """Takes them in and lets everything come to rest."""
        await self.intake.accept(deliveries)
        await self.rest()

    async def rest(self) -> None:
        """Returns once nothing is under way and nothing is due."""
        for _ in range(300):
            await asyncio.gather(*self.intake._workers.values())
            await self.sender.idle()
            waiting = await self.exchange._run(lambda tx: sending.waiting(tx, self.time()), Look.WHOLE)
            chats = {(row.enterprise, row.platform, row.chat) for row in waiting}
            if chats <= self.sender.busy() and not self._under_way():
                return
        raise AssertionError("it never comes to rest")

    def _under_way(self) -> bool:
        return bool(self.exchange._marks or self.sender._tasks or self.intake._workers)

    async def until(self, true: Callable[[], object]) -> None:
        """Gives everybody a turn until something holds."""
        async with asyncio.timeout(30):
            while not true():  # noqa: ASYNC110 - the database has a thread of its own
                await asyncio.sleep(0.001)

    async def say_in(self, chat: str, *texts: str) -> list[int]:
        """Puts messages for a chat into the outbox, together; returns their rows."""

        def work(desk: Desk) -> list[int]:
            for text in texts:
                desk.send("fake", chat, Message(text))
            return [r["id"] for r in desk.store.tx.all("SELECT id FROM outbox ORDER BY id DESC LIMIT $1", len(texts))]

        return (await self.desk(work))[::-1]

    async def row(self, row: int) -> tuple[str, int, str]:
        """State, attempts and error of a row of the outbox."""
        found: tuple[str, int, str] = (await self.ask(ROW, row))[0]  # type: ignore[assignment]
        return found

    async def pass_time(self, seconds: float) -> None:
        """Lets time pass, then does what is due."""
        self.time.at += int(seconds * 1000)
        await self.rest()

    async def desk(self, work: Callable[[Desk], T]) -> T:
        """Runs work at the desk, with all that rides on it."""
        return await self.exchange.run(lambda tx: work(self.plants.desk(tx, self.platform.enterprise, self.time())))

    async def ask(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """Rows as they stand in the database."""
        return await self.database.run(lambda tx: [tuple(row) for row in tx.all(sql, *args)])  # type: ignore[misc]

    async def count_commits(self) -> None:
        """From now on `writes` gets an entry for every commit that wrote something: what, and how it commits."""
        wrote: list[str] = []
        synchronous = ""  # the pragma as it was set last

        def trace(sql: str) -> None:
            nonlocal synchronous
            word = sql.split(maxsplit=1)[0]
            if word in {"INSERT", "UPDATE", "DELETE"}:
                wrote.append(sql)
            elif sql.startswith("PRAGMA synchronous"):
                synchronous = sql
            elif word == "COMMIT":
                if wrote:
                    self.writes.append("\n".join([*wrote, synchronous]))
                wrote.clear()

        await self.database.call(lambda connection: connection.set_trace_callback(trace))

    async def fill_disk(self, spare: int = 0) -> None:
        """Leaves room for so many pages more."""
        await self.database.call(lambda c: c.execute("VACUUM").fetchall())  # no page of a dropped index is left
        pages = await self.database.call(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        await self.database.call(lambda c: c.execute(f"PRAGMA max_page_count = {pages + spare}").fetchone())

    async def make_room(self) -> None:
        await self.database.call(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())

    async def stop(self) -> None:
        """Ends as the program does."""
        await self.intake.stop()
        await self.sender.stop()
        await self.exchange.flush()
        await self.pictures.close()


def _roster(tx: Tx) -> int:
    enterprise = enterprises.ensure(tx, "demo", "北山矿业", "zh", "Asia/Shanghai")
    store = Store(tx, enterprise)
    if people.all(store):
        return enterprise
    of = {name: departments.add(store, name).id for name, _ in DEPARTMENTS}
    ids = {}
    for name, number, department, roles in CAST:
        ids[number] = people.add(store, name, START, employee_no=number, department=of[department]).id
        for role in roles:
            people.set_roles(store, ids[number], role)
        account = accounts.touch(store, "fake", PHONES[name], PHONES[name], name, "", START)
        accounts.link(store, account.id, ids[number])
    for name, leader in DEPARTMENTS:
        departments.update(store, of[name], leader=ids[leader] if leader else None)
    for code, name, department, owner in PLACES:
        places.add(store, code, name, department=of[department], owner=ids[owner])
    return enterprise


@asynccontextmanager
async def core(folder: Path, platform: FakePlatform | None = None, at: int = START) -> AsyncIterator[Core]:
    """A plant whose people have all joined; on a known folder it goes on with what is there."""
    database = await Database.open(fresh(folder / "core.db"))
    try:
        await database.call(careless)
        enterprise = await database.run(_roster)
        await database.run(sending.free_leases)
        made = Core(folder, database, platform or FakePlatform(enterprise=enterprise), Time(at))
        plant = Plant(enterprise, "demo", "北山矿业", "zh", ZONE, Programme(), b"a secret of the tests")
        made.plants.add(plant)
        pump = asyncio.create_task(made.exchange.pump())
        try:
            yield made
        finally:
            pump.cancel()
            await asyncio.wait([pump])
        await made.stop()
    finally:
        await database.close()


def sends(platform: FakePlatform, chat: str) -> Sequence[str]:
    """The texts of all tries in a chat, in order."""
    return [t.text for t in platform.tries if t.chat == chat]


def ready(message: Message, person: int | None = None, chat: str = "u1") -> Ready:
    """A row of the outbox that says this, to somebody's own chat."""
    return Ready(1, 1, "fake", chat, message, "", None, 0, 0, person=person)
