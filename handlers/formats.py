"""Times and money as people read them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from woodpecker.clocks import local


def minute_text(ms: int, zone: ZoneInfo) -> str:
    """11-02 10:32"""
    wall = local(ms, zone)  # strftime takes ten times as long, and every card says when
    return f"{wall.month:02}-{wall.day:02} {wall.hour:02}:{wall.minute:02}"


def clock_text(ms: int, zone: ZoneInfo) -> str:
    """10:32"""
    wall = local(ms, zone)
    return f"{wall.hour:02}:{wall.minute:02}"


def day_text(due: int, zone: ZoneInfo) -> str:
    """The local day that ends at a due date: 11-05."""
    return f"{local(due - 1, zone):%m-%d}"


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals and thousands: 1,234.50."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
