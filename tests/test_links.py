"""A file that is too large for the chat is fetched by link, on Telegram and on WeCom."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import openpyxl
import pytest

from handlers import books
from tests import plant_program
from tests.both import BOTH, files, plant_on, tap
from tests.fetching import fetch, fetchings, offered, reported, takes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(params=BOTH)
async def plant(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    async with plant_on(request.param, tmp_path, monkeypatch) as found:
        yield found


def workbooks(plant: Any) -> list[bytes]:
    return [data for data in files(plant) if bytes(data).startswith(b"PK")]


def books_sent(plant: Any) -> int:
    """How many reached the officer; WeCom need not be given the same bytes twice."""
    return len(plant.fake.made("sendDocument")) or sum(text.endswith(".xlsx") for text in plant["李静"].texts)


async def test_what_just_fits_is_sent_and_what_just_does_not_is_a_link(
    plant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reported(plant)
    await tap(plant, "李静", "隐患台账")
    await plant.fake.until(lambda: workbooks(plant), 60)
    size = len(workbooks(plant)[0])
    takes(plant, size + 100, monkeypatch)
    sent = books_sent(plant)
    await tap(plant, "李静", "隐患台账")
    await plant.fake.until(lambda: books_sent(plant) > sent, 60)
    assert not any("/files/" in text for text in plant["李静"].texts)
    takes(plant, size - 100, monkeypatch)
    url = await offered(plant)
    found = await fetch(url)
    assert abs(len(found.body) - size) <= 100
    assert plant.refused == []


async def test_the_link_gives_the_whole_book_under_its_name(plant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await reported(plant)
    takes(plant, 5_000, monkeypatch)
    url = await offered(plant)
    assert url.startswith(f"{plant.settings.web.public_url}/files/")
    said = await plant.sees("李静", "太大")
    assert said.startswith("📎 隐患排查治理台账-")
    await looked_at(plant, url)
    found = await fetch(url)
    assert found.status == 200
    sheet: Any = openpyxl.load_workbook(io.BytesIO(found.body))["隐患"]
    assert sheet["F4"].value == "3号球磨机联轴器防护罩没装"
    assert len(sheet._images) == 1
    wanted = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    assert {key: found.headers[key] for key in wanted} == wanted
    assert found.headers["X-Robots-Tag"].startswith("noindex")
    assert found.headers["Content-Type"] == XLSX
    assert quote("隐患排查治理台账") in found.headers["Content-Disposition"]
    part = await fetch(url, Range="bytes=10-19")
    assert (part.status, part.body) == (206, found.body[10:20])
    ((person, detail),) = await fetchings(plant)  # once, however often within some minutes
    assert await plant.ask("SELECT name FROM person WHERE id = $1", person) == [("李静",)]
    assert json.loads(detail)["what"].startswith("book:hazards:")


async def looked_at(plant: Any, url: str) -> None:
    """Who only looks, as a chat's preview may, makes no file and leaves no note."""
    for _ in range(3):
        looked = await fetch(url, "HEAD")
        assert (looked.status, looked.body) == (200, b"")
        assert "Content-Disposition" in looked.headers
    assert (await fetch(url, "POST")).status == 405
    assert await fetchings(plant) == []
    assert not list(plant.program.links.shelf.folder.iterdir())


async def test_photos_that_are_too_many_for_a_book_come_beside_it(plant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "EMBEDDED", 0)
    await reported(plant)
    takes(plant, 20_000, monkeypatch)
    url = await offered(plant)
    (book,) = workbooks(plant)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(book))["隐患"]
    zipped = await fetch(url)
    names = zipfile.ZipFile(io.BytesIO(zipped.body)).namelist()
    assert [sheet["G4"].value] == names
    assert zipped.headers["Content-Type"] == "application/zip"
    assert quote("照片.zip") in zipped.headers["Content-Disposition"]
    takes(plant, 2_000_000, monkeypatch)
    await tap(plant, "李静", "隐患台账")
    await plant.fake.until(lambda: zipped.body in files(plant), 60)
    sent = len(files(plant))
    await tap(plant, "李静", "公示版台账")  # nothing in it is admitted yet: no photos, and nobody misses them
    await plant.fake.until(lambda: len(files(plant)) > sent, 60)
    await plant.rest()
    assert len(files(plant)) == sent + 1
    assert plant.refused == []


async def test_what_a_dead_process_left_is_gone_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tmp_path / "data" / "fetched" / "tmp1" / "book.xlsx"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    async with plant_on("telegram", tmp_path, monkeypatch) as plant:
        assert plant.program.links.shelf.folder == left.parents[1]
        assert list(left.parents[1].iterdir()) == []
    assert not left.parents[1].exists()


async def test_without_a_public_address_nobody_is_left_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plant_program, "CONFIG", re.sub("public_url = .*\n", "", plant_program.CONFIG))
    async with plant_on("telegram", tmp_path, monkeypatch) as plant:
        await reported(plant)
        takes(plant, 12_000, monkeypatch)
        await tap(plant, "李静", "隐患台账")
        said = await plant.sees("李静", "照片太多，放不进聊天", 60)
        assert "woodpecker summary --enterprise demo --month" in said
        (book,) = workbooks(plant)
        sheet: Any = openpyxl.load_workbook(io.BytesIO(book))["隐患"]
        assert (sheet["F4"].value, sheet._images) == ("3号球磨机联轴器防护罩没装", [])
        takes(plant, 1_000, monkeypatch)
        await tap(plant, "李静", "公示版台账")
        assert "woodpecker summary" in await plant.sees("李静", "太大，聊天里发不了", 60)
        assert plant.refused == []
        with pytest.raises(aiohttp.ClientConnectionError):
            await fetch(f"http://{plant.settings.web.listen}/files/x")
