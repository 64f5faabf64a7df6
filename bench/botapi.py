"""A fake Bot API that costs as little as it can, and the phones it shows its messages on.

It checks nothing (the tests' fake is the strict one): it must never be what a measurement waits for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs

ME = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot", "can_join_groups": True}
SCREEN = 500  # messages that a phone remembers
PATIENCE = 20.0  # seconds until something that does not come ends the run


class Silence(Exception):
    """An answer or a button did not come."""


@dataclass(slots=True)
class Shown:
    """One message in a chat as it stands there now."""

    text: str
    labels: dict[str, str]  # label → data
    markup: Any = None


@dataclass(slots=True)
class Phone:
    """One account's private chat with one bot."""

    user: int
    name: str
    hook: str  # where this bot takes its updates
    shown: dict[int, Shown] = field(default_factory=dict)
    answered: asyncio.Future[float] | None = None  # when the first answer came
    hand: asyncio.Lock = field(default_factory=asyncio.Lock)  # one thing at a time is done on a phone
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self) -> None:
        """Something reached this person."""
        if self.answered is not None and not self.answered.done():
            self.answered.set_result(perf_counter())

    def show(self, number: int, params: dict[str, Any]) -> None:
        """A message, new or changed."""
        markup = params.get("reply_markup")
        rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
        labels = {button["text"]: button["callback_data"] for row in rows for button in row}
        self.shown.pop(number, None)  # the newest is what was touched last
        self.shown[number] = Shown(str(params.get("text", "")), labels, markup)
        if len(self.shown) > SCREEN:
            del self.shown[next(iter(self.shown))]
        self.changed.set()
        self.answer()

    def find(self, *labels: str) -> tuple[int, str] | None:
        """The newest message with one of these buttons: its number and the button's data."""
        for number in reversed(self.shown):
            for label in labels:
                data = self.shown[number].labels.get(label)
                if data is not None:
                    return number, data
        return None

    async def button(self, *labels: str) -> tuple[int, str]:
        """Waits until such a button is there. Raises Silence."""
        try:
            async with asyncio.timeout(PATIENCE):
                while (found := self.find(*labels)) is None:
                    self.changed.clear()
                    await self.changed.wait()
                return found
        except TimeoutError:
            seen = "\n".join(f"{s.text} {list(s.labels)}" for s in list(self.shown.values())[-3:])
            raise Silence(f"{self.name} has no button {'/'.join(labels)}; last seen:\n{seen}") from None


class BotApi:
    """Answers every method; `phones` by user id."""

    def __init__(self) -> None:
        self.phones: dict[int, Phone] = {}
        self.calls = 0
        self.numbers = 100
        self.server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listens on a free port of the loopback and returns the address."""
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: _Served(self.call), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def call(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a method."""
        self.calls += 1
        if method == "sendMessage":
            self.numbers += 1
            return self._shown(self.numbers, params)
        if method == "editMessageText":
            return self._shown(int(params["message_id"]), params)
        if method == "answerCallbackQuery":
            phone = self.phones.get(int(str(params["callback_query_id"]).partition("-")[0]))
            if phone is not None:
                phone.answer()
            return True
        return ME if method == "getMe" else [] if method == "getMyCommands" else True

    def _shown(self, number: int, params: dict[str, Any]) -> dict[str, Any]:
        user = int(params["chat_id"])
        phone = self.phones.get(user)
        if phone is not None:
            phone.show(number, params)
        chat = {"id": user, "type": "private", "first_name": "x"}
        return {"message_id": number, "date": 1_700_000_000, "chat": chat, "text": params.get("text", "")}


class _Served(asyncio.Protocol):
    """One kept-alive connection from the program under test."""

    def __init__(self, call: Callable[[str, dict[str, Any]], Any]) -> None:
        self._call = call
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            size = _length(head)
            if len(self._data) < end + 4 + size:
                return
            path = self._data[:end].split(b" ", 2)[1].decode()
            body = self._data[end + 4 : end + 4 + size]
            self._data = self._data[end + 4 + size :]
            result = self._call(path.rpartition("/")[2], _params(body))
            answer = json.dumps({"ok": True, "result": result}).encode()
            self._transport.write(  # type: ignore[attr-defined]
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (len(answer), answer)
            )


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def _params(body: bytes) -> dict[str, Any]:
    if not body or body.startswith(b"--"):
        return {}
    if body.startswith(b"{"):
        found: dict[str, Any] = json.loads(body)
        return found
    return {key: values[0] for key, values in parse_qs(body.decode()).items()}
