"""Fetching what people sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.platforms.base import Failure
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.errors import TooBig
from handlers.message import Media

LIMIT = 20 * 1024 * 1024  # bytes: Telegram's own, and ours where one's own Bot API server gives more
TOO_BIG = "too_big"
LOST = "lost"
# Telegram has one sentence for a wrong file_id and for a file it cannot reach just now.
AGAIN = (1.0, 3.0)  # seconds


async def fetch(api: Api, media: Media, sleep: Callable[[float], Awaitable[None]]) -> bytes:
    """The bytes of a piece of media. Raises Failure: permanent `too_big` or `lost`, else temporary."""
    if media.size > LIMIT:
        raise Failure(TOO_BIG, permanent=True)
    for wait in AGAIN:
        try:
            return await _fetch_once(api, media)
        except Failure as failure:
            if failure.reason != LOST:
                raise
        await sleep(wait)
    return await _fetch_once(api, media)


async def _fetch_once(api: Api, media: Media) -> bytes:
    try:
        status, data = await api.download(await _path(api, media), LIMIT)
    except TooBig:
        raise Failure(TOO_BIG, permanent=True) from None
    if status in {400, 404, 410}:
        raise Failure(LOST, permanent=True)
    if status != 200:
        raise Failure(f"Telegram's file server answered {status}")
    return data


async def _path(api: Api, media: Media) -> str:
    try:
        found = await api.call("getFile", {"file_id": media.ref})
    except Failure as failure:
        if not failure.permanent:
            raise
        raise Failure(TOO_BIG if "too big" in failure.reason.lower() else LOST, permanent=True) from None
    path = found.get("file_path", "") if isinstance(found, dict) else ""
    # An absolute path comes from an own server in --local mode, whose files are not served.
    if not isinstance(path, str) or not path or path.startswith("/") or ".." in path.split("/"):
        raise Failure(LOST, permanent=True)
    return path
