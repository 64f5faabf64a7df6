"""Every transaction of the running program: does its work, claims what is to be sent, notes what was sent.

So the four commits of a turn (accepted, done, claimed, sent) become one that waits for the disk, and a share in the
next look at the outbox (bot/looks.py), which does not: it claims all that nobody waits for, and notes what was sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import NamedTuple, Protocol, TypeVar

from bot.looks import Look, Looks
from bot.plants import Plants
from bot.sent import Mark, Sent, together
from handlers.desk import Desk
from handlers.outgoing import Ready, draw
from storage import outbox, sending
from storage.database import Database, DiskFull, Tx
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

T = TypeVar("T")
Chat = tuple[int, str, str]  # enterprise, platform, chat

LEASE = 10 * 60_000  # ms; only a crash ever lets one run out
MARKS_WAIT = 0.2  # seconds that 'sent' marks wait for a look to ride on
BATCH = 60  # rows that are read at a time
AT_A_LOOK = 6  # rows that a look draws: while it does, whoever writes waits
ATTEMPTS = 3  # to draw a row


class Taker(Protocol):
    """Who sends what was claimed."""

    def busy(self) -> frozenset[Chat]:
        """Chats that get nothing more for now."""
        ...

    def held(self) -> Mapping[Chat, int]:
        """Those of them that wait for a time, and until when (real ms)."""
        ...

    def take(self, ready: Sequence[Ready]) -> None:
        """Sends these, in order per chat."""
        ...


class _Claimed(NamedTuple):
    ready: list[Ready]
    more: bool
    next_due: int | None
    passed: frozenset[Chat] = frozenset()  # busy chats that something waits for
    left: bool = False  # something is due and was left for the next time


class Exchange:
    """The one way into the database while the program runs."""

    def __init__(self, database: Database, plants: Plants) -> None:
        self.database = database
        self.plants = plants
        self._marks: list[Mark] = []
        self._pressing = False  # one of them is needed before more is drawn
        self._looks = Looks()
        self._passed: frozenset[Chat] = frozenset()
        self.taker: Taker | None = None

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Runs `work` in a transaction with everything that rides on it. Raises DiskFull.

        What somebody waits for is claimed in that transaction, all else right behind it: the answer to a tap, which
        needs the commit alone, does not wait until everybody's cards are drawn.
        """
        return await self._run(work, Look.ASKED)

    async def _run(self, work: Callable[[Tx], T], look: Look) -> T:
        marks: list[Mark] = []
        if look is not Look.ASKED or self._pressing:
            marks, self._marks, self._pressing = self._marks, [], False
        busy = self.taker.busy() if self.taker else None
        held = self.taker.held() if self.taker else {}
        noted = False

        def whole(tx: Tx) -> tuple[T, _Claimed | None, Look | None]:
            nonlocal noted
            for mark in together(marks):
                mark(tx)
            noted = True
            result = work(tx)
            awaited = look is not Look.ASKED or _asking(tx)
            claimed = self._claim(tx, busy, held, look) if awaited and busy is not None else None
            return result, claimed, _put(tx)

        try:
            # A power cut may take a look: what it claimed is claimed again then, as after any crash.
            result, claimed, put = await self.database.run(whole, durable=look is Look.ASKED)
        except asyncio.CancelledError:
            self.wake()  # the work is done all the same
            raise
        except DiskFull:
            self._take_back(marks)
            raise
        except Exception:
            if noted or not marks:
                self._take_back(marks)
                raise
            await self._one_by_one(marks)
            return await self._run(work, look)
        if claimed is not None:
            self._after(claimed)
        elif put is not None or marks:  # what is noted now may be what something waited for
            self._looks.soon(put or Look.BEHIND)
        if look is Look.ASKED:
            self._looks.follow()
        return result

    def _take_back(self, marks: list[Mark]) -> None:
        self._marks = marks + self._marks
        self._pressing |= bool(marks)

    async def _one_by_one(self, marks: list[Mark]) -> None:
        """One note cannot be written: it must not hold up everything else for ever."""
        for mark in marks:
            try:
                await self.database.run(mark)
            except DiskFull:
                self._marks.append(mark)
            except Exception:
                log.exception("something that was sent could not be noted")

    def mark(self, mark: Mark) -> None:
        """Has something noted with the next look; what is no mere 'sent' with the next work, before more is drawn."""
        self._pressing |= not isinstance(mark, Sent) or mark.moves
        self._marks.append(mark)
        self._looks.within(MARKS_WAIT)

    def freed(self, chat: Chat) -> None:
        """A chat may be sent to again: what waits for it is looked at in a moment."""
        if chat in self._passed:
            self._looks.soon(Look.BEHIND)

    def wake(self) -> None:
        """Something may be due: look soon."""
        self._looks.now()

    async def pump(self) -> None:
        """Looks after marks and due rows until cancelled."""
        while True:
            look = await self._looks.due()
            try:
                await self._run(lambda tx: None, look)
            except Exception:
                log.exception("the outbox could not be looked at; next try in 2 s")
                self._looks.after(2.0)

    async def flush(self) -> None:
        """Notes everything that is still to be noted; claims nothing more."""
        self.taker = None
        if self._marks:
            await self._run(lambda tx: None, Look.WHOLE)

    def _claim(self, tx: Tx, busy: frozenset[Chat], held: Mapping[Chat, int], look: Look) -> _Claimed:
        """Draws and leases what is due, oldest first; busy chats are passed over, whatever waits for them.

        With work only whoever waits gets what is due: the answer waits for the commit, and nobody else knows when
        theirs began to be due.
        When the next row will be due is asked only where it may have changed.
        """
        now = self.plants.clock()
        asking = _asking(tx)
        left = False
        ready: list[Ready] = []
        passed: set[Chat] = set()
        desks: dict[int, Desk] = {}
        after, more, room = 0, True, BATCH if look is Look.ASKED else AT_A_LOOK
        while more and len(ready) < room:
            # A long queue that has to wait is read once, not page by page.
            rows = sending.waiting(tx, now, BATCH, after, list(passed)[:BATCH])
            more = len(rows) == BATCH
            after = rows[-1].id if rows else after
            merged: set[int] = set()
            behind: dict[int, list[int]] = {}
            for row in rows:
                if len(ready) == room:
                    more = True
                    break
                chat = (row.enterprise, row.platform, row.chat)
                if chat in busy or self.plants.get(row.enterprise) is None:
                    passed.add(chat)
                    if chat in held:
                        behind.setdefault(held[chat], []).append(row.id)
                elif look is Look.ASKED and chat not in asking:
                    left = True
                elif row.id not in merged:
                    if row.enterprise not in desks:
                        desks[row.enterprise] = self.plants.desk(tx, row.enterprise, now)
                    ready += self._draw(desks[row.enterprise], row, now)
                    if row.push:
                        same = [r.id for r in rows if r.push and r.person == row.person]
                        merged.update(sending.ended(tx, same))
            for until, those in behind.items():
                sending.hold(tx, those, until)
        sending.lease(tx, [one.row for one in ready], now + LEASE)
        due = sending.next_due(tx, now) if look is Look.WHOLE or outbox.LATER in tx.told else None
        return _Claimed(ready, more, due, busy & passed, left)

    def _draw(self, desk: Desk, row: Outgoing, now: int) -> list[Ready]:
        tx = desk.store.tx
        try:
            # What waited together is noted before it is put into words; a card is noted last.
            with tx.savepoint() if row.push else nullcontext():
                drawn = draw(desk, row)
        except DiskFull:
            raise
        except Exception:
            log.exception("outbox row %s (%s) could not be drawn", row.id, row.push or row.op)
            if row.attempts + 1 >= ATTEMPTS:
                outbox.end(tx, row.id, "failed", "could not be drawn", now)
            else:
                sending.tried(tx, row.id)
                sending.retry(tx, row.id, now + 30_000, "could not be drawn")
            return []
        return [drawn] if drawn is not None else []

    def _after(self, claimed: _Claimed) -> None:
        if self.taker is not None and claimed.ready:
            self.taker.take(claimed.ready)
        self._passed = claimed.passed
        free = self.taker is not None and not claimed.passed <= self.taker.busy()
        if claimed.more:
            self._looks.go_on()
        elif free or claimed.left:
            self._looks.soon(Look.BEHIND)
        if claimed.next_due is not None:
            self._looks.after(max(0.0, (claimed.next_due - self.plants.clock()) / 1000))


def _asking(tx: Tx) -> set[Chat]:
    """Who waits for a message of this transaction."""
    return {one for one in tx.told if isinstance(one, tuple)}


def _put(tx: Tx) -> Look | None:
    """How to look at what this transaction put into the outbox; None if that is nothing."""
    if outbox.LATER in tx.told:
        return Look.WHOLE
    return Look.BEHIND if tx.has_written("outbox") else None
