"""How much one person may send: enough for anybody who looks around, too little to bury the officers."""

from __future__ import annotations

from woodpecker.programme import Limits

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def next_report_at(hour: int | None, day: int | None, now: int) -> int | None:
    """When the next report is welcome, None for now.

    `hour` and `day` are when the last report but the allowed number of an hour and of a day was submitted.
    """
    waits = [at + span for at, span in ((hour, HOUR), (day, DAY)) if at is not None and now < at + span]
    return max(waits, default=None)


def floods(burst: int, limits: Limits) -> bool:
    """Whether the message that made it `burst` within a minute is one too many."""
    return burst > limits.messages_minute
