"""免打扰: a person chooses the hours in which nothing rings; whoever works nights sleeps by day."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time

from handlers.desk import Desk, hours_of
from handlers.judging import open_fresh
from handlers.message import Message
from handlers.money_answers import said
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn, say
from handlers.views import Draw, Drawing, View, view
from storage import outbox, people
from storage.questions import Question
from woodpecker.clocks import Hours
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.quiet_hours import hours_meant

SHORT = 6  # characters; so short a sentence is hardly a report
_LIKE_A_TIME = re.compile(r"(?i)[\d\s:：.点时分半\-–—~～到至从]+|[\d\s:.]+(to|until)[\d\s:.]+|from.*\d.*")
NEVER = (time(), time())  # equal ends: no hour is quiet


def show(turn: Turn, payload: str) -> None:
    """免打扰: how it is set, with the choices; `免打扰 23:00-6:30` sets it at once."""
    if payload:
        _keep(turn, hours_meant(payload))
        turn.send(Message(_now(turn)))
    else:
        open_fresh(turn, "quiet", turn.me.id)


def choose(turn: Turn, tap: Tap) -> None:
    """One of the buttons."""
    clocks = turn.desk.plant.programme.clocks
    choices = {
        "plant": None,
        "night": (clocks.night_shift_quiet_from, clocks.night_shift_quiet_until),
        "none": NEVER,
    }
    if tap.id != turn.me.id or tap.arg not in choices:
        raise Refused("refused.unknown_button")
    turn.settle()
    _keep(turn, choices[tap.arg])
    say(turn, _now(turn))


def ask(turn: Turn, tap: Tap) -> None:
    """自己定: asks from when until when."""
    if tap.id != turn.me.id:
        raise Refused("refused.unknown_button")
    turn.ask("quiet_hours")
    turn.reply("quiet.ask")


def answer(turn: Turn, question: Question) -> bool:
    """The hours as they were written; anything long is a report, not an answer."""
    words = said(turn, question)
    if not words or (len(words) > SHORT and not _LIKE_A_TIME.fullmatch(words)):
        return False
    _keep(turn, hours_meant(words))
    turn.settle()
    turn.send(Message(_now(turn)))
    return True


def _keep(turn: Turn, hours: Hours | None) -> None:
    since, until = (f"{hours[0]:%H:%M}", f"{hours[1]:%H:%M}") if hours else (None, None)
    turn.person = people.update(turn.store, turn.me.id, quiet_from=since, quiet_until=until)
    outbox.wakes(turn.store, turn.me.id, turn.desk.now, turn.desk.awake(turn.me.id))
    turn.desk.refresh(("quiet",), turn.me.id)


def _now(turn: Turn) -> str:
    return turn.text("quiet.set", hours=_hours(turn.desk, turn.language, turn.me))


def _hours(desk: Desk, language: str, person: Person) -> str:
    """Which hours are quiet for a person, in words."""
    own = hours_of(person)
    if own == NEVER:
        return desk.text(language, "quiet.never")
    plant = desk.plant.programme.clocks
    since, until = own or (plant.quiet_from, plant.quiet_until)
    hours = f"{since:%H:%M}–{until:%H:%M}"
    return hours if own else desk.text(language, "quiet.of_plant", hours=hours)


def draw(d: Drawing) -> View:
    """The hours as they are, with the choices."""
    if d.reader is None or superseded(d):
        return view(d.text("card.below"), live=False, moot=True)
    buttons = [d.button(f"quiet.{what}", "qh", d.reader.id, None, what) for what in ("plant", "night", "none")]
    buttons.append(d.button("quiet.other", "qhask", d.reader.id))
    hours = _hours(d.desk, d.language, d.reader)
    text = text_of(d.text("quiet.card", hours=hours), "" if hours_of(d.reader) == NEVER else d.text("quiet.means"))
    return view(text, buttons, width=2)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"qh": choose, "qhask": ask}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"quiet_hours": answer}
CARDS: Mapping[str, Draw] = {"quiet": draw}
