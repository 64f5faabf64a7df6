"""Words that stand ready on a button or that the program gives itself: kept in any language, read in the reader's."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.texts import LANGUAGES
from woodpecker.words import Level

_KEYS = ("award.by_correct", "award.by_merge", "award.by_decline_joint", "dispute.by_rule", "plan.no_funds")


def in_language(desk: Desk, language: str, words: str) -> str:
    """What was given as a reason; a person's own words stay as they are."""
    for key in _KEYS:
        if any(words == desk.text(known, key) for known in LANGUAGES):
            return desk.text(language, key)
    for level in Level:
        if any(words == _as_level(desk, known, level) for known in LANGUAGES):
            return _as_level(desk, language, level)
    return words


def _as_level(desk: Desk, language: str, level: Level) -> str:
    return desk.text(language, "award.as_level", level=desk.text(language, f"level.{level}"))
