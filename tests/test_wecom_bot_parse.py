"""What comes from WeCom's AI bot, in our words; pictures and videos are sealed and fetched at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Failure
from bot.platforms.wecom_bot.parse import GROUP, delivery, parse
from handlers.message import Event, Incoming, MediaKind
from tests.fakes.wecom_bot_desk import NOW, bench

IMAGE = {"url": "https://files.example/1", "aeskey": "a" * 43}


def raw(kind: str, *, group: bool = False, **content: Any) -> dict[str, Any]:
    where = {"chattype": "group", "chatid": "wrG"} if group else {"chattype": "single"}
    head = {"msgid": "M1", "aibotid": "B", "from": {"userid": "WangLei"}, "create_time": 1_767_000_000}
    body = {**head, **where, "msgtype": kind, **content}
    frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": "R1"}, "body": body}
    found = delivery(1, frame, NOW)
    assert found is not None
    return found.raw


def read(kind: str, **content: Any) -> Incoming:
    found = parse(raw(kind, **content))
    assert found is not None
    return found


def event(kind: str, content: dict[str, Any] | None = None, **beside: Any) -> dict[str, Any]:
    return raw("event", event={"eventtype": kind, kind: content or {}, **beside})


def test_words_with_who_where_and_when() -> None:
    said = read("text", text={"content": " 3号车间护栏松动 "})
    assert (said.account, said.chat, said.private) == ("wanglei", "WangLei", True)
    assert (said.text, said.delivery, said.sent_at) == ("3号车间护栏松动", "M1", 1_767_000_000_000)


def test_a_picture_alone_and_one_with_words() -> None:
    alone = read("image", image=IMAGE)
    assert [m.kind for m in alone.media] == [MediaKind.PHOTO]
    assert alone.alone
    mixed = read(
        "mixed",
        mixed={
            "msg_item": [
                {"msgtype": "text", "text": {"content": "护栏"}},
                {"msgtype": "image", "image": IMAGE},
                {"msgtype": "image", "image": IMAGE},
                {"msgtype": "text", "text": {"content": "松动"}},
                {"msgtype": "hologram"},
                7,
            ]
        },
    )
    assert mixed.text == "护栏\n松动"
    assert len(mixed.media) == 2


def test_voice_is_words_and_a_voice_without_any_is_said_to_be_unknown() -> None:
    assert read("voice", voice={"content": "皮带跑偏了"}).text == "皮带跑偏了"
    assert read("voice", voice={"content": " "}).unknown == "voice"


@pytest.mark.parametrize("kind, expected", [("file", MediaKind.FILE), ("video", MediaKind.VIDEO)])
def test_files_and_videos(kind: str, expected: MediaKind) -> None:
    assert [m.kind for m in read(kind, **{kind: IMAGE}).media] == [expected]


@pytest.mark.parametrize("kind", ["stream", "hologram", ""])
def test_kinds_that_nobody_knows_are_answered(kind: str) -> None:
    assert read(kind).unknown == (kind or "other")


@pytest.mark.parametrize(
    "said, text",
    [("@啄木鸟 3号漏油", "3号漏油"), ("@啄木鸟\u2005/here", "/here"), ("@啄木鸟", ""), ("3号漏油", "3号漏油")],
)
def test_in_groups_the_bots_name_is_not_part_of_the_words(said: str, text: str) -> None:
    found = read("text", group=True, text={"content": said})
    assert (found.text, found.chat, found.private, found.to_bot) == (text, f"{GROUP}wrG", False, True)


def test_an_at_sign_in_a_single_chat_is_only_a_word() -> None:
    assert read("text", text={"content": "@王磊 来看"}).text == "@王磊 来看"


def test_what_was_quoted_counts_only_where_nothing_else_was_said() -> None:
    quote = {"msgtype": "image", "image": IMAGE}
    assert read("text", text={"content": "好的"}, quote=quote).media == ()
    pointed = read("text", group=True, text={"content": "@啄木鸟 "}, quote=quote)
    assert [m.kind for m in pointed.media] == [MediaKind.PHOTO]


def test_a_tap_wherever_its_key_stands() -> None:
    inside = parse(event("template_card_event", {"event_key": "ok:1:2", "task_id": "T"}))
    beside = parse(event("template_card_event", event_key="ok:1:2", task_id="T"))
    prose = parse(event("template_card_event", {"eventkey": "ok:1:2", "taskid": "T"}))
    assert inside == beside == prose
    assert inside is not None
    assert (inside.event, inside.tap, inside.message_ref, inside.tap_ref) == (Event.TAP, "ok:1:2", "T", "R1")
    assert inside.sent_at == NOW


def test_coming_in_is_a_start_and_feedback_is_nothing() -> None:
    came = parse(event("enter_chat"))
    assert came is not None
    assert came.text == "/start"
    assert parse(event("feedback_event", {"id": "f", "type": 2})) is None
    assert parse(event("new_event")) is None


def test_a_callback_of_nobody_is_no_delivery() -> None:
    assert delivery(1, {"headers": {"req_id": "R"}, "body": {"msgtype": "text"}}, NOW) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["content", "url", "msg_item"]), inner),
    max_leaves=5,
)


@given(st.sampled_from(["text", "image", "mixed", "voice", "file", "video", "event"]), VALUES, VALUES)
def test_whatever_stands_in_a_message_it_is_read(kind: str, content: Any, quote: Any) -> None:
    said = {kind: content, "quote": quote}
    parse(raw(kind, **said))


# -- what people sent


async def test_a_sealed_picture_is_opened() -> None:
    for size in (0, 1, 31, 32, 33, 1000, 300_000):
        async with bench() as b:
            data = bytes(range(256)) * (size // 256) + bytes(range(size % 256))
            b.fake.phone("wanglei").photo(data)
            await b.fake.until(lambda b=b: b.inbox.kept)  # type: ignore[misc]
            (said,) = b.inbox.read(b.bot)
            assert await b.bot.fetch(said.media[0]) == data


async def test_after_five_minutes_it_is_lost() -> None:
    async with bench() as b:
        b.fake.phone("wanglei").photo(b"picture")
        await b.fake.until(lambda: b.inbox.kept)
        await b.hand.advance(301)
        (said,) = b.inbox.read(b.bot)
        with pytest.raises(Failure) as caught:
            await b.bot.fetch(said.media[0])
        assert (caught.value.reason, caught.value.permanent) == ("lost", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"aeskey": "A" * 43},  # a key, but not this one's
        {"aeskey": "short"},
        {"aeskey": ""},
        {"url": "file:///etc/passwd"},
        {"url": ""},
    ],
)
async def test_what_cannot_be_opened_is_lost(changes: dict[str, str]) -> None:
    async with bench() as b:
        image = {**b.fake.file(b"picture"), **changes}
        said = parse(raw("image", image=image))
        assert said is not None
        with pytest.raises(Failure) as caught:
            await b.bot.fetch(said.media[0])
        assert (caught.value.reason, caught.value.permanent) == ("lost", True)


async def test_a_server_that_is_away_is_asked_again_and_its_address_is_not_told() -> None:
    said = parse(raw("image", image={"url": "http://127.0.0.1:9/secret-address", "aeskey": "A" * 43}))
    assert said is not None
    async with bench() as b:
        with pytest.raises(Failure) as caught:
            await b.bot.fetch(said.media[0])
    assert not caught.value.permanent
    assert "secret-address" not in caught.value.reason


@pytest.mark.parametrize(
    "items, tap",
    [
        ([{"question_key": "pick", "option_ids": {"option_id": ["dplace:7::p9"]}}], "dplace:7::p9"),
        ([{"question_key": "pick", "option_ids": {"option_id": []}}], "pick:0"),
        ([{"question_key": "other", "option_ids": {"option_id": ["a:1"]}}], "pick:0"),
        ([{"question_key": "pick", "option_ids": {"option_id": "a:1"}}], "pick:0"),
        ([{"question_key": "pick", "option_ids": {"option_id": [7, {"a": 1}]}}], "pick:0"),
        (["words", None], "pick:0"),
        ("words", "pick:0"),
    ],
)
def test_what_was_ticked_in_a_list_is_the_tap(items, tap):
    told = {"event_key": "pick:0", "task_id": "v1", "selected_items": {"selected_item": items}}
    found = parse(event("template_card_event", told))
    assert (found.event, found.tap, found.message_ref) == (Event.TAP, tap, "v1")


@pytest.mark.parametrize("inside", [True, False])
def test_what_was_chosen_beside_a_button_comes_with_the_tap(inside):
    answers = [
        {"question_key": "set:vl:1:2:C", "option_ids": {"option_id": ["vl:1:2:A"]}},
        {"question_key": "set:vo:1:2:4", "option_ids": {"option_id": ["vo:1:2:4"]}},
    ]
    told = {"event_key": "vc:1:2:x", "task_id": "w1", "selected_items": {"selected_item": answers}}
    found = parse(event("template_card_event", told) if inside else event("template_card_event", **told))
    assert (found.tap, found.chosen) == ("vc:1:2:x", ("vl:1:2:A",))
