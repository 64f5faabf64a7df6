"""What a phone did as a raw delivery, and the raw delivery in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.message import Event, Incoming, Media, MediaKind
from storage.sandbox import Group, Phone, Shown

NAME = "sandbox"
Raw = dict[str, Any]


def _base(phone: Phone, chat: str, at: int) -> Raw:
    return {"from": phone.chat, "name": phone.name, "language": phone.language, "chat": chat, "sent_at": at}


def message_raw(phone: Phone, shown: Shown, group: Group | None) -> Raw:
    """A message as it goes into the inbox; the same message always has the same key."""
    return _base(phone, shown.chat, shown.sent_at) | {
        "event": "message",
        "key": f"{shown.author}:{shown.chat}:{shown.key}",
        "message": str(shown.id),
        "title": group.title if group else "",
        "text": shown.text,
        "media": shown.media,
        "extra": shown.extra,
    }


def tap_raw(phone: Phone, shown: Shown, data: str, key: str, at: int) -> Raw:
    """A tapped button; `data` is what the client says it was."""
    return _base(phone, shown.chat, at) | {
        "event": "tap",
        "key": f"{phone.chat}:{shown.chat}:tap:{key}",
        "message": str(shown.id),
        "data": data,
        "tap": f"{phone.chat} {key}",
    }


def founded_raw(phone: Phone, group: Group) -> Raw:
    """The bot was put into a new group."""
    return _base(phone, group.chat, group.created_at) | {
        "event": "group_joined",
        "key": f"{group.chat}:founded",
        "title": group.title,
    }


def parse(raw: Mapping[str, Any]) -> Incoming:
    """The delivery in our words, without I/O."""
    extra: Mapping[str, Any] = raw.get("extra", {})
    own = bool(extra.get("own", True))
    location = extra.get("location")
    media = tuple(Media(MediaKind(m["kind"]), m["sha"], m["size"], m["mime"]) for m in raw.get("media", ()))
    return Incoming(
        platform=NAME,
        account=raw["from"],
        chat=raw["chat"],
        delivery=raw["key"],
        sent_at=raw["sent_at"],
        private=raw["chat"] == raw["from"],
        event=Event(raw["event"]),
        text=raw.get("text", ""),
        media=media,
        album=raw["key"] if len(media) > 1 else "",
        tap=raw.get("data", ""),
        tap_ref=raw.get("tap", ""),
        message_ref=raw.get("message", ""),
        reply_to=str(extra.get("reply_to", "")),
        phone=extra.get("contact", "") if own else "",
        foreign_contact="contact" in extra and not own,
        location=(location[0], location[1]) if location else None,
        name=raw["name"],
        language=raw["language"],
        group_title=raw.get("title", ""),
    )
