"""The small calls' own connections, against a server that answers in every way HTTP allows, and some it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.platforms.telegram import line
from bot.platforms.telegram.line import Broken, Lines

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Answers each request with the next of what is to be said; hangs up where that is None."""

    def __init__(self) -> None:
        self.says: list[bytes | None] = []
        self.heard: list[bytes] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().split(b"content-length: ")[1].split(b"\r")[0])
                self.heard.append(head + await reader.readexactly(size))
                said = self.says.pop(0)
                if said is None:
                    break
                writer.write(said)
                if b"\r\n" not in said[-4:] and b"-Length" not in said and b"chunked" not in said:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot1:a/sendMessage"
    yield server
    listening.close()
    await asyncio.sleep(0)


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    lines = Lines("test")
    yield lines
    await lines.close()


async def test_one_connection_takes_one_call_after_the_other(server: Server, lines: Lines) -> None:
    server.says = [OK, OK]
    for _ in range(2):
        assert await lines.post(server.url, b'{"a": 1}', 5, 5) == (200, b"{}")
    assert server.connections == 1
    assert server.heard[1].startswith(b"POST /bot1:a/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:")
    assert server.heard[1].endswith(b'Content-Length: 8\r\n\r\n{"a": 1}')


async def test_calls_at_the_same_moment_do_not_wait_for_each_other(server: Server, lines: Lines) -> None:
    server.says = [OK] * 3
    await asyncio.gather(*(lines.post(server.url, b"{}", 5, 5) for _ in range(3)))
    assert server.connections == 3


@pytest.mark.parametrize(
    "said,answer",
    [
        (b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno", (400, b"no")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", (200, b"abc")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nLate: 1\r\n\r\n", (200, b"a")),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\nuntil the end", (502, b"until the end")),
    ],
)
async def test_every_way_to_end_an_answer_is_understood(
    server: Server, lines: Lines, said: bytes, answer: tuple[int, bytes]
) -> None:
    server.says = [said]
    assert await lines.post(server.url, b"{}", 5, 5) == answer


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH\r\n\r\nxxxxxxxx",
        b"HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nab\r\n",
    ],
)
async def test_what_is_no_answer_is_refused(server: Server, lines: Lines, said: bytes) -> None:
    server.says = [said, OK]
    with pytest.raises(Broken):
        await lines.post(server.url, b"{}", 5, 5)
    assert await lines.post(server.url, b"{}", 5, 5) == (200, b"{}")
    assert server.connections == 2


@pytest.mark.parametrize("said", [None, b"HTTP/1.1 200 OK\r\nConte", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"])
async def test_an_answer_that_breaks_off_is_an_error(server: Server, lines: Lines, said: bytes | None) -> None:
    server.says = [said]
    with pytest.raises((EOFError, OSError, TimeoutError)):
        await lines.post(server.url, b"{}", 5, 0.05)


async def test_a_connection_that_is_to_be_closed_is_not_used_again(server: Server, lines: Lines) -> None:
    server.says = [OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), OK]
    for _ in range(2):
        assert (await lines.post(server.url, b"{}", 5, 5))[0] == 200
    assert server.connections == 2


async def test_an_old_connection_is_not_trusted(server: Server, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    server.says = [OK, OK]
    await lines.post(server.url, b"{}", 5, 5)
    monkeypatch.setattr(line, "IDLE", 0.0)
    await lines.post(server.url, b"{}", 5, 5)
    assert server.connections == 2


async def test_an_answer_that_comes_too_late_is_nobodys(server: Server, lines: Lines) -> None:
    server.says = [b"HTTP/1.1 100", OK]
    with pytest.raises((TimeoutError, EOFError)):
        await lines.post(server.url, b"{}", 5, 0.05)
    assert await lines.post(server.url, b"{}", 5, 5) == (200, b"{}")


async def test_nobody_there_is_an_error(lines: Lines) -> None:
    with pytest.raises(OSError):
        await lines.post("http://127.0.0.1:1/x", b"{}", 5, 5)
