"""WeCom's callbacks: 200 only after the inbox has committed; what is not stored is sent again by WeCom."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.platforms.base import Accept, Delivery, NotStored
from bot.platforms.wecom import xml
from bot.platforms.wecom.cipher import Cipher, Forged
from bot.platforms.wecom.parse import delivery, parse
from bot.platforms.wecom.settings import WeComSettings
from bot.platforms.wecom.xml import BadXml, Tree

log = logging.getLogger(__name__)

QUIET = 60_000  # ms between two complaints in the log
Look = Callable[[Tree, Delivery], Awaitable[Delivery]]


class Callback:
    """Takes callbacks under `/wecom/{code}`; `last` is the time of the last one, ms UTC, 0 for never."""

    def __init__(self, settings: WeComSettings, cipher: Cipher, look: Look, clock: Callable[[], int]) -> None:
        self._settings = settings
        self._cipher = cipher
        self._look = look  # notes what a delivery brings besides, and adds what the directory knows
        self._clock = clock
        self._accept: Accept | None = None
        self.last = 0
        self._complained = 0

    def routes(self) -> list[web.RouteDef]:
        """What to mount in the web server."""
        path = self._settings.path
        return [web.get(path, self._verify, allow_head=False), web.post(path, self._take)]

    async def run(self, accept: Accept) -> None:
        """Hands deliveries to `accept` until cancelled; without it the route answers 503."""
        self._accept = accept
        try:
            await asyncio.Event().wait()
        finally:
            self._accept = None

    async def _verify(self, request: web.Request) -> web.Response:
        """The question that WeCom asks when the admin saves the address; the answer is exactly what was sealed."""
        sealed = request.query.get("echostr", "").replace(" ", "+")  # a proxy may have made a space of a plus
        try:
            return web.Response(body=self._opened(request, sealed), content_type="text/plain")
        except Forged as forged:
            return self._refuse(forged)

    async def _take(self, request: web.Request) -> web.Response:
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        try:
            sealed = xml.read(body).get("Encrypt")
            if not isinstance(sealed, str):
                raise BadXml("nothing sealed in it")
            inner = self._opened(request, sealed)
        except BadXml:
            return web.Response(status=400)
        except Forged as forged:
            return self._refuse(forged)
        try:
            told = xml.read(inner)
        except BadXml as bad:
            # WeCom sealed it, so asking for it again would bring the same.
            log.error("WeCom %s: a callback cannot be read (%s) and was left out", self._settings.code, bad)
            return web.Response(text="success")
        return await self._store(told)

    async def _store(self, told: Tree) -> web.Response:
        now = self._clock()
        self.last = now
        found = delivery(self._settings.enterprise, told, now)
        # Where people are and the like comes unasked for; it is not kept at all.
        if found is None or parse(found.raw) is None:
            return web.Response(text="success")
        try:
            if self._accept is None:
                raise NotStored
            await self._accept([await self._look(told, found)])
        except NotStored:
            return web.Response(status=503)
        except Exception:
            log.exception("WeCom %s: the inbox failed", self._settings.code)
            return web.Response(status=503)
        return web.Response(text="success")

    def _opened(self, request: web.Request, sealed: str) -> bytes:
        query = request.query
        values = (query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        self._cipher.check(*values, sealed)
        return self._cipher.open(sealed)

    def _refuse(self, forged: Forged) -> web.Response:
        now = self._clock()
        if now - self._complained >= QUIET:  # whoever forges must not fill the log
            self._complained = now
            log.warning("WeCom %s: a callback was refused: %s", self._settings.code, forged)
        return web.Response(status=403)


async def _body(request: web.Request) -> bytes | None:
    """The body, None if it is too long; never more than that is read."""
    if (request.content_length or 0) > xml.LIMIT:
        return None
    parts = bytearray()
    async for part in request.content.iter_chunked(65536):
        parts += part
        if len(parts) > xml.LIMIT:
            return None
    return bytes(parts)
