"""What WeCom called back with, decrypted and as a plain dict, in our words. Nothing here waits or asks anybody."""

from __future__ import annotations

from typing import Any

from bot.platforms.base import Delivery
from bot.platforms.wecom.cards import chosen, picked
from handlers.message import Event, Incoming, Media, MediaKind

PLATFORM = "wecom"
SYSTEM = "sys"  # events of WeCom's own have this sender
IMAGE_NAMES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
VIDEO_NAMES = (".mp4", ".mov", ".m4v", ".3gp", ".avi")
Raw = dict[str, Any]


def delivery(enterprise: int, told: Raw, received_at: int) -> Delivery | None:
    """The callback as it goes into the inbox, with its receipt in milliseconds UTC; None if nobody sent it.

    A retry carries the same content but perhaps another nonce, so the key is made of the content. Two taps
    within one second differ in their buttons, in what was chosen, or in their codes.
    """
    who = account(told)
    if not who or who == SYSTEM:
        return None
    key = _text(told, "MsgId")
    if not key or key == "0":
        names = ("CreateTime", "Event", "EventKey", "TaskId", "ResponseCode")
        answers = [one for _, ids in _answers(told) for one in ids]
        key = ":".join([who, *(_text(told, name) for name in names), *answers])
    return Delivery(enterprise, PLATFORM, key, who, {"told": told, "received_at": received_at})


def account(told: Raw) -> str:
    """Who acted. WeCom does not tell upper from lower case in userids, so neither do we."""
    return _text(told, "FromUserName").strip().lower()


def parse(raw: Raw) -> Incoming | None:
    """The delivery in our words; None for what is ignored on purpose."""
    told = raw["told"]
    who, received = account(told), int(raw.get("received_at", 0))
    kind = _text(told, "MsgType").lower()
    if kind == "event":
        return _event(told, who, raw, received)
    found = _CONTENT.get(kind)
    if found is None:
        return None
    return _incoming(told, who, raw, received, message_ref=_text(told, "MsgId"), alone=True, **found(told))


def tapped(told: Raw) -> tuple[str, str]:
    """The task of the card that was tapped, and the code that may change it; "" if this is no tap."""
    return _text(told, "TaskId"), _text(told, "ResponseCode")


def _event(told: Raw, who: str, raw: Raw, received: int) -> Incoming | None:
    event = _text(told, "Event").lower()
    if event in {"template_card_event", "template_card_menu_event"}:
        answers, task = _answers(told), _text(told, "TaskId")
        tap, more = picked(answers) or _text(told, "EventKey"), chosen(answers)
        # A tap's own time is that of its receipt, as on every platform.
        made = _incoming(told, who, raw, received, event=Event.TAP, tap=tap, chosen=more, message_ref=task)
        return made if tap else None
    if event == "click":
        return _incoming(told, who, raw, received, text=f"/{_text(told, 'EventKey').lstrip('/')}")
    if event in {"scancode_push", "scancode_waitmsg"}:
        return _incoming(told, who, raw, received, text=_scanned(told))
    if event == "location_select":
        place = _place(_dict(told, "SendLocationInfo"))
        return _incoming(told, who, raw, received, **place) if place["location"] else None
    if event in _STATES:
        return _incoming(told, who, raw, received, event=_STATES[event])
    return None


def _answers(told: Raw) -> list[tuple[str, list[str]]]:
    """The questions of a card with the ids of what was chosen."""
    found = []
    for item in _list(_dict(told, "SelectedItems").get("SelectedItem")):
        if isinstance(item, dict):
            ids = _list(_dict(item, "OptionIds").get("OptionId"))
            found.append((_text(item, "QuestionKey"), [one for one in ids if isinstance(one, str) and one]))
    return found


def _list(value: Any) -> list[Any]:
    """What stands there once or several times."""
    return value if isinstance(value, list) else [value]


_STATES = {"subscribe": Event.ENTERED, "enter_agent": Event.ENTERED, "unsubscribe": Event.BLOCKED}


def _incoming(told: Raw, who: str, raw: Raw, received: int, **more: Any) -> Incoming:
    sent = _text(told, "CreateTime")
    tap = more.get("event") is Event.TAP
    return Incoming(
        platform=PLATFORM,
        account=who,
        chat=who,
        delivery=_text(told, "MsgId"),
        sent_at=int(sent) * 1000 if sent.isdigit() and not tap else received,
        name=str(raw.get("name", "")),
        **more,
    )


def _words(told: Raw) -> Raw:
    return {"text": _text(told, "Content")}


def _link(told: Raw) -> Raw:
    lines = [_text(told, name) for name in ("Title", "Description", "Url")]
    return {"text": "\n".join(line for line in lines if line)}


def _place(told: Raw) -> Raw:
    # X is the latitude, contrary to what one would think.
    try:
        latitude, longitude = float(_text(told, "Location_X")), float(_text(told, "Location_Y"))
    except ValueError:
        return {"location": None}
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return {"location": (latitude, longitude) if inside else None}


def _media(kind: MediaKind, mime: str = "") -> Any:
    def found(told: Raw) -> Raw:
        return {"media": (Media(kind, _text(told, "MediaId"), mime=mime),)}

    return found


def _file(told: Raw) -> Raw:
    """A picture sent as a file is a photo to us; whether it can be decoded is seen later."""
    name = _text(told, "FileName").lower()
    kind = MediaKind.FILE
    if name.endswith(IMAGE_NAMES):
        kind = MediaKind.PHOTO
    elif name.endswith(VIDEO_NAMES):
        kind = MediaKind.VIDEO
    return {"media": (Media(kind, _text(told, "MediaId")),)}


_CONTENT: dict[str, Any] = {
    "text": _words,
    "image": _media(MediaKind.PHOTO, "image/jpeg"),
    "voice": _media(MediaKind.VOICE, "audio/amr"),
    "video": _media(MediaKind.VIDEO, "video/mp4"),
    "location": _place,
    "link": _link,
    "file": _file,
}


def _scanned(told: Raw) -> str:
    """A place's code, alone or at the end of a link that takes one, as if it had been sent by /start."""
    result = _text(_dict(told, "ScanCodeInfo"), "ScanResult").strip()
    code = result.rpartition("?start=")[2] if "?start=" in result else result
    return f"/start {code}"


def _dict(of: Raw, key: str) -> Raw:
    value = of.get(key)
    return value if isinstance(value, dict) else {}


def _text(of: Raw, key: str) -> str:
    value = of.get(key)
    return value if isinstance(value, str) else ""
