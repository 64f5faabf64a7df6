"""What WeCom checks in cards on which something is chosen, for the application and the AI bot alike."""

from __future__ import annotations

from typing import Any
from unicodedata import east_asian_width

Raw = dict[str, Any]
PLAIN = {"card_type", "task_id", "source", "main_title", "submit_button", "replace_text"}  # beside what is chosen from


def wrong_choices(card: Raw, *, new: bool) -> tuple[int, str] | None:
    """The error that WeCom answers a card with for what can be chosen on it; None if all is well."""
    kind = card["card_type"]
    if kind == "vote_interaction":
        return _vote(card, new)
    box = card.get("button_selection")
    return None if box is None else _selection(box, card, new)


def _selection(box: Raw, card: Raw, new: bool) -> tuple[int, str] | None:
    if not 0 < len(str(box.get("question_key", "")).encode()) <= 1024:
        return 42043, "question_key"
    if "selected_id" in box and box["selected_id"] not in [one.get("id") for one in box.get("option_list", [])]:
        return 40058, "the fake wants selected_id among the options"
    return _options(box, 10) or _locked(box, card, new)


def _vote(card: Raw, new: bool) -> tuple[int, str] | None:
    box = card.get("checkbox", {})
    if set(card) - PLAIN - {"checkbox"}:
        return 40058, f"such a card shows no {set(card) - PLAIN}"
    if not 0 < len(str(box.get("question_key", "")).encode()) <= 1024:
        return 42043, "question_key"
    if box.get("mode", 0) not in {0, 1}:
        return 40058, "mode"
    return _options(box, 20) or _locked(box, card, new) or _submit(card)


def _submit(card: Raw) -> tuple[int, str] | None:
    button = card.get("submit_button", {})
    if not 0 < len(str(button.get("key", "")).encode()) <= 1024:
        return 42046, "submit_button.key"
    return None if button.get("text") else (42049, "submit_button.text")


def _options(box: Raw, most: int) -> tuple[int, str] | None:
    options = box.get("option_list") or []
    if not 1 <= len(options) <= most:
        return 42037, "option_list"
    ids = [str(one.get("id", "")) for one in options]
    if not all(0 < len(one.encode()) <= 128 for one in ids) or len(set(ids)) < len(ids):
        return 42040, "option id"
    return None if all(one.get("text") for one in options) else (42041, "option text")


def _locked(box: Raw, card: Raw, new: bool) -> tuple[int, str] | None:
    """What is locked says so twice: on its button, and on what is chosen from; only a card that was sent can be."""
    if new and ("disable" in box or "replace_text" in card):
        return 40058, "a new card cannot be locked"
    if bool(box.get("disable")) != ("replace_text" in card):
        return 40058, "the fake wants disable and replace_text together"
    return None


def turned(old: Raw, card: Raw) -> bool:
    """Whether a card would become one of another kind, which is not sure to lock a list."""
    return bool(old) and old["card_type"] != card["card_type"]


def wide(label: str) -> int:
    """How wide a label is: 10 Chinese characters are as wide as 20 letters."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in label)
