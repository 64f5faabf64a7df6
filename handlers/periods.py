"""Named periods: this month, 上月, 10月, 三季度, 2026Q3, 今年, as first and last month."""

from __future__ import annotations

import re

from woodpecker.errors import Refused

NAMED = ("month", "last", "quarter", "lastq", "year", "lasty")  # as seen from the month in which it is asked
_DIGITS = {d: n for n, d in enumerate("一二三四", 1)}
_MONTH = re.compile(r"(?:(\d{4})[年/.-]?)?(\d{1,2})月?")
_QUARTER = re.compile(r"(?:(\d{4})年?)?(?:第?([一二三四1-4])季度?|q([1-4]))")
_YEAR = re.compile(r"(\d{4})年?")


def months_of(period: str, now_month: int) -> tuple[int, int]:
    """The first and last month (202611) of a period: one of `NAMED`, `202610`, `2026Q3` or `2026`; else this month."""
    year, month = divmod(now_month, 100)
    if period == "quarter":
        return _quarter(year, (month + 2) // 3)
    if period == "lastq":
        return _quarter(year, (month + 2) // 3 - 1) if month > 3 else _quarter(year - 1, 4)
    if period == "last":
        last = now_month - 1 if month > 1 else (year - 1) * 100 + 12
        return last, last
    if period in {"year", "lasty"}:
        year -= period == "lasty"
        return year * 100 + 1, year * 100 + 12
    if re.fullmatch(r"\d{4}Q[1-4]", period):
        return _quarter(int(period[:4]), int(period[5]))
    if re.fullmatch(r"\d{4}", period):
        return int(period) * 100 + 1, int(period) * 100 + 12
    if re.fullmatch(r"\d{4}(0[1-9]|1[0-2])", period):
        return int(period), int(period)
    return now_month, now_month


def _quarter(year: int, quarter: int) -> tuple[int, int]:
    return year * 100 + quarter * 3 - 2, year * 100 + quarter * 3


def period_of(words: str, now_month: int) -> str:
    """The period that somebody typed, without a year the newest that has begun. Raises Refused for anything else."""
    text = words.lower().replace(" ", "")
    year, month = divmod(now_month, 100)
    if found := _QUARTER.fullmatch(text):
        quarter = _DIGITS.get(found[2] or "") or int(found[2] or found[3])
        said = int(found[1]) if found[1] else year - (quarter > (month + 2) // 3)
        return _known(f"{said}Q{quarter}", now_month)
    if found := _YEAR.fullmatch(text):
        return _known(found[1], now_month)
    found = _MONTH.fullmatch(text)
    if found and 1 <= int(found[2]) <= 12:
        said = int(found[1]) if found[1] else year - (int(found[2]) > month)
        return _known(f"{said}{int(found[2]):02d}", now_month)
    raise Refused("refused.no_period")


def _known(period: str, now_month: int) -> str:
    if not 200001 <= months_of(period, now_month)[0] <= now_month:
        raise Refused("refused.no_period")
    return period
