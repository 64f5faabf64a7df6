"""Makes a database ready to work with: its schema, the configured enterprises, the sample plant."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import sample
from bot.settings import Settings
from storage import enterprises
from storage.backup import copy_database
from storage.database import Tx, transaction
from storage.migrations import Migration, migrate
from storage.store import Store

log = logging.getLogger(__name__)


def make_ready(connection: sqlite3.Connection, settings: Settings, now: int) -> tuple[Mapping[str, int], list[str]]:
    """Migrates (a copy is made before), brings enterprises and settings up to date.

    Works on a prepared connection outside any transaction; returns the enterprises' ids by code and the
    names of the migrations that ran. Raises storage.migrations.WrongSchema.
    """
    ran = migrate(connection, now, lambda todo: _copy_before(connection, settings.database, todo))
    ids = transaction(connection, lambda tx: _enterprises(tx, settings, now))
    return ids, ran


def _copy_before(connection: sqlite3.Connection, database: Path, todo: list[Migration]) -> None:
    copy = database.with_name(f"{database.name}.before-{todo[0].name}")
    if not copy.exists():
        copy_database(connection, copy)
        log.info("the database as it was before %s is kept in %s", todo[0].name, copy)


def _enterprises(tx: Tx, settings: Settings, now: int) -> dict[str, int]:
    found = {}
    for plant in settings.enterprise:
        found[plant.code] = enterprises.ensure(tx, plant.code, plant.name, plant.language, plant.timezone)
        store = Store(tx, found[plant.code])
        enterprises.remember_programme(store, plant.rules, now)
        if settings.sample and sample.plant(store, now):
            sample.begin_by_day(store, now, ZoneInfo(plant.timezone), plant.rules.clocks)
    return found
