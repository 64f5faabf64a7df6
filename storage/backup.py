"""A whole copy of what lasts: database, photos and key, with a list of what must be in it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from storage import enterprises, history, ledger, points
from storage.database import Tx
from storage.key import key_path
from storage.store import Store

DATABASE = "woodpecker.db"
KEY = "woodpecker.key"
MANIFEST = "manifest.json"
FORMAT = 1
_SHA = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20


class WrongBackup(Exception):
    """The backup cannot be made or used; `problems` are sentences."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Places(NamedTuple):
    """Where an installation keeps what lasts; `folders` hold files by content, each with its name in a backup."""

    database: Path
    folders: Mapping[str, Path]

    @property
    def key(self) -> Path:
        """The file of the key for keyed hashes."""
        return key_path(self.database)


def copy_database(connection: sqlite3.Connection, target: Path) -> None:
    """Writes a consistent copy as one file; all pages in one step, so that no commit falls between."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(fd)
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    _sync_file(part)
    part.replace(target)
    _sync_folder(target.parent)


def start(folder: Path) -> None:
    """Makes the folder of a new backup. Raises WrongBackup if something is in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise WrongBackup(f"{folder} is not empty: name a new folder.")
    except OSError as error:
        raise WrongBackup(f"{folder}: {(error.strerror or 'cannot be made').lower()}.") from None


def finish(folder: Path, places: Places, now: int) -> list[str]:
    """Adds photos, key and manifest to a folder that holds the database's copy; lines say what is in it.

    Photos come after the database: whatever a row names was on disk before the row.
    """
    photos = {
        f"{name}/{path}": sha
        for name, source in places.folders.items()
        for path, sha in _copy_photos(source, folder / name).items()
    }
    if places.key.exists():
        _copy_file(places.key, folder / KEY)
    files = {name: _entry(folder / name) for name in (DATABASE, KEY) if (folder / name).exists()}
    with _opened(folder / DATABASE) as connection:
        counts = _counts(connection)
        missing = sorted(_named(connection) - {Path(name).stem for name in photos})
    manifest = {"format": FORMAT, "at": now, "files": files, "photos": photos, "counts": counts}
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _sync_file(path)
    _sync_folder(folder)
    lines = [f"{sum(counts.values())} rows and {len(photos)} photos are in {folder}."]
    if missing:
        lines.append(f"{len(missing)} photos that reports name were not there: {missing[0]} …")
    return lines


def restore(folder: Path, places: Places) -> list[str]:
    """Brings a backup back to where nothing is; checks all of it first. Raises WrongBackup."""
    manifest = _manifest(folder)
    _refuse_unless_empty(places)
    problems = _damage(folder, manifest)
    if problems:
        raise WrongBackup(*problems)
    copies = [
        (source, target / source.relative_to(folder / name))
        for name, target in places.folders.items()
        for source in _files(folder / name)
    ]
    if KEY in manifest["files"]:
        copies.append((folder / KEY, places.key))
    # The database comes last: without it nothing starts on half a restore.
    _copy_all([*copies, (folder / DATABASE, places.database)])
    rows = sum(manifest["counts"].values())
    return [f"{rows} rows and {len(manifest['photos'])} photos are back from {folder}."]


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise WrongBackup(f"{folder} holds no whole backup: its {MANIFEST} is missing or damaged.") from None
    if found.get("format") != FORMAT:
        raise WrongBackup(f"{folder} was made by a newer version: update the program.")
    return found


def _refuse_unless_empty(places: Places) -> None:
    beside = [places.database.with_name(places.database.name + end) for end in ("", "-wal", "-shm")]
    there = [p for p in [*beside, places.key] if p.exists()]
    there += [f for f in places.folders.values() if any(_files(f))]
    if there:
        raise WrongBackup(*[f"{p} is there already: restore only where nothing is." for p in there])


def _damage(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Everything in a backup that is not what it was when it was made."""
    found = [
        f"{name} in the backup is damaged."
        for name, entry in manifest["files"].items()
        if not (folder / name).is_file() or _entry(folder / name) != entry
    ]
    for name, sha in manifest["photos"].items():
        path = folder / name
        if not path.is_file() or _hash(path) != sha:
            found.append(f"{name} in the backup is missing or damaged.")
    if not found:
        with _opened(folder / DATABASE) as connection:
            found = _unsound(connection, manifest)
    return found


def _unsound(connection: sqlite3.Connection, manifest: Mapping[str, Any]) -> list[str]:
    found = []
    # Before 3.41 SQLite sees NULL in a table WITHOUT ROWID whose key is not its first columns.
    told = [line for (line,) in connection.execute("PRAGMA integrity_check") if not line.startswith("NULL value in")]
    if told not in ([], ["ok"]):
        found.append("the database fails SQLite's integrity check.")
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        found.append("the database holds rows that point nowhere.")
    if _counts(connection) != manifest["counts"]:
        found.append("the database does not hold as many rows as the manifest says.")
    return found + list(broken_chains(connection))


def broken_chains(connection: sqlite3.Connection) -> Iterator[str]:
    """A sentence for each history and ledger whose hash chain does not hold."""
    tx = Tx(connection)
    for enterprise in enterprises.all(tx):
        store = Store(tx, enterprise.id)
        if ledger.broken(store) is not None:
            yield f"the ledger of {enterprise.code} was changed."
        if points.broken(store) is not None:
            yield f"the points ledger of {enterprise.code} was changed."
        for report in store.all("SELECT id, number FROM report WHERE enterprise = $1 ORDER BY id"):
            if history.broken(store, report["id"]) is not None:
                yield f"the history of report {report['number']} of {enterprise.code} was changed."


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy nobody writes to, opened without leaving files beside it."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
    )
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()}


def _named(connection: sqlite3.Connection) -> set[str]:
    queries = ["SELECT sha FROM evidence WHERE removed = 0 UNION SELECT thumb FROM evidence"]
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'activity_photo'").fetchone():  # since 0015
        queries.append("SELECT sha FROM activity_photo UNION SELECT thumb FROM activity_photo")
    return {sha for query in queries for (sha,) in connection.execute(query) if sha}


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".part")


def _copy_photos(source: Path, target: Path) -> dict[str, str]:
    """Links or copies every photo; returns their SHA-256 by path. A photo is named by its own."""
    found = {}
    for path in _files(source):
        name = path.relative_to(source).as_posix()
        new = target / name
        new.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, new)
        except FileNotFoundError:
            continue  # deleted meanwhile
        except OSError:
            _copy_file(path, new)
        found[name] = path.stem if _SHA.fullmatch(path.stem) else _hash(new)
    return found


def _copy_all(copies: list[tuple[Path, Path]]) -> None:
    """Copies all files, or leaves none, so that a restore can be tried again."""
    try:
        for source, target in copies:
            _copy_file(source, target)
    except BaseException:
        for _, target in copies:
            target.unlink(missing_ok=True)
            target.with_name(target.name + ".part").unlink(missing_ok=True)
        raise


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    _sync_file(part)
    part.replace(target)
    _sync_folder(target.parent)


def _entry(path: Path) -> dict[str, Any]:
    return {"sha256": _hash(path), "size": path.stat().st_size}


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
