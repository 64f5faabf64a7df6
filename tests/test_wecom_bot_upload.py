"""Files through WeCom's AI bot: in pieces, once, of the kind that WeCom takes."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.base import Failure, Upload
from handlers.message import Media, MediaKind, Message
from tests.fakes.wecom_bot_desk import bench, known


def upload(size: int, kind: MediaKind = MediaKind.PHOTO, mime: str = "image/jpeg") -> Upload:
    return Upload(Media(kind, "", mime=mime), bytes(n % 251 for n in range(size)))


@pytest.mark.parametrize("size", [5, 524_288, 524_289, 1_600_000])
async def test_a_file_goes_up_in_pieces_and_only_once(size: int) -> None:
    async with bench() as b:
        phone = await known(b)
        picture = upload(size)
        await b.bot.send("wanglei", Message("照片"), [picture], "k1")
        await b.bot.send("wanglei", Message("照片"), [picture], "k2")
        assert [b.fake.commands.media[one.media] for one in phone.pictures] == [picture.data] * 2
        assert len(b.fake.made("aibot_upload_media_init")) == 1
        assert len(b.fake.made("aibot_upload_media_chunk")) == -(-size // 524_288)
        assert phone.screen[0].kind == "image"


async def test_voices_large_pictures_and_tables_are_files() -> None:
    async with bench() as b:
        phone = await known(b)
        for one in (
            upload(3 << 20),
            upload(900, MediaKind.VOICE, "audio/ogg"),
            upload(900, MediaKind.FILE, "text/csv"),
            upload(900, MediaKind.VIDEO, "video/mp4"),
        ):
            await b.bot.send("wanglei", Message(""), [one], f"k{one.media.kind}")
        assert [one.kind for one in phone.screen] == ["file", "file", "file", "video"]
        names = [call.body["filename"] for call in b.fake.made("aibot_upload_media_init")]
        assert names == ["photo.jpg", "voice.ogg", "file.csv", "video.mp4"]


async def test_a_file_that_wecom_does_not_take_ends_and_one_it_forgot_goes_up_again() -> None:
    async with bench() as b:
        await known(b)
        for size in (4, (20 << 20) + 1):
            with pytest.raises(Failure) as caught:
                await b.bot.send("wanglei", Message(""), [upload(size, MediaKind.FILE)], f"k{size}")
            assert caught.value.permanent
        await b.bot.send("wanglei", Message(""), [upload(9)], "k1")
        b.fake.commands.media.clear()
        with pytest.raises(Failure):
            await b.bot.send("wanglei", Message(""), [upload(9)], "k2")
        await b.bot.send("wanglei", Message(""), [upload(9)], "k3")
        assert len(b.fake.made("aibot_upload_media_init")) == 2


async def test_thirty_files_go_up_in_a_minute() -> None:
    async with bench(rate=False) as b:
        for n in range(32):
            b.fake.phone(f"u{n}").written = True

        async def all_of_them() -> None:
            for n in range(32):
                await b.bot.send(f"u{n}", Message(""), [upload(10 + n)], f"k{n}")

        sending = asyncio.create_task(all_of_them())
        await b.fake.until(lambda: len(b.fake.made("aibot_upload_media_finish")) == 30)
        await b.hand.advance(61)
        await sending
        assert len(b.fake.made("aibot_upload_media_finish")) == 32


async def test_a_file_keeps_its_name_unless_that_is_too_long() -> None:
    async with bench() as b:
        await known(b)
        for name in ("2026-11 奖励台账.xlsx", "很" * 100 + ".xlsx"):
            media = Media(MediaKind.FILE, "", name=name)
            await b.bot.send("wanglei", Message(""), [Upload(media, name.encode())], name)
        names = [call.body["filename"] for call in b.fake.made("aibot_upload_media_init")]
        assert names == ["2026-11 奖励台账.xlsx", "file.bin"]
