"""Updates as Telegram posts them to a webhook, over a few kept-alive connections."""

from __future__ import annotations

import asyncio
import json
import time
from time import perf_counter
from typing import Any

from bench.botapi import PATIENCE, Phone, Silence

SECRET = "bench-secret"


class Hooks:
    """Delivers to one program; counts what was delivered and notes how long the first answer took."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[_Line] = []
        self._lines: list[_Line] = []
        # Above those of an earlier run on the same data: a number that was there before changes nothing.
        self._update = time.time_ns() // 1_000_000
        self.delivered = 0
        self.waits: list[float] = []  # seconds from the delivery to the first answer

    async def say(self, phone: Phone, text: str) -> None:
        """A person sends a text and is answered."""
        async with phone.hand:
            self._update += 1
            message = {"message_id": self._update, "from": _user(phone), "text": text, **_where(phone)}
            await self._deliver(phone, {"update_id": self._update, "message": message})

    async def tap(self, phone: Phone, *labels: str) -> None:
        """A person taps the newest button with one of these labels, as soon as it is there, and is answered."""
        async with phone.hand:
            number, data = await phone.button(*labels)
            self._update += 1
            shown = phone.shown[number]
            shown.labels = {}  # nobody taps the same button twice
            card = {
                "message_id": number,
                "from": {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"},
                "text": shown.text,
                "reply_markup": shown.markup,
                **_where(phone),
            }
            query = {
                "id": f"{phone.user}-{self._update}",
                "from": _user(phone),
                "message": card,
                "chat_instance": "1",
                "data": data,
            }
            await self._deliver(phone, {"update_id": self._update, "callback_query": query})

    async def _deliver(self, phone: Phone, update: dict[str, Any]) -> None:
        body = json.dumps(update).encode()
        phone.answered = asyncio.get_running_loop().create_future()
        begun = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, reply = await self._post(phone.hook, body)
                if status != 200:
                    raise Silence(f"the webhook answered {status}")
                if reply:  # a method that rides on the response
                    phone.answer()
                answered = await phone.answered
        except TimeoutError:
            said = update.get("message", {}).get("text") or update["callback_query"]["data"]
            raise Silence(f"{phone.name} got no answer to {said!r}") from None
        self.waits.append(answered - begun)
        self.delivered += 1

    async def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        line = self._free.pop() if self._free else await self._connect()
        try:
            return await line.post(path, body)
        finally:
            self._free.append(line)

    async def _connect(self) -> _Line:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(_Line, "127.0.0.1", self._port)
        self._lines.append(line)
        return line

    def close(self) -> None:
        """Ends the connections."""
        for line in self._lines:
            line.close()


class _Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._data = b""
        self._done: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """The status and the body."""
        self._done = asyncio.get_running_loop().create_future()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)  # type: ignore[attr-defined]
        return await self._done

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, found, rest = self._data.partition(b"\r\n\r\n")
        if not found:
            return
        _, _, length = head.lower().partition(b"content-length:")
        if len(rest) >= int(length.split(b"\r\n", 1)[0] or 0):
            self._data = b""
            if self._done is not None and not self._done.done():
                self._done.set_result((int(head.split(b" ", 2)[1]), rest))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(Silence("the program closed the connection"))

    def close(self) -> None:
        """Hangs up."""
        self._transport.close()


def _user(phone: Phone) -> dict[str, Any]:
    return {"id": phone.user, "is_bot": False, "first_name": phone.name, "language_code": "zh-hans"}


def _where(phone: Phone) -> dict[str, Any]:
    return {"date": int(time.time()), "chat": {"id": phone.user, "first_name": phone.name, "type": "private"}}
