"""Pictures: whatever is sent, what comes out is clean and small; and nothing falls over."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot import frames
from bot.pictures import BadPicture, NoChild, Picture, Pictures
from tests.pictures import BLUE, GOOD, POISON, RED, SECRETS, TAKEN, halves, heic, phone_jpeg, saved, scan_bomb


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    made = Pictures()
    yield made
    await made.close()


def image(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("JPEG",))


def near(seen: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 40 for one, other in zip(seen, colour, strict=True))


# -- pictures that are good


async def test_every_good_picture_comes_out_clean(pictures: Pictures) -> None:
    for name, make in GOOD.items():
        data = make()
        picture = await pictures.clean(data)
        full, thumb = image(picture.full), image(picture.thumb)
        assert full.size == (picture.width, picture.height), name
        assert max(full.size) <= 1600, name
        assert max(thumb.size) <= 320, name
        for made in (picture.full, picture.thumb):
            assert not [secret for secret in SECRETS if secret in made], name
            assert set(image(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}, name
            assert not image(made).getexif(), name


async def test_what_a_phone_wrote_is_read_and_not_kept(pictures: Pictures) -> None:
    for data in (phone_jpeg(), heic(), GOOD["png of a phone"](), GOOD["webp of a phone"]()):
        picture = await pictures.clean(data)
        assert picture.taken_at_ms == TAKEN
        assert picture.has_gps
    assert all(secret in phone_jpeg() for secret in SECRETS if secret not in {b"27.123", b"GPS"})


async def test_a_time_without_its_zone_is_no_time(pictures: Pictures) -> None:
    picture = await pictures.clean(phone_jpeg(offset="", where=False))
    assert (picture.taken_at_ms, picture.has_gps) == (None, False)
    assert (await pictures.clean(phone_jpeg(offset="gestern"))).taken_at_ms is None


@pytest.mark.parametrize(
    "orientation, size, red, blue",
    [
        (1, (1200, 900), (100, 450), (1100, 450)),
        (2, (1200, 900), (1100, 450), (100, 450)),
        (3, (1200, 900), (1100, 450), (100, 450)),
        (6, (900, 1200), (450, 100), (450, 1100)),
        (8, (900, 1200), (450, 1100), (450, 100)),
    ],
)
async def test_a_picture_is_stored_upright(
    pictures: Pictures, orientation: int, size: tuple[int, int], red: tuple[int, int], blue: tuple[int, int]
) -> None:
    picture = await pictures.clean(phone_jpeg(orientation))
    full = image(picture.full)
    assert full.size == size
    assert near(full.getpixel(red), RED)
    assert near(full.getpixel(blue), BLUE)
    thumb = image(picture.thumb)
    assert (thumb.width > thumb.height) == (size[0] > size[1])


async def test_colours_of_every_kind_of_file_stay(pictures: Pictures) -> None:
    for name in ("progressive jpeg", "cmyk jpeg", "transparent png", "animated webp", "heic of a phone"):
        full = image((await pictures.clean(GOOD[name]())).full)
        middle = full.height // 2
        assert near(full.getpixel((full.width // 8, middle)), RED), name
        assert near(full.getpixel((full.width * 7 // 8, middle)), BLUE), name


async def test_sixteen_bits_and_transparency_are_not_turned_white_or_black(pictures: Pictures) -> None:
    deep = image((await pictures.clean(GOOD["16 bit png"]())).full)
    assert deep.getpixel((9, 9)) == pytest.approx(40_000 / 256, abs=3)
    clear = saved(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG")
    assert near(image((await pictures.clean(clear)).full).getpixel((9, 9)), (255, 255, 255))


async def test_twelve_megapixels_become_sixteen_hundred(pictures: Pictures) -> None:
    picture = await pictures.clean(saved(halves((4000, 3000))))
    assert (picture.width, picture.height) == (1600, 1200)
    assert image(picture.thumb).size == (320, 240)


async def test_forty_megapixels_of_the_hungriest_kinds_fit_the_memory() -> None:
    patient = Pictures(limit=60)
    try:
        for kind in ("WEBP", "PNG"):
            big = Image.new("RGBA" if kind == "PNG" else "RGB", (8000, 5000), "teal")
            options = {"method": 0, "quality": 20} if kind == "WEBP" else {"compress_level": 1}
            assert (await patient.clean(saved(big, kind, **options))).width == 1600
    finally:
        await patient.close()


# -- pictures that are not


async def test_no_poison_does_harm(pictures: Pictures) -> None:
    child = None
    for name, (make, reason) in POISON.items():
        data = make()
        began = time.monotonic()
        with pytest.raises(BadPicture) as caught:
            await pictures.clean(data)
        assert caught.value.reason == reason, name
        assert time.monotonic() - began < 10, name
        assert child in (None, pictures.pid), f"the child fell over {name}"
        child = pictures.pid
    assert (await pictures.clean(phone_jpeg())).width == 1200


async def test_spoiled_bytes_are_a_picture_or_a_reason(pictures: Pictures) -> None:
    child = None
    for make in (heic, lambda: saved(halves((200, 150)), "WEBP"), lambda: saved(halves((200, 150)))):
        whole = make()
        for at in range(0, len(whole), max(1, len(whole) // 40)):
            spoiled = bytearray(whole)
            spoiled[at] ^= 0xA5
            try:
                assert isinstance(await pictures.clean(bytes(spoiled)), Picture)
            except BadPicture as bad:
                assert bad.reason in {"unreadable", "too_many_pixels"}  # noqa: PT017 - both ends are right
            assert child in (None, pictures.pid)
            child = pictures.pid


async def test_a_picture_that_takes_for_ever_is_given_up() -> None:
    pictures = Pictures(limit=3)
    try:
        await pictures.clean(phone_jpeg())
        first = pictures.pid
        with pytest.raises(BadPicture, match="too_slow"):
            await pictures.clean(scan_bomb())
        assert pictures.pid is None
        assert (await pictures.clean(phone_jpeg())).width == 1200
        assert pictures.pid not in (None, first)
    finally:
        await pictures.close()


async def test_memory_has_an_end() -> None:
    pictures = Pictures(memory=256 << 20)
    try:
        big = saved(Image.new("RGB", (8000, 5000), "teal"), "WEBP", method=0, quality=20)
        with pytest.raises(BadPicture):
            await pictures.clean(big)
        assert (await pictures.clean(phone_jpeg())).width == 1200
    finally:
        await pictures.close()


# -- the child


async def test_a_child_killed_in_between_is_replaced(pictures: Pictures) -> None:
    await pictures.clean(phone_jpeg())
    first = pictures.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert (await pictures.clean(phone_jpeg())).width == 1200
    assert pictures.pid != first


async def test_a_child_killed_at_work_costs_no_picture(pictures: Pictures, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    await pictures.clean(phone_jpeg())
    first = pictures.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    work = asyncio.create_task(pictures.clean(phone_jpeg()))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    assert (await work).width == 1200
    assert caplog.messages == ["bot.picture_child ended with -9"]
    caplog.clear()
    await pictures.close()
    assert caplog.messages == []  # the operator stopped the program: that is no news


async def test_given_up_work_does_not_answer_the_next_question(pictures: Pictures) -> None:
    await pictures.clean(phone_jpeg())
    work = asyncio.create_task(pictures.clean(heic()))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (await pictures.clean(phone_jpeg())).width == 1200


async def test_many_at_once_take_their_turns(pictures: Pictures) -> None:
    sizes = [(200 + at * 40, 300) for at in range(12)]
    made = await asyncio.gather(*(pictures.clean(saved(halves(size))) for size in sizes))
    assert [(picture.width, picture.height) for picture in made] == sizes


async def test_an_idle_child_goes_and_comes_back() -> None:
    pictures = Pictures(rest=0)
    try:
        for _ in range(3):
            assert (await pictures.clean(phone_jpeg())).width == 1200
    finally:
        await pictures.close()


def child(*arguments: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "bot.picture_child", *arguments]
    root = Path(__file__).parents[1]
    return subprocess.Popen(program, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def test_the_child_ends_once_it_is_idle() -> None:
    with child(str(1 << 30), "0.01", "10") as idle:
        assert idle.stdin is not None
        frames.write(idle.stdin, {"work": "clean"}, [heic()])
        assert idle.wait(20) == 0


def test_the_child_ends_once_it_is_alone() -> None:
    with child(str(1 << 30), "600", "600") as alone:
        assert alone.stdin is not None
        alone.stdin.close()
        assert alone.wait(20) == 0


def environment(pid: int | None) -> bytes:
    seen = Path(f"/proc/{pid}/environ")
    return seen.read_bytes() if seen.exists() else b""


async def test_the_child_sees_no_secrets(pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOODPECKER_TOKEN", "123456:secret")
    await pictures.clean(phone_jpeg())
    assert b"secret" not in environment(pictures.pid)


async def test_without_a_child_the_picture_is_not_blamed(pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/nowhere/python", shutil.which("false") or "/bin/false"):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", program)
            with pytest.raises(NoChild):
                await pictures.clean(phone_jpeg())
    assert (await pictures.clean(phone_jpeg())).width == 1200


async def test_closing_waits_for_nobody(pictures: Pictures) -> None:
    await pictures.clean(phone_jpeg())
    work = [asyncio.create_task(pictures.clean(heic())) for _ in range(3)]
    await asyncio.sleep(0)
    await pictures.close()
    for waiting in work:
        with pytest.raises(NoChild):
            await waiting
    assert pictures.pid is None
