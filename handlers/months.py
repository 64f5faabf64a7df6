"""A month as people read it."""

from __future__ import annotations

from handlers.desk import Desk


def month_text(desk: Desk, language: str, month: int) -> str:
    """2026年11月 of 202611, in a language."""
    year, n = divmod(month, 100)
    return desk.text(language, "batch.month", year=year, month=n)
