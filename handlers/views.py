"""How a card looks: a view is drawn from the state whenever the card is sent or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from handlers.desk import Desk
from handlers.message import Button, Message, Select
from handlers.turn import tap_data
from storage.cards import Card
from woodpecker.people import Person


class View(NamedTuple):
    """A message and whether the card may still change; a moot one is not sent if it was not yet."""

    message: Message
    live: bool = True
    moot: bool = False


Draw = Callable[["Drawing"], View]


class Drawing(NamedTuple):
    """What a view is drawn from: the desk, the card and its reader (None in a group)."""

    desk: Desk
    card: Card
    reader: Person | None

    @property
    def language(self) -> str:
        """The reader's language."""
        return self.reader.language if self.reader else self.desk.plant.language

    @property
    def drops_down(self) -> bool:
        """Whether the card's platform has drop-downs; to find what may be chosen costs as much as all the rest."""
        return self.card.platform not in self.desk.plant.buttons_only

    def text(self, key: str, **args: object) -> str:
        """A sentence in the reader's language."""
        return self.desk.text(self.language, key, **args)

    def button(self, label_key: str, verb: str, subject: int, version: int | None = None, arg: str = "") -> Button:
        """A button with its label in the reader's language."""
        return Button(self.text(label_key), tap_data(verb, subject, version, arg))


def rows(buttons: Iterable[Button], width: int = 3) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows of at most `width`."""
    everything = tuple(buttons)
    return tuple(everything[i : i + width] for i in range(0, len(everything), width))


def view(
    text: str,
    buttons: Iterable[Button] = (),
    *,
    width: int = 3,
    live: bool = True,
    moot: bool = False,
    brief: str = "",
    select: Select | None = None,
) -> View:
    """A view of a text and buttons."""
    return View(Message(text, rows(buttons, width), brief=brief, select=select), live, moot)
