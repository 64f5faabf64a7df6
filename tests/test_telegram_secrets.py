"""The token is in every address; it must be in no log line, no exception and no repr."""

from __future__ import annotations

import logging
import traceback
from typing import Any
from urllib.parse import quote

import pytest

from bot.platforms.base import Failure, Upload
from bot.platforms.telegram.platform import Telegram
from handlers.message import Button, Media, MediaKind, Message
from tests.fakes.telegram import TOKEN, FakeTelegram, Fault
from tests.fakes.telegram_desk import Inbox, platform, receiving, settings

HALF = TOKEN.split(":")[1]
ECHO = f"<html>cannot open /bot{TOKEN}/x or /bot{quote(TOKEN, safe='')}/x</html>".encode()
TROUBLE = [
    Fault(401, "Unauthorized"),
    Fault(404, body=ECHO),
    Fault(502, body=ECHO),
    Fault(body=ECHO),
    Fault(400, f"Bad Request: /bot{TOKEN}"),
    Fault(drop="before"),
    Fault(drop="after"),
    Fault(half=True),
    Fault(429, retry_after=1),
    Fault(302, body=ECHO),
]


def clean(text: str) -> bool:
    return HALF not in text


async def tried(bot: Telegram, fault: Fault) -> list[str]:
    """Everything an exception of any call may show."""
    photo = Upload(Media(MediaKind.PHOTO, ""), b"\xff\xd8\xff")
    shown = []
    for attempt in (
        bot.probe,
        bot.pending,
        lambda: bot.send("5", Message("x", ((Button("y", "z"),),)), (), "k"),
        lambda: bot.send("5", Message("x"), [photo], "k"),
        lambda: bot.edit("5", "1", Message("x")),
        lambda: bot.fetch(Media(MediaKind.PHOTO, "file-1")),
    ):
        try:
            await attempt()
        except Failure as failure:
            shown.append("".join(traceback.format_exception(failure)) + repr(failure) + failure.reason)
    return shown


@pytest.mark.parametrize("fault", TROUBLE, ids=lambda fault: repr(fault)[:40])
async def test_no_error_tells_the_token(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeTelegram() as fake:
        wang = fake.phone("王磊")
        wang.start()
        fake.world.keep(b"data")
        methods = ["getMe", "sendMessage", "sendPhoto", "editMessageText", "getFile", "file", "getUpdates"]
        for method in [*methods, "getWebhookInfo", "setMyCommands", "answerCallbackQuery", "deleteWebhook"]:
            fake.fault(method, fault)
        async with platform(fake) as bot:
            shown = await tried(bot, fault)
            bot.answer("q", "x")
            await fake.until(lambda: fake.made("answerCallbackQuery"))
            await bot.publish({"default": {"": [("a", "b")]}})
            inbox = Inbox()
            async with receiving(bot, inbox):
                await fake.until(lambda: inbox.kept)
    assert len(shown) >= 5
    assert all(clean(text) for text in shown)
    lines = [logging.Formatter().format(record) for record in caplog.records]
    assert lines
    assert all(clean(line) for line in lines)


async def test_an_unreachable_or_senseless_address_tells_no_token() -> None:
    async with FakeTelegram() as fake:
        for url in ("http://127.0.0.1:1", "http://127.0.0.1:99999", "nonsense://x", "http://"):
            async with platform(fake, api_url=url) as bot:
                shown = await tried(bot, Fault())
                assert len(shown) == 6
                assert all(clean(text) for text in shown)


async def test_peoples_words_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeTelegram() as fake, platform(fake) as bot:
        wang = fake.phone("王磊")
        wang.text("漏油的秘密")
        inbox = Inbox()
        async with receiving(bot, inbox):
            await fake.until(lambda: inbox.kept)
        await bot.send(str(wang.id), Message("漏油的秘密"), (), "k")
    assert "漏油的秘密" not in caplog.text


async def test_settings_do_not_show_secrets() -> None:
    async with FakeTelegram() as fake:
        shown: Any = repr(settings(fake, webhook_secret="hush", proxy="http://u:pass@proxy"))
    assert clean(shown)
    assert "hush" not in shown
    assert "pass" not in shown
