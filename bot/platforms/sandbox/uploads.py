"""Reads what a page sends: small JSON, or files piece by piece."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from bot.platforms.sandbox.phones import NotPossible, Phones

SMALL = 64 * 1024
LARGEST = 20 * 1024 * 1024
MOST = 10  # files in one album
FIELDS = {"phone", "chat", "id", "text", "reply_to"}


async def small_json(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object of at most 64 kB. Raises NotPossible, HTTPRequestEntityTooLarge."""
    if request.content_type != "application/json":
        raise NotPossible("bad")
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise NotPossible("bad") from None
    if not isinstance(body, dict):
        raise NotPossible("bad")
    return body


async def _part(part: BodyPartReader, limit: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > limit:
            raise NotPossible("too_big")
    return bytes(data)


async def form(request: web.Request, phones: Phones, *, voice: bool) -> tuple[dict[str, str], list[Any]]:
    """A multipart body's fields and the records of its files, each of them already kept.

    Only one file at a time is in memory. Raises NotPossible, DiskFull.
    """
    if request.content_type != "multipart/form-data":
        raise NotPossible("bad")
    fields: dict[str, str] = {}
    files: list[dict[str, Any]] = []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise NotPossible("bad")
        if part.filename is None:
            if part.name not in FIELDS:
                raise NotPossible("bad")
            fields[part.name] = (await _part(part, SMALL)).decode("utf-8", "replace")
            continue
        if len(files) == (1 if voice else MOST):
            raise NotPossible("too_many")
        data = await _part(part, LARGEST)
        if not data:
            raise NotPossible("empty")
        files.append(await phones.keep(data, voice=voice))
    return fields, files
