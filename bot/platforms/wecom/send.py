"""What a Message becomes on WeCom, part by part, and the sending of one part.

Words are sent as text, not as markdown: whoever uses WeCom through WeChat's plugin sees nothing of markdown, a text
shows the same lines, and what people write would have to be escaped.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bot.platforms.base import Failure, Upload
from bot.platforms.wecom import cards
from bot.platforms.wecom.client import Client
from bot.platforms.wecom.errors import NO_SUCH_MEDIA, Refused
from bot.platforms.wecom.text import split
from handlers.message import MediaKind, Message

IMAGE_BYTES = 5 * 1024 * 1024  # larger pictures go as files; WeCom's pages say 10 MB and 5 MB
VOICE_BYTES = 2 * 1024 * 1024
FILE_BYTES = 20 * 1024 * 1024
LARGEST = 20_000_000  # bytes of a file: 20 MB in whichever way WeCom counts them
SMALLEST = 6
UPLOADED = 500  # media_ids remembered
MEDIA_LIFE = 2 * 86_400.0  # seconds; WeCom keeps them for three days
CHECK = 60  # seconds; a repeat is compared with what was sent since the first try, and so much more
SUFFIXES = {
    "image/jpeg": "jpg", "image/png": "png", "audio/amr": "amr", "audio/ogg": "ogg", "video/mp4": "mp4",
    "text/csv": "csv", "application/pdf": "pdf", "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip


class Words(NamedTuple):
    """One text message."""

    text: str


class CardPart(NamedTuple):
    """One card; its task is unique for ever within the application."""

    message: Message
    task: str


class File(NamedTuple):
    """One picture, voice, video or file."""

    upload: Upload


Part = Words | CardPart | File


class Sent(NamedTuple):
    """What WeCom said to a message: its id, for a card the task, and the code that may change it."""

    ref: str
    code: str = ""


def plan(message: Message, uploads: Sequence[Upload]) -> tuple[Part, ...]:
    """The messages that make up one of ours: files first, a text that no card can hold whole, cards last."""
    files = [File(upload) for upload in uploads]
    if not message.buttons:
        return (*files, *map(Words, split(message.text)))
    words = []
    if not cards.fits(message):
        words = [Words(text) for text in split(message.text)]
        message = cards.headed(message)
    return (*files, *words, *(CardPart(one, new_task(one)) for one in cards.several(message)))


def same(one: Part, other: Part) -> bool:
    """Whether two parts show the same, whatever they are called."""
    if isinstance(one, CardPart) and isinstance(other, CardPart):
        return one.message == other.message
    return one == other


def new_task(message: Message) -> str:
    """A name for a card that was never used and never will be, whatever backup is restored."""
    return f"{cards.kind(message)}{secrets.token_hex(10)}"


class Outbound:
    """Sends parts to members of one application."""

    def __init__(self, client: Client, agent_id: int, monotonic: Callable[[], float]) -> None:
        self._client = client
        self._agent = agent_id
        self._monotonic = monotonic
        self._uploaded: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._uploading = asyncio.Lock()  # several officers get the same photo at the same moment

    async def send(self, chat: str, part: Part, repeat: int | None = None) -> Sent:
        """Sends one part; `repeat` is how many seconds ago it was tried without a clear result. Raises Failure."""
        body = {"touser": chat, "agentid": self._agent, **await self._content(part)}
        if repeat is not None:
            body |= {"enable_duplicate_check": 1, "duplicate_check_interval": repeat + CHECK}
        try:
            answer = await self._client.call("message/send", body)
        except Refused as refused:
            if isinstance(part, File) and refused.code == NO_SUCH_MEDIA:
                self._uploaded.pop(_name(part.upload), None)
                raise Failure("WeCom has forgotten a file of ours") from None
            raise
        for listed in ("invaliduser", "unlicenseduser"):
            if chat.lower() in str(answer.get(listed) or "").lower().split("|"):
                raise Failure(f"WeCom does not reach this member ({listed})", permanent=True, unreachable=True)
        if isinstance(part, CardPart):
            return Sent(part.task, str(answer.get("response_code") or ""))
        return Sent(str(answer.get("msgid") or "sent"))

    async def update(self, chat: str, task: str, code: str, message: Message) -> None:
        """Makes the card of this task and code look like `message`. Raises Failure."""
        card = cards.card(message, task)
        del card["task_id"]  # WeCom keeps the one it has
        body = {"userids": [chat], "agentid": self._agent, "response_code": code, "template_card": card}
        await self._client.call("message/update_template_card", body)

    async def grey(self, chat: str, task: str, code: str, spent: Message) -> None:
        """Greys the buttons of the card of this task and code, or locks its list. Raises Failure."""
        if task.startswith(cards.LIST) or spent.select is not None:
            await self.update(chat, task, code, spent)
            return
        body = {
            "userids": [chat],
            "agentid": self._agent,
            "response_code": code,
            "button": {"replace_name": cards.label(spent.spent or "…")},
        }
        await self._client.call("message/update_template_card", body)

    async def _content(self, part: Part) -> dict[str, Any]:
        if isinstance(part, Words):
            return {"msgtype": "text", "text": {"content": part.text}}
        if isinstance(part, CardPart):
            return {"msgtype": "template_card", "template_card": cards.card(part.message, part.task)}
        kind = _kind(part.upload)
        async with self._uploading:
            return {"msgtype": kind, kind: {"media_id": await self._media_id(part.upload, kind)}}

    async def _media_id(self, upload: Upload, kind: str) -> str:
        name, now = _name(upload), self._monotonic()
        if (known := self._uploaded.get(name)) and now < known[0] + MEDIA_LIFE:
            return known[1]
        if not SMALLEST <= len(upload.data) <= FILE_BYTES:
            raise Failure("WeCom takes no file of this size", permanent=True)
        shown = upload.media.name if upload.media.name.isascii() and upload.media.name else name
        found = await self._client.upload(kind, shown, upload.data, upload.media.mime or "application/octet-stream")
        self._uploaded[name] = (now, found)
        self._uploaded.move_to_end(name)
        if len(self._uploaded) > UPLOADED:
            self._uploaded.popitem(last=False)
        return found


def _kind(upload: Upload) -> str:
    kind, size, mime = upload.media.kind, len(upload.data), upload.media.mime
    if kind is MediaKind.PHOTO and size <= IMAGE_BYTES:
        return "image"
    if kind is MediaKind.VOICE and mime == "audio/amr" and size <= VOICE_BYTES:
        return "voice"
    if kind is MediaKind.VIDEO and size <= 2 * IMAGE_BYTES:
        return "video"
    return "file"


def _name(upload: Upload) -> str:
    """A file name in plain letters: WeCom's server is not to be trusted with others."""
    kind = upload.media.kind.value
    suffix = SUFFIXES.get(upload.media.mime, "jpg" if upload.media.kind is MediaKind.PHOTO else "bin")
    # Also what was made just now is known by what is in it: two sheets may be of one size.
    sha = upload.media.sha or hashlib.sha256(upload.data).hexdigest()
    return f"{kind}-{sha[:16]}.{suffix}"
