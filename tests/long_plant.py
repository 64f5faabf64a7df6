"""The plant of the stories with the longest names there may be, in which whoever writes uses all the room there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

from handlers import claiming, outgoing, planning, routes, talking
from handlers.desk import Desk
from handlers.texts import LANGUAGES, texts
from storage import accounts, drafts, people, questions
from tests import cast, world
from tests.cast import CAST, DEPARTMENTS, PLACES
from tests.world import Seen, World
from woodpecker import bans
from woodpecker.lengths import NAME, REPORT, SENTENCE
from woodpecker.programme import Programme

LONG = 2_048  # bytes of a text that WeCom takes in one message
STOP = "完"  # how padded words end


def long(name: str, length: int = NAME) -> str:
    """A name as long as one may be, which begins and ends as it did."""
    head, dot, tail = name.partition(" · ")
    return head + "某" * (length - len(name)) + dot + tail


PEOPLE = {name: long(name) for name, *_ in CAST}
UNITS = {name: long(name) for name, _ in DEPARTMENTS}
SPOTS = {name: long(name) for _, name, *_ in PLACES}
EVERYTHING = {**PEOPLE, **UNITS, **SPOTS}
# Questions that a sentence answers, and how long it may be.
PROSE = {
    "appeal_why": SENTENCE, "award_no": SENTENCE, "award_words": SENTENCE, "award_back": SENTENCE,
    "dispute_why": SENTENCE, "dispute_words": SENTENCE, "dispute_no": SENTENCE, "what": REPORT - 100,
    "ban_why": bans.LONGEST,
    "danger_where": 4000, "look": 200, "talk": talking.LONGEST, "plan": planning.LONGEST,
}  # fmt: skip
DAY = 3  # of the five points, the one that is a date
STEPS = frozenset(
    ["other", "query", "spot", "return", "dismiss", "void", "refuse", "keep", "extend_why", "disclaim_why"]
)


class LongPlant(World):
    """A plant of long names; everybody reads `language`, and a tap that the long names prevent is counted."""

    def __init__(self, path: Path, programme: Programme | None, language: str, **more: Any) -> None:
        self.readers = language
        self.missed: list[str] = []
        self.done = 0
        self.problems: list[str] = []
        self.split: set[str] = set()  # what is longer than one message of WeCom
        people_ = tuple((PEOPLE[n], number, UNITS[d], roles) for n, number, d, roles in CAST)
        units = tuple((UNITS[name], leader) for name, leader in DEPARTMENTS)
        spots = tuple((code, SPOTS[name], UNITS[d], owner) for code, name, d, owner in PLACES)
        with (
            patch.object(world, "CAST", people_),
            patch.object(world, "DEPARTMENTS", units),
            patch.object(world, "PLACES", spots),
        ):
            super().__init__(path, programme, **{**more, "join": False})
        self.ids = {name: self.ids[PEOPLE[name]] for name, *_ in cast.CAST}
        self.phones = {name.removesuffix(STOP): self.phones[PEOPLE[name]] for name in PEOPLE}
        for name, phone in self.phones.items():
            phone.name = name
            if more.get("join", True) and name not in more.get("absent", ()):
                self.join(name)
        self.transaction(self._read)

    def _show(self, ready: outgoing.Ready) -> Seen:
        if len(ready.message.text.encode()) > LONG:
            self.split.add(self._what(ready))
        return super()._show(ready)

    def _what(self, ready: outgoing.Ready) -> str:
        """The kind of card or push that a message is."""
        row = self._tx(lambda tx: tx.one("SELECT card, push FROM outbox WHERE id = $1", ready.row))
        if row is None or row["card"] is None:
            return str(row["push"] or "answer") if row else "answer"
        return str(self._tx(lambda tx: tx.value("SELECT kind FROM card WHERE id = $1", row["card"])))

    def _read(self, desk: Desk) -> None:
        for person in people.all(desk.store):
            people.update(desk.store, person.id, language=self.readers)

    def say(self, name: str, text: str, **more: Any) -> list[Seen]:
        """Types a sentence: long names for the short ones, and where prose is asked as much as there is room for."""
        full = text
        for short, long_one in EVERYTHING.items():
            full = full.replace(short, long_one)
        text = full if len(full) <= NAME or len(text) > NAME else text  # several names are typed in short
        return super().say(name, self._filled(name, text), **more)

    def photo(self, name: str, caption: str = "", *, count: int = 1, **more: Any) -> list[Seen]:
        """A photo with a caption as long as it may be."""
        return super().photo(name, self._filled(name, caption) if caption else "", count=count, **more)

    def _filled(self, name: str, text: str) -> str:
        room = self.transaction(lambda desk: self._room(desk, name, text))
        return text if len(text) >= room else text + "长" * (room - len(text) - 1) + STOP

    def _room(self, desk: Desk, name: str, text: str) -> int:
        phone = self.phone(name)
        if routes.exact(text)[0] == "claim":
            return claiming.LONGEST if " " in text.split(" ", 1)[-1] else 0
        if routes.exact(text)[0] or text in phone.labels() or self._labels(text) & set(phone.labels()):
            return 0
        account = accounts.find(desk.store, phone.platform, phone.user)
        question = questions.pending(desk.store, account.id) if account else None
        if account is None or account.person is None or (question is not None and question.args.get("at") == DAY):
            return 0
        if question is not None:
            return PROSE.get(question.kind) or SENTENCE * (question.args.get("step") in STEPS)
        draft = drafts.open_of(desk.store, self.ids[name]) if name in self.ids else None
        return 0 if draft is not None and draft.text else REPORT - 100

    def tap(self, name: str, label: str, about: str = "", *, chat: str | None = None) -> list[Seen]:
        """Taps the button that says this in the reader's language; a name on it may be cut short."""
        phone = self.phone(chat or name)
        wanted = self._labels(label)
        for shown in reversed(phone.shown):
            for button in (b for row in shown.message.buttons for b in row):
                fits = button.label in wanted or (button.label[:2] == label[:2] and label in EVERYTHING)
                if fits and about in shown.message.text:
                    self.done += 1
                    return self.tap_data(name, button.data, shown.ref, chat=chat)
        self.missed.append(f"{name} ▶ {label}")
        return []

    @staticmethod
    def _labels(label: str) -> set[str]:
        """A Chinese label, in every language."""
        fill = re.compile(r"\d+")
        plain, numbers = fill.sub("#", label), fill.findall(label)
        found = {label}
        for key, said in texts("zh").items():
            if re.sub(r"\{\w+\}", "#", said) == plain or said == label:
                for language in LANGUAGES:
                    other = texts(language).get(key, "")
                    for number in numbers:
                        other = re.sub(r"\{\w+\}", number, other, count=1)
                    found.add(other)
        return found
