"""Contact sheets, and the drawn photos that stories show."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot import picture_sheet
from bot.pictures import Pictures
from tests.machines import SCENES
from tests.pictures import halves, saved
from tests.scenes import hazard_photo, repaired_photo


@pytest.fixture
async def pictures() -> AsyncIterator[Pictures]:
    made = Pictures()
    yield made
    await made.close()


def image(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("JPEG",))


@pytest.mark.parametrize("count", range(1, 13))
async def test_a_sheet_suits_a_phone_held_upright(pictures: Pictures, count: int) -> None:
    photos = [saved(halves((400, 300) if at % 3 else (300, 400))) for at in range(count)]
    sheet = image(await pictures.sheet(photos))
    assert sheet.width == 1080
    assert 0.6 <= sheet.height / sheet.width <= 1.6


async def test_before_and_after_bear_their_names(pictures: Pictures) -> None:
    pair = [hazard_photo(1), repaired_photo(1)]
    plain = await pictures.sheet(pair)
    named = await pictures.sheet(pair, ("before", "after"))
    assert named != plain
    assert image(named).size == image(plain).size


async def test_a_photo_that_cannot_be_read_leaves_a_grey_tile(pictures: Pictures) -> None:
    sheet = image(await pictures.sheet([saved(halves((400, 300))), b"spoiled"]))
    red, green, blue = sheet.getpixel((100, sheet.height - 60))  # type: ignore[misc]
    assert max(red, green, blue) - min(red, green, blue) < 24


async def test_a_sheet_of_nothing_is_a_mistake(pictures: Pictures) -> None:
    with pytest.raises(ValueError, match="no pictures"):
        await pictures.sheet([])


@pytest.mark.parametrize("seed", range(len(SCENES)))
def test_drawn_photos_are_the_same_every_time(seed: int) -> None:
    assert hazard_photo(seed, "3号球磨机") == hazard_photo(seed, "3号球磨机")
    different = {hazard_photo(seed), hazard_photo(seed + len(SCENES)), repaired_photo(seed)}
    assert len(different) == 3


def test_a_font_that_lacks_the_words_leaves_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_sheet, "_FONTS", ())
    tiles = [halves((400, 300)), halves((400, 300))]
    numbered = picture_sheet.drawn(tiles, ())
    assert picture_sheet.drawn(tiles, ("整改前", "整改后")) == numbered
    assert picture_sheet.drawn(tiles, ("before", "after")) != numbered


def test_a_long_label_stays_on_its_tile() -> None:
    tiles = [halves((300, 400)), halves((300, 400))]
    long = picture_sheet.drawn(tiles, ("before " * 40, "after"))
    short = picture_sheet.drawn(tiles, ("before", "after"))
    right = (picture_sheet.WIDTH // 2, 0, picture_sheet.WIDTH, short.height)
    assert long.crop(right) == short.crop(right)


def test_evidence_is_never_cropped() -> None:
    ribbon = Image.new("RGB", (1600, 100), "white")
    ribbon.paste("red", (0, 0, 80, 100))
    ribbon.paste("blue", (1520, 0, 1600, 100))
    sheet = picture_sheet.drawn([ribbon, halves((400, 300)), halves((400, 300))], ())
    row = [sheet.getpixel((x, 405)) for x in (5, picture_sheet.WIDTH - 6)]
    assert row == [(255, 0, 0), (0, 0, 255)]
