"""Sending, changing and answering over real HTTP against the strict fake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.platforms.base import Failure, Upload
from bot.platforms.telegram.platform import Telegram
from bot.platforms.telegram.text import TEXT, cut, split
from handlers.message import Button, Media, MediaKind, Message
from tests.fakes.telegram import FakeTelegram, Fault
from tests.fakes.telegram_desk import platform

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 60
NASTY = "3号 <b>防护罩</b> & _没装_ *1-2* (x).!"
BUTTONS = ((Button("受理", "admit:12:3"), Button("驳回", "reject:12:3")), (Button("合并", "merge:12:3"),))


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(fake: FakeTelegram) -> AsyncIterator[Telegram]:
    async with platform(fake) as bot:
        yield bot


def upload(kind: MediaKind = MediaKind.PHOTO, data: bytes = JPEG, mime: str = "image/jpeg") -> Upload:
    return Upload(Media(kind, "", mime=mime, sha="0" * 64), data)


async def failed(bot: Telegram, chat: int, message: Message, uploads: Sequence[Upload] = ()) -> Failure:
    with pytest.raises(Failure) as caught:
        await bot.send(str(chat), message, uploads, "k")
    return caught.value


async def test_a_card_is_plain_text_with_buttons(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    ref = await bot.send(str(li.id), Message(NASTY, BUTTONS), (), "k1")
    (shown,) = li.screen
    assert (shown["text"], str(shown["message_id"])) == (NASTY, ref)
    assert li.buttons == ["受理", "驳回", "合并"]
    (call,) = fake.made("sendMessage")
    assert "parse_mode" not in call.params
    assert call.params["link_preview_options"] == {"is_disabled": True}


async def test_a_long_text_is_split_and_the_buttons_stand_last(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    text = "\n\n".join(f"第{number}条。" + "漏油" * 90 for number in range(40))
    ref = await bot.send(str(li.id), Message(text, BUTTONS), (), "k1")
    assert len(li.screen) == 2
    assert "\n\n".join(li.texts) == text
    assert ["reply_markup" in shown for shown in li.screen] == [False, True]
    assert str(li.screen[-1]["message_id"]) == ref


@pytest.mark.parametrize(
    "text, pieces",
    [
        ("", []),
        ("a" * 10, ["a" * 10]),
        ("aaaaaa\n\nbbbbbb", ["aaaaaa", "bbbbbb"]),
        ("一二三四五六。七八九十一二", ["一二三四五六。", "七八九十一二"]),
        ("a" * 25, ["a" * 10, "a" * 10, "a" * 5]),
    ],
)
def test_texts_break_at_the_best_border(text: str, pieces: list[str]) -> None:
    assert split(text, 10) == pieces


def test_cutting_leaves_short_texts_alone() -> None:
    assert cut("漏油" * 2048, TEXT) == "漏油" * 2048
    assert cut("漏油" * 2048 + "!", TEXT).endswith("油漏…")


async def test_the_phone_number_is_asked_for_and_the_key_taken_away(fake: FakeTelegram, bot: Telegram) -> None:
    wang = fake.phone("王磊")
    wang.start()
    await bot.send(str(wang.id), Message("您好", ask_phone="发送手机号"), (), "k1")
    await bot.send(str(wang.id), Message("好了", drop_keyboard=True), (), "k2")
    asked, dropped = (shown["reply_markup"] for shown in wang.screen)
    assert asked["keyboard"] == [[{"text": "发送手机号", "request_contact": True}]]
    assert dropped == {"remove_keyboard": True}


async def test_one_photo_several_and_many(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    one = await bot.send(str(li.id), Message("整改前"), [upload()], "k1")
    await bot.send(str(li.id), Message("相册"), [upload() for _ in range(11)], "k2")
    assert [call.method for call in fake.calls] == ["sendPhoto", "sendMediaGroup", "sendPhoto"]
    assert li.texts == ["整改前", "相册", *[""] * 10]
    assert str(li.screen[0]["message_id"]) == one
    assert fake.world.files[li.screen[0]["photo"][0]["file_id"]] == JPEG


async def test_other_files_by_their_kind(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    voice, sheet = upload(MediaKind.VOICE, b"ogg", "audio/ogg"), upload(MediaKind.FILE, b"PK", "text/csv")
    await bot.send(str(li.id), Message("证据"), [voice, sheet], "k1")
    assert [call.method for call in fake.calls] == ["sendVoice", "sendDocument"]
    assert li.texts == ["证据", ""]


@pytest.mark.parametrize("data", [b"not a picture", JPEG + b"0" * 10 * 1024 * 1024])
async def test_a_picture_telegram_will_not_show_goes_as_a_file(fake: FakeTelegram, bot: Telegram, data: bytes) -> None:
    li = fake.phone("李静")
    li.start()
    await bot.send(str(li.id), Message("图"), [upload(data=data)], "k1")
    assert "document" in li.screen[0]
    await bot.send(str(li.id), Message("图"), [upload(data=data), upload()], "k2")
    assert ["document" in shown for shown in li.screen] == [True, True, True]


async def test_a_long_caption_follows_as_text(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    ref = await bot.send(str(li.id), Message("长" * 1025), [upload()], "k1")
    assert li.texts == ["", "长" * 1025]
    assert str(li.screen[-1]["message_id"]) == ref
    await bot.send(str(li.id), Message("短" * 1024), [upload()], "k2")
    assert li.texts[2:] == ["短" * 1024]


async def test_a_card_changes_and_loses_its_buttons(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    ref = await bot.send(str(li.id), Message("待核实", BUTTONS), (), "k1")
    await bot.edit(str(li.id), ref, Message("待核实", BUTTONS))  # the same again is well
    await bot.edit(str(li.id), ref, Message("李静已受理"))
    assert (li.texts, li.buttons) == (["李静已受理"], [])
    await bot.edit(str(li.id), ref, Message("长" * 5000))
    assert li.texts == ["长" * 4095 + "…"]


async def test_a_caption_changes(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    ref = await bot.send(str(li.id), Message("整改前"), [upload()], "k1")
    await bot.edit(str(li.id), ref, Message("整改后", media=(Media(MediaKind.PHOTO, ""),)))
    assert li.texts == ["整改后"]


async def test_cards_that_cannot_change_fail_for_good(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    keyed = await bot.send(str(li.id), Message("您好", ask_phone="发送手机号"), (), "k1")
    for ref in ("99999", keyed, "not a number"):
        with pytest.raises(Failure) as caught:
            await bot.edit(str(li.id), ref, Message("x"))
        assert caught.value.permanent


async def test_whoever_never_started_or_blocked_is_unreachable(fake: FakeTelegram, bot: Telegram) -> None:
    wang, li = fake.phone("王磊"), fake.phone("李静")
    li.start()
    li.block()
    for chat in (wang.id, li.id, -55):
        failure = await failed(bot, chat, Message("x"))
        assert (failure.unreachable, failure.permanent) == (True, True)
    li.unblock()
    await bot.send(str(li.id), Message("x"), (), "k")


async def test_a_moved_group_tells_its_new_id(fake: FakeTelegram, bot: Telegram) -> None:
    li, group = fake.phone("李静"), fake.group("安全群")
    group.add_bot(li)
    moved = group.upgrade(li)
    failure = await failed(bot, group.id, Message("x"))
    assert (failure.moved_to, failure.permanent, failure.unreachable) == (str(moved.id), False, False)
    await bot.send(failure.moved_to, Message("x"), (), "k")


@pytest.mark.parametrize(
    "message",
    [Message(""), Message("x", ((Button("受理", "汉" * 22),),)), Message("x", ((Button(" ", "a:1"),),))],
)
async def test_a_message_that_can_never_go_fails_for_good(fake: FakeTelegram, bot: Telegram, message: Message) -> None:
    li = fake.phone("李静")
    li.start()
    failure = await failed(bot, li.id, message)
    assert (failure.permanent, failure.unreachable) == (True, False)


@pytest.mark.parametrize(
    "fault, permanent, retry_after, overall",
    [
        (Fault(429, retry_after=7), False, 7.0, False),
        (Fault(429), False, 5.0, False),
        (Fault(401, "Unauthorized"), False, None, True),
        (Fault(404, "Not Found"), False, None, True),
        (Fault(500), False, None, False),
        (Fault(502, body=b"<html>Bad Gateway</html>"), False, None, False),
        (Fault(drop="before"), False, None, False),
        (Fault(drop="after"), False, None, False),
        (Fault(half=True), False, None, False),
        (Fault(body=b"<html>sign in</html>"), False, None, False),
        (Fault(body=b"[]"), False, None, False),
        (Fault(body=b"{}"), False, None, False),
        (Fault(body=b'{"ok":true,"result":true}'), False, None, False),
        (Fault(413, "Request Entity Too Large"), True, None, False),
        (Fault(400, "Bad Request: what"), True, None, False),
    ],
)
async def test_each_error_says_what_to_do(
    fake: FakeTelegram, bot: Telegram, fault: Fault, permanent: bool, retry_after: float | None, overall: bool
) -> None:
    li = fake.phone("李静")
    li.start()
    fake.fault("sendMessage", fault)
    failure = await failed(bot, li.id, Message("x"))
    assert (failure.permanent, failure.retry_after, failure.overall) == (permanent, retry_after, overall)
    assert failure.unreachable is False


async def test_an_unreachable_server_is_temporary() -> None:
    async with FakeTelegram() as fake, platform(fake, api_url="http://127.0.0.1:1") as bot:
        failure = await failed(bot, 1, Message("x"))
    assert (failure.permanent, failure.overall) == (False, False)


async def test_silence_is_temporary(fake: FakeTelegram, bot: Telegram) -> None:
    fake.fault("getMe", Fault(hang=True))
    with pytest.raises(Failure, match="did not answer in time") as caught:
        await bot._api.call("getMe", {}, read=0.05)
    assert caught.value.permanent is False


async def test_a_retry_goes_on_where_it_stopped(fake: FakeTelegram, bot: Telegram) -> None:
    li = fake.phone("李静")
    li.start()
    message = Message("长" * 1500)
    fake.fault("sendMessage", Fault(429, retry_after=3))
    with pytest.raises(Failure):
        await bot.send(str(li.id), message, [upload()], "k1")
    ref = await bot.send(str(li.id), message, [upload()], "k1")
    assert li.texts == ["", "长" * 1500]
    assert str(li.screen[-1]["message_id"]) == ref


async def test_limits_on_sending_come_back_as_waits(fake: FakeTelegram) -> None:
    now = 100.0
    async with FakeTelegram(flood=True, clock=lambda: now) as strict, platform(strict) as bot:
        li, group = strict.phone("李静"), strict.group("安全群")
        li.start()
        group.add_bot(li)
        await bot.send(str(li.id), Message("1"), (), "a")
        failure = await failed(bot, li.id, Message("2"))
        assert failure.retry_after == 1.0
        for number in range(20):
            await bot.send(str(group.id), Message(str(number)), (), f"g{number}")
        assert (await failed(bot, group.id, Message("21"))).retry_after == 60.0
        now += 1.0
        await bot.send(str(li.id), Message("2"), (), "b")
