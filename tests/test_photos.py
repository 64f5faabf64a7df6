"""The photo folder: what is in it is whole, and what is not whole is not in it."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from storage.photos import Ballast, DiskFull, Folder, Lost

PHOTO = b"a photo of the coupling of ball mill 3"
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "photos")


def test_what_is_put_is_found_under_its_own_hash(folder: Folder) -> None:
    assert folder.put(PHOTO) == SHA
    assert folder.get(SHA) == PHOTO
    assert folder.has(SHA)
    assert folder.path(SHA) == folder.root / SHA[:2] / SHA[2:4] / f"{SHA}.jpg"
    assert folder.path(SHA).stat().st_mode & 0o077 == 0
    assert list(folder.all()) == [SHA]


def test_the_same_photo_twice_is_one(folder: Folder) -> None:
    folder.put(PHOTO)
    before = folder.path(SHA).stat().st_ino
    assert folder.put(PHOTO) == SHA
    assert folder.path(SHA).stat().st_ino == before


def test_a_voice_message_keeps_its_suffix(folder: Folder) -> None:
    sha = folder.put(b"OggS", ".ogg")
    assert folder.path(sha).suffix == ".ogg"
    assert folder.get(sha) == b"OggS"
    assert folder.put(b"OggS") == sha
    assert list(folder.all()) == [sha]


def test_what_is_gone_or_spoiled_is_lost(folder: Folder) -> None:
    with pytest.raises(Lost):
        folder.get(SHA)
    folder.put(PHOTO)
    folder.path(SHA).write_bytes(PHOTO[:-1] + b"4")
    with pytest.raises(Lost):
        folder.get(SHA)
    folder.path(SHA).write_bytes(PHOTO[:-1])
    folder.put(PHOTO)  # sent again, it heals
    assert folder.get(SHA) == PHOTO


def test_a_photo_is_deleted_once(folder: Folder) -> None:
    folder.put(PHOTO)
    assert folder.delete(SHA)
    assert not folder.delete(SHA)
    assert list(folder.all()) == []


@pytest.mark.parametrize(
    "sha",
    [
        "",
        "..",
        "../../etc/passwd",
        SHA[:-1],
        SHA + "0",
        SHA.upper(),
        SHA[:-1] + "/",
        SHA[:-1] + "g",
        SHA + "\n",
        "*" * 64,
    ],
)
def test_only_a_hash_is_a_name(folder: Folder, sha: str) -> None:
    folder.put(PHOTO)
    for reach in (folder.get, folder.path, folder.has, folder.delete):
        with pytest.raises(ValueError, match="64 hex digits"):
            reach(sha)


@pytest.mark.parametrize("suffix", ["", "jpg", "./x", "/../../x.jpg", ".jpg/", ".part.JPG"])
def test_only_a_suffix_is_a_suffix(folder: Folder, suffix: str) -> None:
    with pytest.raises(ValueError, match="suffix"):
        folder.put(PHOTO, suffix)
    assert not folder.root.exists()


def test_file_and_folders_reach_the_disk_before_put_returns(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()) if Path("/proc/self/fd").exists() else "?")
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    folder.put(PHOTO)
    first = len(synced)
    assert first >= 6  # root's, parts', aa's and bb's parents, the file, its folder
    if synced[0] != "?":
        assert synced[-2].endswith(".part")
        assert synced[-1] == str(folder.path(SHA).parent.resolve())
        assert str(folder.root.resolve()) in synced
    folder.put(PHOTO)  # its first writer may have died before the folder was synced
    assert len(synced) == first + 1


def test_a_crash_before_the_rename_leaves_no_object(folder: Folder) -> None:
    program = (
        "import os, pathlib, sys\n"
        "from storage.photos import Folder\n"
        "pathlib.Path.replace = lambda *_: os._exit(9)\n"
        "Folder(pathlib.Path(sys.argv[1])).put(sys.argv[2].encode())\n"
    )
    root = Path(__file__).parents[1]
    died = subprocess.run([sys.executable, "-c", program, str(folder.root), PHOTO.decode()], cwd=root, check=False)
    assert died.returncode == 9
    assert not folder.has(SHA)
    assert list(folder.all()) == []
    assert folder.sweep() == 1
    assert folder.put(PHOTO) == SHA
    assert folder.sweep() == 0
    assert folder.get(SHA) == PHOTO


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["write", "fsync", "open"])
def test_a_full_disk_is_said_and_leaves_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(code, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(DiskFull):
            folder.put(PHOTO)
    assert not [path for path in folder.root.rglob("*") if path.is_file()]
    assert folder.put(PHOTO) == SHA


def test_another_fault_of_the_disk_is_not_called_full(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "write", broken)
    with pytest.raises(OSError, match="Input/output"):
        folder.put(PHOTO)


def test_ballast_takes_room_and_gives_it_back(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "data" / "ballast", 3_000_001)
    assert not ballast.free()
    assert ballast.ensure()
    assert ballast.path.stat().st_size == 3_000_001
    made = ballast.path.stat().st_ino
    assert ballast.ensure()
    assert ballast.path.stat().st_ino == made
    assert ballast.free()
    assert not ballast.path.exists()


def test_ballast_half_laid_is_laid_anew(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 5000)
    ballast.path.write_bytes(b"half")
    assert ballast.ensure()
    assert ballast.path.stat().st_size == 5000


def test_ballast_without_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert not Ballast(tmp_path / "ballast", 5000).ensure()
    assert list(tmp_path.iterdir()) == []
