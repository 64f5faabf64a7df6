"""Plain text as the markdown that shows it literally: the bot has no other kind of text to send."""

from __future__ import annotations

import re

TEXT = 4000  # characters; WeCom takes 20480 bytes, and none of ours is longer than 4 with its escape
INLINE = re.compile(
    r"[\\`*\[\]]"  # code, emphasis, links
    r"|~(?=~)|(?<=~)~"
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis only beside a word, not inside
    r"|<(?=[A-Za-z/!?])"  # tags
    r"|&(?=#?\w+;)"
)
LINE = re.compile(r"(?m)^([ \t]*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|\||-{2,}\s*$|_{3,}\s*$|=+\s*$)")
NUMBERED = re.compile(r"(?m)^([ \t]*\d{1,9})([.)])(?=\s|$)")
INDENT = re.compile(r"(?m)^[ \t]+")


def literal(text: str) -> str:
    """The text with whatever could be markup made harmless."""
    escaped = INLINE.sub(lambda found: "\\" + found[0], text)
    escaped = LINE.sub(lambda found: f"{found[1]}\\{found[2]}", escaped)
    escaped = NUMBERED.sub(r"\1\\\2", escaped)
    # Four blanks would begin a block of code.
    return INDENT.sub(lambda found: "\u00a0" * len(found[0]), escaped)
