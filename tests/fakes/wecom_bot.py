"""A strict fake of WeCom's AI bot over its long connection, with the file server beside it.

In a test: `async with FakeWeComBot() as fake`, then `fake.phone("wanglei").text("…")`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.fakes.wecom_bot_commands import Call, Callback, Commands, Link
from tests.fakes.wecom_bot_phone import Conversation, Phone
from tests.fakes.wecom_bot_rules import No, need

Raw = dict[str, Any]
GOOD_FOR = 300.0  # seconds of a file's address


@dataclass
class Fault:
    """What goes wrong with a command: a code, no answer, or the line breaks before or after its effect."""

    code: int = 0
    silent: bool = False
    drop: str = ""


class FakeWeComBot:
    """One bot. `calls` holds every command; `muted` leaves pings unanswered."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, rate: bool = True) -> None:
        self.bot_id, self.secret = "aibTEST", "a-secret-of-nobody"
        self.clock = clock
        self.calls: list[Call] = []
        self.links: list[Link] = []
        self.chats: dict[str, Conversation] = {}
        self.commands = Commands(clock, self.chats, rate=rate)
        self.held: list[tuple[str, Raw]] = []  # callbacks while nobody is connected: WeCom keeps none
        self.muted = False
        self.url = ""
        self.opened = 0
        self.told = 0  # different callbacks that reached the bot
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._files: dict[str, tuple[bytes, float]] = {}
        self._bodies: list[Raw] = []
        self._count = 0
        self._change = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._sending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FakeWeComBot:
        app = web.Application()
        app.add_routes([web.get("/", self._serve), web.get("/media/{name}", self._serve_file)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for link in self.links:
            await link.socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- for tests

    def phone(self, userid: str) -> Phone:
        """A member of the company, who has not written to the bot yet."""
        known = self.chats.setdefault(userid, Phone(self, userid))
        assert isinstance(known, Phone)
        return known

    def group(self, chat: str) -> Conversation:
        """A group the bot is in."""
        return self.chats.setdefault(chat, Conversation(self, chat, group=True))

    def fault(self, cmd: str, *faults: Fault) -> None:
        """The next commands of this kind go wrong like this, one after the other."""
        self._faults[cmd].extend(faults)

    def made(self, cmd: str) -> list[Call]:
        """The commands of one kind."""
        return [call for call in self.calls if call.cmd == cmd]

    @property
    def refused(self) -> list[tuple[str, int]]:
        """Commands that were not liked."""
        return [(call.cmd, call.code) for call in self.calls if call.code]

    def next(self) -> int:
        """A new number."""
        self._count += 1
        return self._count

    def seconds(self) -> int:
        """The time that callbacks carry."""
        return int(time.time())

    def file(self, data: bytes) -> Raw:
        """Puts a file up for five minutes, sealed with a key of its own."""
        key, name = os.urandom(32), f"f{self.next()}"
        pad = 32 - len(data) % 32
        sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        self._files[name] = (sealer.update(data + bytes([pad]) * pad) + sealer.finalize(), self.clock())
        address = f"{self.url.replace('ws', 'http', 1)}/media/{name}"
        return {"url": address, "aeskey": base64.b64encode(key).decode().rstrip("=")}

    def callback(self, cmd: str, body: Raw, req_id: str = "") -> str:
        """Something happened: tells the bot, if it is connected; returns the req_id."""
        number = req_id or f"R{self.next()}"
        self.send(json.dumps({"cmd": cmd, "headers": {"req_id": number}, "body": body}, ensure_ascii=False))
        event = body.get("event", {})
        kind = event.get("eventtype", "message")
        task = event.get("template_card_event", {}).get("task_id", "")
        chat = body.get("chatid") or body["from"]["userid"]
        if self.live is not None:
            self.told += not any(body is known for known in self._bodies)
            self._bodies.append(body)
            self.live.callbacks[number] = Callback(kind, chat, self.clock(), task)
        else:
            self.held.append((cmd, body))
        return number

    def send(self, text: str) -> None:
        """A raw frame to whoever is subscribed."""
        if (live := self.live) is not None:
            task = asyncio.ensure_future(live.socket.send_str(text))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    @property
    def live(self) -> Link | None:
        """The connection that counts."""
        return next((link for link in reversed(self.links) if link.subscribed), None)

    async def end(self, how: str = "clean") -> None:
        """Ends the connection: "clean" (1000), "away" (1001), "error" (1011), or "abort"."""
        link = self.live
        assert link is not None
        self._remove(link)
        if how == "abort":
            assert link.request.transport is not None
            link.request.transport.abort()
            return
        codes = {"clean": WSCloseCode.OK, "away": WSCloseCode.GOING_AWAY, "error": WSCloseCode.INTERNAL_ERROR}
        await link.socket.close(code=codes[how])

    async def kick(self) -> None:
        """Another connection of this bot takes the place of the live one."""
        link = self.live
        assert link is not None
        self._remove(link)
        await _say_goodbye(link)

    def lose_subscription(self) -> None:
        """The socket stays open, but counts for nothing."""
        assert self.live is not None
        self.live.subscribed = False

    async def until(self, true: Callable[[], object], seconds: float = 30.0) -> None:
        """Waits until something holds."""
        async with asyncio.timeout(seconds):
            while not true():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.005):
                        await self._change.wait()

    # -- the server

    def _remove(self, link: Link) -> None:
        link.subscribed = False
        if link in self.links:
            self.links.remove(link)

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=4 << 20)
        await socket.prepare(request)
        link = Link(socket, request)
        self.links.append(link)
        self.opened += 1
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                frame = json.loads(message.data)
                call = Call(frame["cmd"], frame.get("body") or {}, frame["headers"]["req_id"])
                self.calls.append(call)
                await self._do(link, call)
                change, self._change = self._change, asyncio.Event()
                change.set()
        except (ConnectionError, RuntimeError):
            pass  # the bot is gone
        finally:
            self._remove(link)
        return socket

    async def _do(self, link: Link, call: Call) -> None:
        fault = self._faults[call.cmd].pop(0) if self._faults[call.cmd] else Fault()
        if fault.drop == "before":
            link.request.transport.abort()  # type: ignore[union-attr]
            return
        answer: Raw = {"headers": {"req_id": call.req_id}, "errcode": 0, "errmsg": "ok"}
        try:
            need(not fault.code, fault.code, "as ordered")
            if call.cmd == "aibot_subscribe":
                await self._subscribe(link, call.body)
            else:
                need(link.subscribed, 846609, "aibot websocket not subscribed")
                if found := self.commands.work(link, call):
                    answer["body"] = found
        except No as no:
            call.code = no.code
            answer.update(errcode=no.code, errmsg=no.said)
        if fault.drop == "after":
            link.request.transport.abort()  # type: ignore[union-attr]
        elif not fault.silent and not (self.muted and call.cmd == "ping"):
            await link.socket.send_str(json.dumps(answer))

    async def _subscribe(self, link: Link, body: Raw) -> None:
        need(set(body) == {"bot_id", "secret"}, 40058, "bot_id and secret")
        need((body["bot_id"], body["secret"]) == (self.bot_id, self.secret), 853000, "invalid bot_id or secret")
        need(not link.subscribed, 45009, "subscribed already")
        for other in [one for one in self.links if one.subscribed]:
            self._remove(other)
            await _say_goodbye(other)
        link.subscribed = True

    async def _serve_file(self, request: web.Request) -> web.Response:
        data, at = self._files.get(request.match_info["name"], (b"", -GOOD_FOR))
        if self.clock() - at > GOOD_FOR:
            return web.Response(status=403)
        name = 'attachment; filename="photo.jpg"'
        return web.Response(body=data, headers={"Content-Disposition": name})


async def _say_goodbye(link: Link) -> None:
    event = {"msgid": "BYE", "msgtype": "event", "event": {"eventtype": "disconnected_event"}}
    bye = {"cmd": "aibot_event_callback", "headers": {"req_id": "BYE"}, "body": event}
    await link.socket.send_str(json.dumps(bye))
    await link.socket.close()
