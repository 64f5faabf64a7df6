"""Raw updates in our words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.telegram.parse import NOBODY, account, clean_name, delivery, parse
from handlers.message import Event, Incoming, Media, MediaKind

WANG = {"id": 5000000001, "is_bot": False, "first_name": "王磊", "language_code": "zh-Hans"}
PRIVATE = {"id": 5000000001, "type": "private", "first_name": "王磊"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "安全\u202e群"}


def update(content: dict[str, Any], *, kind: str = "message", chat: dict[str, Any] = PRIVATE, **more: Any) -> Any:
    message = {"message_id": 7, "from": WANG, "chat": chat, "date": 1795000000, **content, **more}
    return {"update": {"update_id": 42, kind: message}, "received_at": 1795000009000}


def incoming(raw: dict[str, Any], username: str = "wood_bot") -> Incoming:
    found = parse(raw, username)
    assert found is not None
    return found


def test_words_keep_their_sender_place_and_time() -> None:
    found = incoming(update({"text": "3号球磨机 <b>&"}))
    assert found == Incoming(
        platform="telegram", account="5000000001", chat="5000000001", delivery="42", sent_at=1795000000000,
        text="3号球磨机 <b>&", message_ref="7", name="王磊", language="zh-hans",
    )  # fmt: skip


def test_forwarding_does_not_change_the_time() -> None:
    found = incoming(update({"text": "旧消息", "forward_origin": {"type": "user", "date": 1600000000}}))
    assert found.sent_at == 1795000000000


def test_a_bare_update_is_understood_too() -> None:
    assert incoming(update({"text": "x"})["update"]).text == "x"


@pytest.mark.parametrize(
    "said, meant",
    [
        ("/start s_Ab12", "/start s_Ab12"),
        ("/report@wood_bot", "/report"),
        ("/report@WOOD_bot 漏油", "/report 漏油"),
        ("/report@wood_bot\n漏油", "/report\n漏油"),
        ("/report@other_bot", "/report"),
        ("/tmp@other.bot/x", "/tmp@other.bot/x"),
        ("a@b 漏油", "a@b 漏油"),
    ],
)
def test_commands_lose_our_name(said: str, meant: str) -> None:
    assert incoming(update({"text": said})).text == meant


def test_commands_for_another_bot_of_the_group_are_ignored() -> None:
    assert parse(update({"text": "/report@other_bot"}, chat=GROUP), "wood_bot") is None
    assert parse(update({"text": "/report@other_bot\nx"}, chat=GROUP), "wood_bot") is None
    assert incoming(update({"text": "/report@any_bot"}, chat=GROUP), username="").text == "/report"


def test_the_largest_photo_is_taken() -> None:
    sizes = [
        {"file_id": "big", "width": 1280, "height": 960, "file_size": 90000},
        {"file_id": "small", "width": 90, "height": 67, "file_size": 900},
    ]
    found = incoming(update({"photo": sizes, "caption": "防护罩没装", "media_group_id": "g1"}))
    assert found.media == (Media(MediaKind.PHOTO, "big", 90000, "image/jpeg"),)
    assert (found.text, found.album) == ("防护罩没装", "g1")


@pytest.mark.parametrize(
    "content, kind",
    [
        ({"document": {"file_id": "f", "mime_type": "image/heic"}}, MediaKind.PHOTO),
        ({"document": {"file_id": "f", "mime_type": "image/svg+xml"}}, MediaKind.FILE),
        ({"document": {"file_id": "f", "file_name": "IMG_1.HEIC"}}, MediaKind.PHOTO),
        ({"document": {"file_id": "f", "mime_type": "application/pdf", "file_name": "a.jpg"}}, MediaKind.FILE),
        ({"document": {"file_id": "f", "mime_type": "video/mp4"}}, MediaKind.VIDEO),
        ({"video": {"file_id": "f", "mime_type": "video/mp4"}}, MediaKind.VIDEO),
        ({"video_note": {"file_id": "f"}}, MediaKind.VIDEO),
        ({"animation": {"file_id": "f"}, "document": {"file_id": "f"}}, MediaKind.VIDEO),
        ({"audio": {"file_id": "f", "mime_type": "audio/mpeg"}}, MediaKind.FILE),
        ({"voice": {"file_id": "f", "mime_type": "audio/ogg", "file_size": 12}}, MediaKind.VOICE),
    ],
)
def test_files_are_named_by_what_they_are(content: dict[str, Any], kind: MediaKind) -> None:
    (media,) = incoming(update(content)).media
    assert (media.kind, media.ref) == (kind, "f")


def test_a_place() -> None:
    assert incoming(update({"location": {"latitude": 30.5, "longitude": 114.25}})).location == (30.5, 114.25)
    moving = {"location": {"latitude": 30.5, "longitude": 114.25, "live_period": 900}}
    assert parse(update(moving, kind="edited_message", edit_date=1795000100)) is None


@pytest.mark.parametrize(
    "contact, phone, foreign",
    [
        ({"phone_number": "+8613800000000", "user_id": WANG["id"]}, "+8613800000000", False),
        ({"phone_number": "+8613800000000", "user_id": 99}, "", True),
        ({"phone_number": "+8613800000000"}, "", True),
    ],
)
def test_only_ones_own_number_counts(contact: dict[str, Any], phone: str, foreign: bool) -> None:
    found = incoming(update({"contact": contact}))
    assert (found.phone, found.foreign_contact) == (phone, foreign)


def test_an_edit_counts_from_its_own_time() -> None:
    found = incoming(update({"text": "新的", "edit_date": 1795000500}, kind="edited_message"))
    assert (found.edited, found.sent_at, found.text) == (True, 1795000500000, "新的")


def test_a_reply_names_what_it_answers() -> None:
    assert incoming(update({"text": "1", "reply_to_message": {"message_id": 5}})).reply_to == "5"
    topic = {"message_id": 5, "forum_topic_created": {"name": "x"}}
    assert incoming(update({"text": "1", "reply_to_message": topic}, chat=GROUP)).reply_to == ""


@pytest.mark.parametrize("kind", ["sticker", "poll", "dice", "story"])
def test_what_we_do_not_use_is_named(kind: str) -> None:
    assert incoming(update({kind: {}})).unknown == kind


def test_a_kind_of_tomorrow_gets_an_answer_in_private_only() -> None:
    assert incoming(update({"hologram": {}})).unknown == "other"
    assert parse(update({"hologram": {}}, chat=GROUP)) is None


@pytest.mark.parametrize("service", ["new_chat_members", "pinned_message", "group_chat_created"])
def test_notices_about_a_chat_are_ignored(service: str) -> None:
    assert parse(update({service: []}, chat=GROUP)) is None


def tap(message: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    query: dict[str, Any] = {"id": "q1", "from": WANG, "data": "admit:12:3", **more}
    if message is not None:
        query["message"] = message
    return {"update": {"update_id": 43, "callback_query": query}, "received_at": 1795000009000}


def test_a_tap_names_card_and_person() -> None:
    found = incoming(tap({"message_id": 8, "chat": GROUP, "date": 1795000000, "text": "卡片"}))
    assert (found.event, found.tap, found.tap_ref, found.message_ref) == (Event.TAP, "admit:12:3", "q1", "8")
    assert (found.account, found.chat, found.private) == ("5000000001", "-1001234567890", False)
    assert found.sent_at == 1795000009000


def test_a_tap_on_a_card_telegram_has_forgotten() -> None:
    old = incoming(tap({"message_id": 8, "chat": PRIVATE, "date": 0}))
    assert (old.chat, old.message_ref, old.sent_at) == ("5000000001", "8", 1795000009000)
    gone = incoming(tap(None))
    assert (gone.chat, gone.message_ref, gone.private) == ("5000000001", "", True)


def test_a_tap_in_an_anonymous_admins_group_is_the_real_person() -> None:
    assert incoming(tap({"message_id": 8, "chat": GROUP, "from": {"id": 1087968824}})).account == "5000000001"


def member(chat: dict[str, Any], was: str, now: str) -> dict[str, Any]:
    states = {"old_chat_member": {"status": was}, "new_chat_member": {"status": now}}
    content = {"chat": chat, "from": WANG, "date": 1795000000, **states}
    return {"update": {"update_id": 44, "my_chat_member": content}, "received_at": 1}


@pytest.mark.parametrize(
    "chat, was, now, event, who",
    [
        (PRIVATE, "member", "kicked", Event.BLOCKED, "5000000001"),
        (PRIVATE, "kicked", "member", Event.UNBLOCKED, "5000000001"),
        (GROUP, "left", "member", Event.GROUP_JOINED, "5000000001"),
        (GROUP, "kicked", "administrator", Event.GROUP_JOINED, "5000000001"),
        (GROUP, "member", "kicked", Event.GROUP_LEFT, "-1001234567890"),
    ],
)
def test_coming_and_going(chat: dict[str, Any], was: str, now: str, event: Event, who: str) -> None:
    raw = member(chat, was, now)
    found = incoming(raw)
    assert (found.event, found.account, found.chat) == (event, who, str(chat["id"]))
    assert account(raw["update"]) == found.account
    assert found.group_title == ("" if chat is PRIVATE else "安全群")


def test_a_promotion_is_nothing_to_us() -> None:
    assert parse(member(GROUP, "member", "administrator")) is None
    assert parse(member({"id": -1, "type": "channel"}, "left", "administrator")) is None


@pytest.mark.parametrize(
    "chat, content",
    [
        ({"id": -123, "type": "group", "title": "x"}, {"migrate_to_chat_id": -100123}),
        ({"id": -100123, "type": "supergroup", "title": "x"}, {"migrate_from_chat_id": -123}),
    ],
)
def test_a_group_moves(chat: dict[str, Any], content: dict[str, Any]) -> None:
    raw = update(content, chat=chat)
    found = incoming(raw)
    assert (found.event, found.chat, found.moved_to) == (Event.GROUP_MOVED, "-123", "-100123")
    assert found.private is False
    assert account(raw["update"]) == "-123" or account(raw["update"]) == "-100123"


@pytest.mark.parametrize("nobody", sorted(NOBODY))
def test_an_anonymous_admin_is_never_a_person(nobody: int) -> None:
    raw = update({"text": "/here"}, chat=GROUP)
    raw["update"]["message"]["from"] = {"id": nobody, "is_bot": True, "first_name": "Group"}
    found = incoming(raw)
    assert (found.account, found.unknown, found.text) == ("-1001234567890", "anonymous", "")
    assert account(raw["update"]) == "-1001234567890"
    raw["update"]["message"]["text"] = "随便说说"
    assert parse(raw) is None


@pytest.mark.parametrize(
    "first, last, seen",
    [
        ("王\u202e磊", "", "王磊"),
        ("\u200b\u2066Li\u2069", " <b>\n", "Li <b>"),
        ("\u3164", "", ""),
        ("名" * 90, "", "名" * 64),
    ],
)
def test_names_hide_nothing(first: str, last: str, seen: str) -> None:
    assert clean_name({"first_name": first, "last_name": last}) == seen


def test_a_delivery_has_its_own_key() -> None:
    raw = update({"text": "x"})["update"]
    made = delivery(3, raw, 99)
    assert made is not None
    assert (made.enterprise, made.platform, made.key, made.account) == (3, "telegram", "42", "5000000001")
    assert made.raw == {"update": raw, "received_at": 99}


@pytest.mark.parametrize("nonsense", [None, [], "x", {}, {"update_id": "4"}])
def test_what_is_no_update_makes_no_delivery(nonsense: object) -> None:
    assert delivery(3, nonsense, 99) is None


def test_other_kinds_of_updates_are_ignored() -> None:
    assert parse({"update_id": 5, "chat_member": {"chat": GROUP, "from": WANG}}) is None
    assert parse({"update_id": 5, "inline_query": {"from": WANG}}) is None
