"""A span of days by words: 11-03 到 11-06, 明天 3天, next monday."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers.choosing import day_meant

_LENGTH = re.compile(r"(?:^|(?<=\D))(\d{1,3}|[一二两三四五六七])\s*(?:天|days?)$")
_WORDS = dict(zip("一二两三四五六七", (1, 2, 2, 3, 4, 5, 6, 7), strict=True))
_BETWEEN = re.compile(r"\s*(?:到|至|~|～|—|–|\bto\b|\buntil\b|\s-\s|(?<=[日号天一二三四五六])-)\s*|\s+")


def span_meant(words: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that words mean, seen from today; None if they mean none."""
    text = words.strip().lower().removeprefix("从").removeprefix("from ").strip()
    text = re.sub(r"^([今明])起", r"\1天起", text)
    if match := _LENGTH.search(text):
        days = int(match[1]) if match[1].isdigit() else _WORDS[match[1]]
        head = re.sub(r"(?:起|开始|,|，|\bfor)*\s*$", "", text[: match.start()].strip())
        first = day_meant(head, today) if head else today
        return None if first is None or not days else (first, first + timedelta(days=days - 1))
    parts = [p for p in _BETWEEN.split(text) if p]
    found = [day_meant(p, today) for p in parts]
    if not 1 <= len(found) <= 2:
        return _two_words(text, today)
    first, last = found[0], found[-1]
    return _two_words(text, today) if first is None or last is None else (first, last)


def _two_words(text: str, today: date) -> tuple[date, date] | None:
    """A single day of two words: next monday."""
    day = day_meant(text, today)
    return None if day is None else (day, day)
