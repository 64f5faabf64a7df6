"""Every message, caption, toast and label fits the platforms, with the longest names and words that may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handlers.message import Message
from tests.fakes.wecom_choices import wide
from tests.long_plant import UNITS, LongPlant
from tests.storyteller import played_by, setting
from tests.test_stories import STORIES

TEXT, CAPTION, TOAST, BYTES = 4096, 1024, 200, 2048
LANGUAGES = ("zh", "en", "ru")
# What may be longer than WeCom takes in one message and has to be split there: whatever holds a whole report or a
# plan, and the messages that quote what somebody wrote.
LONG = """
    accept answer appeal award case dispute earned edit major mend notice offer plan ruling sosin step talk task
    verify why
"""


def units(text: str) -> int:
    """UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def wrong(message: Message) -> list[str]:
    """What of a message does not fit."""
    found = []
    buttons = [b for row in message.buttons for b in row]
    if units(message.text) > (CAPTION if message.media and not buttons else TEXT):
        found.append(f"{units(message.text)} units: {message.text[:60]!r}")
    if len(buttons) > 20 or any(wide(b.label) > 20 or len(b.data.encode()) > 64 for b in buttons):
        found.append(f"{[b.label for b in buttons]}")
    if select := message.select:
        options = [(b.label, b.data) for b in select.options]
        fits = all(0 < wide(label) <= 20 and len(data.encode()) <= 64 for label, data in options)
        alike = len({label for label, _ in options}) < len(options)
        if not fits or alike or len(options) > 10 or wide(select.title) > 26 or not buttons or len(buttons) > 6:
            found.append(f"{select.title}: {options}")
    return found


@pytest.mark.parametrize("story", STORIES, ids=lambda p: p.stem)
def test_a_story_of_long_names_and_words_fits(story: Path, tmp_path: Path):
    """One language a story in turn; LIMITS=all plays each in all of them."""
    turn = STORIES.index(story) % len(LANGUAGES)
    for language in LANGUAGES if os.environ.get("LIMITS") else LANGUAGES[turn : turn + 1]:
        plant = played(story.read_text(encoding="utf-8"), tmp_path / f"{language}.db", language)
        try:
            assert plant.problems == []
            assert plant.split <= set(LONG.split())
        finally:
            plant.close()


def longer(story: str) -> str:
    """The story with the departments in what changes the roster as they are called here."""
    return "\n".join(_longer(line) for line in story.splitlines())


def _longer(line: str) -> str:
    for short, full in UNITS.items():
        line = line.replace(short, full) if line.startswith("⚙") else line
    return line


def played(story: str, path: Path, language: str) -> LongPlant:
    """The plant at the end of a story."""
    plant = LongPlant(path, language=language, **setting(longer(story)))
    for seen in played_by(plant, longer(story)):
        plant.problems += [f"{one.phone}: {w}" for one in seen for w in wrong(one.message)]
        for phone in plant.phones.values():
            plant.problems += [f"toast {t}" for t in phone.toasts if units(t) > TOAST]
            phone.toasts.clear()
    return plant
