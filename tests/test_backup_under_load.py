"""A backup made while people write, photograph and tap, restored on an empty machine: each row and photo."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot import program as program_module
from bot.commands.perform import back_up, restore
from bot.configuration import read
from bot.platforms.telegram.platform import Telegram
from bot.settings import Settings
from bot.settings_platforms import Origin
from storage import backup
from tests.fakes.telegram import FakeTelegram
from tests.plant_day import picture
from tests.plant_program import Plant, configuration, no_limits, running

Rows = dict[str, list[tuple[Any, ...]]]
BACKUPS = 3
REPORTERS = ("王磊", "周涛", "孙芳")


def rows_of(connection: sqlite3.Connection) -> Rows:
    """Every row of every table."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
    ]
    return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[Rows]:
    """What stood in the database at the moment of each backup, read by its own thread."""
    found: list[Rows] = []
    real = backup.copy_database

    def copied(connection: sqlite3.Connection, target: Path) -> None:
        found.append(rows_of(connection))
        real(connection, target)

    monkeypatch.setattr(backup, "copy_database", copied)
    monkeypatch.setattr(Telegram, "windows", no_limits)
    monkeypatch.setattr(program_module, "BALLAST", 1 << 16)
    return found


async def reports(plant: Plant, name: str, chance: random.Random) -> None:
    """One worker, until cancelled: photo, sentence, 提交, the photo first or last."""
    phone = plant[name]
    n = 0
    while True:
        n += 1
        before = len(numbers(phone.texts))
        phone.photo(picture(chance))
        phone.text(f"3号球磨机第{n}处漏油")
        await plant.taps(name, "提交")
        await plant.fake.until(lambda: len(numbers(phone.texts)) > before, 20)  # noqa: B023


def numbers(texts: Iterable[str]) -> set[str]:
    """The reports that a phone knows of; a receipt is changed as soon as it is judged."""
    return {number for text in texts for number in re.findall(r"\d{4}-\d{4}", text)}


async def judges(plant: Plant) -> None:
    """The officer, until cancelled: rejects whatever comes."""
    while True:
        await plant.taps("李静", "驳回")
        await plant.taps("李静", "不构成隐患")


@asynccontextmanager
async def busy(plant: Plant) -> AsyncIterator[None]:
    """Everybody at work meanwhile."""
    everybody = [asyncio.create_task(reports(plant, name, random.Random(n))) for n, name in enumerate(REPORTERS)]
    everybody.append(asyncio.create_task(judges(plant)))
    try:
        yield
    finally:
        for one in everybody:
            one.cancel()
        await asyncio.gather(*everybody, return_exceptions=True)


async def test_a_backup_under_load_restores_its_moment_whole(tmp_path: Path, moments: list[Rows]) -> None:
    here = tmp_path / "here"
    here.mkdir()
    async with FakeTelegram() as fake:
        async with running(here, fake) as plant:
            async with busy(plant):
                for n in range(BACKUPS):
                    done = sum(len(plant[name].texts) for name in REPORTERS)
                    await fake.until(lambda: sum(len(plant[r].texts) for r in REPORTERS) > done + 5, 30)  # noqa: B023
                    await asyncio.to_thread(back_up, plant.settings, tmp_path / f"copy{n}")
            source = {p.name: sha256(p.read_bytes()).hexdigest() for p in photos_of(plant.settings)}
        for n in range(BACKUPS):
            there = elsewhere(tmp_path / f"there{n}", fake)
            restore(there, tmp_path / f"copy{n}")
            compare(there, moments[n], source)
        assert [len(m["inbox"]) for m in moments] == sorted({len(m["inbox"]) for m in moments})
        assert len(moments[-1]["evidence"]) > len(moments[0]["evidence"])
        async with running(there.database.parent.parent, fake) as again:
            again["王磊"].text("我的")
            await again.sees("王磊", "我的上报")


def elsewhere(folder: Path, fake: FakeTelegram) -> Settings:
    """An empty machine with the same configuration."""
    folder.mkdir()
    (folder / "config.toml").write_text(configuration(fake.url, fake.world.token), encoding="utf-8")
    return read((folder / "config.toml").read_text(encoding="utf-8"), Origin(folder))


def photos_of(settings: Settings) -> list[Path]:
    return [p for p in settings.photos.rglob("*") if p.is_file() and p.suffix != ".part"]


def compare(there: Settings, moment: Rows, source: dict[str, str]) -> None:
    """Every row is the one of the moment, every chain whole, every photo the one that it is called after."""
    with closing(sqlite3.connect(there.database)) as connection:
        restored = rows_of(connection)
        assert restored.keys() == moment.keys()
        for name, rows in moment.items():
            assert restored[name] == rows, name
        assert list(backup.broken_chains(connection)) == []
        named = {sha for pair in connection.execute("SELECT sha, thumb FROM evidence") for sha in pair if sha}
    kept = {p.name: sha256(p.read_bytes()).hexdigest() for p in photos_of(there)}
    assert named <= {Path(name).stem for name in kept}
    assert all(Path(name).stem == sha for name, sha in kept.items())
    assert kept.items() <= source.items()
