"""Reasons that the program gives itself: kept in the plant's language, read in the reader's."""

from __future__ import annotations

from handlers.desk import Desk

_KEYS = ("award.by_correct", "award.by_merge", "award.by_decline_joint", "dispute.by_rule")


def in_language(desk: Desk, language: str, words: str) -> str:
    """What was given as a reason; a person's own words stay as they are."""
    for key in _KEYS:
        if words == desk.text(desk.plant.language, key):
            return desk.text(language, key)
    return words
