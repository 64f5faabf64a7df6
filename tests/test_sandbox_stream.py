"""What the open pages are told, and what they find after a break."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from handlers.message import Message
from storage.sandbox import Sandbox, Written
from tests.sandbox_echo import START, Plant, plant
from tests.sandbox_web import JPEG, event, form, send, state

HOUR = 3_600_000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Plant]:
    async with plant(tmp_path) as running:
        yield running


@pytest.fixture
async def web(here: Plant) -> AsyncIterator[ClientSession]:
    async with ClientSession(here.server.url) as session:
        yield session


async def test_a_tap_changes_the_card_in_place(here: Plant, web: ClientSession) -> None:
    async with web.post("/demo/photos", data=form({"a.jpg": JPEG})) as answer:
        assert answer.status == 200
    card = (await state(web))["messages"]["wang"][-1]
    tap = {"phone": "wang", "message": card["id"], "data": card["buttons"][0][0]["data"], "id": "tap-0001"}
    async with web.get("/demo/events", params={"since": (await state(web))["seq"]}) as stream:
        async with web.post("/demo/tap", json=tap) as answer:
            assert answer.status == 200
        kinds = [await event(stream) for _ in range(3)]
    assert [(kind, body.get("chat"), body.get("version")) for kind, _, body in kinds] == [
        ("message", "wang", 2),
        ("message", "li", 2),
        ("toast", None, None),
    ]
    assert kinds[0][2]["id"] == card["id"]
    assert kinds[0][2]["buttons"] == []


async def test_a_stream_resumes_where_it_broke(here: Plant, web: ClientSession) -> None:
    async with web.get("/demo/events", params={"since": (await state(web))["seq"]}) as stream:
        await send(web, text="first")
        _, last, body = await event(stream)
        assert body["text"] == "first"
    await here.platform.send("wang", Message("while away"), (), "out-1")
    async with web.get("/demo/events?since=0", headers={"Last-Event-ID": last}) as stream:
        await send(web, text="second", id="key-0002")
        texts = [(await event(stream))[2]["text"] for _ in range(4)]
    assert texts == ["收到：first", "while away", "second", "收到：second"]


async def test_who_was_away_too_long_loads_anew(here: Plant, web: ClientSession) -> None:
    def many(store: Sandbox) -> None:
        for n in range(501):
            store.put(Written("wang", "", f"out-{n}", f"message {n}"), START)

    await here.platform.phones.run(many)
    for since in (4, 10**9):
        async with web.get("/demo/events", params={"since": since}) as stream:
            assert (await event(stream))[0] == "reset"


async def test_a_quiet_stream_shows_that_it_lives_and_ends_with_the_server(tmp_path: Path) -> None:
    async with plant(tmp_path, heartbeat=0.01) as here, ClientSession(here.server.url) as web:
        async with web.get("/demo/events", params={"since": 4}) as stream:
            async with asyncio.timeout(30):
                while await stream.content.readline() != b": alive\n":
                    pass
            await here.server.stop()
            async with asyncio.timeout(30):
                await stream.read()
        assert here.platform.phones.feed.pages == 0


async def test_the_plants_clock_is_moved_on(here: Plant, web: ClientSession) -> None:
    async with web.get("/demo/events", params={"since": 4}) as stream:
        async with web.post("/demo/clock", json={"minutes": 60}) as answer:
            assert (await answer.json()) == {"now": START + HOUR}
        assert await event(stream) == ("clock", "", {"now": START + HOUR})
    async with web.post("/demo/clock", json={"until": "09:00"}) as answer:
        # 2026-11-18 19:06 in Shanghai, 01:00 UTC being its nine o'clock.
        assert (await answer.json())["now"] % (24 * HOUR) == 1 * HOUR
    assert 0 < here.offset - HOUR < 24 * HOUR + 14 * HOUR
    for wrong in ({}, {"minutes": -5}, {"minutes": 10**9}, {"minutes": 1.5}, {"until": "25:00"}, {"until": 9}):
        async with web.post("/demo/clock", json=wrong) as answer:
            assert answer.status == 400


async def test_all_is_there_after_a_restart(tmp_path: Path) -> None:
    async with plant(tmp_path) as here, ClientSession(here.server.url) as web:
        async with web.post("/demo/photos", data=form({"a.jpg": JPEG}, text="护罩没装")) as answer:
            photo = (await answer.json())["message"]["id"]
        await here.platform.phones.found("群", "li", ["wang"], "mill")
        before = await state(web)
    async with plant(tmp_path) as here, ClientSession(here.server.url) as web:
        assert await state(web) == before
        async with web.get(f"/demo/media/wang/{photo}/0") as answer:
            assert await answer.read() == JPEG
        async with web.get("/demo/events", params={"since": before["seq"] - 1}) as stream:
            assert (await event(stream))[1] == str(before["seq"])
        assert here.bot.seen == {}
