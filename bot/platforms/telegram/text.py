"""Telegram's limits on texts, counted in characters (Unicode code points), as its server counts."""

from __future__ import annotations

import re

TEXT = 4096
CAPTION = 1024
ANSWER = 200

# Best border first: an empty line, a line, a sentence, a word.
BORDERS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？；…]|[.!?;](?=\s)"),
    re.compile(r"[\s，、]"),
)


def split(text: str, limit: int = TEXT) -> list[str]:
    """The text in pieces of at most `limit` characters, broken at the best border in the second half."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        end = _border(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and `…` where it is longer than `limit`."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _border(text: str, limit: int) -> int:
    for border in BORDERS:
        ends = [found.end() for found in border.finditer(text, limit // 2, limit)]
        if ends:
            return ends[-1]
    return limit
