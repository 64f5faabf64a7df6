"""What comes in and what goes out, in words that know no platform."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

from pydantic_core import to_json


class MediaKind(StrEnum):
    """What a piece of media is to us."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


class Event(StrEnum):
    """What a delivery is when it is neither words nor a tap."""

    MESSAGE = "message"
    TAP = "tap"
    BLOCKED = "blocked"  # this account can no longer be reached
    UNBLOCKED = "unblocked"
    ENTERED = "entered"  # the conversation was opened without a word
    GROUP_JOINED = "group_joined"  # the bot was added to a group
    GROUP_LEFT = "group_left"
    GROUP_MOVED = "group_moved"  # `chat` is now `moved_to`


class Media(NamedTuple):
    """A piece of media at the platform, to be fetched by `ref`."""

    kind: MediaKind
    ref: str
    size: int = 0  # bytes as the platform states them, 0 if it does not
    mime: str = ""
    sha: str = ""  # SHA-256 of what is in the photo folder, once fetched
    problem: str = ""  # why it could not be fetched: "too_big", "unreadable", "lost"
    thumb: str = ""  # SHA-256 of the small version
    width: int = 0  # pixels
    height: int = 0
    taken_at: int | None = None  # what the picture says of itself, in milliseconds UTC
    name: str = ""  # what a file that we send is called
    make: str = ""  # JSON: what is made at sending, in place of what is in the folder


class Incoming(NamedTuple):
    """One delivery, parsed.

    `sent_at` is the platform's time in milliseconds UTC; a tap has none of its own and
    carries the time of its receipt.
    """

    platform: str
    account: str  # the platform's id of who acted
    chat: str  # the platform's id of where
    delivery: str  # the platform's id of this delivery, unique per enterprise and platform
    sent_at: int
    private: bool = True
    event: Event = Event.MESSAGE
    text: str = ""
    media: tuple[Media, ...] = ()
    album: str = ""  # photos sent together share it
    to_bot: bool = False  # in a group: said to the bot by its name
    alone: bool = False  # this platform brings what was sent together piece by piece, with nothing to tell it by
    tap: str = ""  # a button's data, chosen by the client: never trusted
    chosen: tuple[str, ...] = ()  # data of options chosen beside that button and not shown as chosen: never trusted
    tap_ref: str = ""  # what the platform needs for the ephemeral answer to a tap
    message_ref: str = ""  # the platform's id of this message, or of the tapped card
    reply_to: str = ""  # the platform's id of the message this one replies to
    phone: str = ""  # a shared contact's number, only if it is the sender's own
    foreign_contact: bool = False  # somebody else's contact was shared
    location: tuple[float, float] | None = None  # WGS 84 latitude, longitude in degrees
    edited: bool = False
    unknown: str = ""  # a kind of message we do not use: "sticker", "poll", …
    name: str = ""  # as the platform shows the sender, perhaps 王磊（磨矿车间）; for the admin's eyes only
    language: str = ""  # the platform's hint: "zh-hans", "en", …
    moved_to: str = ""
    group_title: str = ""


class Button(NamedTuple):
    """A label of at most 10 characters and data of at most 64 bytes: `verb:id:version`."""

    label: str
    data: str


class Select(NamedTuple):
    """A drop-down beside a card's buttons, of at most ten options of which one is shown as chosen.

    What is chosen instead is done before the button that is tapped then. A platform without drop-downs leaves it
    out, so it only saves taps; whatever it does can be done with buttons and words.
    """

    title: str  # at most 13 characters
    options: tuple[Button, ...]
    chosen: str  # the data of the option that is shown


class Message(NamedTuple):
    """What a person is to see: plain text with rows of buttons, or media with a caption.

    Text is never markup: a platform escapes what it must. A message with media has no buttons;
    a card's pictures travel beside it. Several photos with `sheet` become one contact sheet.
    """

    text: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    media: tuple[Media, ...] = ()
    sheet: bool = False
    labels: tuple[str, ...] = ()  # of a sheet's pictures: 整改前, 整改后
    ask_phone: str = ""  # label of a button that shares one's own phone number
    drop_keyboard: bool = False  # takes that button away again
    spent: str = ""  # stands where a card's buttons were, on platforms that can only grey them
    moot: bool = False  # a card's last words that nobody needs if the card itself cannot show them
    brief: str = ""  # two lines that will do where many buttons are a list and a card shows no more beside one
    select: Select | None = None
    submit: str = ""  # what the button says that sends what was chosen in such a list


def to_body(message: Message) -> dict[str, Any]:
    """The message as JSON values, for the outbox."""
    select = message.select
    chosen = {"select": [select.title, [[b.label, b.data] for b in select.options], select.chosen]} if select else {}
    return {**_looks(message), **chosen}


def _looks(message: Message) -> dict[str, Any]:
    return {
        "text": message.text,
        "buttons": [[[*button] for button in row] for row in message.buttons],  # named tuples take to_json long
        "media": [{k: v for k, v in m._asdict().items() if v} for m in message.media],
        "sheet": message.sheet,
        "labels": message.labels,
        "ask_phone": message.ask_phone,
        "drop_keyboard": message.drop_keyboard,
        "spent": message.spent,
    }


def from_body(body: dict[str, Any]) -> Message:
    """The message that `to_body` wrote."""
    title, options, chosen = body.get("select") or ("", [], "")
    select = Select(title, tuple(Button(label, data) for label, data in options), chosen) if options else None
    return Message(
        body["text"],
        tuple(tuple(Button(label, data) for label, data in row) for row in body["buttons"]),
        tuple(Media(**{**m, "kind": MediaKind(m["kind"]), "ref": m.get("ref", "")}) for m in body["media"]),
        body["sheet"],
        tuple(body["labels"]),
        body["ask_phone"],
        body["drop_keyboard"],
        body.get("spent", ""),
        select=select,
    )


def fingerprint(message: Message) -> str:
    """Equal for messages that look the same; what a list beside the buttons shows stands in the text, too."""
    return blake2b(to_json(_looks(message)), digest_size=16).hexdigest()
