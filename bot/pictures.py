"""Opens other people's pictures, in a child process that may fall without harm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.child import Answer, Child, Fallen, NoChild

__all__ = ["BadPicture", "NoChild", "Picture", "Pictures"]

MAX_FILE = 20 << 20  # bytes; Telegram gives no larger ones either
MEMORY = 1 << 30  # bytes of address space; the worst seen at 40 megapixels is a WebP with 680 MB


class BadPicture(Exception):
    """The picture cannot be used: "too_big", "too_many_pixels", "unreadable" or "too_slow"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Picture(NamedTuple):
    """A picture made anew without metadata: JPEG of at most 1600 and 320 pixels a side, upright.

    `taken_at_ms` (UTC) and `has_gps` tell what the file said of itself; where it was taken is not kept.
    """

    full: bytes
    thumb: bytes
    width: int  # of `full`
    height: int
    taken_at_ms: int | None
    has_gps: bool


class Pictures:
    """Opens one picture at a time in one child, which starts when needed and ends when idle.

    `limit` is seconds per picture, `rest` seconds until an idle child ends, `memory` bytes.
    """

    def __init__(self, limit: float = 10, rest: float = 60, memory: int = MEMORY) -> None:
        self._child = Child("bot.picture_child", [str(memory), str(rest), str(limit)], limit)

    @property
    def pid(self) -> int | None:
        """The child's process id while one runs."""
        return self._child.pid

    async def clean(self, data: bytes) -> Picture:
        """The picture in `data` – JPEG, PNG, WebP or HEIF – made anew. Raises BadPicture, NoChild."""
        if len(data) > MAX_FILE:
            raise BadPicture("too_big")
        head, (full, thumb) = await self._ask({"work": "clean"}, [data], 2)
        return Picture(full, thumb, head["width"], head["height"], head["taken"], head["gps"])

    async def sheet(self, pictures: Sequence[bytes], labels: Sequence[str] = ()) -> bytes:
        """A JPEG of all the pictures, numbered from 1 or labelled; 2 to 12 look best.

        An unreadable picture is a grey tile. Raises ValueError for none at all, BadPicture, NoChild.
        """
        if not pictures:
            raise ValueError("a sheet of no pictures")
        _, (sheet,) = await self._ask({"work": "sheet", "labels": list(labels)}, pictures, 1)
        return sheet

    async def close(self) -> None:
        """Ends the child at once; whoever waits for a picture gets NoChild."""
        await self._child.close()

    async def _ask(self, head: dict[str, Any], blobs: Sequence[bytes], results: int) -> Answer:
        try:
            answer, made = await self._child.ask(head, blobs)
        except TimeoutError:
            raise BadPicture("too_slow") from None
        except Fallen:
            raise BadPicture("unreadable") from None
        if "reason" in answer:
            raise BadPicture(str(answer["reason"]))
        if len(made) != results:
            raise BadPicture("unreadable")
        return answer, made
