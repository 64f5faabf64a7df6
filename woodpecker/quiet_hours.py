"""Quiet hours as a person writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from woodpecker.clocks import Hours
from woodpecker.errors import Refused

LONGEST = timedelta(hours=12)  # who can never be told anything is in no programme
_TIME = r"(\d{1,2})\s*(?:[:：.点时]\s*(\d{1,2}|半)?)?\s*分?"
_SPAN = re.compile(rf"(?:从\s*|from\s+)?{_TIME}\s*(?:[-–—~～到至]+|to|until)\s*{_TIME}", re.IGNORECASE)


def hours_meant(words: str) -> Hours:
    """The two times of day in `23:00-6:30`, `23点到6点半`, `22 to 7`.

    Raises Refused unless they are two different times at most `LONGEST` apart.
    """
    match = _SPAN.fullmatch(words.strip().rstrip("。."))
    if match is None:
        raise Refused("refused.no_hours")
    try:
        since, until = _time(match[1], match[2]), _time(match[3], match[4])
    except ValueError:
        raise Refused("refused.no_hours") from None
    if since == until:
        raise Refused("refused.no_hours")
    day = date(2000, 1, 1)
    length = (datetime.combine(day, until) - datetime.combine(day, since)) % timedelta(days=1)
    if length > LONGEST:
        raise Refused("refused.hours_long", hours=LONGEST // timedelta(hours=1))
    return since, until


def _time(hour: str, minute: str | None) -> time:
    return time(int(hour) % 24 if hour == "24" else int(hour), 30 if minute == "半" else int(minute or 0))
