"""Files by link: the sentence that offers one, and the address at which it is fetched."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest

from bot.exchange import Exchange
from bot.media import Maker
from bot.papers import NotMade, TooLarge
from bot.shelf import LARGEST, Kept, Shelf
from handlers import links
from handlers.desk import Desk, Plant
from handlers.message import Media
from handlers.outgoing import Ready
from handlers.texts import DEFAULT, best, text
from storage.database import DiskFull
from woodpecker.errors import Refused
from woodpecker.links import Forged, Grant, read, sign

log = logging.getLogger(__name__)
T = TypeVar("T")

PATH = "/files/"
PATIENCE = 20.0  # seconds until a page says that it takes a while; proxies wait for 60
AGAIN = 4  # seconds after which that page asks again
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
}
PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8">{more}
<meta name="viewport" content="width=device-width"><title>{title}</title>
<body style="font:18px/1.6 sans-serif;max-width:32em;margin:15vh auto;padding:0 1em"><p>{said}</p></body></html>"""
CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class Links:
    """Offers files by link and hands them out; without a public address it says how else to get them."""

    def __init__(
        self, exchange: Exchange, public_url: str, secret: bytes, makers: Mapping[str, Maker], shelf: Shelf
    ) -> None:
        self._exchange = exchange
        self._public_url = public_url.rstrip("/")
        self._secret = secret
        self._makers = makers
        self.shelf = shelf

    # -- in the chat

    async def offer(self, ready: Ready, media: Media, size: int) -> str:
        """The sentence with a link, "" if there is none."""

        def work(desk: Desk) -> str:
            grant = links.granted(desk, ready.platform, ready.chat, ready.person, media)
            if grant is None or size > LARGEST or not self._public_url:
                why = "there is no web.public_url" if not self._public_url else "no link can be given"
                order = links.command(desk, media) or "no command for it"
                log.warning("a file of %s is too large for %s and %s: %s", desk.plant.code, ready.platform, why, order)
                return ""
            address = f"{self._public_url}{PATH}{sign(self._secret, grant)}"
            return links.offer(desk, grant, media, size, address)

        return await self._at(ready.enterprise, work)

    async def too_large(self, ready: Ready, media: Media, size: int) -> str:
        """How to get a file that neither chat nor link can bring."""
        return await self._at(ready.enterprise, lambda desk: links.too_large(desk, ready.person, media, size))

    async def without_photos(self, ready: Ready, media: Media, size: int) -> str:
        """How to get the photos of a workbook that comes without."""
        return await self._at(ready.enterprise, lambda desk: links.without_photos(desk, ready.person, media, size))

    async def not_made(self, ready: Ready, media: Media) -> str:
        """What to do where a file could not be made."""
        return await self._at(ready.enterprise, lambda desk: links.not_made(desk, ready.person, media))

    async def not_theirs(self, ready: Ready) -> str:
        """That the person may not have the file any more."""
        return await self._at(ready.enterprise, lambda desk: links.not_theirs(desk, ready.person))

    # -- at the address

    def routes(self) -> list[web.RouteDef]:
        """What the web server mounts; nothing without a public address."""
        return [web.get(PATH + "{token}", self._serve)] if self._public_url else []

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """GET and HEAD of a link. What cannot be given is answered with a page in words."""
        try:
            grant = read(self._secret, request.match_info["token"])
        except Forged:
            return _unknown(request)
        plant = self._exchange.plants.get(grant.enterprise)
        if plant is None:
            return _unknown(request)
        found = await self._find(grant, plant, looks_only=request.method == "HEAD")
        if isinstance(found, web.Response):
            return found
        return _Lent(self.shelf, *found)

    async def _find(
        self, grant: Grant, plant: Plant, *, looks_only: bool
    ) -> web.Response | tuple[Kept, dict[str, str]]:
        """The file, or the page that says why not; who only looks gets the headers and has fetched nothing."""
        language = plant.language
        try:
            language = await self._at(grant.enterprise, lambda desk: links.language_of(desk, grant.person))
            if grant.until <= self._exchange.plants.now(grant.enterprise):
                return _page(410, language, text(language, links.again(grant), plant.language))
            media, rights = await self._at(grant.enterprise, lambda desk: links.asked(desk, grant))
            headers = HEADERS | {"Content-Disposition": disposition(media.name), "Content-Type": media.mime}
            if looks_only:
                return web.Response(headers=headers)
            if kept := await self._fetched(grant, media, rights):
                return kept, headers
            more = f'<meta http-equiv="refresh" content="{AGAIN}">'
            return _page(202, language, text(language, "link.being_made", plant.language), more)
        except Refused as refused:
            return _page(403, language, text(language, refused.key, plant.language))
        except (NotMade, TooLarge, DiskFull) as error:
            log.warning("a file of %s could not be given by link: %s: %s", plant.code, type(error).__name__, error)
        except Exception:
            log.exception("a link to a file of %s failed", plant.code)
        return _page(503, language, text(language, "link.later", plant.language))

    async def _fetched(self, grant: Grant, media: Media, rights: str) -> Kept | None:
        """The file, and a note of it the first time; None while it is being made. Raises NotMade, TooLarge, Refused."""
        spec = json.loads(media.make)
        maker = self._makers[spec["what"]]
        kept = await self.shelf.get(f"{grant} {rights}", lambda path, most: maker(spec, path, most), PATIENCE)
        if kept is None:
            return None
        first, kept.noted = not kept.noted, True

        def work(desk: Desk) -> None:
            # Once more, for making took its time.
            if links.asked(desk, grant)[1] != rights:
                raise NotMade("what the reader may see has changed")
            if first:
                links.note(desk, grant, media)

        try:
            await self._at(grant.enterprise, work)
        except BaseException:
            kept.noted = not first
            raise
        return kept

    async def _at(self, enterprise: int, work: Callable[[Desk], T]) -> T:
        plants = self._exchange.plants
        return await self._exchange.run(lambda tx: work(plants.desk(tx, enterprise, plants.clock())))


class _Lent(web.FileResponse):
    """A file that stays on the shelf as long as it is being sent."""

    def __init__(self, shelf: Shelf, kept: Kept, headers: dict[str, str]) -> None:
        super().__init__(kept.path, headers=headers)
        self._shelf, self._kept = shelf, kept

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        with self._shelf.lent(self._kept):
            return await super().prepare(request)


def disposition(name: str) -> str:
    """The header that has a browser save a file under its own name, whatever letters are in it."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _unknown(request: web.Request) -> web.Response:
    language = best(request.headers.get("Accept-Language", "").split(",")[0]) or DEFAULT
    return _page(404, language, text(language, "link.unknown"))


def _page(status: int, language: str, said: str, more: str = "") -> web.Response:
    title = html.escape(said.partition("\n")[0][:60])
    body = PAGE.format(language=language, more=more, title=title, said=html.escape(said).replace("\n", "<br>"))
    return web.Response(
        status=status, text=body, content_type="text/html", charset="utf-8",
        headers=HEADERS | {"Content-Security-Policy": CSP},
    )  # fmt: skip
