"""Words that stand ready on a button or that the program gives itself: kept in any language, read in the reader's."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.texts import LANGUAGES

_KEYS = ("award.by_correct", "award.by_merge", "award.by_decline_joint", "dispute.by_rule", "plan.no_funds")


def in_language(desk: Desk, language: str, words: str) -> str:
    """What was given as a reason; a person's own words stay as they are."""
    for key in _KEYS:
        if any(words == desk.text(known, key) for known in LANGUAGES):
            return desk.text(language, key)
    return words
