"""Bytes to the Bot API and back.

What goes out with every message takes connections of its own; files, and everything through a proxy, aiohttp.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import aiohttp
from pydantic_core import from_json, to_json
from yarl import URL

from bot.platforms.base import Failure
from bot.platforms.telegram.connections import Connections
from bot.platforms.telegram.errors import TooBig
from bot.trust import trusted

AGENT = "Woodpecker"
CONNECT = 10.0  # seconds, as all below
READ = 15.0
DOWNLOAD = 120.0
JSON = {"Content-Type": "application/json"}
FLOOD_DEFAULT = 5.0  # when a 429 does not say how long

Answer = tuple[int, bytes]
"""Status and body."""


class Wire:
    """One bot's connections, made when first used; every error leaves as Failure, and none tells the address."""

    def __init__(self, proxy: str = "") -> None:
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None
        self._connections = Connections(AGENT)

    async def close(self) -> None:
        """Closes the connections."""
        await self._connections.close()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, url: str, parameters: dict[str, Any], read: float = READ) -> Answer:
        """A small call; `read` is in seconds. Raises Failure."""
        body = to_json(parameters)
        if self._proxy is not None:
            return await self.exchange("POST", url, body, JSON, timeout(CONNECT + read, CONNECT))
        with _broken():
            answer = await self._connections.post(url, body, connect=CONNECT, read=read)
        return _checked(*answer)

    async def exchange(
        self, method: str, url: str, body: Any, headers: dict[str, str], patience: aiohttp.ClientTimeout
    ) -> Answer:
        """Any call, with whatever body aiohttp takes. Raises Failure."""
        with _broken():
            async with self._open().request(
                method,
                _address(url),
                data=body,
                headers=headers,
                timeout=patience,
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                answer = response.status, await response.read()
        return _checked(*answer)

    async def download(self, url: str, limit: int) -> Answer:
        """Status and body of a file. Raises TooBig beyond `limit` bytes, Failure."""
        patience = aiohttp.ClientTimeout(total=DOWNLOAD, sock_connect=CONNECT, sock_read=READ)
        parts = bytearray()
        with _broken():
            async with self._open().get(url, timeout=patience, proxy=self._proxy, allow_redirects=False) as response:
                async for part in response.content.iter_chunked(65536):
                    parts += part
                    if len(parts) > limit:
                        raise TooBig
                return response.status, bytes(parts)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # aiohttp forgets idle connections after 15 s; Telegram closes them after 39 s.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=64, ssl=trusted()),
                headers={"User-Agent": AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding"),
            )
        return self._session


def decoded(payload: bytes) -> dict[str, Any]:
    """An answer's JSON object. Raises Failure."""
    try:
        answer = from_json(payload)
    except ValueError:  # which would hold people's words
        raise Failure("Telegram cannot be reached (the answer is not JSON)") from None
    if not isinstance(answer, dict):
        raise Failure("Telegram cannot be reached (the answer is not a JSON object)")
    return answer


@lru_cache(maxsize=64)
def timeout(total: float, connect: float) -> aiohttp.ClientTimeout:
    """For all of a call, and for its connection alone; seconds."""
    return aiohttp.ClientTimeout(total=total, sock_connect=connect)


@lru_cache(maxsize=256)
def _address(url: str) -> URL:
    """A method's address, taken apart once."""
    return URL(url)


@contextmanager
def _broken() -> Iterator[None]:
    """What a broken exchange means, without the address: with it the token would be told."""
    try:
        yield
    except TimeoutError:
        raise Failure("Telegram did not answer in time") from None
    except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as broken:
        raise Failure(f"Telegram cannot be reached ({type(broken).__name__})") from None


def _checked(status: int, payload: bytes) -> Answer:
    """The answer, unless it says what the bot library does not read as we do. Raises Failure."""
    if status == 429:
        seconds = _seconds(payload)
        raise Failure(f"Too Many Requests: retry after {seconds:g} s", retry_after=seconds)
    if status == 413:  # the library would have us try again
        raise Failure("the file is too large for Telegram", permanent=True)
    return status, payload


def _seconds(payload: bytes) -> float:
    try:
        return max(1.0, float(decoded(payload)["parameters"]["retry_after"]))
    except (Failure, ValueError, KeyError, TypeError):
        return FLOOD_DEFAULT
