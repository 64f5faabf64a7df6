"""Kept-alive connections for the small calls that every message makes.

A session of aiohttp can do everything and takes four times the processor for a sendMessage. Here is only what the
Bot API's JSON calls need: POST, a body of known length, an answer. Uploads, downloads and proxies stay with aiohttp.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

IDLE = 15.0  # seconds; Telegram closes idle connections after 39
AT_ONCE = 64
LARGEST = 8 * 1024 * 1024  # bytes of an answer
EYEBALLS = 0.25  # seconds until the next of a host's addresses is tried as well


class Broken(Exception):
    """The answer is no HTTP that we read."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes."""

    host: str
    port: int
    tls: bool
    start: bytes  # request line and the headers that do not change


@dataclass(slots=True)
class _Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float = 0.0


class Lines:
    """Connections that are used again, at most AT_ONCE at a time."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._idle: dict[tuple[str, int], list[_Line]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def post(self, url: str, body: bytes, connect: float, read: float) -> tuple[int, bytes]:
        """Status and body of the answer to a JSON object. Raises TimeoutError, OSError, EOFError, Broken.

        `connect` and `read` are seconds to wait.
        """
        target = _target(url, self._agent)
        async with self._slots:
            line = self._kept(target) or await _open(target, connect)
            again = False
            try:
                async with asyncio.timeout(read):
                    line.writer.write(b"%bContent-Length: %d\r\n\r\n%b" % (target.start, len(body), body))
                    status, payload, again = await _answer(line.reader)
            finally:
                if again:
                    line.used_at = time.monotonic()
                    self._idle.setdefault((target.host, target.port), []).append(line)
                else:  # also after a cancellation: the answer would be taken for the next call's
                    line.writer.transport.abort()
            return status, payload

    def _kept(self, target: Target) -> _Line | None:
        idle = self._idle.get((target.host, target.port), [])
        while idle:
            line = idle.pop()
            fresh = time.monotonic() - line.used_at < IDLE
            if fresh and not line.reader.at_eof() and not line.writer.is_closing():
                return line
            line.writer.transport.abort()
        return None

    async def close(self) -> None:
        """Ends all connections that nobody uses, without waiting for the other side."""
        for idle in self._idle.values():
            for line in idle:
                line.writer.transport.abort()
        self._idle.clear()
        await asyncio.sleep(0)


@lru_cache(maxsize=1024)
def _target(url: str, agent: str) -> Target:
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nUser-Agent: {agent}\r\n"
        "Accept: application/json\r\nContent-Type: application/json\r\n"
    )
    return Target(parts.hostname or "", parts.port or (443 if tls else 80), tls, head.encode("ascii"))


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


async def _open(target: Target, connect: float) -> _Line:
    async with asyncio.timeout(connect):
        reader, writer = await asyncio.open_connection(
            target.host, target.port, ssl=_trust() if target.tls else None, happy_eyeballs_delay=EYEBALLS
        )
    return _Line(reader, writer)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """Status, body, and whether the connection can be used again."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        version, status = head[:9], int(head[9:12])
        fields = head.lower()
        if not version.startswith(b"HTTP/1."):
            raise Broken
        again = version == b"HTTP/1.1 " and b"\r\nconnection: close" not in fields
        _, chunked, _ = fields.partition(b"\r\ntransfer-encoding:")
        if chunked:
            return status, await _chunks(reader), again
        _, sized, rest = fields.partition(b"\r\ncontent-length:")
        if not sized:
            return status, await _until_end(reader), False
        size = int(rest[: rest.index(b"\r")])
        if not 0 <= size <= LARGEST:
            raise Broken
        return status, await reader.readexactly(size), again
    except (ValueError, asyncio.LimitOverrunError):
        raise Broken from None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        if size < 0 or len(parts) + size > LARGEST:
            raise Broken
        parts += (await reader.readexactly(size + 2))[:-2]
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass  # trailers
    return bytes(parts)


async def _until_end(reader: asyncio.StreamReader) -> bytes:
    found = await reader.read(LARGEST + 1)
    parts = bytearray(found)
    while found and len(parts) <= LARGEST:
        found = await reader.read(LARGEST)
        parts += found
    if len(parts) > LARGEST:
        raise Broken
    return bytes(parts)
