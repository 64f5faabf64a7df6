"""A strict fake of WeCom over HTTP: `/cgi-bin/…` for the application, and callbacks to it as WeCom makes them.

`async with FakeWeCom() as fake`, then `fake.hook = "http://…/wecom/demo"` and `fake.phone("王磊").text("…")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.wecom_phone import Phone
from tests.fakes.wecom_push import Pusher
from tests.fakes.wecom_world import AGENT, CORP, SECRET, Fault, Member, Raw, Refused, World

__all__ = ["Call", "FakeWeCom", "Fault", "Phone"]

LIFE = 7200.0


@dataclass
class Call:
    """One request, as it came; `status` is 200 or, for an error code, 400."""

    method: str
    params: Raw
    at: float
    status: int = 0
    description: str = ""
    body: Raw = field(default_factory=dict)


class FakeWeCom:
    """One corp with one application; `calls` holds every request, `flood=True` swallows what is too much."""

    def __init__(self, *, flood: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.world = World(clock, flood=flood)
        self.pusher = Pusher(self.world, self._changed)
        self.calls: list[Call] = []
        self.url = ""
        self.tokens: dict[str, float] = {}
        self.allowed = True  # whether our address is on the list
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        self._change = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> FakeWeCom:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self, port: int = 0, *routes: web.RouteDef) -> None:
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.add_routes([web.route("*", "/cgi-bin/{path:.+}", self._serve), *routes])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        await self.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- for tests

    def phone(self, name: str, *, userid: str = "", department: int = 1) -> Phone:
        """A member in the application's visible range."""
        userid = userid or f"user{len(self.world.members) + 1}"
        member = self.world.members.setdefault(userid.lower(), Member(userid.lower(), name, [department]))
        return Phone(self, member, userid)

    def fault(self, path: str, *faults: Fault) -> None:
        """The next calls of `path` go wrong like this, one after the other."""
        self._faults[path].extend(faults)

    def made(self, path: str) -> list[Call]:
        """The calls of one path."""
        return [call for call in self.calls if call.method == path]

    async def until(self, true: Callable[[], object], seconds: float = 30.0) -> None:
        """Waits until something holds; looks at every call and callback, and for what is outside, often."""
        async with asyncio.timeout(seconds):
            while not true():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.005):
                        await self._change.wait()

    @property
    def pending(self) -> int:
        """Callbacks that were not answered yet."""
        return self.pusher.pending

    def _changed(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()

    # -- the server

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        body = await _body(request)
        known = {key: value for key, value in request.query.items() if key not in {"access_token", "corpsecret"}}
        call = Call(path, known, self.world.clock(), body=body)
        self.calls.append(call)
        fault = self._faults[path].pop(0) if self._faults[path] else Fault()
        try:
            return await self._answer(request, call, fault)
        finally:
            self._changed()

    async def _answer(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.hang and not fault.drop:
            await asyncio.get_running_loop().create_future()
        if fault.drop == "before":
            return _drop(request)
        if fault.status:
            call.status = fault.status
            return web.Response(status=fault.status, text="<html>busy</html>")
        try:
            if fault.code:
                raise Refused(fault.code, fault.text)
            found = self._work(request, call)
            call.status = 200
        except Refused as refused:
            call.status, call.description = 400, str(refused)
            # WeCom's status is 200 whatever happens.
            return web.json_response({"errcode": refused.code, "errmsg": refused.text})
        if fault.hang:
            await asyncio.get_running_loop().create_future()
        if fault.drop == "after":
            return _drop(request)
        if isinstance(found, bytes):
            return web.Response(body=found, content_type="image/jpeg")
        return web.json_response({"errcode": 0, "errmsg": "ok", **found})

    def _work(self, request: web.Request, call: Call) -> Raw | bytes:
        if call.method == "gettoken":
            return self._token(request)
        self._check_token(request)
        world, query = self.world, request.query
        works: dict[str, Callable[[], Raw | bytes]] = {
            "message/send": lambda: world.send(call.body),
            "message/update_template_card": lambda: world.update(call.body),
            "media/upload": lambda: world.upload(query.get("type", ""), call.body["name"], call.body["data"]),
            "media/get": lambda: self._file(query.get("media_id", "")),
            "user/get": lambda: self._member(query.get("userid", "")),
            "department/list": self._departments,
            "user/simplelist": lambda: self._members(int(query.get("department_id", "0"))),
            "menu/create": lambda: self._menu(query.get("agentid", ""), call.body),
            "getcallbackip": lambda: {"ip_list": ["127.0.0.1"]},
            "get_api_domain_ip": lambda: {"ip_list": ["127.0.0.1"]},
        }
        if call.method not in works:
            raise web.HTTPNotFound
        return works[call.method]()

    def _token(self, request: web.Request) -> Raw:
        query = request.query
        if not query.get("corpsecret"):
            raise Refused(41004)
        if query.get("corpid") != CORP:
            raise Refused(40013)
        if query["corpsecret"] != SECRET:
            raise Refused(40001)
        if not self.allowed:
            raise Refused(60020, "not allow to access from your ip, from ip: 203.0.113.7, more info at …")
        now = self.world.clock()
        token = next((t for t, end in self.tokens.items() if end > now), "")
        if not token:
            token = self.world.number("access-token-")
            self.tokens[token] = now + LIFE
        return {"access_token": token, "expires_in": 7200}

    def _check_token(self, request: web.Request) -> None:
        token = request.query.get("access_token", "")
        if not token:
            raise Refused(41001)
        if token not in self.tokens:
            raise Refused(40014)
        if self.tokens[token] <= self.world.clock():
            raise Refused(42001)
        if not self.allowed:
            raise Refused(60020, "not allow to access from your ip, from ip: 203.0.113.7, more info at …")

    def _file(self, media: str) -> bytes:
        if media not in self.world.files:
            raise Refused(40007)
        return self.world.files[media][1]

    def _member(self, userid: str) -> Raw:
        member = self.world.members.get(userid.lower())
        if member is None or not member.visible:
            raise Refused(60111)
        return {"userid": member.userid, "name": member.name, "department": member.department, "status": 1}

    def _departments(self) -> Raw:
        return {"department": [{"id": n, "name": name, "parentid": 0} for n, name in self.world.departments.items()]}

    def _members(self, department: int) -> Raw:
        if department not in self.world.departments:
            raise Refused(60003)
        found = [m for m in self.world.members.values() if department in m.department and m.visible]
        return {"userlist": [{"userid": m.userid, "name": m.name, "department": m.department} for m in found]}

    def _menu(self, agent: str, body: Raw) -> Raw:
        if agent != str(AGENT):
            raise Refused(40056)
        if not 1 <= len(body.get("button", [])) <= 3:
            raise Refused(40016)
        for top in body["button"]:
            below = top.get("sub_button")
            if below is not None and not 1 <= len(below) <= 5:
                raise Refused(40023)
            if len(top["name"].encode()) > 16:
                raise Refused(40018)
            if any(len(one["key"].encode()) > 128 for one in below or [top]):
                raise Refused(40019)
            if any(len(one["name"].encode()) > 40 for one in below or []):
                raise Refused(40025)
        self.world.menu = body
        return {}


async def _body(request: web.Request) -> Raw:
    if request.content_type == "multipart/form-data":
        part: Any = await (await request.multipart()).next()
        assert part.name == "media"
        return {"name": part.filename or "", "data": bytes(await part.read())}
    raw = await request.read()
    found: Raw = await request.json() if raw else {}
    return found


def _drop(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


if __name__ == "__main__":
    from tests.fakes.wecom_control import main

    main()
