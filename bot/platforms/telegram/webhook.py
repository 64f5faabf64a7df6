"""Updates by webhook: 200 only after the inbox has committed."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.platforms.base import Accept, Failure, NotStored
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.parse import delivery
from bot.platforms.telegram.poll import ALLOWED
from bot.platforms.telegram.settings import TelegramSettings

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY = 1024 * 1024  # bytes; a long text with its entities stays far below
RETRY_AFTER = "2"  # seconds; Telegram obeys it


class Webhook:
    """Takes updates under `/telegram/{code}`; `last_update` is the time of the last one, ms UTC."""

    def __init__(
        self,
        settings: TelegramSettings,
        api: Api,
        prepare: Callable[[], Awaitable[None]],
        *,
        clock: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]],
        backoff: Backoff,
    ) -> None:
        self._settings = settings
        self._api = api
        self._prepare = prepare  # asks who we are; raises Failure
        self._clock = clock
        self._sleep = sleep
        self._backoff = backoff
        self._secret = settings.webhook_secret or secrets.token_urlsafe(32)
        self._accept: Accept | None = None
        self._replies: dict[str, dict[str, Any]] = {}  # by tap: the method that rides on the response to it
        self.last_update = 0
        self.problem = ""  # what is wrong now, for the operator

    def routes(self) -> list[web.RouteDef]:
        """What to mount in the web server."""
        return [web.post(self._settings.hook_path, self._handle)]

    def reply(self, tap: str, method: str, parameters: dict[str, Any]) -> bool:
        """Has a method ride on the response to a tap's delivery; False if that has gone already.

        Telegram tells nothing of what came of it: only for what nobody waits for. It spares a call.
        """
        if tap not in self._replies:
            return False
        self._replies[tap] = {"method": method, **parameters}
        return True

    async def run(self, accept: Accept) -> None:
        """Hands updates to `accept` until cancelled; without it the route answers 503."""
        self._accept = accept
        try:
            await asyncio.Event().wait()
        finally:
            self._accept = None

    async def register(self) -> None:
        """Tells Telegram where to send updates; tries until it works. The server must listen already."""
        while True:
            try:
                await self._prepare()
                with (await self._api.library()).guarded() as bot:
                    await bot.set_webhook(self._settings.hook_url, allowed_updates=ALLOWED, secret_token=self._secret)
            except Failure as failure:
                wait = self._backoff.next(failure.retry_after or 0.0)
                self.problem = f"the webhook cannot be set ({failure.reason})"
                log.warning("Telegram %s: %s; next try in %.1f s", self._settings.code, self.problem, wait)
                await self._sleep(wait)
            else:
                self._backoff.reset()
                self.problem = ""
                return

    async def _handle(self, request: web.Request) -> web.Response:
        if not self._is_telegram(request):
            return web.Response(status=403)
        body = await self._body(request)
        if body is None:
            return web.Response(status=413)
        try:
            update = json.loads(body)
        except ValueError:
            return web.Response(status=400)
        return await self._take(update)

    async def _take(self, update: Any) -> web.Response:
        now = self._clock()
        taken = delivery(self._settings.enterprise, update, now)
        if taken is None:
            log.warning("Telegram %s: an update without a number was left out", self._settings.code)
            return web.Response()
        tap = _tap(update)
        if tap:
            self._replies[tap] = {}
        try:
            if self._accept is None:
                raise NotStored
            await self._accept([taken])
        except NotStored:
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        except Exception:
            log.exception("Telegram %s: the inbox failed", self._settings.code)
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        finally:
            reply = self._replies.pop(tap, None)
        self.last_update = now
        return web.json_response(reply) if reply else web.Response()

    def _is_telegram(self, request: web.Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(given.encode(errors="replace"), self._secret.encode())

    async def _body(self, request: web.Request) -> bytes | None:
        """The body, None if it is too long; never more than that is read."""
        if (request.content_length or 0) > BODY:
            return None
        parts = bytearray()
        async for part in request.content.iter_chunked(65536):
            parts += part
            if len(parts) > BODY:
                return None
        return bytes(parts)


def _tap(update: dict[str, Any]) -> str:
    query = update.get("callback_query")
    return str(query.get("id", "")) if isinstance(query, dict) else ""
