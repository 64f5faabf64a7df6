"""A backup restored on an empty folder is the same, row by row and file by file; a damaged one is refused."""

import errno
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.commands.outcome import OperationFailed
from bot.configuration import load
from bot.operations import Operations
from bot.plants import Plants
from storage import backup, ledger
from storage.backup import DATABASE
from storage.database import Database
from storage.photos import Folder
from tests.commands import Plant, running
from tests.roster import NOW
from woodpecker.ledger import Entry
from woodpecker.words import EntryKind

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
        return {n: sorted(connection.execute(f"SELECT * FROM {n}").fetchall(), key=repr) for n in names}


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


async def test_the_running_bot_makes_its_own_backup(plant: Plant) -> None:
    kept = plant.folder.parent / "kept"
    database = await Database.open(plant.database)
    try:
        program: Any = SimpleNamespace(database=database, settings=load(plant.config), plants=Plants(lambda: NOW))
        done = await Operations(program).execute("backup", {"folder": str(kept)})
        with pytest.raises(OperationFailed, match="is not empty"):
            await Operations(program).execute("backup", {"folder": str(kept)})
    finally:
        await database.close()
    assert "4 photos" in done.lines[0]
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


def test_a_restore_that_breaks_off_can_be_tried_again(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = plant.folder.parent / "kept"
    plant.good("backup", kept)
    there = elsewhere(plant)
    copyfile = backup.shutil.copyfile

    def full(source: Path, target: Path) -> object:
        if source.name == DATABASE:
            raise OSError(errno.ENOSPC, "No space left on device")
        return copyfile(source, target)

    with monkeypatch.context() as broken:
        broken.setattr(backup.shutil, "copyfile", full)
        said = there.do("restore", kept)
    assert (said.code, "no space left on device" in said.text) == (1, True)
    assert files(there.folder) == {}
    there.good("restore", kept)
    assert rows(there.database) == rows(plant.database)


def test_a_backup_needs_a_database(tmp_path: Path) -> None:
    said = Plant(tmp_path).do("backup", tmp_path / "kept")
    assert (said.code, "There is no database at" in said.text) == (1, True)
    assert not (tmp_path / "plant.db").exists()


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


def test_a_changed_ledger_is_noticed(plant: Plant) -> None:
    entries = [Entry(f"k{n}", 1, EntryKind.AWARD, n * 100, 202611, NOW) for n in (1, 2, 3)]
    plant.ask(lambda s: ledger.append(s, entries))
    plant.good("backup", plant.folder.parent / "kept")
    with closing(sqlite3.connect(plant.database)) as connection:
        assert list(backup.broken_chains(connection)) == []
        connection.execute("DROP TRIGGER ledger_no_update")
        connection.execute("UPDATE ledger SET fen = 900 WHERE key = 'k2'")
        assert list(backup.broken_chains(connection)) == ["the ledger of demo was changed."]
        connection.commit()
    plant.good("backup", plant.folder.parent / "altered")
    said = elsewhere(plant).do("restore", plant.folder.parent / "altered")
    assert (said.code, said.text) == (1, "Error: the ledger of demo was changed.")
