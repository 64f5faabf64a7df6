"""What a child process and its parent say to each other, as the child reads and writes it.

A frame is the length of the head in 4 bytes, the head – a JSON object whose "sizes" are the lengths of the blobs –
and the blobs.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import sys
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

Frame = tuple[dict[str, Any], list[bytes]]


def read(source: int) -> Frame | None:
    """The next frame from a file descriptor; None once the parent is gone."""
    start = _exactly(source, 4)
    if start is None:
        return None
    text = _exactly(source, struct.unpack(">I", start)[0])
    head = json.loads(text or b"{}")
    blobs = [_exactly(source, size) for size in head.get("sizes", ())]
    return None if None in blobs else (head, [blob for blob in blobs if blob is not None])


def _exactly(source: int, size: int) -> bytes | None:
    """Unbuffered, for `idle` looks at the same descriptor."""
    got = bytearray()
    while len(got) < size:
        more = os.read(source, size - len(got))
        if not more:
            return None
        got += more
    return bytes(got)


def write(sink: BinaryIO, head: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Writes one frame."""
    text = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    sink.write(struct.pack(">I", len(text)) + text + b"".join(blobs))
    sink.flush()


def idle(source: int, seconds: float) -> bool:
    """Waits for a frame to begin; True if none does within `seconds`."""
    if sys.platform == "win32":
        return False
    return not select.select([source], [], [], seconds)[0]


def alarm(seconds: float) -> None:
    """Ends this process, deep in a decoder too, should the parent no longer be there to do it."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def serve(answered: Callable[[dict[str, Any], Sequence[bytes]], Frame], rest: float, limit: float) -> None:
    """Says that it is ready and answers until idle for `rest` seconds, or the parent is gone, or one takes too long."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    write(sink, {"ready": True})
    pause = limit  # whoever started it is about to ask
    while not idle(0, pause):
        frame = read(0)
        if frame is None:
            return
        alarm(limit + 2)
        write(sink, *answered(*frame))
        alarm(0)
        pause = rest
