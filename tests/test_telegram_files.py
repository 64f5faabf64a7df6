"""Fetching what people sent, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.platforms.base import Failure
from bot.platforms.telegram.files import LIMIT
from bot.platforms.telegram.platform import Telegram
from handlers.message import Media, MediaKind
from tests.fakes.telegram import FakeTelegram, Fault
from tests.fakes.telegram_desk import Naps, platform

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 400


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Telegram]:
    async with platform(fake, sleep=Naps()) as bot:
        yield bot


def kept(fake: FakeTelegram, data: bytes = PHOTO, stated: int = 0, told: int = 0) -> Media:
    """A photo at Telegram; `stated` is the size Telegram knows, `told` the one in the update."""
    return Media(MediaKind.PHOTO, fake.world.keep(data, stated)["file_id"], told)


async def failed(bot: Telegram, media: Media) -> Failure:
    with pytest.raises(Failure) as caught:
        await bot.fetch(media)
    return caught.value


async def test_the_bytes_arrive_whole(fake: FakeTelegram, bot: Telegram) -> None:
    assert await bot.fetch(kept(fake)) == PHOTO


async def test_too_big_is_not_even_asked_for(fake: FakeTelegram, bot: Telegram) -> None:
    failure = await failed(bot, kept(fake, told=LIMIT + 1))
    assert (failure.reason, failure.permanent, fake.calls) == ("too_big", True, [])


async def test_too_big_says_telegram(fake: FakeTelegram, bot: Telegram) -> None:
    failure = await failed(bot, kept(fake, stated=LIMIT + 1))
    assert (failure.reason, failure.permanent) == ("too_big", True)


async def test_more_than_stated_is_not_swallowed(fake: FakeTelegram, bot: Telegram) -> None:
    fake.fault("file", Fault(body=b"0" * (LIMIT + 1)))
    failure = await failed(bot, kept(fake))
    assert (failure.reason, failure.permanent) == ("too_big", True)


async def test_what_is_gone_is_lost_after_three_tries(fake: FakeTelegram) -> None:
    naps = Naps()
    async with platform(fake, sleep=naps) as bot:
        failure = await failed(bot, Media(MediaKind.PHOTO, "gone"))
    assert (failure.reason, failure.permanent, naps.taken) == ("lost", True, [1.0, 3.0])


async def test_what_was_away_for_a_moment_is_not_lost(fake: FakeTelegram, bot: Telegram) -> None:
    fake.fault("getFile", Fault(400, "Bad Request: wrong file_id or the file is temporarily unavailable"))
    fake.fault("file", Fault(404))
    assert await bot.fetch(kept(fake)) == PHOTO


@pytest.mark.parametrize("path", ["", "/var/lib/bot/photo.jpg", "../../secret"])
async def test_strange_paths_are_not_followed(fake: FakeTelegram, bot: Telegram, path: str) -> None:
    body = f'{{"ok":true,"result":{{"file_id":"x","file_path":"{path}"}}}}'.encode()
    fake.fault("getFile", *[Fault(body=body)] * 3)
    assert (await failed(bot, kept(fake))).reason == "lost"
    assert not fake.made("file")


@pytest.mark.parametrize(
    "method, fault, retry_after, overall",
    [
        ("getFile", Fault(429, retry_after=4), 4.0, False),
        ("getFile", Fault(401, "Unauthorized"), None, True),
        ("getFile", Fault(502), None, False),
        ("getFile", Fault(drop="after"), None, False),
        ("file", Fault(500), None, False),
        ("file", Fault(302), None, False),
    ],
)
async def test_trouble_on_the_way_is_temporary(
    fake: FakeTelegram, bot: Telegram, method: str, fault: Fault, retry_after: float | None, overall: bool
) -> None:
    fake.fault(method, fault)
    media = kept(fake)
    failure = await failed(bot, media)
    assert (failure.permanent, failure.retry_after, failure.overall) == (False, retry_after, overall)
    assert await bot.fetch(media) == PHOTO


async def test_a_connection_lost_twice_is_temporary(fake: FakeTelegram, bot: Telegram) -> None:
    fake.fault("file", Fault(drop="before"), Fault(drop="before"))  # aiohttp itself asks a second time
    media = kept(fake)
    assert (await failed(bot, media)).permanent is False
    assert await bot.fetch(media) == PHOTO
