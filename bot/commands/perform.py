"""Has an operation done: directly if nobody holds the database, else by the process that does."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.commands.operations import execute
from bot.commands.outcome import OperationFailed, Outcome
from bot.control import NotRunning, call
from bot.ready import make_ready
from bot.settings import Settings
from storage import backup, enterprises, traces
from storage.database import Busy, Tx, prepare, transaction
from storage.key import read_key
from storage.lock import hold
from storage.migrations import WrongSchema, pending
from storage.store import Store
from woodpecker.programme import Programme

if TYPE_CHECKING:
    from handlers.desk import Desk
    from storage.enterprises import Enterprise

WAIT = 5.0  # seconds for another command to end, or a starting program to answer
STEP = 0.1


def places(settings: Settings) -> backup.Places:
    """Where these settings keep what lasts."""
    return backup.Places(settings.database, settings.folders)


def now() -> int:
    """Milliseconds UTC."""
    return time.time_ns() // 1_000_000


@contextmanager
def opened_as_is(settings: Settings) -> Iterator[sqlite3.Connection]:
    """The database, locked, nothing changed in it. Raises Busy, OperationFailed if it is not there."""
    if not settings.database.exists():
        raise OperationFailed(f"There is no database at {settings.database} yet.")
    with hold(settings.database), closing(sqlite3.connect(settings.database, isolation_level=None)) as connection:
        prepare(connection)
        yield connection


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
    """The database, locked, made ready; and the names of the migrations that ran. Raises Busy, OperationFailed."""
    with hold(settings.database), closing(sqlite3.connect(settings.database, isolation_level=None)) as connection:
        prepare(connection)
        try:
            _, ran = make_ready(connection, settings, now())
        except WrongSchema as error:
            raise OperationFailed(f"{error}.") from None
        yield connection, ran


def perform(settings: Settings, name: str, /, **params: Any) -> Outcome:
    """Does an operation of the table. Raises OperationFailed."""

    def directly() -> Outcome:
        with opened(settings) as (connection, _):
            return transaction(connection, lambda tx: _told(tx, settings, execute(tx, name, params, now())))

    return _either(settings, directly, name, params)


def _told(tx: Tx, settings: Settings, outcome: Outcome) -> Outcome:
    if not outcome.notices and not outcome.leaves:
        return outcome
    from bot.commands.told import tell

    return tell(
        outcome, lambda enterprise: _desk(tx, settings, next(e for e in enterprises.all(tx) if e.id == enterprise))
    )


def _desk(tx: Tx, settings: Settings, found: Enterprise) -> Desk:
    """A plant's desk without the running program."""
    from handlers.desk import Desk, Plant

    of = settings.of(found.code)
    rules = of.rules if of else Programme()
    zone = ZoneInfo(found.timezone)
    plant = Plant(found.id, found.code, found.name, found.language, zone, rules, read_key(settings.database))
    at = now()
    return Desk(Store(tx, found.id), plant, at + found.clock_offset, at)


def summary(settings: Settings, code: str, month: str, out: Path) -> Outcome:
    """Writes a month's picture and workbooks into a folder. Raises OperationFailed."""

    def directly() -> Outcome:
        from bot.bookmaking import Source
        from bot.commands.summary import summary as made
        from storage.photos import Folder

        with opened(settings) as (connection, _):
            found = transaction(connection, lambda tx: enterprises.by_code(tx, code))
            of = settings.of(code)
            if found is None or of is None:
                raise OperationFailed(f"There is no enterprise {code}.")

            async def at_desk(work: Callable[[Desk], Any]) -> Any:
                return transaction(connection, lambda tx: work(_desk(tx, settings, found)))

            source, cache = Source(at_desk, Folder(settings.photos)), settings.database.with_name("cache")
            return asyncio.run(made(source, {found.id: of.form} if of.form else {}, cache, month, out))

    return _either(settings, directly, "summary", {"enterprise": code, "month": month, "out": str(out.absolute())})


def warnings(settings: Settings) -> list[str]:
    """What `check` warns of; the database stays as it is. Raises OperationFailed."""
    from bot.glyphs import unwritable

    lines = [line for _, outcome in _each(settings, "staffing") for line in outcome.lines]
    said = ((code, unwritable(row[0] for row in outcome.rows)) for code, outcome in _each(settings, "names"))
    return lines + [f"{code}: {sentence}" for code, sentence in said if sentence]


def _each(settings: Settings, name: str) -> list[tuple[str, Outcome]]:
    """An operation that only reads, done for every enterprise. Raises OperationFailed."""

    def directly(code: str) -> Outcome:
        with opened_as_is(settings) as connection:
            try:
                todo = pending(connection)
            except WrongSchema as error:
                raise OperationFailed(f"{error}.") from None
            known = [] if todo else [e.code for e in transaction(connection, enterprises.all)]
            if code not in known:
                return Outcome([f"{code} is not in the database as it is now: the next start brings it up to date."])
            return transaction(connection, lambda tx: execute(tx, name, {"enterprise": code}, now()))

    codes = [plant.code for plant in settings.enterprise]
    return [(c, _either(settings, partial(directly, c), name, {"enterprise": c})) for c in codes]


def reading(settings: Settings, name: str, /, **params: Any) -> Outcome:
    """Does an operation that only reads; the database stays as it is. Raises OperationFailed."""

    def directly() -> Outcome:
        with opened_as_is(settings) as connection:
            try:
                todo = pending(connection)
            except WrongSchema as error:
                raise OperationFailed(f"{error}.") from None
            if todo:
                raise OperationFailed("The database is older than this program: write `woodpecker migrate` first.")
            return transaction(connection, lambda tx: execute(tx, name, params, now()))

    return _either(settings, directly, name, params)


def back_up(settings: Settings, folder: Path) -> Outcome:
    """Makes a backup in a new folder. Raises OperationFailed."""

    def directly() -> Outcome:
        with opened_as_is(settings) as connection:
            return _backed_up(connection, settings, folder)

    return _either(settings, directly, "backup", {"folder": str(folder.absolute())})


def _backed_up(connection: sqlite3.Connection, settings: Settings, folder: Path) -> Outcome:
    try:
        backup.start(folder)
        if not pending(connection):
            transaction(connection, lambda tx: traces.note_backup(tx, now()))
        backup.copy_database(connection, folder / backup.DATABASE)
        return Outcome(backup.finish(folder, places(settings), now()))
    except backup.WrongBackup as error:
        raise OperationFailed(*error.problems) from None


def restore(settings: Settings, folder: Path) -> list[str]:
    """Brings a backup back to where nothing is. Raises OperationFailed."""
    try:
        with hold(settings.database):
            return backup.restore(folder, places(settings))
    except Busy:
        raise OperationFailed("Woodpecker is running here: stop it, and restore where nothing is.") from None
    except backup.WrongBackup as error:
        raise OperationFailed(*error.problems) from None


def _either(settings: Settings, directly: Callable[[], Outcome], name: str, params: dict[str, Any]) -> Outcome:
    deadline = time.monotonic() + WAIT
    while True:
        try:
            return directly()
        except Busy:
            pass
        try:
            return call(settings.socket, name, params)
        except NotRunning:
            if time.monotonic() > deadline:
                said = f"{settings.database} is in use, but no running bot answers: wait until the other command ends."
                raise OperationFailed(said) from None
        time.sleep(STEP)
