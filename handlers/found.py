"""发现时间: when a hazard was found, tapped or typed; never in the future."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from handlers.texts import words
from woodpecker import clocks
from woodpecker.errors import Refused

MORNING = time(8, 0)
LONGEST = 20  # characters; a longer sentence says something else


@cache
def _days() -> dict[str, int]:
    """How long ago, by word, in every language."""
    return {word: int(days) for word, days in words("day").items()}


@cache
def _pattern() -> re.Pattern[str]:
    known = "|".join(sorted(map(re.escape, _days()), key=len, reverse=True))
    return re.compile(
        rf"(?:(?P<word>{known})|(?:(?P<year>\d{{4}})[-/.年])?(?P<month>\d{{1,2}})[-/.月](?P<day>\d{{1,2}})日?)?"
        r"\s*(?:(?P<half>上午|早上|今早|下午|晚上)?\s*(?P<hour>\d{1,2})\s*(?:[:：点时]\s*(?P<minute>\d{1,2}|半)?)?\s*分?)?",
        re.I,
    )


def chosen(choice: str, now: int, zone: ZoneInfo) -> int:
    """The instant of a button: now, an hour ago, this morning, this time yesterday."""
    if choice == "hour":
        return now - clocks.HOUR
    if choice == "yesterday":
        return now - clocks.DAY
    if choice == "morning":
        return min(now, clocks.instant(clocks.local_day(now, zone), MORNING, zone))
    return now


def typed(text: str, now: int, zone: ZoneInfo) -> int:
    """The instant of `昨天 14:30`, `11-01 08:00`, `14:30`, `昨天下午3点半`. Raises Refused if unclear or ahead."""
    match = _pattern().fullmatch(text.strip())
    if match is None or not match[0].strip():
        raise Refused("refused.time_unclear")
    try:
        at = _instant(match, now, zone)
    except ValueError:
        raise Refused("refused.time_unclear") from None
    if at > now:
        raise Refused("refused.time_ahead")
    return at


def _instant(match: re.Match[str], now: int, zone: ZoneInfo) -> int:
    today = clocks.local_day(now, zone)
    day = _day(match, today)
    if match["hour"] is None:
        return min(now, clocks.instant(day, MORNING, zone))
    hour, minute = int(match["hour"]), 30 if match["minute"] == "半" else int(match["minute"] or 0)
    if match["half"] in {"下午", "晚上"} and hour < 12:
        hour += 12
    return clocks.instant(day, datetime(2000, 1, 1, hour, minute).time(), zone)  # noqa: DTZ001


def _day(match: re.Match[str], today: date) -> date:
    if match["word"]:
        return today - timedelta(days=_days()[match["word"].lower()])
    if match["month"] is None:
        return today
    day = date(int(match["year"] or today.year), int(match["month"]), int(match["day"]))
    # In January, 12-30 means the year before.
    return day.replace(year=day.year - 1) if not match["year"] and day > today else day
