"""What the sandbox's page may ask its server, and what it gets."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from handlers.message import Button, MediaKind, Message
from tests.sandbox_echo import START, Plant, plant
from tests.sandbox_web import JPEG, form, send, state


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Plant]:
    async with plant(tmp_path) as running:
        yield running


@pytest.fixture
async def web(here: Plant) -> AsyncIterator[ClientSession]:
    async with ClientSession(here.server.url) as session:
        yield session


async def test_the_first_address_leads_to_the_page(web: ClientSession) -> None:
    async with web.get("/") as answer:
        assert (answer.status, answer.url.path) == (200, "/demo/")
        assert 'src="/-/app.js"' in await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for path, status in (("/demo", 200), ("/-/app.js", 200), ("/-/../server.py", 404), ("/none/", 404), ("/none", 404)):
        async with web.get(path) as answer:
            assert answer.status == status


async def test_the_state_is_all_the_page_needs(web: ClientSession) -> None:
    await send(web, text="皮带跑偏")
    now = await state(web)
    assert (now["name"], now["zone"], now["now"]) == ("青石矿业 · 选矿厂", "Asia/Shanghai", START)
    assert [(p["chat"], p["name"]) for p in now["phones"]] == [
        ("wang", "王磊"),
        ("li", "李静"),
        ("zhang", "张强"),
        ("zhao", "赵敏"),
    ]
    assert [(m["from"], m["text"]) for m in now["messages"]["wang"]] == [("wang", "皮带跑偏"), ("", "收到：皮带跑偏")]
    assert now["people"] == [{"label": "周涛 · 选矿车间", "number": "1005", "code": None}]
    async with web.get("/demo/state", params={"since": now["seq"] - 1}) as answer:
        assert [c["text"] for c in (await answer.json())["changes"]] == ["收到：皮带跑偏"]


async def test_the_same_post_again_changes_nothing(here: Plant, web: ClientSession) -> None:
    first = await send(web, text="皮带跑偏")
    assert await send(web, text="皮带跑偏") == first
    assert first[0] == 200
    assert len(here.bot.seen) == 1
    assert len((await state(web))["messages"]["wang"]) == 2


async def test_older_messages_come_in_pages(here: Plant, web: ClientSession) -> None:
    for n in range(60):
        await here.platform.send("wang", Message(f"message {n}"), (), f"out-{n}")
    latest = (await state(web))["messages"]["wang"]
    assert [m["text"] for m in latest] == [f"message {n}" for n in range(10, 60)]
    async with web.get("/demo/messages/wang", params={"before": latest[0]["id"]}) as answer:
        assert [m["text"] for m in (await answer.json())["messages"]] == [f"message {n}" for n in range(10)]


@pytest.mark.parametrize(
    "body, status, word",
    [
        ({"text": ""}, 400, "empty"),
        ({"text": "x", "id": "no"}, 400, "bad"),
        ({"text": "x", "phone": "nobody"}, 404, "no_chat"),
        ({"text": "x", "chat": "li"}, 404, "no_chat"),
        ({"text": ["x"]}, 400, "bad"),
        ({"text": "x", "reply_to": "1 OR 1"}, 400, "bad"),
        ({"text": "x" * 70_000}, 413, "too_big"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_word(
    web: ClientSession, body: dict[str, object], status: int, word: str
) -> None:
    assert await send(web, **body) == (status, {"error": word})


async def test_only_json_and_forms_are_read(web: ClientSession) -> None:
    for path, body in (("send", b"{}"), ("send", b"\xff"), ("photos", b"")):
        async with web.post(f"/demo/{path}", data=body, headers={"Content-Type": "text/plain"}) as answer:
            assert (answer.status, await answer.json()) == (400, {"error": "bad"})
    async with web.post("/demo/send", data=b"[1]", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 400


async def test_while_the_inbox_is_away_the_page_is_told_to_try_again(here: Plant, web: ClientSession) -> None:
    here.bot.offline = True
    assert await send(web, text="皮带跑偏") == (503, {"error": "busy"})
    here.bot.offline = False
    assert (await send(web, text="皮带跑偏"))[0] == 200
    assert len(here.bot.seen) == 1


async def test_several_photos_are_one_album(here: Plant, web: ClientSession) -> None:
    files = {"a.jpg": JPEG, "b.jpg": JPEG + b"2"}
    for _ in range(2):
        async with web.post("/demo/photos", data=form(files, text="护罩没装")) as answer:
            body = await answer.json()
    assert [m["mime"] for m in body["message"]["media"]] == ["image/jpeg", "image/jpeg"]
    assert here.bot.fetched == [JPEG, JPEG + b"2"]
    (said,) = here.bot.seen.values()
    assert said.text == "护罩没装"
    assert "sha" not in json.dumps(body)


async def test_a_recording_is_a_voice(here: Plant, web: ClientSession) -> None:
    async with web.post("/demo/voice", data=form({"voice": b"\x1a\x45\xdf\xa3sound"})) as answer:
        assert answer.status == 200
    (said,) = here.bot.seen.values()
    assert [(m.kind, m.mime) for m in said.media] == [(MediaKind.VOICE, "audio/webm")]


async def test_too_much_is_refused(here: Plant, web: ClientSession) -> None:
    large = b"\xff\xd8\xff" + bytes(20 * 1024 * 1024)
    cases = [
        (form({"a.jpg": large}), 413, "too_big"),
        (form({f"{n}.jpg": JPEG for n in range(11)}), 400, "too_many"),
        (form({"a.jpg": b""}), 400, "empty"),
        (form({}), 400, "bad"),
        (form({"a.jpg": JPEG}, surprise="x"), 400, "bad"),
    ]
    for data, status, word in cases:
        async with web.post("/demo/photos", data=data) as answer:
            assert (answer.status, await answer.json()) == (status, {"error": word})
    assert here.bot.seen == {}


async def test_place_and_number_are_sent_as_what_they_are(here: Plant, web: ClientSession) -> None:
    sent = [
        ("location", {"latitude": 31.82, "longitude": 117.22}, 200),
        ("location", {"latitude": 91, "longitude": 0}, 400),
        ("location", {"latitude": "31", "longitude": 0}, 400),
        ("contact", {"number": "13900000001", "own": True}, 200),
        ("contact", {"number": "1", "own": True}, 400),
    ]
    for n, (path, body, status) in enumerate(sent):
        async with web.post(f"/demo/{path}", json={"phone": "wang", "id": f"key-000{n}"} | body) as answer:
            assert answer.status == status
    place, contact = here.bot.seen.values()
    assert place.location == (31.82, 117.22)
    assert contact.phone == "13900000001"


async def test_a_phone_is_added_for_a_person_or_a_stranger(here: Plant, web: ClientSession) -> None:
    added = {"id": "zhou", "person": "1005", "name": "周涛", "note": "选矿车间"}
    for _ in range(2):
        async with web.post("/demo/phone", json=added) as answer:
            body = await answer.json()
    assert body["phone"] == {"chat": "zhou", "name": "周涛", "note": "选矿车间", "person": "1005", "language": ""}
    assert body["people"] == [{"label": "周涛 · 选矿车间", "number": "1005", "code": "CODE1005"}]
    assert set(here.joined) == {("zhou", "1005")}
    async with web.post("/demo/phone", json={"name": "新手机"}) as answer:
        assert (await answer.json())["phone"]["name"] == "新手机"
    for wrong in ({"name": ""}, {"name": "x", "person": "9999"}, {"name": "x", "id": "G:!"}):
        async with web.post("/demo/phone", json=wrong) as answer:
            assert answer.status == 400
    assert len((await state(web))["phones"]) == 6


async def test_a_group_is_founded_from_the_page(here: Plant, web: ClientSession) -> None:
    body = {"id": "mill", "title": "磨矿车间安全群", "members": ["li", "wang"]}
    async with web.post("/demo/group", json=body) as answer:
        assert (await answer.json())["group"] == {
            "chat": "g:mill",
            "title": "磨矿车间安全群",
            "members": ["li", "wang"],
        }
    assert (await send(web, chat="g:mill", text="/here"))[0] == 200
    for wrong in ({"members": []}, {"members": ["nobody"]}, {"title": ""}, {"id": "no good"}):
        async with web.post("/demo/group", json=body | wrong) as answer:
            assert answer.status in {400, 404}


async def test_a_button_may_say_anything_and_is_shown_as_words(here: Plant, web: ClientSession) -> None:
    odd = "<img src=x onerror=alert(1)>"
    await here.platform.send("wang", Message(odd, ((Button(odd, odd[:20]),),)), (), "out-1")
    (message,) = (await state(web))["messages"]["wang"]
    assert (message["text"], message["buttons"][0][0]["label"]) == (odd, odd)
