"""The whole program in this process, at a fake Telegram: configured, staffed, started, and looked into."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from bot.commands.perform import opened
from bot.configuration import read
from bot.platforms.base import Window
from bot.platforms.telegram.platform import Telegram
from bot.program import Program
from bot.settings import Settings
from bot.settings_platforms import Origin
from storage import accounts, departments, enterprises, lock, people, places
from storage.database import Tx, transaction
from storage.store import Store
from tests.cast import CAST, DEPARTMENTS, PLACES
from tests.fakes.telegram import FakeTelegram, Phone

T = TypeVar("T")

CONFIG = """
[web]
listen = "127.0.0.1:{web}"
public_url = "http://127.0.0.1:{web}"
[[enterprise]]
code = "demo"
name = "北山矿业"
[enterprise.telegram]
token = "{token}"
mode = "{mode}"
api_url = "{api}"
[enterprise.sandbox]
enabled = {sandbox}
listen = "127.0.0.1:{phones}"
[enterprise.programme.clocks]
quiet_from = "00:00"
quiet_until = "00:00"
[enterprise.programme.limits]
reports_hour = 100000
reports_day = 100000
messages_minute = 100000
"""


def _ports() -> Iterator[int]:
    """Ports below those that connections are given, of this worker of the suite alone, each in its turn."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
    while True:
        yield from secrets.SystemRandom().sample(range(20_000 + worker * 3_000, 23_000 + worker * 3_000), 3_000)


_PORTS = _ports()


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    for port in _PORTS:
        with contextlib.suppress(OSError), socket.socket() as found:
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError


def configuration(api: str, token: str, *, mode: str = "polling", sandbox: bool = False) -> str:
    """The text of a configuration file; tests at night must not wait for the morning."""
    return CONFIG.format(
        web=free_port(), phones=free_port(), token=token, mode=mode, api=api, sandbox="true" if sandbox else "false"
    )


def number_of(name: str) -> int:
    """The Telegram user id of one of the cast."""
    return 5_000_000_000 + int(next(number for who, number, *_ in CAST if who == name))


def staff(
    settings: Settings, joined: Iterable[tuple[str, str, str]] = (), more: Callable[[Tx], None] = lambda tx: None
) -> None:
    """Puts the cast into the plant; `joined` are platform, user and name of whoever has an account already."""
    with opened(settings) as (connection, _):
        transaction(connection, lambda tx: _staff(tx, joined))
        transaction(connection, more)


def _staff(tx: Tx, joined: Iterable[tuple[str, str, str]]) -> None:
    (enterprise,) = enterprises.all(tx)
    store = Store(tx, enterprise.id)
    of = {name: departments.add(store, name).id for name, _ in DEPARTMENTS}
    ids = {}
    for name, number, department, roles in CAST:
        ids[number] = ids[name] = people.add(store, name, 1, employee_no=number, department=of[department]).id
        for role in roles:
            people.set_roles(store, ids[number], role)
    for name, leader in DEPARTMENTS:
        departments.update(store, of[name], leader=ids[leader] if leader else None)
    for code, name, department, owner in PLACES:
        places.add(store, code, name, department=of[department], owner=ids[owner])
    for platform, user, name in joined:
        account = accounts.touch(store, platform, user, user, name, "zh", 1)
        accounts.link(store, account.id, ids[name])


class Plant:
    """A running program with the phones of the cast."""

    def __init__(self, program: Program, fake: FakeTelegram, settings: Settings) -> None:
        self.program = program
        self.fake = fake
        self.settings = settings
        self.phones: dict[str, Phone] = {}

    def __getitem__(self, name: str) -> Phone:
        """The phone of one of the cast."""
        return self.phones[name]

    async def sees(self, name: str, words: str, seconds: float = 30.0) -> str:
        """Waits until a message with these words stands on the phone; returns the newest such."""
        phone = self[name]
        try:
            await self.fake.until(lambda: any(words in text for text in phone.texts), seconds)
        except TimeoutError:
            raise AssertionError(f"{name} does not see {words!r} but {phone.texts}") from None
        return next(text for text in reversed(phone.texts) if words in text)

    async def taps(self, name: str, label: str) -> None:
        """Taps the newest button of this label, as soon as there is one."""
        phone = self[name]
        try:
            await self.fake.until(lambda: label in phone.buttons)
        except TimeoutError:
            raise AssertionError(f"{name} has no button {label!r} but {phone.buttons}: {phone.texts}") from None
        query = phone.tap(label)
        await self.fake.until(lambda: query.answer is not None)

    async def rest(self) -> None:
        """Waits until everything that was sent to us has had its effect, and that has been sent."""

        async def busy() -> int:
            exchange = self.program.exchange
            found: int = await exchange.run(
                lambda tx: tx.value(
                    "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
                    " + (SELECT count(*) FROM outbox WHERE state = 'waiting')"
                )
            )
            return found + self.fake.pending

        while await busy():
            await asyncio.sleep(0.005)
            self.program.exchange.wake()

    async def ask(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """Rows as they stand in the database."""
        return await self.program.database.run(lambda tx: [tuple(row) for row in tx.all(sql, *args)])  # type: ignore[misc]

    async def store(self, work: Callable[[Store], T]) -> T:
        """Runs work on the plant's store."""
        return await self.program.exchange.run(lambda tx: work(Store(tx, 1)))

    @property
    def refused(self) -> list[tuple[str, str]]:
        """Calls that Telegram did not like: method and reason."""
        return [(c.method, c.description) for c in self.fake.calls if c.status >= 400]


def no_limits(self: Telegram, chat: str) -> tuple[Window, ...]:
    """Stands in for Telegram.windows where a test is not about pace."""
    return ()


@asynccontextmanager
async def running(
    folder: Path, fake: FakeTelegram, *, mode: str = "polling", joined: bool = True
) -> AsyncIterator[Plant]:
    """The program on a new or known folder; everybody of the cast has joined unless said otherwise."""
    config = folder / "config.toml"
    if not config.exists():
        config.write_text(configuration(fake.url, fake.world.token, mode=mode), encoding="utf-8")
        settings = read(config.read_text(encoding="utf-8"), Origin(folder))
        names = [name for name, *_ in CAST] if joined else []
        staff(settings, [("telegram", str(number_of(name)), name) for name in names])
    settings = read(config.read_text(encoding="utf-8"), Origin(folder))
    async with AsyncExitStack() as stack:
        stack.enter_context(patch("bot.program.BALLAST", 1 << 16))
        stack.enter_context(lock.hold(settings.database))
        # New phones, and before the start: what waited from the last time is sent at once.
        phones = {name: fake.phone(name, number=number_of(name)) for name, *_ in CAST}
        for phone in phones.values():
            phone.chat.started = joined
        plant = Plant(await Program.start(settings, stack), fake, settings)
        plant.phones = phones
        yield plant
