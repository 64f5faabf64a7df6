"""Quiet hours as people write them."""

from __future__ import annotations

from datetime import time

import pytest

from woodpecker.errors import Refused
from woodpecker.quiet_hours import hours_meant


@pytest.mark.parametrize(
    "words, since, until",
    [
        ("23:00-6:30", time(23), time(6, 30)),
        ("23:00 - 06:30。", time(23), time(6, 30)),
        ("23：00～6：30", time(23), time(6, 30)),
        ("23点到6点半", time(23), time(6, 30)),
        ("从22点至7点", time(22), time(7)),
        ("22-7", time(22), time(7)),
        ("24:00-8:00", time(0), time(8)),
        ("8.30–16.15", time(8, 30), time(16, 15)),
        ("22 to 7", time(22), time(7)),
        ("from 9:00 until 17:00", time(9), time(17)),
        ("19:00-7:00", time(19), time(7)),
    ],
)
def test_two_times_of_day(words: str, since: time, until: time) -> None:
    assert hours_meant(words) == (since, until)


@pytest.mark.parametrize(
    "words", ["", "晚上", "23:00", "23:00-", "25:00-6:00", "23:61-6:00", "8:00-8:00", "24-0", "23:00-6:30 漏油"]
)
def test_what_is_no_time(words: str) -> None:
    with pytest.raises(Refused) as refusal:
        hours_meant(words)
    assert refusal.value.key == "refused.no_hours"


@pytest.mark.parametrize("words", ["8:00-20:01", "7:00-6:59", "0-23"])
def test_who_can_never_be_told_is_in_no_programme(words: str) -> None:
    with pytest.raises(Refused) as refusal:
        hours_meant(words)
    assert refusal.value.key == "refused.hours_long"
