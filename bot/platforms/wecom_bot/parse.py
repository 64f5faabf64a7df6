"""A raw callback, as a plain dict, in our words. Nothing here waits or asks anybody."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NamedTuple

from bot.platforms.base import Delivery
from bot.platforms.wecom.cards import chosen, picked
from handlers.message import Event, Incoming, Media, MediaKind

PLATFORM = "wecom_bot"
GROUP = "group:"  # before a group's id, so that it is never taken for a person's
MENTION = re.compile(r"\s*@\S+\s*")
KINDS = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "file": MediaKind.FILE}
MIME = {"image": "image/jpeg", "video": "video/mp4"}

Raw = dict[str, Any]


class Content(NamedTuple):
    """What a message holds; `unknown` names a kind we do not use."""

    text: str = ""
    media: tuple[Media, ...] = ()
    unknown: str = ""


def delivery(enterprise: int, frame: Raw, received_at: int) -> Delivery | None:
    """The callback as it goes into the inbox, with its receipt in milliseconds UTC; None if it is nobody's."""
    body = _dict(frame, "body")
    if not userid(body):
        return None
    raw = {"req_id": str(_dict(frame, "headers").get("req_id", "")), "body": body, "received_at": received_at}
    return Delivery(enterprise, PLATFORM, key(body), userid(body).lower(), raw)


def key(body: Raw) -> str:
    """What a second callback about the same thing shares."""
    if msgid := body.get("msgid"):
        return str(msgid)
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def userid(body: Raw) -> str:
    """Who acted, as WeCom writes it."""
    return str(_dict(body, "from").get("userid", ""))


def chat(body: Raw) -> str:
    """Where: a person's userid, or a group's id with GROUP before it."""
    return f"{GROUP}{body.get('chatid', '')}" if body.get("chattype") == "group" else userid(body)


def click(body: Raw) -> tuple[str, str] | None:
    """Task and data of a tapped button, or of what was ticked in a list; None if it is neither."""
    event = _dict(body, "event")
    if event.get("eventtype") != "template_card_event":
        return None
    found = {**event, **_dict(event, "template_card_event")}
    tapped = picked(answers(body)) or found.get("event_key") or found.get("eventkey") or ""
    return str(found.get("task_id") or found.get("taskid") or ""), str(tapped)


def answers(body: Raw) -> list[tuple[str, list[str]]]:
    """The questions of a card with the ids of what was chosen."""
    event = _dict(body, "event")
    items = _dict({**event, **_dict(event, "template_card_event")}, "selected_items").get("selected_item")
    answered = []
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            ids = _dict(item, "option_ids").get("option_id")
            known = [one for one in ids if isinstance(one, str) and one] if isinstance(ids, list) else []
            answered.append((str(item.get("question_key", "")), known))
    return answered


def entered(body: Raw) -> bool:
    """Whether somebody opened the conversation, the first time that day."""
    return _dict(body, "event").get("eventtype") == "enter_chat"


def parse(raw: Raw) -> Incoming | None:
    """The delivery in our words; None for what is ignored on purpose."""
    body, received = _dict(raw, "body"), int(raw.get("received_at", 0))
    if body.get("msgtype") == "event":
        return _event(raw, body, received)
    group = body.get("chattype") == "group"
    found = _content(body)
    text = MENTION.sub("", found.text, count=1) if group and MENTION.match(found.text) else found.text
    if not text.strip() and not found.media and not found.unknown and "quote" in body:
        found = _content(_dict(body, "quote"))  # only that was pointed at
        text = found.text
    sent_at = int(body.get("create_time") or 0) * 1000 or received
    return Incoming(
        platform=PLATFORM,
        account=userid(body).lower(),
        chat=chat(body),
        delivery=key(body),
        sent_at=sent_at,
        private=not group,
        text=text.strip(),
        media=found.media,
        alone=not group,
        to_bot=True,
        message_ref=key(body),
        unknown=found.unknown,
    )


def _event(raw: Raw, body: Raw, received: int) -> Incoming | None:
    at, who, where = int(body.get("create_time") or 0) * 1000 or received, userid(body).lower(), chat(body)
    private = body.get("chattype") != "group"
    if entered(body):
        return Incoming(PLATFORM, who, where, key(body), at, private, text="/start")
    if (tapped := click(body)) is None:
        return None
    ref, more = str(raw.get("req_id", "")), chosen(answers(body))
    return Incoming(
        PLATFORM, who, where, key(body), received, private, Event.TAP,
        tap=tapped[1], chosen=more, tap_ref=ref, message_ref=tapped[0],
    )  # fmt: skip


def _content(body: Raw) -> Content:
    kind = str(body.get("msgtype", ""))
    if kind == "text":
        return Content(str(_dict(body, "text").get("content", "")))
    if kind == "voice":  # a transcript; the sound itself stays at WeCom
        heard = str(_dict(body, "voice").get("content", "")).strip()
        return Content(heard) if heard else Content(unknown="voice")
    if kind in KINDS:
        return Content(media=(_media(kind, _dict(body, kind)),))
    if kind == "mixed":
        return _mixed(_dict(body, "mixed").get("msg_item"))
    return Content(unknown=kind or "other")


def _mixed(items: Any) -> Content:
    parts = [_content(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    words = [part.text.strip() for part in parts if part.text.strip()]
    return Content("\n".join(words), tuple(media for part in parts for media in part.media))


def _media(kind: str, found: Raw) -> Media:
    # The key opens this address alone, so both are the reference.
    ref = json.dumps({"url": str(found.get("url", "")), "aeskey": str(found.get("aeskey", ""))})
    return Media(KINDS[kind], ref, mime=MIME.get(kind, ""))


def _dict(of: Raw, name: str) -> Raw:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
