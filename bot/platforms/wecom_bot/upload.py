"""Files go up in pieces over the same connection; what was sent lately is not sent up again."""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.platforms.base import Failure, Upload
from bot.platforms.wecom_bot.line import Frame, Line
from handlers.message import MediaKind

PIECE = 512 * 1024  # bytes
PIECES = 100
SMALLEST = 5  # bytes
NAME = 256  # bytes
GOOD_FOR = 2.5 * 86_400  # seconds; WeCom keeps a file for three days
KEPT = 500
MEGA = 1024 * 1024
MOST = {"image": 2 * MEGA, "video": 10 * MEGA, "file": 20 * MEGA}  # an older page says 2 MB for pictures
SUFFIXES = {
    "image/jpeg": "jpg", "image/png": "png", "audio/ogg": "ogg", "video/mp4": "mp4", "text/csv": "csv",
    "application/pdf": "pdf", "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip


class Uploads:
    """Remembers by content what WeCom has; `room` waits until one more file may go up."""

    def __init__(self, line: Line, clock: Callable[[], float], room: Callable[[], Awaitable[None]]) -> None:
        self._line = line
        self._clock = clock
        self._room = room
        self._known: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    async def bring(self, upload: Upload) -> tuple[str, str]:
        """The message type and WeCom's id of the file. Raises Failure."""
        kind, key = _kind(upload), _key(upload)
        known = self._known.get(key)
        if known is None or self._clock() - known[1] > GOOD_FOR:
            await self._room()
            known = (await self._up(kind, upload), self._clock())
            self._known[key] = known
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return kind, known[0]

    def forget(self, upload: Upload) -> None:
        """WeCom did not take this file's id."""
        self._known.pop(_key(upload), None)

    async def _up(self, kind: str, upload: Upload) -> str:
        data = upload.data
        if len(data) < SMALLEST or len(data) > MOST[kind]:
            raise Failure("the file is too large or too small for WeCom", permanent=True)
        pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
        told: Frame = {
            "type": kind,
            "filename": _name(upload),
            "total_size": len(data),
            "total_chunks": len(pieces),
            "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        }
        number = _text(await self._line.ask("aibot_upload_media_init", told), "upload_id")
        for n, piece in enumerate(pieces):
            part = {"upload_id": number, "chunk_index": n, "base64_data": base64.b64encode(piece).decode()}
            await self._line.ask("aibot_upload_media_chunk", part)
        return _text(await self._line.ask("aibot_upload_media_finish", {"upload_id": number}), "media_id")


def _kind(upload: Upload) -> str:
    if upload.media.kind is MediaKind.PHOTO and len(upload.data) <= MOST["image"]:
        return "image"
    if upload.media.kind is MediaKind.VIDEO and len(upload.data) <= MOST["video"]:
        return "video"
    return "file"  # voices too: WeCom plays nothing but AMR


def _key(upload: Upload) -> tuple[str, str]:
    """Equal for what WeCom has already under this name."""
    return f"{_kind(upload)} {_name(upload)}", upload.media.sha or hashlib.sha256(upload.data).hexdigest()


def _name(upload: Upload) -> str:
    plain = f"{upload.media.kind.value}.{_suffix(upload)}"
    return upload.media.name if 0 < len(upload.media.name.encode()) <= NAME else plain


def _suffix(upload: Upload) -> str:
    return SUFFIXES.get(upload.media.mime, "jpg" if upload.media.kind is MediaKind.PHOTO else "bin")


def _text(answer: Frame, key: str) -> str:
    found = answer.get(key)
    if not isinstance(found, str) or not found:
        raise Failure("WeCom's answer to an upload makes no sense")
    return found
