"""The webhook over real HTTP: 200 only after the inbox has committed."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.platforms.telegram.webhook import BODY, SECRET_HEADER
from handlers.message import Button, Event, Message
from tests.fakes.telegram import FakeTelegram, Fault
from tests.fakes.telegram_desk import NOW, Inbox, Naps, hooked, platform, read, receiving

SECRET = "s3cret"
MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": {"id": 5}, "text": "x"}
UPDATE = {"update_id": 9, "message": MESSAGE}


async def post(url: str, secret: str | None = SECRET, **body: Any) -> aiohttp.ClientResponse:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with aiohttp.ClientSession() as session, session.post(url, headers=headers, **body) as response:
        assert await response.read() == b""
        return response


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


async def test_updates_arrive_once_the_webhook_is_set(fake: FakeTelegram) -> None:
    inbox, wang = Inbox(), fake.phone("王磊")
    wang.start()
    async with hooked(fake, webhook_secret=SECRET) as (bot, url), receiving(bot, inbox):
        await bot.register()
        wang.text("漏油")
        wang.photo(b"\xff\xd8\xff", album="a")
        await fake.until(lambda: len(inbox.kept) == 3 and not fake.pending)
        assert [one.text for one in read(bot, inbox)] == ["/start", "漏油", ""]
        assert (bot.last_contact, bot.username, await bot.pending()) == (NOW, "woodpecker_test_bot", 0)
    (call,) = fake.made("setWebhook")
    assert (call.params["secret_token"], call.params["url"]) == (SECRET, url)
    assert call.params["allowed_updates"][0] == "message"
    assert not fake.made("deleteWebhook")
    assert all("drop_pending_updates" not in call.params for call in fake.calls)
    assert fake.pusher.statuses == [200, 200, 200]


async def test_nothing_is_registered_before_the_server_listens(fake: FakeTelegram) -> None:
    async with hooked(fake) as (bot, _), receiving(bot, Inbox()):
        await fake.until(lambda: True)
        assert fake.calls == []


async def test_what_is_not_stored_is_not_acknowledged(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()
    inbox.refuse, inbox.broken = 2, RuntimeError("no disk")
    async with hooked(fake) as (bot, _), receiving(bot, inbox):
        await bot.register()
        fake.phone("王磊").text("漏油")
        await fake.until(lambda: inbox.kept and not fake.pending)
    assert fake.pusher.statuses == [503, 503, 503, 200]
    assert "the inbox failed" in caplog.text


async def test_before_and_after_receiving_nothing_is_acknowledged(fake: FakeTelegram) -> None:
    async with hooked(fake, webhook_secret=SECRET) as (bot, url):
        answer = await post(url, json=UPDATE)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        async with receiving(bot, inbox := Inbox()):
            while (await post(url, json=UPDATE)).status != 200:
                pass
        assert list(inbox.kept) == ["9"]
        assert (await post(url, json=UPDATE)).status == 503


@pytest.mark.parametrize("secret", [None, "", "wrong", "s3cre", "密", "s3cret0"])
async def test_strangers_are_turned_away(fake: FakeTelegram, secret: str | None) -> None:
    async with hooked(fake, webhook_secret=SECRET) as (bot, url), receiving(bot, inbox := Inbox()):
        assert (await post(url, secret, json=UPDATE)).status == 403
        assert inbox.kept == {}


async def test_without_a_secret_of_ones_own_one_is_made(fake: FakeTelegram) -> None:
    async with hooked(fake) as (bot, url), receiving(bot, inbox := Inbox()):
        await bot.register()
        (call,) = fake.made("setWebhook")
        assert len(call.params["secret_token"]) >= 32
        assert (await post(url, "", json=UPDATE)).status == 403
        assert inbox.kept == {}


@pytest.mark.parametrize(
    "body, status",
    [
        (b'{"update_id": 9, "mess', 400),
        (b"\xff\xfe", 400),
        (b"[]", 200),
        (b'{"message": {}}', 200),
        (json.dumps({**UPDATE, "pad": "x" * BODY}).encode(), 413),
    ],
)
async def test_senseless_bodies_change_nothing(fake: FakeTelegram, body: bytes, status: int) -> None:
    async with hooked(fake, webhook_secret=SECRET) as (bot, url), receiving(bot, inbox := Inbox()):
        assert (await post(url, data=io.BytesIO(body))).status == status
        assert inbox.kept == {}


async def test_a_body_without_a_length_is_cut_off(fake: FakeTelegram) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY // 65536 + 2):
            yield b" " * 65536

    async with hooked(fake, webhook_secret=SECRET) as (bot, url), receiving(bot, Inbox()):
        assert (await post(url, data=endless())).status == 413


async def test_registering_goes_on_until_it_works(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    naps = Naps()
    fake.fault("getMe", Fault(502))
    fake.fault("setWebhook", Fault(429, retry_after=2), Fault(drop="before"), Fault(400, "Bad Request: bad webhook"))
    async with hooked(fake, sleep=naps) as (bot, _):
        await bot.register()
        assert bot.problem == ""
    assert naps.taken == [1.0, 4.0, 4.0, 8.0]
    assert "the webhook cannot be set" in caplog.text


async def test_taps_and_messages_come_by_webhook_too(fake: FakeTelegram) -> None:
    li = fake.phone("李静")
    async with hooked(fake) as (bot, _), receiving(bot, inbox := Inbox()):
        await bot.register()
        li.start()
        await bot.send(str(li.id), Message("待核实", ((Button("受理", "admit:1:1"),),)), (), "k")
        query = li.tap("受理")
        await fake.until(lambda: len(inbox.kept) == 2)
        tap = read(bot, inbox)[1]
        bot.answer(tap.tap_ref, "好")  # too late for the response to the delivery
        await fake.until(lambda: query.answer is not None)
        assert (tap.event, tap.tap, tap.message_ref, query.answer) == (Event.TAP, "admit:1:1", "2", "好")


async def test_what_a_tap_is_told_rides_on_the_response_to_it(fake: FakeTelegram) -> None:
    li = fake.phone("李静")
    async with hooked(fake) as (bot, _):
        inbox = Inbox(told=lambda delivery: bot.answer(delivery.raw["update"]["callback_query"]["id"], "好的" * 150))
        async with receiving(bot, inbox):
            await bot.register()
            li.start()
            await bot.send(str(li.id), Message("待核实", ((Button("受理", "admit:1:1"),),)), (), "k")
            first, again = li.tap("受理"), li.tap("受理")
            await fake.until(lambda: again.answer is not None)
            assert (first.answer, again.answer) == ("好的" * 99 + "好…", "好的" * 99 + "好…")
            assert fake.made("answerCallbackQuery") == []
            inbox.refuse = 1
            third = li.tap("受理")
            await fake.until(lambda: third.answer is not None)
            assert fake.pusher.statuses[-2:] == [503, 200]


async def test_polling_mounts_nothing(fake: FakeTelegram) -> None:
    async with platform(fake) as bot:
        assert bot.routes() == []
        await bot.register()
    assert fake.calls == []
