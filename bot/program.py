"""The running program: database, platforms, intake, sender, clock and listeners, started and ended in order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import sqlite3
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.bookmaking import Bookmaker
from bot.control import ControlServer
from bot.exchange import Exchange
from bot.full_disk import FullDisk
from bot.intake import Intake
from bot.introduce import introduce
from bot.links import Links
from bot.listeners import serve_web
from bot.made import makers
from bot.media import Cabinet
from bot.operations import Operations
from bot.papers import Papers
from bot.pictures import Pictures
from bot.plants import Plants
from bot.platforms.base import Platform
from bot.platforms.table import PLATFORMS, Setting
from bot.ready import make_ready
from bot.sender import Sender
from bot.settings import BUTTONS_ONLY, DIRECTORY, Settings
from bot.shelf import Shelf
from bot.throw_away import throw_away
from bot.trouble import tell_admins
from bot.trust import trusted
from bot.wake import Wake
from handlers.desk import Plant
from handlers.routes import command_menus
from storage import enterprises, lock, sending
from storage.database import Database, Tx, wal_reset_bug
from storage.key import read_key
from storage.photos import Ballast, Folder
from storage.store import Store

log = logging.getLogger(__name__)

BALLAST = 64 * 1024 * 1024  # bytes
COLLECT = (20_000, 20, 20)  # a message makes some thousand objects, hardly any of them in a circle
STOP = 5.0  # seconds that sending gets at the end; two listeners take up to 2 s each


def run(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. Raises storage.database.Busy if another process has the database."""
    with lock.hold(settings.database):
        asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    async with AsyncExitStack() as stack:
        program = await Program.start(settings, stack)
        # What is there now stays: the collector need not walk it again and again, holding up whoever waits.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)
        gc.enable()
        failed = asyncio.create_task(program.watch())
        done, _ = await asyncio.wait(
            [failed, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED
        )
        log.info("stopping")
        if failed in done:
            failed.result()
        failed.cancel()


class Program:
    """All parts, wired; what is entered into the exit stack ends in reverse order."""

    def __init__(self, database: Database, plants: Plants, settings: Settings) -> None:
        self.database = database
        self.plants = plants
        self.settings = settings
        self.exchange = Exchange(database, plants)
        self.platforms: dict[tuple[int, str], Platform] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self.forms: dict[int, Path] = {}  # the plants' own tables of a month
        self.pages: list[str] = []  # addresses of the sandbox

    @classmethod
    async def start(cls, settings: Settings, stack: AsyncExitStack) -> Program:
        """Starts everything; ready when it returns."""
        database = await Database.open(settings.database)
        stack.push_async_callback(database.close)
        plants = Plants()
        await database.call(lambda connection: make_ready(connection, settings, plants.clock()))
        program = cls(database, plants, settings)
        await database.run(program.open_plants)
        program._make_platforms()
        for platform in program.platforms.values():
            stack.push_async_callback(platform.close)
        await program._wire(stack)
        return program

    def open_plants(self, tx: Tx) -> None:
        """Reads what each configured enterprise needs, and takes over what a dead process had leased."""
        secret = read_key(self.settings.database)
        for found in enterprises.all(tx):
            of = self.settings.of(found.code)
            if of is not None:
                zone = ZoneInfo(found.timezone)
                plant = Plant(
                    found.id, found.code, found.name, found.language, zone, of.rules, secret,
                    directory=DIRECTORY, userid_is_number=of.wecom_userid_is_number, buttons_only=BUTTONS_ONLY,
                )  # fmt: skip
                if of.real_platforms:
                    plant = replace(plant, for_trial=frozenset({"sandbox"}), groups=of.groups)
                if "wecom" in of.real_platforms:
                    plant = replace(plant, reaches="wecom")
                if of.form is not None:
                    self.forms[found.id] = of.form
                    plant = replace(plant, form=_asked_for(of.form))
                self.plants.add(plant, enterprises.clock_offset(Store(tx, found.id)))
        sending.free_leases(tx)

    def _make_platforms(self) -> None:
        folder = self.settings.database.parent
        for plant in self.plants:
            of = self.settings.of(plant.code)
            assert of is not None
            setting = Setting(self.settings, of, plant.id, self.database, self.plants, folder)
            for name, make in PLATFORMS.items():
                platform = make(setting)
                if platform is not None:
                    self.platforms[plant.id, name] = platform

    async def _wire(self, stack: AsyncExitStack) -> None:
        if wal_reset_bug():
            log.info("SQLite %s: one connection does everything (WAL-reset bug)", sqlite3.sqlite_version)
        folder = Folder(self.settings.photos)
        ballast = Ballast(self.settings.database.with_name("ballast"), BALLAST)
        await asyncio.to_thread(folder.sweep)
        pictures = Pictures()
        stack.push_async_callback(pictures.close)
        cache = self.settings.database.with_name("cache")
        self.books = Bookmaker(self.exchange, folder, cache, self.forms)
        papers = Papers(cache)
        stack.push_async_callback(papers.close)
        made = {**makers(self.database), **self.books.makers}
        shelf = Shelf(self.settings.database.with_name("fetched"), asyncio.get_running_loop().time)
        await asyncio.to_thread(shelf.clear)
        stack.push_async_callback(shelf.close)
        secret = read_key(self.settings.database)
        self.links = Links(self.exchange, self.settings.web.public_url, secret, made, shelf)
        cabinet = Cabinet(folder, pictures, papers, made, self.links, shelf.folder)
        full_disk = FullDisk(self.platforms, self.plants, ballast)
        self.intake = Intake(self.exchange, self.platforms, cabinet, disk_full=full_disk)
        self.sender = Sender(self.exchange, self.platforms, cabinet.load)

        async def besides() -> None:
            await full_disk.recover()
            await throw_away(self.exchange, folder)
            shelf.tidy()
            await tell_admins(self.exchange, self.platforms)

        self.wake = Wake(self.exchange, besides)
        self.exchange.taker = self.sender
        stack.push_async_callback(self._stop)
        self._spawn("outbox", self.exchange.pump())
        operations = Operations(self)
        control = ControlServer(self.settings.socket, operations.execute)
        await control.start()
        stack.push_async_callback(control.stop)
        await serve_web(self, stack)
        if any(of.sandbox_enabled for of in self.settings.enterprise):
            from bot.phones import serve_phones

            await serve_phones(self, operations, stack)
        for platform in self.platforms.values():
            self._spawn(f"{platform.name} receiving", platform.receive(self.intake.accept))
        await self.intake.resume()
        self.exchange.wake()
        self._spawn("introducing", self._introduce())
        self._spawn("reserve", _reserve(ballast))
        await self.wake.start()

    async def _introduce(self) -> None:
        """Makes every platform known; meanwhile messages are taken, while what this needs is read beside the loop."""
        if any(of.real_platforms for of in self.settings.enterprise):
            await asyncio.to_thread(trusted)
        for language in {plant.language for plant in self.plants}:
            await asyncio.to_thread(command_menus, language)
        await asyncio.gather(*(introduce(platform, self.plants) for platform in self.platforms.values()))

    def _spawn(self, name: str, work: Coroutine[object, object, None]) -> None:
        self.tasks.append(asyncio.create_task(work, name=name))

    async def watch(self) -> None:
        """Returns never; raises if a part dies that must not."""
        pending = set(self.tasks)
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        await asyncio.Event().wait()

    async def _stop(self) -> None:
        """Takes no more, ends what runs, notes what was sent."""
        await self.wake.stop()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.intake.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP):
                await self.sender.idle()
        await self.sender.stop()
        await self.exchange.flush()
        await self.database.call(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())


async def _reserve(ballast: Ballast) -> None:
    """Lays the reserve down; nobody waits for it."""
    if not await asyncio.to_thread(ballast.ensure):
        log.warning("the disk has no room for the reserve of %s MB", BALLAST >> 20)


def _asked_for(form: Path) -> tuple[str, ...]:
    """What a plant's own table asks for by name; the library that reads it is loaded only where there is one."""
    from bot.form import names

    return tuple(names(form))
