"""Fetching what people sent: an address good for five minutes, and a key for that address alone."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import aiohttp

from bot.platforms.base import Failure
from bot.platforms.wecom.cipher import Forged, decrypt, key_of
from bot.trust import trusted
from handlers.message import Media

LIMIT = 20 * 1024 * 1024  # bytes, as on every platform
CONNECT, READ, WHOLE = 10.0, 15.0, 120.0  # seconds
TOO_BIG = "too_big"
LOST = "lost"


async def fetch(media: Media, proxy: str) -> bytes:
    """The bytes of a piece of media. Raises Failure: permanent `too_big` or `lost`, else temporary."""
    try:
        found = json.loads(media.ref)
        url, key = str(found["url"]), key_of(str(found["aeskey"]).rstrip("="))
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Failure(LOST, permanent=True) from None
    status, sealed = await _download(url, proxy)
    if status in {400, 401, 403, 404, 410}:  # the five minutes are over
        raise Failure(LOST, permanent=True)
    if status != 200:
        raise Failure(f"WeCom's file server answered {status}")
    try:
        return decrypt(key, sealed)
    except Forged:
        raise Failure(LOST, permanent=True) from None


async def _download(url: str, proxy: str) -> tuple[int, bytes]:
    timeout = aiohttp.ClientTimeout(total=WHOLE, sock_connect=CONNECT, sock_read=READ)
    parts = bytearray()
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, ssl=trusted(), proxy=proxy or None) as response,
        ):
            async for part in response.content.iter_chunked(65536):
                parts += part
                if len(parts) > LIMIT + 32:
                    raise Failure(TOO_BIG, permanent=True)
            return response.status, bytes(parts)
    except TimeoutError:
        raise Failure("WeCom's file server did not answer in time") from None
    except (aiohttp.ClientError, OSError, ValueError) as broken:
        # Their texts may hold the address, which is a secret for five minutes.
        raise Failure(f"WeCom's file server cannot be reached ({type(broken).__name__})") from None
