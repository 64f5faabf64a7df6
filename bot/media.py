"""Media: fetched from the platform, made safe, put into the folder before any row names them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.papers import NothingThere, NotMade, NotTheirs, Papers, TooLarge
from bot.pictures import BadPicture, NoChild, Pictures
from bot.platforms.base import Failure, Platform, Upload
from handlers.books import bare
from handlers.message import Media, MediaKind, Message
from handlers.outgoing import Ready
from handlers.report_text import text_of
from storage.inbox import Fetched
from storage.photos import Folder, Lost

log = logging.getLogger(__name__)

TRIES = 12
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)  # seconds between tries
SUFFIX = {MediaKind.VOICE: ".ogg", MediaKind.VIDEO: ".mp4"}
PROBLEM = {"too_big": "too_big", "too_many_pixels": "too_big", "unreadable": "unreadable", "too_slow": "unreadable"}


Maker = Callable[[dict[str, Any], Path, int], Awaitable[None]]
"""Writes what the JSON wants to a path; raises NotMade, and where it knows beforehand TooLarge beyond so many bytes."""


class Instead(Protocol):
    """What is said instead of a file that cannot be sent, or beside a lesser one."""

    async def offer(self, ready: Ready, media: Media, size: int) -> str:
        """The sentence with a link, "" if there is none."""
        ...

    async def too_large(self, ready: Ready, media: Media, size: int) -> str: ...
    async def without_photos(self, ready: Ready, media: Media, size: int) -> str: ...
    async def not_made(self, ready: Ready, media: Media) -> str: ...
    async def not_theirs(self, ready: Ready) -> str: ...


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
    instead: Instead | None = None
    workshop: Path | None = None  # a folder that is emptied at each start

    async def keep(self, media: Media, data: bytes) -> Fetched:
        """Makes the bytes safe and puts them into the folder. Raises BadPicture, NoChild, DiskFull."""
        if media.kind is not MediaKind.PHOTO:
            sha = await asyncio.to_thread(self.folder.put, data, SUFFIX[media.kind])
            return Fetched(0, 0, sha, "", 0, 0, None, "")
        picture = await self.pictures.clean(data)
        sha = await asyncio.to_thread(self.folder.put, picture.full)
        thumb = await asyncio.to_thread(self.folder.put, picture.thumb)
        return Fetched(0, 0, sha, thumb, picture.width, picture.height, picture.taken_at_ms, "")

    async def load(self, ready: Ready, most: int) -> tuple[Message, list[Upload]]:
        """A message with its media read for sending, each of at most `most` bytes; several photos of a sheet become
        one picture. What cannot be sent is spoken of in the message's words.
        """
        message, uploads, said = ready.message, [], []
        for media in message.media:
            upload, sentence = await self._piece(ready, media, most)
            uploads += [upload] if upload else []
            said += [sentence] if sentence else []
        if said:
            named = message.text == message.media[0].name and not uploads
            message = message._replace(text=text_of("" if named else message.text, *said))
        if not message.sheet or len(uploads) < 2:
            return message, uploads
        sheet = await self.pictures.sheet([u.data for u in uploads], message.labels)
        return message, [Upload(uploads[0].media._replace(sha=hashlib.sha256(sheet).hexdigest()), sheet)]

    async def _piece(self, ready: Ready, media: Media, most: int) -> tuple[Upload | None, str]:
        """The piece, or what is said instead of it."""
        spoken = self.instead if media.kind is MediaKind.FILE else None
        try:
            return await self._upload(media, most), ""
        except Lost:
            log.exception("photo %s is not in the folder", media.sha[:12])
        except NothingThere:
            return None, ""
        except NotTheirs as error:
            log.info("outbox row %s: %s", ready.row, error)
            return None, await spoken.not_theirs(ready) if spoken else ""
        except NotMade:  # what stands beside it is said all the same
            log.exception("a %s could not be made", media.kind)
            return None, await spoken.not_made(ready, media) if spoken else ""
        except TooLarge as large:
            return await self._smaller(ready, media, large.size, most)
        return None, ""

    async def _smaller(self, ready: Ready, media: Media, size: int, most: int) -> tuple[Upload | None, str]:
        """For a file beyond `most`: a link, else a workbook without its photos, else how to get it."""
        log.info("outbox row %s: a %s of %s bytes is more than %s takes", ready.row, media.kind, size, ready.platform)
        if self.instead is None:
            return None, ""
        if offer := await self.instead.offer(ready, media, size):
            return None, offer
        if lesser := bare(media):
            try:
                upload = await self._upload(lesser, most)
                return upload, await self.instead.without_photos(ready, media, size)
            except (TooLarge, NotMade) as error:
                log.warning("outbox row %s: without photos neither: %s", ready.row, error)
        return None, await self.instead.too_large(ready, media, size)

    async def _upload(self, media: Media, most: int) -> Upload:
        if not media.make:
            data = await asyncio.to_thread(self.folder.get, media.sha)
        else:
            data = await self._made(json.loads(media.make), most)
            media = media._replace(sha=hashlib.sha256(data).hexdigest())
        if len(data) > most:
            raise TooLarge(len(data))
        return Upload(media, data)

    async def _made(self, wanted: dict[str, Any], most: int) -> bytes:
        if maker := self.makers.get(wanted["what"]):
            if self.workshop is not None:
                self.workshop.mkdir(parents=True, mode=0o700, exist_ok=True)  # somebody may have tidied up
            with tempfile.TemporaryDirectory(dir=self.workshop) as folder:
                target = Path(folder) / "made"
                await maker(wanted, target, most)
                if (size := target.stat().st_size) > most:
                    raise TooLarge(size)  # before it is in memory
                return await asyncio.to_thread(target.read_bytes)
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
        return kept._replace(n=n, attempts=attempts), 0.0
    except BadPicture as bad:
        return nothing._replace(problem=PROBLEM.get(bad.reason, "unreadable")), 0.0
    except NoChild as error:
        reason, again, permanent = str(error), None, False
    except Failure as failure:
        reason, again, permanent = failure.reason, failure.retry_after, failure.permanent
    if permanent or attempts >= TRIES:
        log.warning("a %s is given up after %s tries: %s", media.kind, attempts, reason)
        return nothing._replace(problem="too_big" if reason == "too_big" else "lost"), 0.0
    return nothing, again or PAUSES[min(attempts, len(PAUSES)) - 1]


def filled(media: tuple[Media, ...], fetched: Mapping[int, Fetched]) -> tuple[Media, ...]:
    """The delivery's media with what became of them."""
    found = []
    for n, piece in enumerate(media):
        got = fetched.get(n)
        if not wanted(piece):
            found.append(piece._replace(problem="unsupported"))
        elif got is None:
            found.append(piece._replace(problem="lost"))
        else:
            found.append(
                piece._replace(
                    sha=got.sha,
                    thumb=got.thumb,
                    width=got.width,
                    height=got.height,
                    taken_at=got.taken_at,
                    problem=got.problem,
                )
            )
    return tuple(found)
