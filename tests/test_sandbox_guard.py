"""Who may talk to the sandbox at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from bot.platforms.base import Upload
from bot.platforms.sandbox.guard import is_loopback
from bot.platforms.sandbox.server import NotAllowed, serve
from handlers.message import Media, MediaKind, Message
from tests.sandbox_echo import Plant, plant
from tests.sandbox_web import JPEG, form, send


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Plant]:
    async with plant(tmp_path) as running:
        yield running


@pytest.fixture
async def web(here: Plant) -> AsyncIterator[ClientSession]:
    async with ClientSession(here.server.url) as session:
        yield session


@asynccontextmanager
async def remote(folder: Path) -> AsyncIterator[tuple[Plant, str, str]]:
    async with plant(folder, host="0.0.0.0", allow_remote=True) as here:
        _, _, key = here.server.url.partition("?key=")
        yield here, f"http://127.0.0.1:{here.server.port}", key


async def test_off_this_machine_only_with_the_secret(tmp_path: Path) -> None:
    async with remote(tmp_path) as (_, base, key):
        assert len(key) >= 32
        async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as web:
            wrong = (
                "/",
                "/demo/",
                "/demo/state",
                "/-/app.js",
                "/demo/events",
                "/?key=",
                "/?key=wrong",
                f"/?key={key}x",
            )
            for path in wrong:
                async with web.get(path) as answer:
                    assert (path, answer.status) == (path, 401)
            async with web.post(f"/demo/send?key={key}", json={}) as answer:
                assert answer.status == 401
            async with web.get(f"/?key={key}", allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (303, "/")
                cookie = answer.headers["Set-Cookie"]
                assert "HttpOnly" in cookie
                assert "SameSite=Lax" in cookie
            assert (await send(web, text="皮带跑偏"))[0] == 200
            async with web.get("/", headers={"Host": "192.168.1.20:8765"}) as answer:
                assert answer.status == 200


async def test_off_this_machine_only_if_it_is_allowed(here: Plant) -> None:
    with pytest.raises(NotAllowed):
        await serve([here.site], "0.0.0.0", 0)


@pytest.mark.parametrize(
    "host, inside",
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.2", False),
        ("plant.example", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, inside: bool) -> None:
    assert is_loopback(host) is inside


@pytest.mark.parametrize(
    "host, status",
    [
        ("localhost:9999", 200),
        ("127.0.0.1", 200),
        ("[::1]:80", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("[", 403),
    ],
)
async def test_a_name_that_was_pointed_here_is_refused(web: ClientSession, host: str, status: int) -> None:
    async with web.get("/demo/state", headers={"Host": host}) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 200),
    ],
)
async def test_another_sites_page_cannot_send(
    here: Plant, web: ClientSession, headers: dict[str, str], status: int
) -> None:
    body = {"phone": "wang", "id": "key-0001", "text": "x"}
    async with web.post("/demo/send", json=body, headers=headers) as answer:
        assert answer.status == status
    assert len(here.bot.seen) == (status == 200)


async def test_the_pages_own_origin_may_send(here: Plant, web: ClientSession) -> None:
    own = {"Origin": f"http://127.0.0.1:{here.server.port}"}
    async with web.post("/demo/send", json={"phone": "wang", "id": "key-0001", "text": "x"}, headers=own) as answer:
        assert answer.status == 200


async def test_media_only_for_the_phone_that_shows_it(here: Plant, web: ClientSession) -> None:
    async with web.post("/demo/photos", data=form({"a.jpg": JPEG, "b.html": b"<script>"})) as answer:
        mine = (await answer.json())["message"]["id"]
    sent = Upload(Media(MediaKind.PHOTO, ""), JPEG)
    await here.platform.phones.found("群", "li", ["zhang"], "mill")
    theirs = int(await here.platform.send("g:mill", Message("看"), (sent,), "out-1"))
    expected = {
        f"wang/{mine}/0": 200,
        f"wang/{mine}/2": 404,
        f"li/{mine}/0": 404,
        f"nobody/{mine}/0": 404,
        f"li/{theirs}/0": 200,
        f"zhang/{theirs}/0": 200,
        f"wang/{theirs}/0": 404,
        "wang/999/0": 404,
    }
    for path, status in expected.items():
        async with web.get(f"/demo/media/{path}") as answer:
            assert (path, answer.status) == (path, status)
    async with web.get(f"/demo/media/wang/{mine}/0") as answer:
        assert (await answer.read(), answer.content_type) == (JPEG, "image/jpeg")
    async with web.get(f"/demo/media/wang/{mine}/1") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
