"""The sandbox as a platform: what phones send comes in once, what is sent is shown once."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.base import Failure, NotStored, Upload
from bot.platforms.sandbox.feed import WAITING, Feed, News
from bot.platforms.sandbox.kinds import kind_of
from bot.platforms.sandbox.phones import NotPossible
from bot.platforms.sandbox.raw import parse
from handlers.message import Button, Event, Incoming, Media, MediaKind, Message
from storage.sandbox import Sandbox, Shown, Written
from tests.sandbox_echo import START, Plant, plant

JPEG = b"\xff\xd8\xff\xe0" + b"a photo" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"another" * 20


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Plant]:
    async with plant(tmp_path) as running:
        yield running


async def shown(here: Plant, chat: str) -> list[Shown]:
    return await here.platform.phones.run(lambda s: s.last(chat, 50))


def words(text: str, key: str = "key-0001", chat: str = "wang", **extra: object) -> Written:
    return Written(chat, "wang", key, text, [], [], extra)


async def test_words_of_a_phone_become_an_incoming(here: Plant) -> None:
    said = await here.platform.phones.say(words("3号球磨机联轴器防护罩没装", reply_to=7))
    (incoming,) = here.bot.seen.values()
    assert incoming == Incoming(
        platform="sandbox",
        account="wang",
        chat="wang",
        delivery="wang:wang:key-0001",
        sent_at=START,
        text="3号球磨机联轴器防护罩没装",
        message_ref=str(said.id),
        reply_to="7",
        name="王磊",
    )


async def test_parsing_needs_nothing_but_what_the_inbox_kept(here: Plant) -> None:
    await here.platform.phones.say(words("", location=[31.5, 117.25]))
    (incoming,) = here.bot.seen.values()
    raw = {"from": "wang", "name": "王磊", "language": "", "chat": "wang", "sent_at": START}
    raw |= {"event": "message", "key": "wang:wang:key-0001", "message": "1", "extra": {"location": [31.5, 117.25]}}
    assert parse(json.loads(json.dumps(raw))) == incoming
    assert incoming.location == (31.5, 117.25)


async def test_an_album_is_one_delivery_with_every_photo(here: Plant) -> None:
    kept = [await here.platform.phones.keep(data) for data in (JPEG, PNG)]
    await here.platform.phones.say(Written("wang", "wang", "key-0001", "", [], kept, {}))
    (incoming,) = here.bot.seen.values()
    assert [(m.kind, m.mime, m.size) for m in incoming.media] == [
        (MediaKind.PHOTO, "image/jpeg", len(JPEG)),
        (MediaKind.PHOTO, "image/png", len(PNG)),
    ]
    assert incoming.album == incoming.delivery
    assert here.bot.fetched == [JPEG, PNG]


async def test_a_shared_number_counts_only_if_it_is_ones_own(here: Plant) -> None:
    await here.platform.phones.say(words("", "key-0001", contact="13900000001", own=True))
    await here.platform.phones.say(words("", "key-0002", contact="13900000002", own=False))
    own, foreign = here.bot.seen.values()
    assert (own.phone, own.foreign_contact) == ("13900000001", False)
    assert (foreign.phone, foreign.foreign_contact) == ("", True)


async def test_the_same_message_twice_is_one(here: Plant) -> None:
    first = await here.platform.phones.say(words("皮带跑偏"))
    here.offset += 60_000
    again = await here.platform.phones.say(words("皮带跑偏"))
    assert again == first
    assert len(here.bot.seen) == 1
    assert [m.text for m in await shown(here, "wang")] == ["皮带跑偏", "收到：皮带跑偏"]


async def test_what_cannot_be_sent_is_refused_and_not_shown(here: Plant) -> None:
    refused = [
        words("short key", "short"),
        words("x" * 4097),
        words("   "),
        words("into another's chat", chat="li"),
        words("into no chat", chat="g:none"),
        Written("nobody", "nobody", "key-0001", "who is that"),
    ]
    for written in refused:
        with pytest.raises(NotPossible):
            await here.platform.phones.say(written)
    assert here.bot.seen == {}
    assert await shown(here, "li") == []


async def test_a_message_is_sent_once_for_a_key_and_changed_in_place(here: Plant) -> None:
    card = Message(
        "📝 上报草稿", ((Button("提交", "submit:1:1"), Button("取消", "cancel:1:1")), (Button("更多", "more:1"),))
    )
    ref = await here.platform.send("wang", card, (), "out-1")
    assert await here.platform.send("wang", card, (), "out-1") == ref
    (before,) = await shown(here, "wang")
    assert [[b["label"] for b in row] for row in before.buttons] == [["提交", "取消"], ["更多"]]
    await here.platform.edit("wang", ref, Message("✅ 已提交"))
    await here.platform.edit("wang", ref, Message("✅ 已提交"))
    (after,) = await shown(here, "wang")
    assert (after.id, after.text, after.buttons, after.version) == (before.id, "✅ 已提交", [], 2)
    assert after.seq == before.seq + 1


async def test_what_is_sent_again_after_a_crash_shows_what_is_true_by_then(here: Plant) -> None:
    ref = await here.platform.send("wang", Message("待核实", ((Button("受理", "va:1:1"),),)), (), "out-1")
    assert await here.platform.send("wang", Message("已受理"), (), "out-1") == ref
    (one,) = await shown(here, "wang")
    assert (one.text, one.buttons, one.version) == ("已受理", [], 2)


@pytest.mark.parametrize("chat, ref", [("li", "1"), ("wang", "99"), ("wang", "x"), ("wang", "2")])
async def test_only_the_bots_own_message_in_that_chat_can_be_changed(here: Plant, chat: str, ref: str) -> None:
    assert await here.platform.send("wang", Message("one"), (), "out-1") == "1"
    assert (await here.platform.phones.say(words("two"))).id == 2
    with pytest.raises(Failure) as failure:
        await here.platform.edit(chat, ref, Message("forged"))
    assert failure.value.permanent


async def test_a_phone_that_is_not_there_cannot_be_reached(here: Plant) -> None:
    with pytest.raises(Failure) as failure:
        await here.platform.send("nobody", Message("hello"), (), "out-1")
    assert failure.value.permanent
    assert failure.value.unreachable


async def test_pictures_that_are_sent_are_kept_and_what_is_lost_says_so(here: Plant) -> None:
    upload = Upload(Media(MediaKind.PHOTO, "somewhere"), JPEG)
    await here.platform.send("wang", Message("整改后"), (upload,), "out-1")
    (message,) = await shown(here, "wang")
    assert await here.platform.fetch(Media(MediaKind.PHOTO, message.media[0]["sha"])) == JPEG
    for ref in ("0" * 64, "../../etc/passwd"):
        with pytest.raises(Failure) as failure:
            await here.platform.fetch(Media(MediaKind.PHOTO, ref))
        assert failure.value.permanent


async def test_a_tap_carries_what_the_client_says_and_who_tapped(here: Plant) -> None:
    ref = await here.platform.send("wang", Message("card", ((Button("提交", "submit:1"),),)), (), "out-1")
    with here.platform.phones.feed.follow(lambda: None) as queue:
        for _ in range(2):
            await here.platform.phones.tap("wang", int(ref), "forged:99", "tap-0001")
        toast = await queue.get()
    (tap,) = here.bot.seen.values()
    assert (tap.event, tap.account, tap.tap, tap.message_ref) == (Event.TAP, "wang", "forged:99", ref)
    assert toast == News("toast", 0, {"phone": "wang", "tap": "tap-0001", "text": "已提交"})


@pytest.mark.parametrize(
    "phone, message, data", [("li", 1, "ok"), ("wang", 9, "ok"), ("wang", 1, ""), ("wang", 1, "x" * 65)]
)
async def test_only_what_a_phone_shows_can_be_tapped(here: Plant, phone: str, message: int, data: str) -> None:
    await here.platform.send("wang", Message("card", ((Button("提交", "ok"),),)), (), "out-1")
    with pytest.raises(NotPossible):
        await here.platform.phones.tap(phone, message, data, "tap-0001")
    assert here.bot.seen == {}


async def test_a_group_is_announced_once_and_its_messages_are_not_private(here: Plant) -> None:
    for _ in range(2):
        group = await here.platform.phones.found("磨矿车间安全群", "li", ["wang", "li"], "mill")
    await here.platform.phones.say(Written("g:mill", "wang", "key-0001", "/here"))
    joined, here_said = here.bot.seen.values()
    assert (joined.event, joined.account, joined.chat) == (Event.GROUP_JOINED, "li", "g:mill")
    assert (joined.group_title, joined.private) == ("磨矿车间安全群", False)
    assert (here_said.text, here_said.account, here_said.private) == ("/here", "wang", False)
    assert group.members == ("li", "wang")
    with pytest.raises(NotPossible):
        await here.platform.phones.say(Written("g:mill", "zhao", "key-0002", "let me in"))


async def test_a_phones_language_follows_what_it_types(here: Plant) -> None:
    for n, text in enumerate(("你好", "/lang en", "hello", "/lang fr")):
        await here.platform.phones.say(words(text, f"key-000{n}"))
    assert [said.language for said in here.bot.seen.values()] == ["", "en", "en", "en"]


async def test_nothing_is_received_while_the_inbox_is_away(here: Plant) -> None:
    here.bot.offline = True
    with pytest.raises(NotStored):
        await here.platform.phones.say(words("皮带跑偏"))
    here.bot.offline = False
    assert here.platform.phones.held.is_set()
    await here.platform.phones.say(words("护栏断了", "key-0002"))
    assert [said.text for said in here.bot.seen.values()] == ["皮带跑偏", "护栏断了"]


async def test_before_the_bot_listens_nothing_can_be_sent(tmp_path: Path) -> None:
    async with plant(tmp_path, intake=False) as here:
        with pytest.raises(NotStored):
            await here.platform.phones.say(words("zu früh"))
        assert await shown(here, "wang") == []


async def test_what_a_crash_held_up_is_delivered_after_the_restart(tmp_path: Path) -> None:
    async with plant(tmp_path) as here:
        here.bot.offline = True
        for key, text in (("key-0001", "first"), ("key-0002", "second")):
            with pytest.raises(NotStored):
                await here.platform.phones.say(words(text, key))
        with pytest.raises(NotStored):
            await here.platform.phones.found("群", "li", [], "mill")
    async with plant(tmp_path) as here:
        assert [(s.event, s.text) for s in here.bot.seen.values()] == [
            (Event.GROUP_JOINED, ""),
            (Event.MESSAGE, "first"),
            (Event.MESSAGE, "second"),
        ]
        assert await here.platform.phones.run(lambda s: s.waiting("wang")) == []


async def test_two_enterprises_do_not_see_each_other(here: Plant) -> None:
    await here.platform.phones.say(words("ours"))
    await here.database.run(
        lambda tx: tx.run(
            "INSERT INTO enterprise (id, code, name, language, timezone) VALUES (2, 'b', 'B', 'zh', 'UTC')"
        )
    )
    other = await here.database.run(
        lambda tx: (Sandbox(tx, 2).phones(), Sandbox(tx, 2).last("wang", 9), Sandbox(tx, 2).seq())
    )
    assert other == ([], [], 0)


def test_who_lags_behind_is_dropped_and_nobody_else() -> None:
    feed, dropped = Feed(), []
    with feed.follow(lambda: dropped.append("slow")) as slow, feed.follow(lambda: dropped.append("quick")) as quick:
        for n in range(1, WAITING + 2):
            feed.publish([News("message", n, {})])
            quick.get_nowait()
        assert (dropped, feed.pages, slow.qsize()) == (["slow"], 1, WAITING)


@pytest.mark.parametrize(
    "data, voice, kind, mime",
    [
        (JPEG, False, "photo", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", False, "photo", "image/webp"),
        (b"\0\0\0\x18ftypheic", False, "photo", "image/heic"),
        (b"\x1a\x45\xdf\xa3", True, "voice", "audio/webm"),
        (b"\x1a\x45\xdf\xa3", False, "video", "video/webm"),
        (b"\0\0\0\x18ftypM4A ", True, "voice", "audio/mp4"),
        (b"OggS", True, "voice", "audio/ogg"),
        (b"<html><script>", False, "file", "application/octet-stream"),
        (b"", True, "file", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, voice: bool, kind: str, mime: str) -> None:
    assert kind_of(data, voice=voice) == (kind, mime)
