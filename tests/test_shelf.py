"""What was fetched by link lies on disk for some minutes: made once, bounded, and gone afterwards."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import shelf as shelf_module
from bot.papers import NotMade, TooLarge
from bot.shelf import Kept, Shelf


class Usage(NamedTuple):
    """How much of a disk is free."""

    free: int


class Hand:
    """A clock by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def shelf(tmp_path: Path, hand: Hand) -> Shelf:
    made = Shelf(tmp_path / "fetched", hand)
    made.clear()
    return made


class Bytes:
    """Makes so many bytes, when it may; counts how often."""

    def __init__(self, size: int) -> None:
        self.size, self.times = size, 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, path: Path, most: int) -> None:
        self.times += 1
        await self.gate.wait()
        await asyncio.to_thread(path.write_bytes, b"x" * self.size)


async def got(shelf: Shelf, what: str, make: Bytes) -> Kept:
    kept = await shelf.get(what, make, 10.0)
    assert kept is not None
    return kept


def lying(shelf: Shelf) -> int:
    return sum(path.stat().st_size for path in shelf.folder.iterdir())


async def test_it_is_made_once_however_many_ask(shelf: Shelf, hand: Hand) -> None:
    make = Bytes(10)
    make.gate.clear()
    assert await shelf.get("a", make, 0.0) is None  # a page says that it takes a while
    asked = [asyncio.create_task(shelf.get("a", make, 10.0)) for _ in range(5)]
    await asyncio.sleep(0)
    make.gate.set()
    assert len({id(kept) for kept in await asyncio.gather(*asked)}) == 1
    hand.seconds += shelf_module.KEEP
    await got(shelf, "a", make)
    assert make.times == 1


async def test_who_goes_away_does_not_end_the_making(shelf: Shelf) -> None:
    make = Bytes(10)
    make.gate.clear()
    asked = asyncio.create_task(shelf.get("a", make, 10.0))
    await asyncio.sleep(0)
    asked.cancel()
    make.gate.set()
    assert (await got(shelf, "a", make)).size == 10
    assert make.times == 1


async def test_what_nobody_fetches_is_removed_but_not_under_a_reader(shelf: Shelf, hand: Hand) -> None:
    kept = await got(shelf, "a", Bytes(10))
    with shelf.lent(kept):
        hand.seconds += shelf_module.KEEP + 1
        shelf.tidy()
        assert kept.path.exists()
    shelf.tidy()
    assert kept.path.exists()  # it was read just now
    hand.seconds += shelf_module.KEEP + 1
    shelf.tidy()
    assert lying(shelf) == 0


async def test_its_room_is_bounded_and_the_oldest_goes_first(
    shelf: Shelf, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_module, "LARGEST", 100)
    monkeypatch.setattr(shelf_module, "ROOM", 400)
    for n in range(20):
        hand.seconds += 1
        await got(shelf, f"file {n}", Bytes(90))
        assert lying(shelf) <= 400
    again = Bytes(90)
    await got(shelf, "file 19", again)
    assert again.times == 0
    await got(shelf, "file 0", again)
    assert again.times == 1


async def test_only_so_many_are_made_at_the_same_time(shelf: Shelf) -> None:
    makes = [Bytes(10) for _ in range(5)]
    for make in makes:
        make.gate.clear()
    asked = [asyncio.create_task(got(shelf, str(n), make)) for n, make in enumerate(makes)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert sum(make.times for make in makes) == shelf_module.AT_ONCE
    for make in makes:
        make.gate.set()
    assert len(await asyncio.gather(*asked)) == 5


async def test_what_is_too_large_or_fails_leaves_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "LARGEST", 100)
    with pytest.raises(TooLarge):
        await shelf.get("a", Bytes(101), 10.0)

    async def breaks(path: Path, most: int) -> None:
        await asyncio.to_thread(path.write_bytes, b"half")
        raise NotMade("the child fell")

    with pytest.raises(NotMade):
        await shelf.get("a", breaks, 10.0)
    assert lying(shelf) == 0
    assert (await got(shelf, "a", Bytes(100))).size == 100  # a second try finds nothing in its way


async def test_the_disk_is_not_filled(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(shelf_module.RESERVE + 50))
    with pytest.raises(TooLarge):
        await shelf.get("a", Bytes(51), 10.0)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(shelf_module.RESERVE))
    with pytest.raises(NotMade, match="nearly full"):
        await shelf.get("a", Bytes(1), 10.0)


async def test_a_crash_leaves_nothing_behind(shelf: Shelf, hand: Hand) -> None:
    await got(shelf, "a", Bytes(10))
    (shelf.folder / "tmp1").mkdir()
    (shelf.folder / "tmp1" / "book.xlsx").write_bytes(b"half")
    after = Shelf(shelf.folder, hand)
    after.clear()
    assert list(after.folder.iterdir()) == []
    assert after.folder.stat().st_mode & 0o077 == 0 or os.name == "nt"


async def test_the_end_of_the_program_ends_what_is_being_made(shelf: Shelf) -> None:
    make = Bytes(10)
    make.gate.clear()
    assert await shelf.get("a", make, 0.0) is None
    await shelf.close()
    assert not shelf.folder.exists()


async def test_who_tidies_up_by_hand_stops_nothing(shelf: Shelf) -> None:
    make = Bytes(10)
    await got(shelf, "a", make)
    shutil.rmtree(shelf.folder)
    assert (await got(shelf, "a", make)).path.exists()
    assert make.times == 2
