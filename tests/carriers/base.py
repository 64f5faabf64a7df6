"""What a phone shows, and what every carrier does: bring in what somebody did, send what the plant says."""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from bot.pace import Pace
from bot.platforms.base import Delivery, Failure, Upload
from handlers.message import Event, Incoming, Media, MediaKind, Message
from handlers.outgoing import Ready
from storage.database import Tx, transaction

T = TypeVar("T")

JPEG = b"\xff\xd8\xff"
AMR = b"#!AMR\n"
SIGNS = {MediaKind.PHOTO: "📷", MediaKind.VOICE: "🎤"}
TRIES = 50


@dataclass(frozen=True, slots=True)
class Look:
    """A message as it stands on a phone; `facts` are lines that a card shows below the others."""

    ref: str
    lines: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    media: str = ""
    controls: tuple[str, ...] = ()
    taps: tuple[tuple[str, str], ...] = ()  # label and data of what can be tapped
    grey: str = ""

    @property
    def text(self) -> str:
        """All that can be read."""
        return "\n".join([*self.lines, *self.facts])


class Time:
    """The story's time as a platform sees it: moved by hand, and further where something has to wait its turn."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self.waited = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self._now() / 1000 + self.waited

    def ms(self) -> int:
        """The same in milliseconds."""
        return int(self() * 1000)


class Here:
    """The story's file for an adapter that keeps something there."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def run(self, work: Callable[[Tx], T]) -> T:
        """One transaction."""
        return transaction(self._connection, work)


class Carrier(ABC):
    """One platform: its adapter on one side of a loopback, its strict fake on the other."""

    name = ""
    splits = False  # words and buttons are laid out anew on cards
    toasts = True
    without = ""  # why nothing of a group can be told here

    adapter: Any
    fake: Any

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], int]) -> None:
        self.loop = asyncio.new_event_loop()
        self.time = Time(now)
        self.here = Here(connection)
        self.came: list[Delivery] = []
        self.phones: dict[str, Any] = {}  # by chat
        self._pace = Pace()
        self._receiving: asyncio.Task[None] | None = None
        self.do(self.open())

    def do(self, work: Awaitable[T]) -> T:
        """Runs it to its end; everything else on the loop goes on meanwhile."""
        return self.loop.run_until_complete(work)

    @abstractmethod
    async def open(self) -> None:
        """Starts the fake and the adapter."""

    @abstractmethod
    async def shut(self) -> None:
        """Ends them."""

    @abstractmethod
    def phone(self, name: str, number: int) -> tuple[str, str]:
        """A new phone; its account and chat."""

    def known(self, chat: str) -> None:
        """Notes that whoever has this phone wrote to the bot before the story."""
        assert chat in self.phones

    def group(self, name: str) -> str:
        """A new group; its chat."""
        raise AssertionError(f"{name}: {self.without}")

    @abstractmethod
    async def act(self, said: Incoming) -> None:
        """Does on the phone what is told; returns once it has come in."""

    @abstractmethod
    def screen(self, chat: str) -> list[Look]:
        """What a phone shows now, oldest first."""

    async def settle(self) -> None:
        """Lets what goes on in the background end."""
        await asyncio.sleep(0)

    def toast(self, tap_ref: str) -> str:
        """What a tap was answered with for a moment."""
        return ""

    def strange(self) -> list[str]:
        """Whatever a real platform would have refused or shown badly."""
        return []

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        """Stands where the inbox stands."""
        self.came += deliveries

    def bring(self, said: Incoming) -> list[Incoming]:
        """What somebody did, as the platform delivers it and the adapter reads it."""
        self.do(self.act(said))
        came, self.came = self.came, []
        assert came or said.event is Event.BLOCKED, f"nothing came in of {said}"
        found = [one for delivery in came if (one := self.adapter.parse(delivery.raw)) is not None]
        assert found or not came, f"the adapter makes nothing of {came}"
        media = iter(said.media)
        return [one._replace(media=tuple(self._fetched(m, next(media)) for m in one.media)) for one in found]

    def _fetched(self, media: Media, meant: Media) -> Media:
        """The media as the photo folder has it; `meant` says what is in it, or what is wrong with it."""
        if meant.problem:
            return media._replace(problem=meant.problem)
        assert self.do(self.adapter.fetch(media)) == bytes_of(meant)
        return media._replace(sha=meant.sha, thumb=meant.thumb, width=meant.width, height=meant.height)

    def send(self, ready: Ready) -> str:
        """Sends or changes a message within the platform's pace; the adapter's id of it. Raises Failure."""
        for _ in range(TRIES):
            while (wait := self._pace.wait(self.adapter.windows(ready.chat), self.time())) > 0:
                self.time.waited += wait
            try:
                return self.do(self._send(ready))
            except Failure as failure:
                if failure.permanent or failure.retry_after is None:
                    raise
                self.time.waited += failure.retry_after
        raise AssertionError(f"{self.name} never takes {ready.message}")

    async def _send(self, ready: Ready) -> str:
        if ready.ref:
            found: str = await self.adapter.edit(ready.chat, ready.ref, ready.message)
        else:
            found = await self.adapter.send(ready.chat, ready.message, uploads(ready.message), f"o{ready.row}")
        return found

    def close(self) -> None:
        """Ends everything."""
        self.do(self._close())
        self.loop.close()

    async def _close(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
        await self.adapter.close()
        await self.shut()


def bytes_of(media: Media) -> bytes:
    """What stands for a photo or a voice message."""
    head = AMR if media.kind is MediaKind.VOICE else JPEG
    return head + media.sha.encode()


def uploads(message: Message) -> list[Upload]:
    """The message's media; what is in them says how the story writes it."""
    signs = [SIGNS.get(media.kind, "📎") for media in message.media]
    if message.sheet and len(signs) > 1:
        return [_upload(message.media[0], "".join(signs) + "合成一张")]
    return [_upload(media, sign) for media, sign in zip(message.media, signs, strict=True)]


def _upload(media: Media, sign: str) -> Upload:
    head = {"📷": JPEG, "🎤": AMR}.get(sign[0], b"a file ")
    data = head + f"|{media.sha}{media.make}|{sign}".encode()
    return Upload(media._replace(sha=sha256(data).hexdigest()), data)


def list_of(labels: list[str]) -> tuple[str, ...]:
    """A list of which one line is ticked, as the story writes it."""
    return (f"☐ {' | '.join(labels)}",) if labels else ()


def drop_down(title: str, labels: list[str]) -> tuple[str, ...]:
    """A drop-down beside the buttons, as the story writes it."""
    return (f"▾ {title}：{' | '.join(labels)}",)


def sign_of(data: bytes) -> str:
    """How the story writes what is in an uploaded file."""
    return data.rpartition(b"|")[2].decode()
