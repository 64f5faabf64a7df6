"""The connections of small calls, against a server that plays what a network can do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from bot.platforms.telegram import connections
from bot.platforms.telegram.connections import Connections

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Plays `play` on every connection and counts them."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.connections = 0
        self.heard: list[bytes] = []
        self.asked = asyncio.Event()
        self.address = ""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._play(reader, writer)
        finally:
            writer.close()

    async def hears(self, reader: asyncio.StreamReader) -> bytes:
        """The next request, whole."""
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0]))
        self.heard.append(head + body)
        self.asked.set()
        return body


@asynccontextmanager
async def playing(play: Callable[[Server], Play]) -> AsyncIterator[tuple[Server, Connections]]:
    server: Server

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with_server = play(server)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await with_server(reader, writer)

    server = Server(serve)
    listening = await asyncio.start_server(server._serve, "127.0.0.1", 0)
    server.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    lines = Connections("the agent")
    try:
        yield server, lines
    finally:
        await lines.close()
        listening.close()
        await listening.wait_closed()


def answers(*parts: bytes) -> Callable[[Server], Play]:
    """A server that answers every request with these parts, one write each."""

    def of(server: Server) -> Play:
        async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                await server.hears(reader)
                for part in parts:
                    writer.write(part)
                    await writer.drain()

        return play

    return of


async def post(server: Server, lines: Connections, path: str = "/bot1:x/sendMessage", read: float = 30.0) -> object:
    return await lines.post(server.address + path, b'{"a":1}', connect=30.0, read=read)


async def test_a_request_is_what_http_wants_and_the_next_takes_the_same_connection() -> None:
    async with playing(answers(OK)) as (server, lines):
        assert [await post(server, lines) for _ in range(3)] == [(200, b"{}")] * 3
        assert server.connections == 1
        head, _, body = server.heard[0].partition(b"\r\n\r\n")
        first, *fields = head.split(b"\r\n")
        assert first == b"POST /bot1:x/sendMessage HTTP/1.1"
        assert dict(field.split(b": ", 1) for field in fields) == {
            b"Host": server.address.removeprefix("http://").encode(),
            b"User-Agent": b"the agent",
            b"Content-Type": b"application/json",
            b"Content-Length": b"7",
        }
        assert body == b'{"a":1}'


async def test_a_percent_sign_in_the_address_stays_one() -> None:
    async with playing(answers(OK)) as (server, lines):
        await post(server, lines, "/bot1:x%25d/getMe")
        assert server.heard[0].startswith(b"POST /bot1:x%25d/getMe HTTP/1.1\r\n")


async def test_calls_at_once_have_a_connection_each() -> None:
    async with playing(answers(OK)) as (server, lines):
        assert await asyncio.gather(*(post(server, lines) for _ in range(5))) == [(200, b"{}")] * 5
        assert server.connections == 5


CHUNKED = b"HTTP/1.1 429 Too Many Requests\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "parts, status, body",
    [
        ([OK[:20], OK[20:60], OK[60:]], 200, b"{}"),
        ([CHUNKED, b"3\r\n{\"a\r\n", b"4\r\n\":1}\r\n0\r\n\r\n"], 429, b'{"a":1}'),
        ([b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"], 502, b""),
    ],
)  # fmt: skip
async def test_an_answer_in_pieces(parts: list[bytes], status: int, body: bytes) -> None:
    async with playing(answers(*parts)) as (server, lines):
        assert [await post(server, lines) for _ in range(2)] == [(status, body)] * 2
        assert server.connections == 1


@pytest.mark.parametrize("last", [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", OK + b"more"])
async def test_a_connection_that_is_to_end_is_not_taken_again(last: bytes) -> None:
    async with playing(answers(last)) as (server, lines):
        assert await post(server, lines) == (200, b"{}")
        assert await post(server, lines) == (200, b"{}")
        assert server.connections == 2


async def test_a_connection_that_was_closed_meanwhile_is_not_taken_again() -> None:
    def once(server: Server) -> Play:
        async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.hears(reader)
            writer.write(OK)

        return play

    async with playing(once) as (server, lines):
        assert await post(server, lines) == (200, b"{}")
        while any(kept.usable for kept in next(iter(lines._idle.values()))):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
        assert await post(server, lines) == (200, b"{}")
        assert server.connections == 2


async def test_a_connection_that_lay_idle_too_long_is_not_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(answers(OK)) as (server, lines):
        await post(server, lines)
        monkeypatch.setattr(connections, "IDLE", -1.0)
        await post(server, lines)
        assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH\r\n\r\n", OK[:40], b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", b""],
    ids=["not http", "half a head", "half a body", "nothing"],
)
async def test_what_breaks_off_is_an_error_and_nobody_elses_answer(answer: bytes) -> None:
    def broken(server: Server) -> Play:
        async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.hears(reader)
            writer.write(answer if server.connections == 1 else OK)

        return play

    async with playing(broken) as (server, lines):
        with pytest.raises(OSError):
            await post(server, lines)
        assert await post(server, lines) == (200, b"{}")


async def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LARGEST", 1000)
    async with playing(answers(CHUNKED, *[b"100\r\n" + b"x" * 256 + b"\r\n"] * 20)) as (server, lines):
        with pytest.raises(ConnectionError):
            await post(server, lines)


def silent(server: Server) -> Play:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.hears(reader)
        if server.connections > 1:
            writer.write(OK)
        await reader.read()

    return play


async def test_who_does_not_answer_is_not_waited_for_for_ever() -> None:
    async with playing(silent) as (server, lines):
        with pytest.raises(TimeoutError):
            await post(server, lines, read=0.0)
        assert await post(server, lines) == (200, b"{}")


async def test_a_call_that_is_given_up_leaves_no_answer_behind() -> None:
    async with playing(silent) as (server, lines):
        call = asyncio.create_task(post(server, lines))
        await server.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await post(server, lines) == (200, b"{}")
        assert server.connections == 2


async def test_nobody_there_is_an_error_without_the_address() -> None:
    lines = Connections("x")
    with pytest.raises(OSError):
        await lines.post("http://127.0.0.1:1/bot1:secret/getMe", b"{}", connect=30.0, read=30.0)
    with pytest.raises(ValueError, match="not an address"):
        await lines.post("/bot1:secret/getMe", b"{}", connect=30.0, read=30.0)
