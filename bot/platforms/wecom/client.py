"""Calls to WeCom's API. The access token stands in the address alone, so no address is ever logged."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from bot.platforms.base import Failure
from bot.platforms.wecom.errors import ALL_STOPS, OK, RATE, STALE, Refused, Unclear, meaning
from bot.platforms.wecom.settings import WeComSettings
from bot.trust import trusted

log = logging.getLogger(__name__)

CONNECT = 5.0  # seconds, as all below
READ = 15.0
TRANSFER = 120.0
MARGIN = 300.0  # a token is renewed so long before it ends
LIFE = 7200.0
SHORTEST = 60.0
AT_ONCE = 2**20  # bytes that aiohttp writes without giving others a turn

Answer = dict[str, Any]


class TooBig(Exception):
    """The file is larger than we take."""


class Client:
    """One application's way to WeCom; every error leaves as Refused, Unclear or Failure, without a secret."""

    def __init__(self, settings: WeComSettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._base = settings.api_url.rstrip("/")
        self._monotonic = monotonic
        self._session: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()
        self._token = ""
        self._token_ends = 0.0
        # By path, "" for all: until then nothing is asked, since it would only make it worse.
        self._stopped: dict[str, tuple[float, Refused]] = {}

    async def call(self, path: str, body: Answer | None = None, **query: str | int) -> Answer:
        """A call with JSON, or a question without; the answer. Raises Failure."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
        return await self._call(path, data, query, {"Content-Type": "application/json"}, READ)

    async def upload(self, kind: str, name: str, data: bytes, mime: str) -> str:
        """The media_id of an uploaded file. Raises Failure."""
        boundary = "woodpecker0f7c1d3a9b5e"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="{name}"; '
            f"filelength={len(data)}\r\nContent-Type: {mime}\r\n\r\n"
        )
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = await self._call("media/upload", body, {"type": kind}, headers, TRANSFER)
        found = answer.get("media_id")
        if not isinstance(found, str) or not found:
            raise Failure("WeCom's answer to an upload makes no sense")
        return found

    async def download(self, media_id: str, limit: int) -> bytes:
        """A received file. Raises Failure, TooBig."""
        for again in (False, True):
            token = await self.token()
            kind, data = await self._send("GET", "media/get", {"media_id": media_id}, token, None, {}, TRANSFER, limit)
            if "json" not in kind and not kind.startswith("text/"):
                return data
            answer = _read(data)
            if _code(answer) in STALE and not again:
                self._forget(token)
                continue
            self._check("media/get", answer)
            break
        raise Failure("WeCom's answer to a download makes no sense")

    async def token(self) -> str:
        """The access token, asked for once by however many need it. Raises Failure."""
        async with self._lock:
            self._still_stopped("")
            if self._token and self._monotonic() < self._token_ends:
                return self._token
            query = {"corpid": self._settings.corp_id, "corpsecret": self._settings.secret}
            try:
                _, data = await self._send("GET", "gettoken", query, "", None, {}, READ)
                answer = _read(data)
            except Unclear as unclear:  # whatever the token was wanted for has not been done
                raise Failure(unclear.reason) from None
            self._check("", answer)
            token = answer.get("access_token")
            if not isinstance(token, str) or not token:
                raise Failure("WeCom's answer to gettoken makes no sense")
            life = float(answer.get("expires_in") or LIFE)
            self._token, self._token_ends = token, self._monotonic() + max(SHORTEST, life - MARGIN)
            return token

    async def close(self) -> None:
        """Closes the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _call(
        self, path: str, body: bytes | None, query: dict[str, str | int], headers: dict[str, str], read: float
    ) -> Answer:
        self._still_stopped(path)
        token = await self.token()
        answer = await self._ask(path, body, query, token, headers, read)
        if _code(answer) in STALE:
            self._forget(token)
            answer = await self._ask(path, body, query, await self.token(), headers, read)
        self._check(path, answer)
        return answer

    async def _ask(
        self,
        path: str,
        body: bytes | None,
        query: dict[str, str | int],
        token: str,
        headers: dict[str, str],
        read: float,
    ) -> Answer:
        method = "GET" if body is None else "POST"
        _, data = await self._send(method, path, query, token, body, headers if body is not None else {}, read)
        return _read(data)

    async def _send(
        self,
        method: str,
        path: str,
        query: dict[str, Any],
        token: str,
        body: bytes | None,
        headers: dict[str, str],
        read: float,
        limit: int = 1024 * 1024,
    ) -> tuple[str, bytes]:
        """Kind and bytes of what was answered. Raises Unclear, TooBig."""
        asked = {**query, "access_token": token} if token else query
        timeout = aiohttp.ClientTimeout(total=CONNECT + read, sock_connect=CONNECT)
        try:
            async with self._open().request(
                method,
                f"{self._base}/cgi-bin/{path}",
                params=asked,
                data=io.BytesIO(body) if body is not None and len(body) > AT_ONCE else body,
                headers=headers,
                timeout=timeout,
                proxy=self._settings.proxy or None,
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise Unclear(f"WeCom answered HTTP {response.status}")
                parts = bytearray()
                async for part in response.content.iter_chunked(65536):
                    parts += part
                    if len(parts) > limit:
                        raise TooBig
                return response.content_type, bytes(parts)
        except aiohttp.ClientConnectorError:
            raise Failure("WeCom cannot be reached") from None
        except TimeoutError:
            raise Unclear("WeCom did not answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as broken:
            # Their texts may hold the address, and with it the token.
            raise Unclear(f"the connection to WeCom broke ({type(broken).__name__})") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=16, ssl=trusted()), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    def _forget(self, token: str) -> None:
        if self._token == token:  # somebody else may have a newer one already
            self._token = ""

    def _check(self, path: str, answer: Answer) -> None:
        """Raises what an error code means, and remembers what must not be asked again for a while."""
        code = _code(answer)
        if code == OK:
            return
        failure = meaning(code, str(answer.get("errmsg", "")))
        if failure.setup or code == RATE:
            pause = failure.retry_after or 0.0
            log.log(
                logging.ERROR if failure.setup else logging.WARNING,
                "WeCom %s: %s; asked again in %.0f s",
                self._settings.code,
                failure.reason,
                pause,
            )
            if code in ALL_STOPS or code == RATE:
                self._stopped["" if code in ALL_STOPS else path] = (self._monotonic() + pause, failure)
        raise failure

    def _still_stopped(self, path: str) -> None:
        until, failure = self._stopped.get(path, (0.0, None))
        left = until - self._monotonic()
        if failure is not None and left > 0:
            again = meaning(failure.code)
            again.reason, again.retry_after = failure.reason, left
            raise again
        self._stopped.pop(path, None)


def _read(data: bytes) -> Answer:
    try:
        answer = json.loads(data)
    except ValueError:
        raise Unclear("WeCom's answer is not JSON") from None
    if not isinstance(answer, dict):
        raise Unclear("WeCom's answer makes no sense")
    return answer


def _code(answer: Answer) -> int:
    code = answer.get("errcode", OK)
    return code if isinstance(code, int) else OK
