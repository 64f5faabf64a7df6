"""Pictures of months, drawn by a real child process."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.chart_type import width
from bot.glyphs import lacking, unwritable
from bot.media import Cabinet
from bot.papers import NotMade, Papers
from bot.pictures import Pictures
from handlers.message import Media, MediaKind, Message
from storage.photos import Folder
from tests.core import ready


def spec(**more: Any) -> dict[str, Any]:
    """A month with everything on it."""
    tile = {"label": "上报", "unit": "条", "value": "682", "before": "上月 640", "change": 1, "better": 0}
    bars = [["物理性缺陷", 220], ["管理制度", 12]]
    return {
        "what": "summary",
        "plant": "北山矿业",
        "title": "2026年11月 隐患上报月报",
        "as_of": "12-01 09:00 统计",
        "empty": "还没有",
        "tiles": [tile] * 4,
        "weeks": {"title": "每周上报", "now": "本月", "before": "上月", "labels": ["1–7日"] * 5,
                  "values": [1, 2, 3, 4, 0], "earlier": [0] * 5},
        "funnel": {"title": "从上报到销号", "bars": [["上报", 10, "100%"], ["受理", 0, "0%"]] * 2},
        "categories": {"title": "类别", "bars": bars},
        "places": {"title": "地点", "bars": []},
        "departments": {"title": "参与率", "bars": [["磨矿车间", 50, "21/42 人"]]},
    } | more  # fmt: skip


@pytest.fixture
async def papers(tmp_path: Path) -> AsyncIterator[Papers]:
    made = Papers(tmp_path / "cache")
    yield made
    await made.close()


def image(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=("PNG",))


async def test_a_month_becomes_a_picture_that_a_phone_can_show(papers: Papers) -> None:
    drawn = image(await papers.make(json.dumps(spec())))
    assert drawn.width == 1080
    assert 1.5 < drawn.height / drawn.width < 3
    assert len(drawn.convert("RGB").getcolors(1 << 20) or ()) > 50


async def test_other_numbers_make_another_picture_and_the_same_the_same(papers: Papers) -> None:
    one = await papers.make(json.dumps(spec()))
    assert await papers.make(json.dumps(spec())) == one
    assert await papers.make(json.dumps(spec(plant="南山矿业"))) != one


async def test_an_empty_month_and_long_names_fit_too(papers: Papers) -> None:
    long = [["破碎车间二号皮带机头轮护罩旁边的检修平台和走道板" * 2, 3]] * 5
    for more in ({"categories": {"title": "类别", "bars": []}}, {"places": {"title": "地点", "bars": long}}):
        assert image(await papers.make(json.dumps(spec(**more)))).width == 1080


async def test_without_a_picture_the_words_are_sent_all_the_same(papers: Papers, tmp_path: Path) -> None:
    broken = Media(MediaKind.PHOTO, "", make=json.dumps({"what": "summary"}))
    with pytest.raises(NotMade, match="KeyError"):
        await papers.make(broken.make)
    pictures = Pictures()
    message = Message("五行字", media=(broken, Media(MediaKind.PHOTO, "", make=json.dumps(spec()))))
    _, loaded = await Cabinet(Folder(tmp_path), pictures, papers).load(ready(message), 1 << 20)
    assert [upload.media.make for upload in loaded] == [message.media[1].make]
    assert len(loaded[0].media.sha) == 64  # platforms know by it what they have uploaded already
    await pictures.close()


def test_characters_of_names_that_the_font_lacks_are_named() -> None:
    assert lacking("王喆 昇堃國珺翀龘ү") == []
    assert lacking("王\U00020bb7\U000e0030") == ["\U00020bb7", "\U000e0030"]
    assert unwritable(["王喆", "李静"]) == ""
    assert unwritable(["王喆", "\U00020bb7田"]).startswith(
        "pictures and certificates cannot show \U00020bb7 (U+20BB7, as in"
    )


def test_a_chinese_character_is_about_as_wide_as_high() -> None:
    assert width("磨矿车间", 30) == 120
    assert width("1-7", 30) < 60
