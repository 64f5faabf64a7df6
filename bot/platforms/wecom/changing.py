"""Cards that change: in place while there is a code for it, else as a new card."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.platforms.base import Failure
from bot.platforms.wecom.cards import fits, takes
from bot.platforms.wecom.codes import Codes
from bot.platforms.wecom.errors import Unclear
from bot.platforms.wecom.send import Outbound
from handlers.message import Message

log = logging.getLogger(__name__)

LATELY = 60_000  # ms in which a card's change is likely to answer what was said
REMEMBERED = 20_000  # cards

T = TypeVar("T")
Send = Callable[[str, Message, str], Awaitable[str]]


class Changing:
    """What is known of each card on a phone, and of what its member did last. Times are ms."""

    def __init__(self, outbound: Outbound, codes: Codes, send: Send, clock: Callable[[], int]) -> None:
        self._outbound = outbound
        self._codes = codes
        self._send = send  # chat, message, key: sends a new card and returns its task
        self._clock = clock
        self._wrote: dict[str, int] = {}  # when a member last said something
        self._tapped: dict[str, int] = {}
        self._shown: OrderedDict[str, int] = OrderedDict()  # when a card last changed on the phone
        self._moved: OrderedDict[str, Message] = OrderedDict()  # cards that stand anew below, and how they end
        self._unclear: set[str] = set()  # codes that may have been used
        self._greying: set[asyncio.Task[None]] = set()

    def shown(self, ref: str) -> None:
        """A message is on the phone as it should be."""
        _remember(self._shown, ref, self._clock())

    def wrote(self, member: str) -> None:
        """A member said something."""
        self._wrote[member] = self._clock()

    async def tapped(self, member: str, task: str, code: str) -> None:
        """A member tapped a card, which gives a code to change it."""
        self._tapped[member] = self._clock()
        if task in self._moved and code:
            greying = asyncio.ensure_future(self._grey(member, task, code, self._moved[task]))
            self._greying.add(greying)
            greying.add_done_callback(self._greying.discard)
        else:
            await self._codes.keep(task, code)

    async def change(self, chat: str, ref: str, message: Message) -> str:
        """Changes the card in place if a code is left, else sends it anew; returns the task of what shows it now.

        After something was said, where a list takes the place of buttons or they of a list, and if it does not fit
        on a card, it comes again at the bottom and the one above is greyed. A card whose last code is used keeps its
        old buttons: a tap on them is answered with how things stand. "" if nothing had to be sent. Raises Failure.
        """
        code = await self._codes.newest(ref)
        said = self._said_something(chat.lower(), self._shown.get(ref) or (code.got_at if code else None))
        below = bool(message.buttons) and (said or not fits(message, task=ref))
        if code is not None and takes(ref, message) and not below:
            if await self._in_place(chat, ref, code.code, message):
                self.shown(ref)
                return ref
            code = None
        if not message.buttons and (message.moot or said):
            return ""
        new = await self._send(chat, message, f"edit {ref}")
        spent = message._replace(buttons=())
        _remember(self._moved, ref, spent)
        if code is not None:
            await self._grey(chat, ref, code.code, spent)
        return new

    async def close(self) -> None:
        """Lets go of what was still to be greyed."""
        for task in list(self._greying):
            task.cancel()
        await asyncio.gather(*self._greying, return_exceptions=True)

    def _said_something(self, member: str, shown: int | None) -> bool:
        """Whether the member's last act was to write, just now or since the card was shown."""
        wrote = self._wrote.get(member, 0)
        if wrote <= self._tapped.get(member, 0):
            return False
        return self._clock() - wrote <= LATELY or (shown is not None and wrote > shown)

    async def _in_place(self, chat: str, ref: str, code: str, message: Message) -> bool:
        """Changes a card in place; False if it turns out that this cannot be done."""
        try:
            await self._outbound.update(chat, ref, code, message)
        except Unclear:
            self._unclear.add(code)
            raise
        except Failure as failure:
            if not failure.permanent:
                raise
            log.info("WeCom: a card could not be changed: %s", failure.reason)
            done = code in self._unclear  # the code is used because the first try had reached WeCom
            await self._used(code)
            return done
        await self._used(code)
        return True

    async def _grey(self, chat: str, task: str, code: str, spent: Message) -> None:
        try:
            await self._outbound.grey(chat, task, code, spent)
        except Failure as failure:  # a button left over is answered with how things stand
            log.info("WeCom: a card could not be greyed: %s", failure.reason)
        await self._used(code)

    async def _used(self, code: str) -> None:
        self._unclear.discard(code)
        await self._codes.used(code)


def _remember(known: OrderedDict[str, T], key: str, value: T) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
