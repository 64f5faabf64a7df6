"""When the disk is full nothing is acknowledged, room is made once, and people get one sentence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.full_disk import FullDisk
from bot.plants import Plants
from bot.platforms.base import Failure, NotStored
from storage.photos import Ballast
from tests.core import PHONES, Core, core
from tests.fakes.telegram import FakeTelegram
from tests.plant_program import running

A, B = PHONES["王磊"], PHONES["李静"]
LONG = "漏" * 4000


async def full(c: Core) -> None:
    """No page is left, and no room in the pages there are for what comes."""
    await c.rest()
    await c.fill_disk()


async def test_nothing_is_acknowledged_and_everybody_gets_one_sentence(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await full(c)
        for _ in range(3):
            with pytest.raises(NotStored):
                await c.accept(c.say("王磊", LONG))
        with pytest.raises(NotStored):
            await c.accept(c.say("李静", LONG, language="en"))
        assert await c.ask("SELECT count(*) FROM inbox") == [(0,)]
        assert [text[:8] for text in c.platform.texts(A)] == ["系统暂时存不下东"]
        assert len(c.platform.texts(B)) == 1
        assert c.platform.texts(B) != c.platform.texts(A)
        c.time.at += 10 * 60_000
        with pytest.raises(NotStored):
            await c.accept(c.say("王磊", LONG))
        assert len(c.platform.texts(A)) == 2


async def test_afterwards_the_same_delivery_has_its_effect(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await full(c)
        delivery = c.say("王磊", LONG[:1900])
        with pytest.raises(NotStored):
            await c.accept(delivery)
        await c.make_room()
        await c.hears(delivery)
        assert c.platform.texts(A)[-1].startswith("📝")
        assert await c.ask("SELECT state FROM inbox") == [("done",)]


async def test_the_reserve_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with core(tmp_path) as c:
        assert c.ballast.ensure()
        await full(c)
        free = c.ballast.free
        made: list[bool] = []

        def free_and_more() -> bool:
            freed = free()
            made.append(freed)
            return freed

        monkeypatch.setattr(c.ballast, "free", free_and_more)
        with pytest.raises(NotStored):
            await c.accept(c.say("王磊", LONG))
        assert made == [True]
        assert not c.ballast.path.exists()
        assert c.platform.tries == []  # worth a second try at once; that failed, too
        with pytest.raises(NotStored):
            await c.accept(c.say("王磊", LONG))
        assert made == [True, False]
        assert len(c.platform.texts(A)) == 1


async def test_a_group_is_not_told(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await full(c)
        with pytest.raises(NotStored):
            await c.accept(c.say("王磊", LONG, private=False))
        assert c.platform.tries == []


async def test_who_cannot_be_told_is_no_trouble(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await full(c)
        c.platform.faults[A].append(Failure("cannot be reached"))
        with pytest.raises(NotStored):
            await c.accept(c.say("王磊", LONG), c.say("李静", LONG))
        assert len(c.platform.texts(B)) == 1


async def test_a_photo_that_finds_no_room_is_taken_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage.database import DiskFull

    async with core(tmp_path) as c:
        put, failed = c.cabinet.folder.put, []

        def no_room(data: bytes, suffix: str = ".jpg") -> str:
            if len(failed) < 3:
                failed.append(suffix)
                raise DiskFull
            return put(data, suffix)

        monkeypatch.setattr(c.cabinet.folder, "put", no_room)
        c.platform.files["v1"].append(b"OggS....")
        await c.hears(c.voice("王磊", "v1"))
        assert failed == [".ogg"] * 3
        assert await c.ask("SELECT state, attempts FROM inbox") == [("done", 0)]
        assert c.platform.texts(A)[-1].startswith("📝")


async def test_a_full_disk_while_looking_for_work_ends_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import inbox
    from storage.database import DiskFull, Tx

    async with core(tmp_path) as c:
        find, failed = inbox.first_new, []

        def no_room(tx: Tx, *key: object) -> object:
            failed.append(key)
            if len(failed) <= 3:
                raise DiskFull
            return find(tx, *key)  # type: ignore[arg-type]

        monkeypatch.setattr(inbox, "first_new", no_room)
        c.platform.files["v1"].append(b"OggS....")
        await c.hears(c.voice("王磊", "v1"))
        assert await c.ask("SELECT state FROM inbox") == [("done",)]


async def test_telegram_keeps_what_finds_no_room(tmp_path: Path) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        await plant.rest()
        pages = await plant.program.database.call(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        await plant.program.database.call(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        plant["王磊"].text(LONG[:1900])
        assert (await plant.sees("王磊", "系统暂时存不下东西")).endswith("急事请直接找安全员。")
        assert fake.pending == 1
        await plant.program.database.call(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())
        await plant.sees("王磊", "📝 上报草稿")
        await plant.rest()
        assert await plant.ask("SELECT count(*) FROM draft") == [(1,)]


async def test_the_reserve_comes_back_once_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ballast = Ballast(tmp_path / "ballast", 1000)
    full = FullDisk({}, Plants(), ballast)
    assert ballast.ensure()
    assert await full([])
    free = iter([5_000, 50_000])
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=next(free)))
    await full.recover()
    assert not ballast.path.exists()
    await full.recover()
    assert ballast.path.stat().st_size == 1000
