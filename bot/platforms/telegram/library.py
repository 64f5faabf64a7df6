"""python-telegram-bot for what is seldom and intricate: uploads, the webhook, menus, and what an error means.

Its own HTTPXRequest costs 2-3 ms CPU a send, so it is given ours. Loading it takes a fifth of a second: nothing
else imports it or what stands on it, so that messages are taken before it is there (Api.library).
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import quote

import aiohttp
from pydantic_core import to_json
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from bot.platforms.base import Failure
from bot.platforms.telegram.errors import Hooked, Taken
from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.telegram.wire import CONNECT, JSON, READ, Answer, Wire, decoded, timeout

UPLOAD = 120.0  # seconds: a 10 MB photo over a slow line
AT_ONCE = 2**20  # bytes that aiohttp writes without giving others a turn
REASON = 300  # characters; a proxy's error page may be long


class Library:
    """One bot in the library's hands; every error leaves as Failure, Taken or Hooked and without the token."""

    def __init__(self, settings: TelegramSettings, wire: Wire) -> None:
        # At DEBUG it logs addresses with the token, and people's words.
        logging.getLogger("telegram").setLevel(logging.INFO)
        self._token = settings.token
        request = _OverWire(wire)
        self._bot = Bot(
            settings.token,
            base_url=settings.base_url,
            base_file_url=settings.file_url,
            request=request,
            get_updates_request=request,
        )

    @contextmanager
    def guarded(self) -> Iterator[Bot]:
        """The bot; turns every error of Telegram and of the way there into Failure, Taken or Hooked."""
        try:
            yield self._bot
        except TelegramError as error:
            raise self._meaning(error) from None
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Failure(f"Telegram's answer makes no sense ({type(error).__name__})") from None

    async def result(self, status: int, payload: bytes) -> Any:
        """The result in an answer to one of our own calls. Raises what its error means."""
        with self.guarded():
            return await _Answered(status, payload).post("")

    def _meaning(self, error: TelegramError) -> Exception:
        if isinstance(error.__cause__, Failure):  # the wire's own, wrapped
            return error.__cause__
        reason = self._scrub(str(error))
        if isinstance(error, ChatMigrated):
            return Failure("the group became a supergroup", moved_to=str(error.new_chat_id))
        if isinstance(error, Forbidden):
            return Failure(reason, permanent=True, unreachable=True)
        if isinstance(error, InvalidToken | EndPointNotFound):
            return Failure(f"Telegram does not accept this bot's token ({reason})", overall=True)
        if isinstance(error, Conflict):
            return Hooked() if "webhook" in reason.lower() else Taken()
        if isinstance(error, BadRequest):
            gone = "chat not found" in reason.lower()
            return Failure(reason, permanent=True, unreachable=gone)
        return Failure(f"Telegram cannot be reached ({reason})")

    def _scrub(self, text: str) -> str:
        """The text without the token, however it is written, and not too long."""
        for secret in (self._token, quote(self._token, safe="")):
            text = text.replace(secret, "***")
        return text[:REASON]


class _Ours(BaseRequest):
    """What the library asks of a way to Telegram, besides the way."""

    __slots__ = ()

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer when a call does not say."""
        return READ

    async def initialize(self) -> None:
        """Does nothing: the wire opens when first used."""

    async def shutdown(self) -> None:
        """Does nothing: the wire is not the library's to close."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict. Raises TelegramError; the library's own would log the whole payload."""
        try:
            return decoded(payload)
        except Failure as failure:
            raise TelegramError(failure.reason) from failure


class _OverWire(_Ours):
    __slots__ = ("_wire",)

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> Answer:
        """Status and body. Raises Failure."""
        read = _given(read_timeout, READ)
        upload = request_data is not None and request_data.contains_files
        write = _given(write_timeout, UPLOAD) if upload else 0.0
        connect = _given(connect_timeout, CONNECT)
        body, headers = _encode(request_data)
        return await self._wire.exchange(method, url, body, headers, timeout(connect + write + read, connect))


class _Answered(_Ours):
    """An answer that is here already."""

    __slots__ = ("_answer",)

    def __init__(self, status: int, payload: bytes) -> None:
        self._answer = status, payload

    async def do_request(self, *args: Any, **kwargs: Any) -> Answer:
        """The answer."""
        return self._answer


def _given(value: Any, default: float) -> float:
    return default if value is BaseRequest.DEFAULT_NONE or value is None else float(value)


def _encode(data: RequestData | None) -> tuple[Any, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return to_json(data.parameters), JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        large = isinstance(content, bytes) and len(content) > AT_ONCE
        body = io.BytesIO(cast(bytes, content)) if large else content
        form.add_field(name, body, filename=filename, content_type=mime)
    return form, {}
