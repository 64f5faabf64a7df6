"""What the clock wakes for: the database knows what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from handlers import (
    activities,
    alerting,
    appeal_times,
    closing,
    deadlines,
    draft_clock,
    leaving,
    model_notices,
    models,
    nudging,
    on_leave,
    overdue,
    plan_due,
    summary_clock,
    vouching,
    waiting_long,
    windows,
)
from handlers.desk import Desk

JOBS: Mapping[str, Callable[[Desk], None]] = MappingProxyType(
    {
        "directory": vouching.open_accounts,
        "alerts": alerting.watch,
        "leave": on_leave.daily,
        "reminders": deadlines.remind,
        "drafts": deadlines.expire_drafts,
        "draft_warnings": draft_clock.warn,
        "queries": deadlines.lapse_queries,
        "claims": deadlines.lapse_claims,
        "appeals": appeal_times.remind,
        "leavers": leaving.on_the_day,
        "plans": plan_due.remind,
        "overdue": overdue.remind,
        "waits": waiting_long.remind,
        "nudges": nudging.remind,
        "windows": windows.close,
        "summary": summary_clock.push,
        "own_month": summary_clock.push_own,
        "activities": activities.expire,
        "models": models.make,
        "model_notices": model_notices.end,
        "closing": closing.close,
        "sheets": closing.freeze,
        "unpaid": closing.watch,
    }
)


def run(desk: Desk) -> None:
    """Runs every job of an enterprise; each looks for itself whether anything is due."""
    for job in JOBS.values():
        job(desk)
