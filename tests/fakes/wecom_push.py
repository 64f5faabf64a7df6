"""The fake WeCom's callbacks: sealed and signed, each tried three times, again with another nonce."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import aiohttp

from bot.platforms.wecom.cipher import Cipher, key_of, sign
from tests.fakes.wecom_world import AES_KEY, AGENT, CORP, TOKEN, Raw, World

TRIES = 3
PATIENCE = 30.0  # seconds; WeCom has five, a loaded machine may take longer


@dataclass
class Callback:
    """One callback and what was answered to each try; 0 for no answer."""

    inner: bytes
    who: str
    statuses: list[int] = field(default_factory=list)
    done: bool = False

    @property
    def stored(self) -> bool:
        return 200 in self.statuses


class Pusher:
    """Posts callbacks, one at a time for each member unless `together`."""

    def __init__(self, world: World, changed: Callable[[], None]) -> None:
        self._world = world
        self._changed = changed
        self.hook = ""
        self.pause = 0.05  # seconds between tries
        self.together = False
        self.clock: Callable[[], float] = time.time
        self.callbacks: list[Callback] = []
        self.cipher = Cipher(TOKEN, key_of(AES_KEY), CORP)
        self._queues: dict[str, deque[Callback]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> int:
        return sum(not one.done for one in self.callbacks)

    def push(self, who: str, content: Raw, *, receiver: str = CORP) -> Callback:
        """Calls back with a message or event of a member."""
        common = {"ToUserName": receiver, "FromUserName": who, "CreateTime": int(self.clock()), "AgentID": AGENT}
        one = Callback(inner({**common, **content}), who.lower())
        self.callbacks.append(one)
        self.resend(one)
        return one

    def resend(self, one: Callback) -> None:
        """Calls back with the same content once more."""
        one.done = False
        queue = one.who if not self.together else f"{one.who}{len(self.callbacks)}"
        if queue not in self._queues:
            self._queues[queue] = deque()
            task = asyncio.ensure_future(self._serve(queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._queues[queue].append(one)

    async def verify(self) -> tuple[int, bytes]:
        """Asks as the console does when the address is saved; status and body."""
        sealed = self.cipher.seal(b"5927041286453")
        async with self._open().get(self.hook, params={**self.signed(sealed), "echostr": sealed}) as answer:
            body = await answer.read()
            self._world.verified = answer.status == 200 and body == b"5927041286453"
            return answer.status, body

    async def post(self, body: bytes, query: dict[str, str]) -> int:
        """Any request to the callback; the status."""
        try:
            patience = aiohttp.ClientTimeout(total=PATIENCE)
            async with self._open().post(self.hook, params=query, data=body, timeout=patience) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0

    def signed(self, sealed: str, nonce: str = "") -> dict[str, str]:
        """The query of a callback with this content."""
        stamp, nonce = str(int(time.time())), nonce or self._world.number("nonce")
        return {"msg_signature": sign(TOKEN, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce}

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    async def _serve(self, name: str) -> None:
        queue = self._queues[name]
        try:
            while queue:
                await self._deliver(queue.popleft())
        finally:
            del self._queues[name]

    async def _deliver(self, one: Callback) -> None:
        for _ in range(TRIES):
            sealed = self.cipher.seal(one.inner)
            status = await self.post(envelope(sealed), self.signed(sealed))
            one.statuses.append(status)
            self._changed()
            if status == 200:
                break
            await asyncio.sleep(self.pause)
        one.done = True
        self._changed()


def envelope(sealed: str) -> bytes:
    """The outer XML."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName>\n<AgentID><![CDATA[{AGENT}]]></AgentID>\n"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    ).encode()


def inner(content: Raw) -> bytes:
    """The inner XML; a list repeats its element."""
    return f"<xml>{_elements(content)}</xml>".encode(errors="replace")


def _elements(content: Raw) -> str:
    return "".join(
        f"<{name}>{_value(one)}</{name}>"
        for name, value in content.items()
        for one in (value if isinstance(value, list) else [value])
    )


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _elements(value)
    if isinstance(value, int):
        return str(value)
    return f"<![CDATA[{value}]]>" if "]]>" not in str(value) else escape(str(value))
