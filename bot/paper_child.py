"""The child process that draws pictures and writes workbooks, so that nobody's message waits for them.

It talks in frames (`bot/frames.py`), and ends by itself when idle or when its parent is gone.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.frames import Frame, serve


def _summary(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    from bot.summary_chart import drawn

    return {}, [drawn(head["spec"])]


def _certificate(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    from bot.certificate import drawn

    return {}, [drawn(head["spec"])]


_BOOKS: list[Any] = []  # the one that is being written


def _open(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    from bot.workbook import Book

    photos = Path(head["photos"]) if head["photos"] else None
    _BOOKS[:] = [Book(Path(head["path"]), head["sheets"], photos, apart=head["apart"])]
    return {}, []


def _rows(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    _BOOKS[0].rows(head["sheet"], head["rows"])
    return {}, []


def _close(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    _BOOKS.pop().close()
    return {}, []


def _form(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    from bot.form import fill

    fill(Path(head["path"]), head["values"], Path(head["target"]))
    return {}, []


WORK: Mapping[str, Callable[[dict[str, Any], Sequence[bytes]], Frame]] = {
    "summary": _summary,
    "certificate": _certificate,
    "form": _form,
    "book.open": _open,
    "book.rows": _rows,
    "book.close": _close,
}


def answered(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    """The work's result, or the kind of error and the line where it came up: never what somebody wrote."""
    try:
        return WORK[head["work"]](head, blobs)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return {"reason": f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"}, []


def main(rest: float, limit: float) -> None:
    """Works until idle for `rest` seconds, the parent is gone, or one piece takes well over `limit` seconds."""
    if hasattr(os, "nice"):
        os.nice(5)
    serve(answered, rest, limit)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(float(sys.argv[1]), float(sys.argv[2]))
