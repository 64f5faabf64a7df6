"""The folder of photos: what is in it is whole, on disk, and named by its own SHA-256."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from storage.database import DiskFull

_SHA = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_FULL = {errno.ENOSPC, errno.EDQUOT}
_BLOCK = 1 << 20


class Lost(Exception):
    """The object is not in the folder, or no longer what was put there."""


class Folder:
    """Objects under `root`, as `aa/bb/<SHA-256>.jpg`; safe against crashes and for several threads."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes, suffix: str = ".jpg") -> str:
        """Keeps `data` for good and returns its SHA-256; the same data again changes nothing.

        Raises DiskFull, any other OSError as it comes, and ValueError for an odd suffix.
        """
        if not _SUFFIX.fullmatch(suffix):
            raise ValueError(f"not a suffix: {suffix!r}")
        sha = hashlib.sha256(data).hexdigest()
        with _disk_full():
            if not self._whole(sha, len(data)):
                self._write(self._leaf(sha) / (sha + suffix), data)
            # Also for an object that was there: its writer may have died before this line.
            _sync_folder(self._leaf(sha))
        return sha

    def get(self, sha: str) -> bytes:
        """The object's bytes. Raises Lost, also if they no longer fit their name."""
        try:
            data = self.path(sha).read_bytes()
        except FileNotFoundError:
            raise Lost(sha) from None
        if hashlib.sha256(data).hexdigest() != sha:
            raise Lost(sha)
        return data

    def path(self, sha: str) -> Path:
        """Where the object is, or would be. Raises ValueError unless `sha` is 64 hex digits."""
        leaf = self._leaf(sha)
        usual = leaf / f"{sha}.jpg"
        return usual if usual.exists() else next(leaf.glob(f"{sha}.*"), usual)

    def has(self, sha: str) -> bool:
        """Whether the object is there."""
        return self.path(sha).exists()

    def delete(self, sha: str) -> bool:
        """Removes the object for good; False if it was not there."""
        try:
            self.path(sha).unlink()
        except FileNotFoundError:
            return False
        _sync_folder(self._leaf(sha))
        return True

    def all(self) -> Iterator[str]:
        """The SHA-256 of every object, in order."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if _SHA.fullmatch(path.stem):
                yield path.stem

    def sweep(self) -> int:
        """Removes what crashed writers left half-written; only while nobody else writes. Returns how many."""
        left = list(self._parts.glob("*.part"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    @property
    def _parts(self) -> Path:
        return self.root / "parts"

    def _leaf(self, sha: str) -> Path:
        if not _SHA.fullmatch(sha):
            raise ValueError("not a SHA-256 of 64 hex digits")
        return self.root / sha[:2] / sha[2:4]

    def _whole(self, sha: str, size: int) -> bool:
        try:
            return self.path(sha).stat().st_size == size
        except FileNotFoundError:
            return False

    def _write(self, path: Path, data: bytes) -> None:
        _make_folder(self._parts)
        _make_folder(path.parent)
        part = self._parts / f"{secrets.token_hex(8)}.part"
        try:
            _write_file(part, lambda fd: _write_all(fd, data))
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


class Ballast:
    """A file of `size` bytes that only takes up room, to be given up when the disk is full."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size

    def ensure(self) -> bool:
        """Lays the file down unless it is there; False, leaving nothing, if the disk has no room for it."""
        try:
            if self.path.stat().st_size == self.size:
                return True
            self.path.unlink()
        except FileNotFoundError:
            pass
        try:
            with _disk_full():
                _make_folder(self.path.parent)
                _write_file(self.path, self._fill)
        except DiskFull:
            self.path.unlink(missing_ok=True)
            return False
        return True

    def free(self) -> bool:
        """Gives the room back; False if there was none to give."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True

    def _fill(self, fd: int) -> None:
        # Random bytes: a file system that compresses would keep zeros in no room at all.
        block = os.urandom(min(_BLOCK, self.size))
        for start in range(0, self.size, _BLOCK):
            _write_all(fd, block[: self.size - start])


@contextlib.contextmanager
def _disk_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(str(error)) from error
        raise


def _write_file(path: Path, fill: Callable[[int], None]) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        fill(fd)
        os.fsync(fd)
    finally:
        os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    # A new folder's name lives in its parent, which must reach the disk too.
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folder; NTFS journals names itself
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
