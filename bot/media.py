"""Media: fetched from the platform, made safe, put into the folder before any row names them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.papers import NotMade, Papers
from bot.pictures import BadPicture, NoChild, Pictures
from bot.platforms.base import Failure, Platform, Upload
from handlers.message import Media, MediaKind, Message
from storage.inbox import Fetched
from storage.photos import Folder, Lost

log = logging.getLogger(__name__)

TRIES = 12
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)  # seconds between tries
SUFFIX = {MediaKind.VOICE: ".ogg", MediaKind.VIDEO: ".mp4"}
PROBLEM = {"too_big": "too_big", "too_many_pixels": "too_big", "unreadable": "unreadable", "too_slow": "unreadable"}


Maker = Callable[[dict[str, Any]], Awaitable[bytes]]


def wanted(media: Media) -> bool:
    """Whether we keep this kind of media at all."""
    return media.kind in {MediaKind.PHOTO, MediaKind.VOICE, MediaKind.VIDEO}


@dataclass(frozen=True, slots=True)
class Cabinet:
    """The folder of photos and the child that decodes them."""

    folder: Folder
    pictures: Pictures
    papers: Papers | None = None
    makers: Mapping[str, Maker] = field(default_factory=dict)  # of what is made at sending, by the JSON's "what"

    async def keep(self, media: Media, data: bytes) -> Fetched:
        """Makes the bytes safe and puts them into the folder. Raises BadPicture, NoChild, DiskFull."""
        if media.kind is not MediaKind.PHOTO:
            sha = await asyncio.to_thread(self.folder.put, data, SUFFIX[media.kind])
            return Fetched(0, 0, sha, "", 0, 0, None, "")
        picture = await self.pictures.clean(data)
        sha = await asyncio.to_thread(self.folder.put, picture.full)
        thumb = await asyncio.to_thread(self.folder.put, picture.thumb)
        return Fetched(0, 0, sha, thumb, picture.width, picture.height, picture.taken_at_ms, "")

    async def load(self, message: Message) -> list[Upload]:
        """A message's media read for sending; several photos of a sheet become one picture."""
        uploads = []
        for media in message.media:
            try:
                uploads.append(await self._upload(media))
            except Lost:
                log.exception("photo %s is not in the folder", media.sha[:12])
            except NotMade:  # what stands beside it is said all the same
                log.exception("a %s could not be made", media.kind)
        if not message.sheet or len(uploads) < 2:
            return uploads
        sheet = await self.pictures.sheet([u.data for u in uploads], message.labels)
        return [Upload(replace(uploads[0].media, sha=hashlib.sha256(sheet).hexdigest()), sheet)]

    async def _upload(self, media: Media) -> Upload:
        if not media.make:
            return Upload(media, await asyncio.to_thread(self.folder.get, media.sha))
        data = await self._made(json.loads(media.make))
        return Upload(replace(media, sha=hashlib.sha256(data).hexdigest()), data)

    async def _made(self, wanted: dict[str, Any]) -> bytes:
        if maker := self.makers.get(wanted["what"]):
            return await maker(wanted)
        if self.papers is None:
            raise NotMade("nothing makes pictures here")
        return await self.papers.picture(wanted["what"], wanted)


async def fetch(
    platform: Platform, cabinet: Cabinet, media: Media, n: int, before: Fetched | None, now: Callable[[], int]
) -> tuple[Fetched, float]:
    """One try to fetch a piece; returns how far it is and, if not settled, in how many seconds to try again.

    Raises DiskFull.
    """
    attempts = (before.attempts if before else 0) + 1
    nothing = Fetched(n, attempts, "", "", 0, 0, None, "")
    try:
        kept = await cabinet.keep(media, await platform.fetch(media))
        return replace(kept, n=n, attempts=attempts), 0.0
    except BadPicture as bad:
        return replace(nothing, problem=PROBLEM.get(bad.reason, "unreadable")), 0.0
    except NoChild as error:
        reason, again, permanent = str(error), None, False
    except Failure as failure:
        reason, again, permanent = failure.reason, failure.retry_after, failure.permanent
    if permanent or attempts >= TRIES:
        log.warning("a %s is given up after %s tries: %s", media.kind, attempts, reason)
        return replace(nothing, problem="too_big" if reason == "too_big" else "lost"), 0.0
    return nothing, again or PAUSES[min(attempts, len(PAUSES)) - 1]


def filled(media: tuple[Media, ...], fetched: Mapping[int, Fetched]) -> tuple[Media, ...]:
    """The delivery's media with what became of them."""
    found = []
    for n, piece in enumerate(media):
        got = fetched.get(n)
        if not wanted(piece):
            found.append(replace(piece, problem="unsupported"))
        elif got is None:
            found.append(replace(piece, problem="lost"))
        else:
            found.append(
                replace(
                    piece,
                    sha=got.sha,
                    thumb=got.thumb,
                    width=got.width,
                    height=got.height,
                    taken_at=got.taken_at,
                    problem=got.problem,
                )
            )
    return tuple(found)
