"""What is made at the moment of sending: a month's picture, drawn in a child process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.child import Child, Fallen, NoChild

MODULE = "bot.paper_child"
LIMIT = 30.0  # seconds for one picture or one page of a workbook; a start on a busy machine takes some
REST = 60.0  # seconds until an idle child ends


class NotMade(Exception):
    """The picture or workbook could not be made; what was to be said with it can still be said."""


class NotTheirs(NotMade):
    """Whoever asked for it may not have it any more."""


class NothingThere(NotMade):
    """There is nothing to put into it: nobody misses it."""


class TooLarge(Exception):
    """It is larger than may be; `size` in bytes, in round numbers if it was only weighed."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


def child(cache: Path) -> Child:
    """A child process that draws and writes; `cache` is a folder for what it need not find out again."""
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return Child(MODULE, [str(REST), str(LIMIT)], LIMIT, {"MPLCONFIGDIR": str(cache), **one_thread})


async def ask(of: Child, work: str, blobs: Sequence[bytes] = (), **more: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Has the child do a piece of work. Raises NotMade."""
    try:
        head, made = await of.ask({"work": work, **more}, blobs)
    except (TimeoutError, Fallen, NoChild) as error:
        raise NotMade(f"{work}: {type(error).__name__}") from error
    if "reason" in head:
        raise NotMade(f"{work}: {head['reason']}")
    return head, made


class Papers:
    """Makes what a message names in place of a file that lies in the folder."""

    def __init__(self, cache: Path) -> None:
        self._drawing = child(cache)

    async def make(self, wanted: str) -> bytes:
        """The picture that the JSON of a piece of media asks for. Raises NotMade."""
        spec = json.loads(wanted)
        return await self.picture(str(spec["what"]), spec)

    async def picture(self, what: str, spec: dict[str, Any]) -> bytes:
        """A picture as PNG, from every word and number on it. Raises NotMade."""
        _, made = await ask(self._drawing, what, spec=spec)
        return made[0]

    async def close(self) -> None:
        """Ends the child at once."""
        await self._drawing.close()
