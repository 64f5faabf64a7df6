"""What a page is told about phones, groups and messages."""

from __future__ import annotations

from typing import Any

from bot.platforms.sandbox.feed import News
from storage.sandbox import Change, Group, Phone, Shown


def phone_view(phone: Phone) -> dict[str, Any]:
    """A phone as JSON."""
    return {
        "chat": phone.chat,
        "name": phone.name,
        "note": phone.note,
        "person": phone.person,
        "language": phone.language,
    }


def group_view(group: Group) -> dict[str, Any]:
    """A group as JSON."""
    return {"chat": group.chat, "title": group.title, "members": list(group.members)}


def shown_view(shown: Shown) -> dict[str, Any]:
    """A message as JSON; its media without their hashes."""
    return {
        "id": shown.id,
        "chat": shown.chat,
        "from": shown.author,
        "key": shown.key if shown.author else "",
        "at": shown.sent_at,
        "version": shown.version,
        "text": shown.text,
        "buttons": shown.buttons,
        "media": [{k: m[k] for k in ("kind", "mime", "size")} for m in shown.media],
        **shown.extra,
    }


def news_of(change: Change) -> News:
    """What the open pages are told of a change."""
    if isinstance(change, Phone):
        return News("phone", change.seq, phone_view(change))
    if isinstance(change, Group):
        return News("group", change.seq, group_view(change))
    return News("message", change.seq, shown_view(change))
