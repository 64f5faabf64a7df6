"""What a Telegram message holds: words, media, a contact, a place, or something we do not use."""

from __future__ import annotations

from typing import Any, NamedTuple

from handlers.message import Media, MediaKind

Raw = dict[str, Any]

IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
UNUSED = (
    "sticker", "poll", "dice", "game", "story", "invoice", "paid_media", "checklist", "giveaway",
)  # fmt: skip
# Telegram's own notices about a chat; nobody said anything.
SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
        "group_chat_created", "supergroup_chat_created", "channel_chat_created", "pinned_message",
        "message_auto_delete_timer_changed", "write_access_allowed", "chat_background_set",
        "proximity_alert_triggered", "boost_added", "forum_topic_created", "forum_topic_edited",
        "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden",
        "general_forum_topic_unhidden", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
        "video_chat_participants_invited", "successful_payment", "refunded_payment", "users_shared",
        "chat_shared", "connected_website", "giveaway_created", "giveaway_completed", "checklist_tasks_done",
        "checklist_tasks_added",
    }
)  # fmt: skip


class Content(NamedTuple):
    """The parts of one message; `unknown` names a kind we do not use."""

    text: str = ""
    media: tuple[Media, ...] = ()
    phone: str = ""
    foreign_contact: bool = False
    location: tuple[float, float] | None = None
    unknown: str = ""

    @property
    def empty(self) -> bool:
        """Nothing in it that anybody should hear of."""
        return self == Content()


def is_service(message: Raw) -> bool:
    """Whether Telegram wrote this about the chat, rather than somebody in it."""
    return not SERVICE.isdisjoint(message)


def content(message: Raw, *, private: bool) -> Content:
    """What the message holds. A kind that Telegram adds later is `other` in a private chat."""
    text = str(message.get("text") or message.get("caption") or "")
    if media := _media(message):
        return Content(text=text, media=media)
    if isinstance(contact := message.get("contact"), dict):
        return _contact(contact, message)
    if isinstance(place := message.get("location"), dict):
        return Content(location=(float(place["latitude"]), float(place["longitude"])))
    if kind := next((kind for kind in UNUSED if kind in message), ""):
        return Content(text=text, unknown=kind)
    if not text and private:
        return Content(unknown="other")
    return Content(text=text)


def _contact(contact: Raw, message: Raw) -> Content:
    own = contact.get("user_id") is not None and contact.get("user_id") == message["from"]["id"]
    return Content(phone=str(contact.get("phone_number", ""))) if own else Content(foreign_contact=True)


def _media(message: Raw) -> tuple[Media, ...]:
    if sizes := message.get("photo"):
        best = max(sizes, key=lambda size: int(size.get("width", 0)) * int(size.get("height", 0)))
        return (_one(MediaKind.PHOTO, best, "image/jpeg"),)
    for key, kind in (
        ("voice", MediaKind.VOICE),
        ("video", MediaKind.VIDEO),
        ("video_note", MediaKind.VIDEO),
        ("animation", MediaKind.VIDEO),  # comes with a `document` of the same file
        ("audio", MediaKind.FILE),
        ("document", MediaKind.FILE),
    ):
        if isinstance(found := message.get(key), dict):
            return (_one(_kind(kind, found), found),)
    return ()


def _kind(kind: MediaKind, found: Raw) -> MediaKind:
    """A picture sent as a file is a photo to us; whether it can be decoded is seen later."""
    if kind is not MediaKind.FILE:
        return kind
    mime, name = str(found.get("mime_type", "")), str(found.get("file_name", "")).lower()
    if mime.startswith("image/"):
        return MediaKind.FILE if mime.startswith("image/svg") else MediaKind.PHOTO
    if mime.startswith("video/"):
        return MediaKind.VIDEO
    untold = mime in {"", "application/octet-stream"}
    return MediaKind.PHOTO if untold and name.endswith(IMAGE_NAMES) else kind


def _one(kind: MediaKind, found: Raw, mime: str = "") -> Media:
    return Media(
        kind=kind,
        ref=str(found.get("file_id", "")),
        size=int(found.get("file_size") or 0),
        mime=str(found.get("mime_type") or mime),
    )
