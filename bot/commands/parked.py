"""Deliveries that failed for good: listed by number, time and kind of error, never by what they say or whose."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.outcome import OperationFailed, Outcome
from storage import inbox
from storage.database import Tx


def list_parked(tx: Tx, params: dict[str, Any], now: int) -> Outcome:
    """A line a delivery: number, when it came, enterprise, platform, error."""
    rows = inbox.parked(tx)
    if not rows:
        return Outcome(["Nothing is parked."])
    lines = [
        f"{r['id']}  {datetime.fromtimestamp(r['received_at'] / 1000, ZoneInfo(r['timezone'])):%Y-%m-%d %H:%M}"
        f"  {r['code']}  {r['platform']}  {r['error']}"
        for r in rows
    ]
    return Outcome([*lines, f"{len(rows)} parked. `woodpecker replay --all`, or a number, once it is mended."])


def replay(tx: Tx, params: dict[str, Any], now: int) -> Outcome:
    """Puts one back in line. Raises OperationFailed if it is not parked."""
    if not inbox.replay(tx, int(params["id"])):
        raise OperationFailed(f"{params['id']} is not parked: `woodpecker replay` shows what is.")
    return Outcome([f"{params['id']} will be handled again."])


def replay_all(tx: Tx, params: dict[str, Any], now: int) -> Outcome:
    """Puts all back in line, in their order."""
    rows = inbox.parked(tx)
    for row in rows:
        inbox.replay(tx, row["id"])
    return Outcome([f"{len(rows)} will be handled again, in their order." if rows else "Nothing is parked."])
