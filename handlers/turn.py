"""One delivery at the desk: who speaks, what was said, and how to answer."""

from __future__ import annotations

from typing import Any, NamedTuple

from handlers.desk import ALBUM_HOLD, GATHER_HOLD, Desk
from handlers.message import Button, Event, Incoming, Message
from storage import questions
from storage.accounts import Account
from storage.cards import Card
from woodpecker.errors import Refused
from woodpecker.people import Person


class Tap(NamedTuple):
    """A button's data, taken apart: `verb:id[:version[:arg]]`. The client chose it: trust nothing."""

    verb: str
    id: int
    version: int | None = None
    arg: str = ""


def tap_data(verb: str, subject: int, version: int | None = None, arg: str = "") -> str:
    """What a button carries, at most 64 bytes."""
    parts = [verb, str(subject), "" if version is None else str(version), arg]
    while parts[-1] == "":
        parts.pop()
    return ":".join(parts)


def parse_tap(data: str) -> Tap | None:
    """The tap, or None if the data is not ours."""
    parts = data.split(":", 3)
    if len(data.encode()) > 64 or len(parts) < 2 or not _whole(parts[1]):
        return None
    version = parts[2] if len(parts) > 2 else ""
    if version and not _whole(version):
        return None
    return Tap(parts[0], int(parts[1]), int(version) if version else None, parts[3] if len(parts) > 3 else "")


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


class Turn:
    """What a handler gets: the desk, the account and person who acted, and the delivery."""

    def __init__(self, desk: Desk, incoming: Incoming, account: Account, me: Person | None) -> None:
        self.desk = desk
        self.store = desk.store
        self.incoming = incoming
        self.account = account
        self.person = me
        self.card: Card | None = None  # the card that was tapped
        self.drawn: Card | None = None  # that card as it was on the phone, if something was chosen beside the button
        self.wants: dict[str, str] = {}  # what was chosen beside the button and holds for this tap alone
        self.toast = ""  # the ephemeral answer to a tap
        self.answered = False
        self.back = False  # until now nothing could be sent to this account
        self.unseen = False  # nothing may stay of this delivery and of what it is answered

    @property
    def me(self) -> Person:
        """The person who acts; routes make sure that there is one."""
        if self.person is None:
            raise Refused("refused.not_joined")
        return self.person

    @property
    def language(self) -> str:
        """The language to answer in."""
        if self.person is not None:
            return self.person.language
        return self.account.language or self.desk.plant.language

    def text(self, key: str, **args: object) -> str:
        """A sentence in the reader's language."""
        return self.desk.text(self.language, key, **args)

    def reply(self, key: str, **args: object) -> None:
        """Answers with a sentence."""
        self.send(Message(self.text(key, **args)))

    def send(self, message: Message) -> None:
        """Answers with a message, in the chat where it was said."""
        self.answered = True
        if self.unseen:
            self.desk.send_unseen(self.incoming.platform, self.incoming.chat, message)
            return
        self.desk.send(self.incoming.platform, self.incoming.chat, message, self.account.person)

    def open_card(self, kind: str, subject: int, args: dict[str, Any] | None = None) -> int:
        """Answers with a card in the person's own chat."""
        self.answered = True
        return self.desk.open_card_in(self.account, kind, subject, args, self.hold)

    @property
    def hold(self) -> int:
        """How long a card is held back because more photos are likely."""
        if self.incoming.alone and self.incoming.media:
            return GATHER_HOLD
        return ALBUM_HOLD if self.incoming.album else 0

    def refresh_card(self) -> None:
        """Shows the tapped card anew."""
        self.answered = True
        if self.card is not None:
            self.desk.refresh_card(self.card.id)

    def ask(self, kind: str, **args: Any) -> None:
        """Remembers a question; the next sentence of this account is taken as its answer."""
        questions.ask(self.store, self.account.id, kind, args, self.desk.now)

    def settle(self) -> None:
        """The pending question is answered or moot."""
        questions.settle(self.store, self.account.id)

    def button(self, label_key: str, verb: str, subject: int, version: int | None = None, arg: str = "") -> Button:
        """A button with its label in the reader's language."""
        return Button(self.text(label_key), tap_data(verb, subject, version, arg))


def say(turn: Turn, text: str) -> None:
    """Answers in passing: a tap with a toast, a typed label with a sentence."""
    if turn.incoming.event is Event.TAP:
        turn.toast = text
    else:
        turn.send(Message(text))
