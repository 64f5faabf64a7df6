"""How people reach a plant that may be away: through the fake Telegram, or as the sandbox's page does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Protocol

import aiohttp

from tests.plant_process import Telegrams
from tests.plant_program import number_of


class Phones(Protocol):
    """How people reach the plant; every act returns once the chat service has it."""

    async def say(self, name: str, text: str) -> None: ...

    async def photos(self, name: str, pictures: list[bytes], text: str) -> None: ...

    async def tap(self, name: str, label: str) -> bool: ...

    async def waiting(self) -> int: ...


class TelegramPhones:
    """Phones at the fake Telegram, which keeps what they send while the program is away."""

    def __init__(self, telegram: Telegrams) -> None:
        self._telegram = telegram
        self._albums = 0

    async def _act(self, name: str, what: str, *args: Any, **options: Any) -> bool:
        return await self._telegram.act(number_of(name), name, what, *args, **options)

    async def say(self, name: str, text: str) -> None:
        assert await self._act(name, "text", text)

    async def photos(self, name: str, pictures: list[bytes], text: str) -> None:
        self._albums += 1
        album = f"a{self._albums}" if len(pictures) > 1 else ""
        for n, picture in enumerate(pictures):
            assert await self._act(name, "photo", picture, caption="" if n else text, album=album)

    async def tap(self, name: str, label: str) -> bool:
        return await self._act(name, "tap", label)

    async def waiting(self) -> int:
        found: int = (await self._telegram.look())["pending"]
        return found


class SandboxPhones:
    """Phones of the page: like it, they try the same again until it is taken."""

    def __init__(self, url: str, web: aiohttp.ClientSession) -> None:
        self._url = f"{url}/demo"
        self._web = web
        self._keys = 0
        self.taken = 0

    async def say(self, name: str, text: str) -> None:
        await self._until_taken("send", name, {"text": text}, [])

    async def photos(self, name: str, pictures: list[bytes], text: str) -> None:
        await self._until_taken("photos", name, {"text": text}, pictures)

    async def tap(self, name: str, label: str) -> bool:
        try:
            async with self._web.get(f"{self._url}/state") as answer:
                messages = (await answer.json())["messages"][f"p{number_of(name)}"]
        except (aiohttp.ClientError, OSError, ValueError, KeyError):
            return False
        for message in reversed(messages):
            for button in (b for row in message["buttons"] for b in row):
                if button["label"] == label:
                    await self._until_taken("tap", name, {"message": message["id"], "data": button["data"]}, [])
                    return True
        return False

    async def _until_taken(self, path: str, name: str, said: dict[str, Any], pictures: list[bytes]) -> None:
        self._keys += 1
        fields = {"phone": f"p{number_of(name)}", "id": f"key-{self._keys:06d}", **said}
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self._web.post(f"{self._url}/{path}", **_body(fields, pictures)) as answer:
                    if answer.status == 200:
                        self.taken += 1
                        return
                    assert answer.status >= 500, (answer.status, await answer.text())
            await asyncio.sleep(0.05)

    async def waiting(self) -> int:
        return 0


def _body(fields: dict[str, Any], pictures: list[bytes]) -> dict[str, Any]:
    if not pictures:
        return {"json": fields}
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    for picture in pictures:
        form.add_field("file", picture, filename="photo.jpg")
    return {"data": form}
