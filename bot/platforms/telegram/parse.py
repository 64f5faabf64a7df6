"""A raw update, as a plain dict, in our words. Nothing here waits or asks anybody."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from bot.platforms.base import Delivery
from bot.platforms.telegram.content import content, is_service
from handlers.message import Event, Incoming

PLATFORM = "telegram"
NAME_LENGTH = 64
# Group Anonymous Bot, Channel Bot, Telegram's own service account: none of them is a person.
NOBODY = frozenset({1087968824, 136817688, 777000})
COMMAND = re.compile(r"(/\w+)@(\w+)(?!\S)")
Raw = dict[str, Any]


def delivery(enterprise: int, update: Any, received_at: int) -> Delivery | None:
    """The update as it goes into the inbox, with its receipt in milliseconds UTC; None if it is none."""
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return None
    raw = {"update": update, "received_at": received_at}
    return Delivery(enterprise, PLATFORM, str(update["update_id"]), account(update), raw)


def account(update: Raw) -> str:
    """Whose deliveries this one must not overtake: the sender's id, for group events the chat's."""
    if query := _dict(update, "callback_query"):
        return _id(_dict(query, "from"))
    if member := _dict(update, "my_chat_member"):
        return _who_changed(member)
    message = _message(update) or _dict(update, "chat_member")
    if _is_person(message) and not _moves(message):
        return _id(message["from"])
    return _id(_dict(message, "chat"))


def parse(raw: Raw, username: str = "") -> Incoming | None:
    """The delivery in our words; None for what is ignored on purpose.

    `raw` is a Delivery's, or a bare update. `username` is the bot's: commands for others are ignored.
    """
    update = raw.get("update", raw)
    received = int(raw.get("received_at", 0))
    key = str(update.get("update_id", ""))
    if query := _dict(update, "callback_query"):
        return _tap(query, key, received)
    if member := _dict(update, "my_chat_member"):
        return _membership(member, key, received)
    if message := _message(update):
        return _words(message, key, received, username, edited="edited_message" in update)
    return None


def clean_name(user: Raw) -> str:
    """First and last name on one line, without characters that turn or hide others."""
    full = f"{user.get('first_name', '')} {user.get('last_name', '')}"
    seen = "".join(" " if ch.isspace() else ch for ch in full if ch.isspace() or not _hidden(ch))
    return " ".join(seen.split())[:NAME_LENGTH]


def _hidden(ch: str) -> bool:
    # Cf: bidi marks, zero-width characters, byte order mark; the fillers look like nothing at all.
    return unicodedata.category(ch) in {"Cf", "Cc", "Co", "Cs"} or ch in "\u115f\u1160\u3164\uffa0\u034f"


def _tap(query: Raw, key: str, received: int) -> Incoming | None:
    user = _dict(query, "from")
    card = _dict(query, "message")
    chat = _dict(card, "chat")
    if not user or user.get("id") in NOBODY:
        return None
    return Incoming(
        platform=PLATFORM,
        account=_id(user),
        chat=_id(chat) or _id(user),
        delivery=key,
        sent_at=received or int(card.get("date", 0)) * 1000,
        private=chat.get("type", "private") == "private",
        event=Event.TAP,
        tap=str(query.get("data", "")),
        tap_ref=str(query.get("id", "")),
        message_ref=str(card.get("message_id", "")),
        name=clean_name(user),
        language=_language(user),
    )


def _who_changed(member: Raw) -> str:
    """Who brought the bot in, blocked or unblocked it; the group that put it out."""
    chat, user = _dict(member, "chat"), _dict(member, "from")
    brought = _inside(_dict(member, "new_chat_member")) and user.get("id") not in NOBODY
    return _id(user) if brought or chat.get("type") == "private" else _id(chat)


def _membership(member: Raw, key: str, received: int) -> Incoming | None:
    chat, user = _dict(member, "chat"), _dict(member, "from")
    private = chat.get("type") == "private"
    was, now = _inside(_dict(member, "old_chat_member")), _inside(_dict(member, "new_chat_member"))
    if chat.get("type") == "channel" or (was == now and not private):
        return None
    if private:
        event = Event.UNBLOCKED if now else Event.BLOCKED
    else:
        event = Event.GROUP_JOINED if now else Event.GROUP_LEFT
    return Incoming(
        platform=PLATFORM,
        account=_who_changed(member),
        chat=_id(chat),
        delivery=key,
        sent_at=int(member.get("date", 0)) * 1000 or received,
        private=private,
        event=event,
        name=clean_name(user),
        language=_language(user),
        group_title="" if private else clean_name({"first_name": chat.get("title", "")}),
    )


def _words(message: Raw, key: str, received: int, username: str, *, edited: bool) -> Incoming | None:
    chat, user = _dict(message, "chat"), _dict(message, "from")
    private = chat.get("type") == "private"
    # The time of an edit is the time of its content: an early message changed later was not first.
    date = (message.get("edit_date") if edited else None) or message.get("date", 0)
    sent_at = int(date) * 1000 or received
    if moved := _moves(message):
        old, new = moved
        return Incoming(PLATFORM, _id(chat), old, key, sent_at, False, Event.GROUP_MOVED, moved_to=new)
    if not _is_person(message):
        return _nobody(message, key, sent_at)
    if is_service(message) or (edited and _dict(message, "location").get("live_period")):
        return None
    found = content(message, private=private)
    text = _command(found.text, username, private=private)
    if found.empty or (text is None):
        return None
    return Incoming(
        platform=PLATFORM,
        account=_id(user),
        chat=_id(chat),
        delivery=key,
        sent_at=sent_at,
        private=private,
        text=text,
        media=found.media,
        album=str(message.get("media_group_id", "")),
        message_ref=str(message.get("message_id", "")),
        reply_to=_reply(message),
        phone=found.phone,
        foreign_contact=found.foreign_contact,
        location=found.location,
        edited=edited,
        unknown=found.unknown,
        name=clean_name(user),
        language=_language(user),
        group_title="" if private else clean_name({"first_name": chat.get("title", "")}),
    )


def _nobody(message: Raw, key: str, sent_at: int) -> Incoming | None:
    """A command by an anonymous admin deserves a word; whatever else has no sender is ignored."""
    chat = _dict(message, "chat")
    if chat.get("type") == "private" or not str(message.get("text", "")).startswith("/"):
        return None
    return Incoming(PLATFORM, _id(chat), _id(chat), key, sent_at, False, unknown="anonymous")


def _command(text: str, username: str, *, private: bool) -> str | None:
    """`/report@ourbot x` as `/report x`; None if it is meant for another bot of the group."""
    found = COMMAND.match(text)
    if found is None:
        return text
    if not private and username and found[2].lower() != username.lower():
        return None
    return found[1] + text[found.end() :]


def _moves(message: Raw) -> tuple[str, str] | None:
    """Old and new id of a group that became a supergroup; told in the old one and in the new one."""
    here = _id(_dict(message, "chat"))
    if new := message.get("migrate_to_chat_id"):
        return here, str(new)
    if old := message.get("migrate_from_chat_id"):
        return str(old), here
    return None


def _is_person(message: Raw) -> bool:
    user = _dict(message, "from")
    return bool(user) and user.get("id") not in NOBODY and not user.get("is_bot")


def _reply(message: Raw) -> str:
    replied = _dict(message, "reply_to_message")
    # In a forum every message 'replies' to the topic's first one.
    return "" if "forum_topic_created" in replied else str(replied.get("message_id", ""))


def _inside(member: Raw) -> bool:
    status = member.get("status")
    return status in {"member", "administrator", "creator"} or (
        status == "restricted" and bool(member.get("is_member"))
    )


def _message(update: Raw) -> Raw:
    return _dict(update, "message") or _dict(update, "edited_message")


def _language(user: Raw) -> str:
    return str(user.get("language_code", "")).lower()


def _dict(of: Raw, key: str) -> Raw:
    value = of.get(key)
    return value if isinstance(value, dict) else {}


def _id(of: Raw) -> str:
    return str(of.get("id", ""))
