"""Which language a person reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.message import Button, Message
from handlers.texts import LANGUAGES, text
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import accounts, people
from woodpecker.errors import Refused


def choose(turn: Turn, payload: str) -> None:
    """/lang: asks which, or takes the language named behind it."""
    named = {word: code for code in LANGUAGES for word in (code, text(code, "language.name").lower())}
    if payload.lower() in named:
        _speak(turn, named[payload.lower()])
    else:
        turn.open_card("lang", turn.account.id)


def _speak(turn: Turn, code: str) -> None:
    accounts.set_language(turn.store, turn.account.id, code)
    if turn.person is not None:
        turn.person = people.update(turn.store, turn.person.id, language=code)
    turn.desk.refresh(("lang",), turn.account.id)
    turn.send(Message(text(code, "language.chosen")))


def _set(turn: Turn, tap: Tap) -> None:
    if tap.arg not in LANGUAGES:
        raise Refused("refused.unknown_button")
    _speak(turn, tap.arg)


def _card(d: Drawing) -> View:
    buttons = [Button(text(c, "language.name"), tap_data("setlang", 0, None, c)) for c in LANGUAGES]
    return view(" / ".join(text(c, "language.ask") for c in LANGUAGES), buttons)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"setlang": _set}
QUESTIONS: Mapping[str, Callable[..., bool]] = {}
CARDS: Mapping[str, Draw] = {"lang": _card}
