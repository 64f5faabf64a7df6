"""What waits for an answer in each conversation: a tap and an opening for five seconds, words for a while.

A sent card can be changed only as the answer to a tap on it, within five seconds and on the connection that
brought the tap. What comes too late, or follows from words, is shown as a new card.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")

OPEN = 4.5  # seconds in which WeCom takes the answer, less the way there
OWED = 60.0  # seconds in which what changes is what the person's own words or tap brought about
KEPT = 2000  # conversations
TAPS = 4  # of a card that wait for their answers


class Moment(NamedTuple):
    """A callback that can be answered, on the connection of number `life`."""

    req_id: str
    at: float
    life: int
    task: str = ""  # the tapped card


@dataclass(slots=True)
class Words:
    """What somebody said, and what came of it."""

    at: float
    card: str = ""  # the one that changed by it
    answered: bool = False


class Moments:
    """By chat, the newest of each kind, of a card's taps the last few; times are in seconds of one monotonic clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._taps: OrderedDict[tuple[str, str], list[Moment]] = OrderedDict()
        self._spare: OrderedDict[str, list[Moment]] = OrderedDict()  # taps before one that was answered
        self._openings: OrderedDict[str, Moment] = OrderedDict()
        self._words: OrderedDict[str, Words] = OrderedDict()
        self._greeted: OrderedDict[str, bool] = OrderedDict()
        self._newer: OrderedDict[tuple[str, str], str] = OrderedDict()

    def tapped(self, chat: str, task: str, req_id: str, life: int) -> None:
        """A button of the card `task` was tapped."""
        before = self._taps.get((chat, task), [])[1 - TAPS :]
        _keep(self._taps, (chat, task), [*before, Moment(req_id, self._clock(), life, task)])

    def opened(self, chat: str, req_id: str, life: int) -> None:
        """Somebody came into the conversation."""
        _keep(self._openings, chat, Moment(req_id, self._clock(), life))

    def said(self, chat: str) -> None:
        """Somebody wrote."""
        self._greeted.pop(chat, None)
        self._spare.pop(chat, None)
        _keep(self._words, chat, Words(self._clock()))

    def moved(self, chat: str, old: str, new: str) -> None:
        """What the card `old` showed stands on the card `new` now."""
        for key, task in self._newer.items():
            if key[0] == chat and task == old:
                self._newer[key] = new
        _keep(self._newer, (chat, old), new)
        if (words := self._words.get(chat)) is not None and words.card == old:
            words.card = new

    def told(self, chat: str) -> None:
        """Something was sent there."""
        if (words := self._words.get(chat)) is not None:
            words.answered = True

    def tap_on(self, chat: str, task: str) -> tuple[Moment | None, bool]:
        """The tap that a change of this card answers, if it still can, and whether there was one lately.

        A tap on an older card of the same thing counts. Several may each bring a change of their own, if nothing is
        written meanwhile.
        """
        # Its own last: of two taps at the same moment that one is the newest.
        tasks = [*(old for (where, old), new in self._newer.items() if where == chat and new == task), task]
        taps = [tap for one in tasks for tap in self._taps.pop((chat, one), [])]
        taps.sort(key=lambda tap: tap.at)
        now = self._clock()
        if taps and now - taps[-1].at <= OWED:
            _keep(self._spare, chat, taps[:-1])
            return (taps[-1] if now - taps[-1].at <= OPEN else None), True
        spare = self._spare.get(chat, [])
        for tap in spare:
            if tap.task in tasks and now - tap.at <= OPEN:
                spare.remove(tap)
                return tap, True
        return None, False

    def greeted(self, chat: str) -> None:
        """Somebody who came in got a welcome."""
        _keep(self._greeted, chat, True)

    def only_greeted(self, chat: str) -> bool:
        """Whether a welcome is all that WeCom may allow there: nobody has written since."""
        return chat in self._greeted

    def settled(self, chat: str) -> None:
        """Whoever wrote there has gone on to tapping."""
        self._words.pop(chat, None)

    def opening(self, chat: str, life: int) -> str:
        """The req_id of an opening that can still be answered, once; "" if there is none."""
        found = self._openings.pop(chat, None)
        fresh = found is not None and found.life == life and self._clock() - found.at <= OPEN
        return found.req_id if found is not None and fresh else ""

    def owes_words(self, chat: str, task: str, *, last: bool) -> bool:
        """Whether this card changes by what was said lately: the first one that changes after it does.

        A `last` change, to a card without buttons, is of no use to whoever has been answered already.
        """
        words = self._words.get(chat)
        if words is None or self._clock() - words.at > OWED or words.card not in {"", task}:
            return False
        if last and words.answered:
            return False
        words.card = task
        return True


def _keep(where: OrderedDict[K, V], key: K, value: V) -> None:
    where[key] = value
    where.move_to_end(key)
    if len(where) > KEPT:
        where.popitem(last=False)
