"""HTTP for python-telegram-bot: PTB's own HTTPXRequest costs 2-3 ms CPU a send.

What goes out with every message takes connections of its own; the rest, and everything through a proxy, aiohttp.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import aiohttp
from pydantic_core import from_json, to_json
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.platforms.telegram.connections import Connections

CONNECT = 10.0  # seconds, as all below
READ = 15.0
UPLOAD = 120.0  # a 10 MB photo over a slow line
DOWNLOAD = 120.0
AT_ONCE = 2**20  # bytes that aiohttp writes without giving others a turn
JSON = {"Content-Type": "application/json"}
FLOOD_DEFAULT = 5.0  # when a 429 does not say how long


class Flooded(TelegramError):
    """Telegram says 429; `seconds` to wait. (PTB's RetryAfter warns whenever it is made.)"""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Too Many Requests: retry after {seconds:g} s")
        self.seconds = seconds


class TooBig(Exception):
    """The file is larger than we take."""


@lru_cache(maxsize=256)
def _address(url: str) -> URL:
    """A method's address, taken apart once."""
    return URL(url)


@lru_cache(maxsize=64)
def _timeout(total: float, connect: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total, sock_connect=connect)


class AiohttpRequest(BaseRequest):
    """One ClientSession for all calls of one bot, made when first used; small calls have connections of their own."""

    __slots__ = ("_connections", "_proxy", "_session")

    def __init__(self, proxy: str = "") -> None:
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None
        self._connections = Connections(self.USER_AGENT)

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer when a call does not say."""
        return READ

    async def initialize(self) -> None:
        """Does nothing: a session belongs to a running loop and is made on first use."""

    async def shutdown(self) -> None:
        """Closes the connections."""
        await self._connections.close()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # aiohttp forgets idle connections after 15 s; Telegram closes them after 39 s.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=64),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding"),
            )
        return self._session

    async def call(self, url: str, parameters: dict[str, Any], read: float = READ) -> Any:
        """The raw `result` of a Bot API method. Raises TelegramError, or KeyError for a senseless answer."""
        body = to_json(parameters)
        if self._proxy is None:
            with _broken():
                answer = await self._connections.post(url, body, connect=CONNECT, read=read)
        else:
            answer = await self._exchange("POST", url, body, JSON, _timeout(CONNECT + read, CONNECT))
        status, payload = _checked(*answer)
        if status == 200:
            return self.parse_json_payload(payload)["result"]
        return await _Answered(status, payload).post(url)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body. Raises TimedOut, NetworkError, Flooded; none of them tells the address."""
        read = _given(read_timeout, READ)
        upload = request_data is not None and request_data.contains_files
        write = _given(write_timeout, UPLOAD) if upload else 0.0
        connect = _given(connect_timeout, CONNECT)
        body, headers = _encode(request_data)
        timeout = _timeout(connect + write + read, connect)
        return _checked(*await self._exchange(method, url, body, headers, timeout))

    async def _exchange(
        self, method: str, url: str, body: Any, headers: dict[str, str], patience: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        session = self._open()
        with _broken():
            async with session.request(
                method,
                _address(url),
                data=body,
                headers=headers,
                timeout=patience,
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        """Status and body of a file. Raises TooBig beyond `limit` bytes, TimedOut, NetworkError."""
        timeout = aiohttp.ClientTimeout(total=DOWNLOAD, sock_connect=CONNECT, sock_read=READ)
        parts = bytearray()
        try:
            async with self._open().get(url, timeout=timeout, proxy=self._proxy, allow_redirects=False) as response:
                async for part in response.content.iter_chunked(65536):
                    parts += part
                    if len(parts) > limit:
                        raise TooBig
                return response.status, bytes(parts)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as broken:
            raise NetworkError(type(broken).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict. Raises TelegramError; PTB's own would log the whole payload."""
        try:
            answer = from_json(payload)
        except ValueError:
            raise TelegramError("the answer is not JSON") from None
        if not isinstance(answer, dict):
            raise TelegramError("the answer is not a JSON object")
        return answer


class _Answered(BaseRequest):
    """An answer that is here already, for PTB to say what an error of the Bot API means."""

    __slots__ = ("_answer",)

    def __init__(self, status: int, payload: bytes) -> None:
        self._answer = status, payload

    @property
    def read_timeout(self) -> float | None:
        """Nothing is waited for."""
        return None

    async def initialize(self) -> None:
        """Does nothing."""

    async def shutdown(self) -> None:
        """Does nothing."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """The answer."""
        return self._answer

    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)


@contextmanager
def _broken() -> Iterator[None]:
    """What a broken exchange means, without the address: with it the token would be told."""
    try:
        yield
    except TimeoutError:
        raise TimedOut from None
    except (aiohttp.ClientError, OSError, ValueError) as broken:
        raise NetworkError(type(broken).__name__) from None


def _checked(status: int, payload: bytes) -> tuple[int, bytes]:
    """The answer, unless it says what PTB does not read as we do. Raises Flooded, BadRequest."""
    if status == 429:
        raise Flooded(_seconds(payload))
    if status == 413:  # PTB would have us try again
        raise BadRequest("the file is too large for Telegram")
    return status, payload


def _given(value: Any, default: float) -> float:
    return default if value is BaseRequest.DEFAULT_NONE or value is None else float(value)


def _encode(data: RequestData | None) -> tuple[Any, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return to_json(data.parameters), JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        large = isinstance(content, bytes) and len(content) > AT_ONCE
        body = io.BytesIO(cast(bytes, content)) if large else content
        form.add_field(name, body, filename=filename, content_type=mime)
    return form, {}


def _seconds(payload: bytes) -> float:
    try:
        return max(1.0, float(json.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, KeyError, TypeError):
        return FLOOD_DEFAULT
