"""What the page may ask the server, and what it gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.platforms.base import NotStored
from bot.platforms.sandbox.events import follow, missed
from bot.platforms.sandbox.kinds import SHOWABLE
from bot.platforms.sandbox.phones import NotPossible, new_id
from bot.platforms.sandbox.site import Site
from bot.platforms.sandbox.uploads import form, small_json
from bot.platforms.sandbox.views import group_view, phone_view, shown_view
from storage.database import DiskFull
from storage.photos import Lost
from storage.sandbox import Phone, Sandbox, Shown, Written

STATIC = Path(__file__).parent / "static"
PAGE = 50  # messages of a chat loaded at once
STATUS = {"too_big": 413, "no_chat": 404, "no_phone": 404}

JSON = dict[str, Any]


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns what went wrong into a word that the page has a sentence for."""
    try:
        return await handler(request)
    except NotPossible as error:
        word = str(error)
        return web.json_response({"error": word}, status=STATUS.get(word, 400))
    except web.HTTPRequestEntityTooLarge:
        return web.json_response({"error": "too_big"}, status=413)
    except (NotStored, DiskFull):
        return web.json_response({"error": "busy"}, status=503, headers={"Retry-After": "2"})


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise NotPossible("bad")
    return value


def _number(body: Mapping[str, Any], name: str, limit: float) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
        raise NotPossible("bad")
    return float(value)


def _written(body: Mapping[str, Any], media: list[JSON] | None = None, **extra: object) -> Written:
    phone, reply = _text(body, "phone"), str(body.get("reply_to") or "")
    if reply:
        if not (reply.isascii() and reply.isdigit() and len(reply) < 18):
            raise NotPossible("bad")
        extra["reply_to"] = int(reply)
    chat = _text(body, "chat") or phone
    return Written(chat, phone, _text(body, "id"), _text(body, "text"), [], media or [], extra)


def _sent(shown: Shown) -> web.Response:
    return web.json_response({"message": shown_view(shown), "seq": shown.seq})


async def _people(site: Site) -> list[JSON]:
    return [{"label": p.label, "number": p.number, "code": p.code} for p in await site.people()]


class Routes:
    """The page of one or several enterprises, the first of them the one `/` leads to."""

    def __init__(self, sites: Sequence[Site], heartbeat: float) -> None:
        self._sites = {site.code: site for site in sites}
        self._heartbeat = heartbeat

    def table(self) -> list[web.AbstractRouteDef]:
        """Every path there is."""
        get: dict[str, Callable[[web.Request, Site], Awaitable[web.StreamResponse]]] = {
            "": self.page,
            "state": self.state,
            "events": self.events,
            "messages/{chat}": self.older,
            "people": self.people,
            "media/{phone}/{message:[0-9]{1,17}}/{n:[0-9]{1,2}}": self.media,
        }
        post: dict[str, Callable[[web.Request, Site], Awaitable[web.StreamResponse]]] = {
            "send": self.send,
            "photos": self.photos,
            "voice": self.voice,
            "location": self.location,
            "contact": self.contact,
            "tap": self.tap,
            "phone": self.phone,
            "group": self.group,
            "clock": self.clock,
        }
        return [
            web.get("/", self.first),
            web.static("/-", STATIC),
            web.get("/{code}", self.first),
            *(web.get(f"/{{code}}/{path}", self._at(handler)) for path, handler in get.items()),
            *(web.post(f"/{{code}}/{path}", self._at(handler)) for path, handler in post.items()),
        ]

    def _at(self, handler: Callable[[web.Request, Site], Awaitable[web.StreamResponse]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            site = self._sites.get(request.match_info["code"])
            if site is None:
                raise web.HTTPNotFound
            return await handler(request, site)

        return handle

    async def first(self, request: web.Request) -> web.StreamResponse:
        """Leads to the page of an enterprise."""
        code = request.match_info.get("code") or next(iter(self._sites))
        if code not in self._sites:
            raise web.HTTPNotFound
        raise web.HTTPFound(f"/{code}/")

    async def page(self, request: web.Request, site: Site) -> web.StreamResponse:
        """The page itself."""
        return web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    async def state(self, request: web.Request, site: Site) -> web.StreamResponse:
        """All that a page shows at first; with `since`, only what changed after it."""
        since = request.query.get("since", "")
        if since.isascii() and since.isdigit() and len(since) < 18:
            news = await missed(site.platform.phones, int(since))
            changes = [{"kind": n.kind, "seq": n.seq, **n.body} for n in news]
            return web.json_response({"changes": changes, "now": site.now()})

        def work(store: Sandbox) -> JSON:
            phones, groups = store.phones(), store.groups()
            chats = [*(p.chat for p in phones), *(g.chat for g in groups)]
            return {
                "seq": store.seq(),
                "phones": [phone_view(p) for p in phones],
                "groups": [group_view(g) for g in groups],
                "messages": {c: [shown_view(m) for m in store.last(c, PAGE)] for c in chats},
            }

        body = await site.platform.phones.run(work)
        people = await _people(site)
        sites = [{"code": s.code, "name": s.name} for s in self._sites.values()]
        own = {"code": site.code, "name": site.name, "zone": site.zone, "now": site.now()}
        return web.json_response(own | body | {"people": people, "sites": sites, "page": PAGE})

    async def events(self, request: web.Request, site: Site) -> web.StreamResponse:
        """The stream of changes."""
        return await follow(request, site.platform.phones, self._heartbeat)

    async def people(self, request: web.Request, site: Site) -> web.StreamResponse:
        """Who of the roster may get a phone, and the codes of those who have not joined."""
        return web.json_response({"people": await _people(site)})

    async def older(self, request: web.Request, site: Site) -> web.StreamResponse:
        """The messages of a chat before one."""
        before = request.query.get("before", "")
        if not (before.isascii() and before.isdigit() and len(before) < 18):
            raise NotPossible("bad")
        chat = request.match_info["chat"]
        found = await site.platform.phones.run(lambda s: s.last(chat, PAGE, int(before)))
        return web.json_response({"messages": [shown_view(m) for m in found]})

    async def media(self, request: web.Request, site: Site) -> web.StreamResponse:
        """A file of a message that this phone shows."""
        phone, message = request.match_info["phone"], int(request.match_info["message"])
        shown = await site.platform.phones.run(lambda s: s.visible(phone, message))
        n = int(request.match_info["n"])
        if shown is None or n >= len(shown.media):
            raise web.HTTPNotFound
        try:
            data = await site.platform.phones.read(shown.media[n]["sha"])
        except Lost:
            raise web.HTTPNotFound from None
        mime = shown.media[n]["mime"]
        headers = {
            "Content-Type": mime if mime in SHOWABLE else "application/octet-stream",
            "Content-Disposition": "inline" if mime in SHOWABLE else "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        return web.Response(body=data, headers=headers)

    async def send(self, request: web.Request, site: Site) -> web.StreamResponse:
        """A phone sends words."""
        return _sent(await site.platform.phones.say(_written(await small_json(request))))

    async def photos(self, request: web.Request, site: Site) -> web.StreamResponse:
        """A phone sends photos or files; several are an album."""
        return await self._upload(request, site, voice=False)

    async def voice(self, request: web.Request, site: Site) -> web.StreamResponse:
        """A phone sends what it recorded."""
        return await self._upload(request, site, voice=True)

    async def _upload(self, request: web.Request, site: Site, *, voice: bool) -> web.StreamResponse:
        fields, files = await form(request, site.platform.phones, voice=voice)
        if not files:
            raise NotPossible("empty")
        return _sent(await site.platform.phones.say(_written(fields, files)))

    async def location(self, request: web.Request, site: Site) -> web.StreamResponse:
        """A phone sends where it is: WGS 84 degrees."""
        body = await small_json(request)
        point = [_number(body, "latitude", 90), _number(body, "longitude", 180)]
        return _sent(await site.platform.phones.say(_written(body, location=point)))

    async def contact(self, request: web.Request, site: Site) -> web.StreamResponse:
        """A phone shares a number, its own or somebody else's."""
        body = await small_json(request)
        number, own = _text(body, "number").strip(), body.get("own", True)
        if not 3 <= len(number) <= 24 or not isinstance(own, bool):
            raise NotPossible("bad")
        return _sent(await site.platform.phones.say(_written(body, contact=number, own=own)))

    async def tap(self, request: web.Request, site: Site) -> web.StreamResponse:
        """A phone taps a button."""
        body = await small_json(request)
        message = int(_number(body, "message", 2**53))
        await site.platform.phones.tap(_text(body, "phone"), message, _text(body, "data"), _text(body, "id"))
        return web.json_response({})

    async def phone(self, request: web.Request, site: Site) -> web.StreamResponse:
        """Adds a phone, for a person of the roster or for a stranger."""
        body = await small_json(request)
        number = _text(body, "person")
        person = next((p for p in await site.people() if p.number == number), None) if number else None
        if number and person is None:
            raise NotPossible("no_person")
        name = _text(body, "name") or (person.label if person else "")
        chat, language = _text(body, "id") or new_id(), _text(body, "language")[:8]
        new = Phone(chat, name[:40], _text(body, "note")[:40], number, language, 0)
        added = await site.platform.phones.add(new)
        if person is not None:
            await site.join(added.chat, person.number)
        return web.json_response({"phone": phone_view(added), "people": await _people(site)})

    async def group(self, request: web.Request, site: Site) -> web.StreamResponse:
        """Founds a group of phones with the bot in it."""
        body = await small_json(request)
        members = body.get("members")
        if not isinstance(members, list) or not all(isinstance(m, str) for m in members) or not members:
            raise NotPossible("bad")
        group = await site.platform.phones.found(_text(body, "title"), members[0], members[1:], _text(body, "id"))
        return web.json_response({"group": group_view(group)})

    async def clock(self, request: web.Request, site: Site) -> web.StreamResponse:
        """Moves the enterprise's clock on: by `minutes`, or `until` a time of day tomorrow."""
        body = await small_json(request)
        return web.json_response({"now": await site.move(body.get("minutes"), body.get("until"))})
