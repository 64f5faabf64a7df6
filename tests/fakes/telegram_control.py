"""The fake Telegram as a process of its own, for tests that kill the bot: acts and looks over HTTP.

`POST /control {"act": "text", "user": 7, "name": "王磊", "args": ["…"], "options": {…}}` lets a phone do
something (bytes as `{"base64": "…"}`); `{"act": "fault", "method": "sendMessage", "fault": {…}}` plans a fault.
`GET /control` tells all: `pending`, `updates` so far, `calls`, `messages` by chat, `queries`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import sys
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_phone import Phone
from tests.fakes.telegram_world import Fault


class Control:
    """The routes a test drives the process by."""

    def __init__(self, fake: FakeTelegram) -> None:
        self._fake = fake
        self._phones: dict[int, Phone] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control", self._act), web.get("/control", self._look)]

    async def _act(self, request: web.Request) -> web.Response:
        told = await request.json()
        if told["act"] == "fault":
            self._fake.fault(told["method"], Fault(**told["fault"]))
            return web.json_response({})
        phone = self._phone(int(told["user"]), told.get("name", "x"), told.get("language", "zh-hans"))
        args = [_bytes(value) for value in told.get("args", [])]
        options = {name: _bytes(value) for name, value in told.get("options", {}).items()}
        try:
            done = getattr(phone, told["act"])(*args, **options)
        except AssertionError as missing:
            return web.json_response({"error": str(missing)}, status=409)
        return web.json_response({"done": done if isinstance(done, int) else done.id})

    async def _look(self, request: web.Request) -> web.Response:
        world = self._fake.world
        calls = [
            {"method": call.method, "params": call.params, "status": call.status, "description": call.description}
            for call in self._fake.calls
        ]
        messages = {str(chat.id): list(chat.messages.values()) for chat in world.chats.values()}
        queries = [asdict(query) for query in world.queries.values()]
        told = {"pending": self._fake.pending, "calls": calls, "messages": messages, "queries": queries}
        told["updates"] = world.next_update - 1001
        return web.json_response(told)

    def _phone(self, number: int, name: str, language: str) -> Phone:
        if number not in self._phones:
            self._phones[number] = self._fake.phone(name, number=number, language=language)
        return self._phones[number]


def _bytes(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) and "base64" in value else value


async def serve(port: int, *, flood: bool) -> None:
    """Serves until the process ends; the first line of output is the address."""
    fake = FakeTelegram(flood=flood, push_delay=0.2)
    await fake.open(port, *Control(fake).routes())
    sys.stdout.write(f"{fake.url}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="a fake of Telegram's Bot API")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--flood", action="store_true", help="enforce the limits on sending")
    told = parser.parse_args()
    asyncio.run(serve(told.port, flood=told.flood))
