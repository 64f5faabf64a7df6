"""A chat service at the Platform protocol: in this process, obedient, and with failures on order."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.platforms.base import Accept, Delivery, Failure, Menus, Upload, Window
from handlers.message import Event, Incoming, Media, MediaKind, Message


@dataclass
class Shown:
    """A message as it stands in a chat now."""

    ref: str
    message: Message
    uploads: Sequence[Upload]
    edits: int = 0

    @property
    def text(self) -> str:
        return self.message.text

    def data(self, label: str) -> str:
        """What the button of this label carries."""
        return next(b.data for row in self.message.buttons for b in row if b.label == label)


@dataclass(frozen=True)
class Try:
    """One attempt to send or edit."""

    chat: str
    what: str  # "send" or "edit"
    text: str
    key: str
    at: int  # ms


@dataclass
class FakePlatform:
    """`faults` are raised at the next tries in a chat; while `gate` is clear, tries hang before they arrive."""

    name: str = "fake"
    enterprise: int = 1
    stopped: str = ""
    largest: int = 50_000_000
    toasts: bool = True  # whether answers to taps can be shown in passing
    changes: str = "in place"  # what becomes of an edit: "in place", "below" as a new message, or "never"
    limits: Callable[[str], tuple[Window, ...]] = lambda chat: ()
    tries: list[Try] = field(default_factory=list)
    chats: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[str, deque[BaseException]] = field(default_factory=lambda: defaultdict(deque))
    lost_answers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    files: dict[str, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    told: list[tuple[str, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    now: Callable[[], int] = lambda: 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def parse(self, raw: dict[str, Any]) -> Incoming | None:
        if raw.get("ignored"):
            return None
        media = tuple(Media(MediaKind(m["kind"]), m["ref"], mime=m.get("mime", "")) for m in raw.get("media", ()))
        said = {k: v for k, v in raw.items() if k not in {"media", "event"}}
        return Incoming(platform=self.name, media=media, event=Event(raw.get("event", "message")), **said)

    async def receive(self, accept: Accept) -> None:
        await asyncio.Event().wait()

    async def send(self, chat: str, message: Message, uploads: Sequence[Upload], key: str) -> str:
        await self._try(chat, "send", message, key)
        shown = Shown(f"m{len(self.tries)}", message, uploads)
        self.chats[chat].append(shown)
        self._answer(chat)
        return shown.ref

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        await self._try(chat, "edit", message, ref)
        if self.changes == "never":
            return ""
        if self.changes == "below":
            return await self.send(chat, message, (), ref)
        shown = next(s for s in self.chats[chat] if s.ref == ref)
        shown.message, shown.edits = message, shown.edits + 1
        self._answer(chat)
        return ref

    async def _try(self, chat: str, what: str, message: Message, key: str) -> None:
        self.tries.append(Try(chat, what, message.text, key, self.now()))
        await self.gate.wait()
        if self.faults[chat]:
            raise self.faults[chat].popleft()

    def _answer(self, chat: str) -> None:
        if self.lost_answers[chat]:
            self.lost_answers[chat] -= 1
            raise Failure("no answer in time")

    def answer(self, tap_ref: str, text: str) -> None:
        self.told.append((tap_ref, text))

    async def fetch(self, media: Media) -> bytes:
        self.fetched.append(media.ref)
        waiting = self.files[media.ref]
        found = waiting.popleft() if len(waiting) > 1 else waiting[0]
        if isinstance(found, asyncio.Future):
            found = await found
        if isinstance(found, BaseException):
            raise found
        data: bytes = found
        return data

    def windows(self, chat: str) -> tuple[Window, ...]:
        return self.limits(chat)

    def routes(self) -> list[web.RouteDef]:
        return []

    async def introduce(self, menus: Menus) -> str:
        return ""

    async def close(self) -> None:
        """Nothing is open."""

    def texts(self, chat: str) -> list[str]:
        """What a chat shows, oldest first."""
        return [shown.text for shown in self.chats[chat]]

    def delivery(self, account: str, key: str, **said: Any) -> Delivery:
        """What a phone of this account sends."""
        raw = {"account": account, "chat": account, "delivery": key, "sent_at": 1, **said}
        return Delivery(self.enterprise, self.name, key, account, raw)
