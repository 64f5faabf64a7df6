"""What a platform offers: receive, send, change a card, fetch a photo. No role, status or sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from aiohttp import web

from handlers.message import Incoming, Media, Message


class Delivery(NamedTuple):
    """A raw delivery as it goes into the inbox: `raw` is what `Platform.parse` takes."""

    enterprise: int
    platform: str
    key: str  # unique per enterprise and platform: a second one changes nothing
    account: str  # deliveries of one account are handled in the order they arrived
    raw: dict[str, Any]


class NotStored(Exception):
    """The inbox could not be written; the platform must not be told 'received'."""


Menus = Mapping[str, Mapping[str, Sequence[tuple[str, str]]]]
"""Commands with what they do, by scope ("private", "groups") and language ("" for all others)."""

Accept = Callable[[Sequence[Delivery]], Awaitable[None]]
"""Returns once all deliveries are committed; raises NotStored if they are not."""


class Failure(Exception):
    """The platform refused or did not answer."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        unreachable: bool = False,
        moved_to: str = "",
        overall: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason  # for the operator; holds no secret
        self.permanent = permanent  # sending the same again cannot succeed
        self.retry_after = retry_after  # seconds
        self.unreachable = unreachable  # the person blocked the bot or never started it
        self.moved_to = moved_to  # the chat's new id
        self.overall = overall  # the wait holds for the whole platform account, not this chat


class Upload(NamedTuple):
    """A file read for sending."""

    media: Media
    data: bytes


class Window(NamedTuple):
    """At most `most` messages within `seconds` for everything that shares the key."""

    key: str
    most: int
    seconds: float


class Platform(Protocol):
    """One account of a platform, belonging to one enterprise."""

    name: str
    enterprise: int
    largest: int  # bytes of the largest file that it takes
    toasts: bool  # whether `answer` can show words for a moment; where not, they are said as a message

    @property
    def stopped(self) -> str:
        """Why it has given up until somebody acts, for the log; "" while it runs or tries by itself."""
        ...

    def parse(self, raw: dict[str, Any]) -> Incoming | None:
        """The delivery in our words, without I/O; None for what is ignored on purpose."""
        ...

    async def receive(self, accept: Accept) -> None:
        """Receives until cancelled; survives every error of the platform."""
        ...

    async def send(self, chat: str, message: Message, uploads: Sequence[Upload], key: str) -> str:
        """Sends and returns the platform's id of the message; `key` is ours, the same on a retry.

        Raises Failure.
        """
        ...

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Makes the sent message `ref` look like `message`; returns the id of the one that shows it now.

        Where the platform cannot change what was sent that is another one, or "" if all was left as it stands.
        Raises Failure.
        """
        ...

    def answer(self, tap_ref: str, text: str) -> None:
        """Ends the wait of a tapped button; `text` may be empty. Waits for nothing and never raises."""
        ...

    async def fetch(self, media: Media) -> bytes:
        """The media's bytes. Raises Failure; permanent if asking again cannot help."""
        ...

    def windows(self, chat: str) -> tuple[Window, ...]:
        """How fast this chat, and the whole account, may be sent to."""
        ...

    def routes(self) -> list[web.RouteDef]:
        """What the web server mounts for it."""
        ...

    async def introduce(self, menus: Menus) -> str:
        """Makes itself known once the web server listens: registers, publishes command menus by language.

        Returns the link prefix that takes a join code, "" if there is none. Raises Failure.
        """
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...
