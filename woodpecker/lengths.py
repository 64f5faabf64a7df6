"""How long what people write may be, in characters, so that every card that quotes it fits every platform."""

from __future__ import annotations

from woodpecker.errors import Refused

NAME = 60  # of a person, a department or a place
SENTENCE = 500  # a reason, an answer: what is typed for one step
REPORT = 2_000  # a report, or what is handed in with its fix


def check_sentence(words: str) -> None:
    """Raises Refused for what is longer than a sentence may be."""
    if len(words) > SENTENCE:
        raise Refused("refused.words_too_long", longest=SENTENCE)
