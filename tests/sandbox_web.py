"""Talks to the sandbox's listener as its page does."""

import asyncio
import io
import json
from typing import Any

from aiohttp import ClientResponse, ClientSession, FormData

JPEG = b"\xff\xd8\xff\xe0" + b"a photo" * 20


async def send(web: ClientSession, **body: object) -> tuple[int, Any]:
    body = {"phone": "wang", "id": "key-0001"} | body
    async with web.post("/demo/send", json=body) as answer:
        return answer.status, await answer.json()


async def state(web: ClientSession) -> Any:
    async with web.get("/demo/state") as answer:
        return await answer.json()


def form(files: dict[str, bytes], **fields: str) -> FormData:
    data = FormData(quote_fields=False)
    for name, value in ({"phone": "wang", "id": "key-0001"} | fields).items():
        data.add_field(name, value)
    for name, content in files.items():
        data.add_field("file", io.BytesIO(content), filename=name)
    return data


async def event(answer: ClientResponse) -> tuple[str, str, Any]:
    """The next event of a stream: its kind, its id, its body."""
    lines: dict[str, str] = {}
    async with asyncio.timeout(30):
        async for raw in answer.content:
            line = raw.decode().rstrip("\n")
            if not line and "data" in lines:
                return lines["event"], lines.get("id", ""), json.loads(lines["data"])
            name, _, value = line.partition(": ")
            lines[name] = value
    raise AssertionError("the stream ended")
