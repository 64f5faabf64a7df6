"""The fake itself: as strict as Telegram where it is documented, and usable as a process of its own."""

from __future__ import annotations

import asyncio
import base64
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram import TOKEN, FakeTelegram, Fault


class Bare:
    """Calls of a bot that checks nothing itself."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def __call__(self, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.url}/bot{token}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert answer.get("error_code", 200) == response.status
            return answer


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bare(fake: FakeTelegram) -> AsyncIterator[Bare]:
    async with aiohttp.ClientSession() as session:
        yield Bare(fake.url, session)


def keys(*data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", "callback_data": one} for one in data]]}


@pytest.mark.parametrize(
    "params, said",
    [
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "  "}, "message text is empty"),
        ({"text": "x", "reply_markup": keys("汉" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys("")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keys(*["d"] * 101)}, "reply markup is too long"),
        ({"text": "Li <b> <x>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x", "colour": "red"}, "no such parameter"),
    ],
)
async def test_what_telegram_refuses(fake: FakeTelegram, bare: Bare, params: Any, said: str) -> None:
    wang = fake.phone("王磊")
    wang.start()
    answer = await bare("sendMessage", chat_id=wang.id, **params)
    assert answer["error_code"] == 400
    assert said in answer["description"]
    assert wang.screen == []


async def test_limits_are_not_narrower_than_telegrams(fake: FakeTelegram, bare: Bare) -> None:
    wang = fake.phone("王磊")
    wang.start()
    text = "<b>" + "汉" * 4096 + "</b>"
    assert (await bare("sendMessage", chat_id=str(wang.id), text=text, parse_mode="HTML"))["ok"]
    assert (await bare("sendMessage", chat_id=wang.id, text="x", reply_markup=keys(*["d" * 64] * 100)))["ok"]


async def test_who_can_be_written_to(fake: FakeTelegram, bare: Bare) -> None:
    wang, group = fake.phone("王磊"), fake.group("群")
    assert "can't initiate" in (await bare("sendMessage", chat_id=wang.id, text="x"))["description"]
    assert "can't initiate" in (await bare("sendMessage", chat_id=12, text="x"))["description"]
    assert "kicked" in (await bare("sendMessage", chat_id=group.id, text="x"))["description"]
    assert "chat not found" in (await bare("sendMessage", chat_id=-12, text="x"))["description"]
    wang.start()
    assert (await bare("sendMessage", chat_id=wang.id, text="x"))["ok"]
    wang.block()
    assert "blocked" in (await bare("sendMessage", chat_id=wang.id, text="x"))["description"]


async def test_tokens_and_methods_are_checked(bare: Bare) -> None:
    assert (await bare("getMe", token="123456:other"))["error_code"] == 401
    assert (await bare("getMe", token="nonsense"))["error_code"] == 404
    assert (await bare("getEverything"))["error_code"] == 404


async def test_updates_stay_until_a_higher_offset(fake: FakeTelegram, bare: Bare) -> None:
    wang = fake.phone("王磊")
    first, second = wang.text("1"), wang.text("2")
    for _ in range(2):
        answer = await bare("getUpdates")
        assert [one["update_id"] for one in answer["result"]] == [first, second]
    assert len((await bare("getUpdates", limit=1))["result"]) == 1
    assert [one["update_id"] for one in (await bare("getUpdates", offset=second))["result"]] == [second]
    assert (await bare("getUpdates", offset=second + 1))["result"] == []
    assert fake.pending == 0


async def test_a_waiting_poll_gets_what_comes(fake: FakeTelegram, bare: Bare) -> None:
    waiting = asyncio.create_task(bare("getUpdates", timeout=30))
    await fake.until(lambda: fake.made("getUpdates"))
    number = fake.phone("王磊").text("漏油")
    assert [one["update_id"] for one in (await waiting)["result"]] == [number]


async def test_two_pollers_disturb_each_other(fake: FakeTelegram, bare: Bare) -> None:
    older = asyncio.create_task(bare("getUpdates", timeout=30))
    await fake.until(lambda: fake.made("getUpdates"))
    newer = asyncio.create_task(bare("getUpdates", timeout=30))
    assert (await older)["error_code"] == 409
    fake.phone("王磊").text("漏油")
    assert (await newer)["ok"]


async def test_kinds_that_nobody_asked_for_do_not_come(fake: FakeTelegram, bare: Bare) -> None:
    wang = fake.phone("王磊")
    wang.text("1")
    wang.block()
    answer = await bare("getUpdates", allowed_updates=["my_chat_member"])
    assert ["my_chat_member" in one for one in answer["result"]] == [True]


@pytest.mark.parametrize("url, ok", [("https://plant.invalid/telegram/x", True), ("http://plant.invalid/", False)])
async def test_webhooks_need_https(bare: Bare, url: str, ok: bool) -> None:
    assert (await bare("setWebhook", url=url))["ok"] is ok
    assert (await bare("setWebhook", url=url, secret_token="a b"))["ok"] is False


async def test_a_dropped_call_may_have_been_carried_out(fake: FakeTelegram, bare: Bare) -> None:
    wang = fake.phone("王磊")
    wang.start()
    fake.fault("sendMessage", Fault(drop="before"), Fault(drop="after"))
    for texts in ([], ["x"]):
        with pytest.raises(aiohttp.ClientError):
            await bare("sendMessage", chat_id=wang.id, text="x")
        assert wang.texts == texts


async def test_a_forged_tap_and_a_missing_button(fake: FakeTelegram) -> None:
    wang = fake.phone("王磊")
    wang.start()
    query = wang.tap_data("approve:1:1", 999)
    assert fake.world.queries[query.id].data == "approve:1:1"
    with pytest.raises(AssertionError, match="no button"):
        wang.tap("批准")


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as session:
            await drive(Bare(url, session), f"{url}/control")
    finally:
        process.terminate()
        await process.wait()


async def drive(bare: Bare, control: str) -> None:
    async def act(**told: Any) -> dict[str, Any]:
        async with bare.session.post(control, json={"user": 7, "name": "王磊", **told}) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    picture = {"base64": base64.b64encode(b"\xff\xd8\xff").decode()}
    assert (await act(act="start"))["done"] == 1001
    assert (await act(act="photo", args=[picture], options={"album": "a"}))["done"] == 1002
    assert (await bare("sendMessage", chat_id=7, text="x", reply_markup=keys("a:1:1")))["ok"]
    assert (await act(act="tap", args=["x"]))["done"] == "q1"
    assert "no button" in (await act(act="tap", args=["y"]))["error"]
    await act(act="fault", method="getMe", fault={"status": 502})
    assert (await bare("getMe"))["error_code"] == 502
    async with bare.session.get(control) as response:
        seen = await response.json()
    assert (seen["pending"], len(seen["messages"]["7"])) == (3, 3)
    assert [call["method"] for call in seen["calls"]] == ["sendMessage", "getMe"]
