"""A backup restored on an empty folder is the same, row by row and file by file; a damaged one is refused."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.ready import make_ready
from bot.settings import Origin, Settings
from storage import backup
from storage.backup import DATABASE, Places
from storage.database import prepare, transaction
from storage.photos import Folder
from tests.commands import Plant, running
from tests.roster import NOW
from woodpecker.digest import GENESIS, body_digest, chain

ROSTER = "工号,姓名,角色\nW01,王磊,\nS01,李静,officer\n"


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    (tmp_path / "here").mkdir()
    made = Plant(tmp_path / "here")
    made.good("people", "import", made.file("roster.csv", ROSTER))
    photos = Folder(made.folder / "photos")
    for n in range(3):
        photos.put(b"photo %d" % n)
    Folder(made.folder / "sandbox" / "demo").put(b"sent from a phone", ".png")
    made.database.with_name("plant.db.key").write_bytes(b"k" * 32)
    return made


def rows(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(database)) as connection:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {n: connection.execute(f"SELECT * FROM {n} ORDER BY 1, 2").fetchall() for n in names}


def files(folder: Path) -> dict[str, bytes]:
    found = {}
    for part in ("photos", "sandbox"):
        for path in (folder / part).rglob("*"):
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def elsewhere(plant: Plant, name: str = "there") -> Plant:
    folder = plant.folder.parent / name
    folder.mkdir()
    return Plant(folder)


def test_restored_on_an_empty_folder_everything_is_the_same(plant: Plant) -> None:
    kept = plant.folder.parent / "kept"
    lines = plant.good("backup", kept)
    assert lines[0].endswith(f"rows and 4 photos are in {kept}.")
    there = elsewhere(plant)
    there.good("restore", kept)
    assert rows(there.database) == rows(plant.database)
    assert files(there.folder) == files(plant.folder)
    assert there.database.with_name("plant.db.key").read_bytes() == b"k" * 32
    assert there.database.with_name("plant.db.key").stat().st_mode & 0o777 == 0o600
    assert there.good("people", "import", plant.folder / "roster.csv")[-1] == "0 added, 0 changed, 2 as before."


def test_a_restored_photo_is_no_link_into_the_backup(plant: Plant) -> None:
    kept = plant.folder.parent / "kept"
    plant.good("backup", kept)
    there = elsewhere(plant)
    there.good("restore", kept)
    assert {p.stat().st_nlink for p in (there.folder / "photos").rglob("*.jpg")} == {1}


def test_the_running_bot_makes_its_own_backup(plant: Plant) -> None:
    from bot.commands.running import Running
    from storage.database import Database

    kept = plant.folder.parent / "kept"

    async def whole() -> list[str]:
        database = await Database.open(plant.database)
        try:
            places = Places(plant.database, {"photos": plant.folder / "photos"})
            running = Running(database, database.run, places, lambda: NOW, dict, lambda tx, notices, now: None)
            return (await running.execute("backup", {"folder": str(kept)})).lines
        finally:
            await database.close()

    import asyncio

    assert "3 photos" in asyncio.run(whole())[0]
    there = elsewhere(plant)
    there.good("restore", kept)
    assert rows(there.database) == rows(plant.database)


def test_nothing_is_restored_over_something(plant: Plant) -> None:
    kept = plant.folder.parent / "kept"
    plant.good("backup", kept)
    before = rows(plant.database)
    said = plant.do("restore", kept)
    assert said.code == 1
    for name in ("plant.db", "plant.db.key", "photos", "sandbox"):
        assert f"{plant.folder / name} is there already: restore only where nothing is." in said.text
    assert rows(plant.database) == before
    assert "is not empty: name a new folder." in plant.do("backup", kept).text


def test_nothing_is_restored_under_a_running_bot(plant: Plant) -> None:
    kept = plant.folder.parent / "kept"
    plant.good("backup", kept)
    with running(plant):
        assert "Woodpecker is running here" in plant.do("restore", kept).text


def damage_photo(kept: Path) -> None:
    photo = next((kept / "photos").rglob("*.jpg"))
    photo.unlink()
    photo.write_bytes(b"another")


def damage_database(kept: Path) -> None:
    data = bytearray((kept / DATABASE).read_bytes())
    data[-100] ^= 1
    (kept / DATABASE).write_bytes(data)


def lose_photo(kept: Path) -> None:
    next((kept / "photos").rglob("*.jpg")).unlink()


def lose_manifest(kept: Path) -> None:
    (kept / "manifest.json").unlink()


def from_the_future(kept: Path) -> None:
    (kept / "manifest.json").write_text(json.dumps({"format": 99}), encoding="utf-8")


@pytest.mark.parametrize(
    "harm, said",
    [
        (damage_photo, "in the backup is missing or damaged."),
        (lose_photo, "in the backup is missing or damaged."),
        (damage_database, "woodpecker.db in the backup is damaged."),
        (lose_manifest, "holds no whole backup"),
        (from_the_future, "was made by a newer version"),
    ],
)
def test_a_damaged_backup_is_refused_whole(plant: Plant, harm: Any, said: str) -> None:
    kept = plant.folder.parent / "kept"
    plant.good("backup", kept)
    harm(kept)
    there = elsewhere(plant)
    found = there.do("restore", kept)
    assert (found.code, said in found.text) == (1, True), found.text
    assert not there.database.exists()
    assert files(there.folder) == {}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "plant.db", isolation_level=None)) as connection:
        prepare(connection)
        sample = Settings.model_validate(
            {"storage": {"url": "sqlite:///plant.db"}, "enterprise": [{"code": "demo", "name": "示例厂"}]},
            context=Origin(tmp_path, {}, sample=True),
        )
        make_ready(connection, sample, NOW)
        yield connection


def test_a_changed_ledger_is_noticed(ledger: sqlite3.Connection) -> None:
    prev = GENESIS
    for seq in (1, 2, 3):
        body = f'{{"fen":{seq}00}}'
        digest = body_digest(body)
        prev = chain(prev, digest)
        args = (f"k{seq}", seq, body if seq != 2 else '{"fen":900}', digest, prev)

        def add(tx: Any, args: tuple[Any, ...] = args) -> None:
            tx.run(
                "INSERT INTO ledger (key, enterprise, seq, kind, person, fen, month, at, body, body_digest, digest)"
                " VALUES ($1, 1, $2, 'award', 1, 100, 202611, 0, $3, $4, $5)",
                *args,
            )

        transaction(ledger, add)
        said = list(backup.broken_chains(ledger))
        assert said == ([] if seq == 1 else ["the ledger of enterprise 1 was changed."])
