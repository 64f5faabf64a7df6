"""When the days for [还没改好] or [申诉] are over, the buttons vanish from the cards that still show them."""

from __future__ import annotations

from handlers.desk import Desk
from storage import jobs, windows
from woodpecker import clocks

JOB = "windows"
LONGEST = 45 * clocks.DAY  # after which no window is open, whatever holidays there were


def close(desk: Desk) -> None:
    """Once a day, after midnight: cards whose window may have ended are drawn anew; what looks the same is not sent."""
    today = clocks.local_day(desk.now, desk.plant.zone)
    if jobs.last(desk.store, JOB) == today.isoformat() or not jobs.claim(desk.store, JOB, today.isoformat(), desk.now):
        return
    settings = desk.plant.programme.clocks
    closed = desk.now - settings.reopen_days * clocks.DAY
    decided = desk.now - settings.appeal_days * clocks.DAY
    for card in windows.past(desk.store, closed, decided, desk.now - LONGEST):
        desk.refresh_card(card)
