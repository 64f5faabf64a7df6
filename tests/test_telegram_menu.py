"""Answers to taps, the command menu and the first contact, over real HTTP."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from bot.platforms.base import Failure
from bot.platforms.telegram.platform import Telegram
from handlers.message import Button, Message
from tests.fakes.telegram import FakeTelegram, Fault
from tests.fakes.telegram_desk import platform

BUTTONS = ((Button("受理", "admit:12:3"), Button("驳回", "reject:12:3")), (Button("合并", "merge:12:3"),))


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Telegram]:
    async with platform(fake) as bot:
        yield bot


async def test_taps_are_answered_and_late_ones_forgiven(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    await bot.send(str(li.id), Message("待核实", BUTTONS), (), "k1")
    first, second, old = li.tap("受理"), li.tap("驳回"), li.tap("合并")
    old.too_old = True
    said = [(first.id, "好的" * 150), (second.id, ""), (second.id, "again"), (old.id, "late"), ("forged", "x")]
    for n, (query, text) in enumerate(said, 1):
        bot.answer(query, text)
        await fake.until(lambda n=n: len(fake.made("answerCallbackQuery")) == n)  # type: ignore[misc]
    fake.fault("answerCallbackQuery", Fault(drop="before"))
    bot.answer("q1", "x")
    await fake.until(lambda: len(fake.made("answerCallbackQuery")) == 6)
    assert first.answer == "好的" * 99 + "好…"
    assert (second.answer, old.answer) == ("", None)


async def test_the_menu_is_set_only_where_it_changed(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    menus = {
        "default": {"": [("report", "Report a hazard")], "zh": [("report", "上报隐患")]},
        "private": {"zh": [("report", "上报隐患"), ("todo", "待办")]},
        "groups": {"": [("here", "x" * 300)]},
        f"chat:{li.id}": {"zh": [("month", "月报")]},
    }
    await bot.publish(menus)
    assert len(fake.made("setMyCommands")) == 5
    await bot.publish(menus)
    assert len(fake.made("setMyCommands")) == 5
    await bot.publish({"default": {"zh": [("report", "上报")]}})
    assert len(fake.made("setMyCommands")) == 6


async def test_a_menu_that_cannot_be_set_is_logged_only(
    fake: FakeTelegram, bot: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.fault("setMyCommands", Fault(500))
    await bot.publish({"default": {"": [("report", "x")]}, "chat:404": {"": [("report", "x")]}})
    assert len([line for line in caplog.messages if "commands for" in line]) == 2


async def test_a_probe_names_the_bot_or_the_problem(fake: FakeTelegram, bot: Telegram) -> None:
    assert await bot.probe() == "woodpecker_test_bot" == bot.username
    async with platform(fake, token="123456:wrong") as stranger:
        with pytest.raises(Failure, match="does not accept this bot's token") as caught:
            await stranger.probe()
    assert caught.value.overall


async def test_what_takes_long_to_load_is_not_loaded_at_the_start() -> None:
    """The bot library and the scheduler take a fifth of a second, and messages are taken without them.

    Of the library's framework nothing is loaded at all.
    """
    code = (
        "import asyncio, sys, bot.program, bot.platforms.telegram.platform as p;"
        "from bot.platforms.telegram.api import Api; from bot.platforms.telegram.settings import TelegramSettings;"
        "s = TelegramSettings(1, 'plant', '1:x'); p.Telegram(s); print({'telegram', 'apscheduler'} & {*sys.modules});"
        "asyncio.run(Api(s).library()); print('telegram' in sys.modules, 'telegram.ext' in sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.decode().split() == ["set()", "True", "False"]
