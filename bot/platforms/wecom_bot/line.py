"""The long connection: one WebSocket, subscribed, kept alive, and made anew whenever it ends.

WeCom keeps one connection a bot: a second one cuts the first off. Whoever is cut off must not come back by
itself, or two programs would fight for ever; nor is a refused secret tried again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from bot.platforms.base import Failure
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.wecom_bot.errors import Kicked, Refused, Unsubscribed, failure_of
from bot.platforms.wecom_bot.settings import WeComBotSettings
from bot.trust import trusted

log = logging.getLogger(__name__)

ACK = 5.0  # seconds until a command counts as unanswered
BEAT = 30.0  # seconds between two of our own pings; the protocol's own bring 1002 and 1011 closes
MISSED = 2  # unanswered pings that mean a dead line
CONNECT = 15.0
CLOSING = 1.0  # seconds for the other side to say goodbye
FRAME = 4 * 1024 * 1024  # bytes
CALLBACKS = frozenset({"aibot_msg_callback", "aibot_event_callback"})
WAIT = 3.0  # seconds until a message that found no connection is tried again
STOPPED = 300.0

Frame = dict[str, Any]
Sleep = Callable[[float], Awaitable[None]]


class Line:
    """Frames in and commands out; `life` counts connections: what belongs to an earlier one is dead."""

    def __init__(self, settings: WeComBotSettings, *, sleep: Sleep, backoff: Backoff) -> None:
        self._settings = settings
        self._sleep = sleep
        self._backoff = backoff
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.subscribed = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Frame]] = {}
        self._broken = asyncio.Event()
        self.life = 0
        self.problem = ""  # what is wrong now, for the operator
        self.stopped = ""  # why it was given up

    async def run(self, heard: Callable[[Frame], None]) -> None:
        """Keeps a connection until cancelled, or until there is no use in another one."""
        while True:
            try:
                await self.once(heard)
            except Kicked:
                self._give_up("another program has connected as this bot; stop that one, then restart Woodpecker")
                return
            except Refused as refused:
                self._give_up(f"WeCom does not accept bot_id and secret ({refused.code}); correct them, then restart")
                return
            except Failure as failure:
                await self._trouble(failure.reason)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as broken:
                # Their texts may hold the proxy's password.
                await self._trouble(f"WeCom cannot be reached ({type(broken).__name__})")
            except Exception as error:
                log.exception("WeCom bot %s: an error of ours", self._settings.code)
                await self._trouble(f"what WeCom sends cannot be taken in ({type(error).__name__})")

    async def once(self, heard: Callable[[Frame], None], *, until: asyncio.Event | None = None) -> None:
        """One connection, from its opening to its end or until `until` is set.

        Raises Kicked, Refused, Failure, or what aiohttp raises.
        """
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT)
        # Environment variables with proxies are not looked at, cookies are not kept.
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            socket = await session.ws_connect(
                self._settings.ws_url,
                ssl=trusted(),
                proxy=self._settings.proxy or None,
                heartbeat=None,
                autoping=True,
                max_msg_size=FRAME,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSING),
            )
            try:
                await self._live(socket, heard, until or asyncio.Event())
            finally:
                self._over()
                await socket.close()

    async def _live(
        self, socket: aiohttp.ClientWebSocketResponse, heard: Callable[[Frame], None], until: asyncio.Event
    ) -> None:
        self._socket, self._broken = socket, asyncio.Event()
        self.life += 1
        tasks = [
            asyncio.create_task(self._listen(socket, heard)),
            asyncio.create_task(self._speak()),
            asyncio.create_task(self._broken.wait()),
            asyncio.create_task(until.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()
        if tasks[3] not in done:
            raise Failure("WeCom closed the connection" if tasks[0] in done else "the connection is dead")

    def _over(self) -> None:
        """Whatever waits for an answer gets none."""
        self._socket = None
        self.subscribed.clear()
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(Failure("the connection to WeCom broke"))
                future.exception()  # nobody may be waiting any more

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, heard: Callable[[Frame], None]) -> None:
        """Returns at the end of the connection, whatever ended it. Raises Kicked."""
        while True:
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(message.data, heard)
            elif message.type is not aiohttp.WSMsgType.BINARY:
                return

    def _take(self, text: str, heard: Callable[[Frame], None]) -> None:
        try:
            frame = json.loads(text, strict=False)  # people's words come with raw control characters
            req_id = str(frame["headers"]["req_id"])
        except (ValueError, KeyError, TypeError):
            log.warning("WeCom bot %s: a frame that makes no sense was left out", self._settings.code)
            return
        if "cmd" not in frame:
            future = self._waiting.pop(req_id, None)
            if future is not None and not future.done():
                future.set_result(frame)
            return
        if _is_goodbye(frame):
            raise Kicked
        if frame["cmd"] in CALLBACKS and isinstance(frame.get("body"), dict):
            self._backoff.reset()
            heard(frame)

    async def _speak(self) -> None:
        """Subscribes, then beats; returns when the line is dead. Raises Refused, Failure."""
        body = {"bot_id": self._settings.bot_id, "secret": self._settings.secret}
        await self._command("aibot_subscribe", body, "")
        self.subscribed.set()
        if self.problem:
            log.info("WeCom bot %s: connected again", self._settings.code)
            self.problem = ""
        missed = 0
        while missed < MISSED:
            await self._sleep(BEAT)
            try:
                await self._command("ping", None, "")
                missed = 0
                self._backoff.reset()
            except Unsubscribed:
                return
            except Failure:
                missed += 1

    async def ask(self, cmd: str, body: Frame, req_id: str = "") -> Frame:
        """Gives a command, with a callback's `req_id` to answer that, and returns what WeCom says to it.

        Raises Failure.
        """
        if not self.subscribed.is_set():
            why = self.stopped or self.problem or "not connected yet"
            raise Failure(f"WeCom bot: {why}", retry_after=STOPPED if self.stopped else WAIT, overall=True)
        try:
            return await self._command(cmd, body, req_id)
        except Unsubscribed:
            self._broken.set()  # the socket looks open, but nobody is at the other end
            raise

    async def _command(self, cmd: str, body: Frame | None, req_id: str) -> Frame:
        socket, own = self._socket, req_id or f"{cmd}_{secrets.token_hex(8)}"
        if socket is None or own in self._waiting:
            raise Failure("the connection to WeCom is busy or gone", retry_after=1.0)
        frame: Frame = {"cmd": cmd, "headers": {"req_id": own}}
        if body is not None:
            frame["body"] = body
        answered = self._waiting[own] = asyncio.get_running_loop().create_future()
        patience = asyncio.ensure_future(self._sleep(ACK))
        try:
            await socket.send_str(json.dumps(frame, ensure_ascii=False))
            await asyncio.wait({answered, patience}, return_when=asyncio.FIRST_COMPLETED)
            if not answered.done():
                raise Failure("WeCom did not answer in time")
            answer = answered.result()
        except (aiohttp.ClientError, OSError) as broken:
            raise Failure(f"the connection to WeCom broke ({type(broken).__name__})") from None
        finally:
            patience.cancel()
            self._waiting.pop(own, None)
        code = answer.get("errcode", 0)
        if code:
            raise failure_of(cmd, code, str(answer.get("errmsg", "")))
        found = answer.get("body")
        return found if isinstance(found, dict) else {}

    def _give_up(self, why: str) -> None:
        self.stopped = self.problem = why
        log.error("WeCom bot %s has stopped: %s", self._settings.code, why)

    async def _trouble(self, what: str) -> None:
        wait = self._backoff.next()
        self.problem = what
        log.warning("WeCom bot %s: %s; next try in %.1f s", self._settings.code, what, wait)
        await self._sleep(wait)


def _is_goodbye(frame: Frame) -> bool:
    body = frame.get("body")
    event = body.get("event") if isinstance(body, dict) else None
    return isinstance(event, dict) and event.get("eventtype") == "disconnected_event"
