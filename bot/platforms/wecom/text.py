"""WeCom counts a text in bytes; what is longer is cut without a word, so it is sent in pieces."""

from __future__ import annotations

from bot.platforms.telegram.text import BORDERS

TEXT = 2048  # bytes


def split(text: str, limit: int = TEXT) -> list[str]:
    """The text in pieces of at most `limit` bytes, broken at the best border in the second half."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest.encode(errors="replace")) > limit:
        end = _border(rest, _fitting(rest, limit))
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def head(text: str, limit: int) -> str:
    """The characters that fit into so many bytes."""
    return text[: _fitting(text, limit)]


def _fitting(text: str, limit: int) -> int:
    data = text.encode(errors="replace")
    return len(data[:limit].decode(errors="ignore")) if len(data) > limit else len(text)


def _border(text: str, end: int) -> int:
    for border in BORDERS:
        ends = [found.end() for found in border.finditer(text, end // 2, end)]
        if ends:
            return ends[-1]
    return max(1, end)
