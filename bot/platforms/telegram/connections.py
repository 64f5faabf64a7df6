"""Kept-alive connections for what goes to Telegram with every message: a small POST, a small answer.

The parsing is httptools' (what uvicorn and sanic stand on); around it is only what such a call needs: no cookies,
redirects, proxies, compression or streams. A call costs a third of what it costs through aiohttp's client, which
was the largest single item of a message's CPU time (docs/bench.md). All else still goes through aiohttp.
"""

from __future__ import annotations

import asyncio
from functools import cache, lru_cache
from ipaddress import ip_address

from httptools import HttpParserError, HttpResponseParser
from yarl import URL

from bot.trust import trusted

IDLE = 15.0  # seconds that a connection is kept for the next call; Telegram closes its end after 39 s
LARGEST = 16 << 20  # bytes of an answer: a hundred updates stay far below

Answer = tuple[int, bytes]


class Connections:
    """As many connections to each address as calls are under way; the caller sees to it that those are few."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._idle: dict[tuple[str, int, bool], list[_Connection]] = {}
        self._all: set[_Connection] = set()

    async def post(self, url: str, body: bytes, *, connect: float, read: float) -> Answer:
        """Status and body of the answer to JSON; times in seconds. Raises TimeoutError, or OSError if it broke."""
        address, head = _request(url, self._agent)
        connection = self._kept(address) or await self._open(address, connect)
        try:
            answer = await connection.ask(head % len(body) + body, read)
        except BaseException:  # half an answer may still be on its way: nobody else may get that
            connection.close()
            raise
        if connection.usable:
            self._idle.setdefault(address, []).append(connection)
        return answer

    async def close(self) -> None:
        """Hangs up; what is under way ends with an error. Returns once all sockets are closed."""
        self._idle.clear()
        gone = [connection.gone for connection in self._all]
        for connection in self._all:
            connection.close()
        if gone:
            await asyncio.wait(gone, timeout=1)

    def _kept(self, address: tuple[str, int, bool]) -> _Connection | None:
        kept = self._idle.get(address)
        while kept:
            connection = kept.pop()
            if connection.usable and connection.idle < IDLE:
                return connection
            connection.close()
        return None

    async def _open(self, address: tuple[str, int, bool], connect: float) -> _Connection:
        host, port, secure = address
        async with asyncio.timeout(connect):
            context = await asyncio.to_thread(trusted) if secure else None
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, host, port, ssl=context, happy_eyeballs_delay=_delay(host)
            )
        self._all.add(connection)
        connection.gone.add_done_callback(lambda _: self._all.discard(connection))
        return connection


@lru_cache(maxsize=256)
def _request(url: str, agent: str) -> tuple[tuple[str, int, bool], bytes]:
    """Where a call goes, and what stands before its body."""
    at = URL(url)
    if at.host is None or at.port is None:
        raise ValueError("not an address")  # it may hold the token: it is not named
    host = at.host if at.is_default_port() else f"{at.host}:{at.port}"
    head = (
        f"POST {at.raw_path_qs} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    )
    return (at.host, at.port, at.scheme == "https"), head.replace("%", "%%").encode() + b"%d\r\n\r\n"


@cache
def _delay(host: str) -> float | None:
    """Seconds that one of a name's addresses has before the next is tried as well; a number is the only one.

    asyncio's race leaves the socket that won open if it is cancelled at that moment.
    """
    try:
        ip_address(host)
    except ValueError:
        return 0.25
    return None


class _Connection(asyncio.Protocol):
    """One connection; one call at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._parser = HttpResponseParser(self)
        self._body = bytearray()
        self._since = 0.0
        self.usable = False  # whether it may take another call
        self.gone: asyncio.Future[None] = self._loop.create_future()  # done once the socket is closed

    @property
    def idle(self) -> float:
        """Seconds since its last answer."""
        return self._loop.time() - self._since

    async def ask(self, request: bytes, read: float) -> Answer:
        """Sends a request and waits for the whole answer. Raises TimeoutError, OSError."""
        assert self._transport is not None
        self.usable = False
        self._parser = HttpResponseParser(self)
        self._body = bytearray()
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._answer = answer
        alarm = self._loop.call_later(read, self._fail, TimeoutError())
        self._transport.write(request)
        try:
            return await answer
        finally:
            alarm.cancel()
            self._answer = None

    def close(self) -> None:
        """Hangs up."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The transport is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of an answer; anything that nobody asked for ends the connection."""
        if self._answer is None or self._answer.done():
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self._fail(ConnectionError("the answer is not HTTP"))

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side hung up."""
        self._fail(ConnectionResetError("the connection was closed"))
        if not self.gone.done():
            self.gone.set_result(None)

    def on_body(self, data: bytes) -> None:
        """The parser: part of the body."""
        self._body += data
        if len(self._body) > LARGEST:
            self._fail(ConnectionError("the answer is too long"))

    def on_message_complete(self) -> None:
        """The parser: the answer is whole."""
        if self._answer is not None and not self._answer.done():
            self._since = self._loop.time()
            self.usable = self._parser.should_keep_alive()
            self._answer.set_result((self._parser.get_status_code(), bytes(self._body)))
