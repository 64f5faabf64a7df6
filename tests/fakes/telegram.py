"""A strict fake of Telegram's Bot API over HTTP: `/bot{token}/{method}` and `/file/bot{token}/{path}`.

In a test: `async with FakeTelegram() as fake`, then `fake.phone("王磊").text("…")`; as a process: `telegram_control`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.fakes.telegram_flood import Flood
from tests.fakes.telegram_hook import Pusher
from tests.fakes.telegram_methods import DOWNLOAD, METHODS
from tests.fakes.telegram_phone import Group, Phone
from tests.fakes.telegram_world import Call, Chat, Fault, Raw, Refused, World, bad

__all__ = ["Call", "FakeTelegram", "Fault", "Group", "Phone"]

TOKEN = "123456:AAtest-token_of_nobody"
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HOOK_ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
NESTED = {"reply_markup", "media", "allowed_updates", "commands", "scope", "link_preview_options"}


class FakeTelegram:
    """One bot's Telegram. `calls` holds every request; `flood=True` enforces the sending limits."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "woodpecker_test_bot",
        flood: bool = False,
        clock: Callable[[], float] = time.monotonic,
        push_delay: float = 0.02,
    ) -> None:
        self.world = World(token, username)
        self.calls: list[Call] = []
        self.pusher = Pusher(self.world, self._changed, push_delay)
        self.url = ""
        self._clock = clock
        self._flood = Flood(clock) if flood else None
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._change = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._allowed = ["message", "edited_message", "callback_query", "my_chat_member"]
        self._runner: web.AppRunner | None = None
        self._people = 0

    async def __aenter__(self) -> FakeTelegram:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self, port: int = 0, *routes: web.RouteDef) -> None:
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.add_routes(
            [
                web.route("*", "/bot{token:[^/]+}/{method}", self._serve),
                web.get("/file/bot{token:[^/]+}/{path:.+}", self._serve_file),
                *routes,
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        await self.pusher.stop()
        if self._poller is not None and not self._poller.done():
            self._poller.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- for tests

    def phone(self, name: str, *, number: int = 0, language: str = "zh-hans") -> Phone:
        """A person who is on Telegram but has not written to the bot yet."""
        self._people += 1
        return Phone(self, number or 5_000_000_000 + self._people, name, language)

    def group(self, title: str) -> Group:
        """A group the bot is not in yet."""
        self._people += 1
        return Group(self, -100 - self._people, title)

    def fault(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` ("file" for downloads) go wrong like this, one after the other."""
        self._faults[method].extend(faults)

    def push(self, kind: str, content: Raw) -> int:
        """A new update; returns its id."""
        number = self.world.push(kind, content)
        self._changed()
        return number

    def member(self, chat: Chat, by: Raw, now: str) -> int:
        """The bot's own membership in a chat changes."""
        was = "member" if now == "kicked" else "kicked"
        states = {
            "old_chat_member": {"user": self.world.me, "status": was},
            "new_chat_member": {"user": self.world.me, "status": now},
        }
        return self.push("my_chat_member", {"chat": chat.raw(), "from": by, "date": self.world.tick(), **states})

    def made(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    async def until(self, true: Callable[[], object], seconds: float = 30.0) -> None:
        """Waits until something holds; looks at every call and update, and for what is outside, often."""
        async with asyncio.timeout(seconds):
            while not true():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.005):  # wait_for can swallow a cancellation before 3.12
                        await self._change.wait()

    @property
    def pending(self) -> int:
        """Updates that nobody has confirmed yet."""
        return len(self.world.updates)

    def _changed(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()
        self.pusher.wake()

    # -- the server

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            params, files = await _parameters(request)
        except ConnectionError:  # the bot died in the middle of a request
            return _drop(request)
        call = Call(method, params, files, self._clock())
        self.calls.append(call)
        self._changed()
        fault = self._faults[method].pop(0) if self._faults[method] else Fault()
        try:
            return await self._answer(request, call, fault)
        finally:
            self._changed()

    async def _answer(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.drop == "before":
            return _drop(request)
        if fault.hang:
            await asyncio.get_running_loop().create_future()
        if fault.body is not None:
            return web.Response(status=fault.status or 200, body=fault.body)
        try:
            if fault.status:
                extra = {"retry_after": fault.retry_after} if fault.retry_after else {}
                raise Refused(fault.status, fault.description, **extra)
            answer: Raw = {"ok": True, "result": await self._work(request.match_info["token"], call)}
            call.status = 200
        except Refused as refused:
            call.status, call.description = refused.code, refused.description
            answer = {"ok": False, "error_code": refused.code, "description": refused.description}
            if refused.parameters:
                answer["parameters"] = refused.parameters
        if fault.drop == "after":
            return _drop(request)
        body = json.dumps(answer, ensure_ascii=False).encode()
        body = body[: len(body) // 2] if fault.half else body
        return web.Response(status=call.status, body=body, content_type="application/json")

    async def _work(self, token: str, call: Call) -> Any:
        self._check_token(token)
        own: dict[str, Callable[[Raw], Any]] = {
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
        }
        if call.method == "getUpdates":
            return await self._get_updates(call.params)
        if call.method in own:
            return own[call.method](call.params)
        if call.method not in METHODS:
            raise Refused(404, "Not Found: method not found")
        work, known = METHODS[call.method]
        if strange := set(call.params) - known:
            raise bad(f"the fake knows no such parameter of {call.method}: {strange}")
        if self._flood is not None:
            self._flood.check(call.method, call.params)
        return work(self.world, call.params, call.files)

    def _check_token(self, token: str) -> None:
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise Refused(404, "Not Found")
        if token != self.world.token:
            raise Refused(401, "Unauthorized")

    async def _get_updates(self, params: Raw) -> list[Raw]:
        if self.world.webhook:
            raise Refused(409, HOOK_ACTIVE)
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(Refused(409, OTHER_POLL))
        self._allowed = params.get("allowed_updates") or self._allowed
        offset = int(params.get("offset", 0))
        for number in [number for number in self.world.updates if number < offset]:
            del self.world.updates[number]
        mine = self._poller = asyncio.get_running_loop().create_future()
        end = time.monotonic() + int(params.get("timeout", 0))
        while not (found := self._waiting(int(params.get("limit", 100)))):
            if (left := end - time.monotonic()) <= 0:
                break
            woken = asyncio.ensure_future(self._change.wait())
            await asyncio.wait({mine, woken}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            if mine.done():
                mine.result()
        if not mine.done():
            mine.cancel()
        return found

    def _waiting(self, limit: int) -> list[Raw]:
        """What is delivered now; kinds that were not asked for are never stored by the real one."""
        unwanted = [number for number, one in self.world.updates.items() if not set(one) & set(self._allowed)]
        for number in unwanted:
            del self.world.updates[number]
        return list(self.world.updates.values())[:limit]

    def _set_webhook(self, params: Raw) -> bool:
        if params.get("drop_pending_updates"):
            self.world.updates.clear()
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", str(params.get("secret_token", ""))):
            raise bad("secret token contains unallowed characters")
        if not re.match(r"https://|http://127\.0\.0\.1[:/]", str(params.get("url", ""))):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self._allowed = params.get("allowed_updates") or self._allowed
        self.world.webhook = params
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(Refused(409, "Conflict: terminated by setWebhook request"))
        self.pusher.start()
        return True

    def _delete_webhook(self, params: Raw) -> bool:
        if params.get("drop_pending_updates"):
            self.world.updates.clear()
        self.world.webhook = {}
        return True

    def _webhook_info(self, params: Raw) -> Raw:
        return {"url": self.world.webhook.get("url", ""), "pending_update_count": self.pending}

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        fault = self._faults["file"].pop(0) if self._faults["file"] else Fault()
        file_id = request.match_info["path"].removeprefix("files/")
        self.calls.append(Call("file", {"file_id": file_id}, {}, self._clock(), fault.status or 200))
        if fault.drop:
            return _drop(request)
        if fault.status or fault.body is not None:
            return web.Response(status=fault.status or 200, body=fault.body or b"")
        data = self.world.files.get(file_id)
        if request.match_info["token"] != self.world.token or data is None or len(data) > DOWNLOAD:
            return web.Response(status=404)
        return web.Response(body=data, content_type="application/octet-stream")


async def _parameters(request: web.Request) -> tuple[Raw, dict[str, bytes]]:
    params: Raw = dict(request.query)
    files: dict[str, bytes] = {}
    if request.content_type == "application/json":
        params.update(json.loads(await request.read() or b"{}"))
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = value.file.read()
                value.file.close()
            else:
                params[name] = value
    for name in NESTED & set(params):
        if isinstance(params[name], str):
            params[name] = json.loads(params[name])
    return params, files


def _drop(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


if __name__ == "__main__":
    from tests.fakes.telegram_control import main

    main()
