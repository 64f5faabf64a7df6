"""The largest file that each platform says it takes is taken, and the fakes take no larger one."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from bot.pictures import Pictures
from bot.platforms.base import Failure, Upload
from bot.platforms.telegram.platform import Telegram
from bot.platforms.telegram.send import PHOTO_BYTES
from bot.platforms.wecom.errors import Refused
from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom.send import FILE_BYTES, IMAGE_BYTES
from bot.platforms.wecom_bot.platform import WeComBot
from handlers.message import Media, MediaKind, Message
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_desk import platform
from tests.fakes.wecom_bot_desk import bench, known
from tests.wecom_app import app


def file(size: int) -> Upload:
    return Upload(Media(MediaKind.FILE, "", mime="application/zip", name="photos.zip"), b"x" * size)


async def test_telegram() -> None:
    async with FakeTelegram() as fake, platform(fake) as bot:
        phone = fake.phone("王磊")
        phone.chat.started = True
        chat = str(phone.chat.id)
        await bot.send(chat, Message("照片"), [file(Telegram.largest)], "k1")
        with pytest.raises(Failure) as caught:
            await bot.send(chat, Message("照片"), [file(50 * 1024 * 1024 + 1)], "k2")
        assert caught.value.permanent


async def test_wecom(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        await a.wecom.send(a.phone.member.userid, Message("照片"), [file(WeCom.largest)], "k1")
        with pytest.raises(Refused, match="40006"):
            await a.wecom.client.upload("file", "photos.zip", file(FILE_BYTES + 1).data, "application/zip")


async def test_the_wecom_bot() -> None:
    async with bench() as b:
        await known(b)
        await b.bot.send("wanglei", Message("照片"), [file(WeComBot.largest)], "k1")
        told = {"type": "file", "filename": "photos.zip", "total_size": FILE_BYTES + 1, "total_chunks": 41}
        with pytest.raises(Failure, match="40006"):
            await b.bot._line.ask("aibot_upload_media_init", told)


async def test_an_original_is_never_too_large_for_a_picture() -> None:
    chance = random.Random(7)
    noise = Image.frombytes("RGB", (2400, 2400), chance.randbytes(2400 * 2400 * 3))  # nothing has more in it
    sent = io.BytesIO()
    noise.save(sent, "JPEG", quality=80)
    pictures = Pictures()
    kept = await pictures.clean(sent.getvalue())
    await pictures.close()
    assert (kept.width, kept.height) == (1600, 1600)
    assert len(kept.full) < min(IMAGE_BYTES, PHOTO_BYTES)
