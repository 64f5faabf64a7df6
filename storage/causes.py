"""What an award is for, read from wherever it is kept."""

from __future__ import annotations

from storage import activities, models, reports
from storage.store import Store
from woodpecker.awards import Award
from woodpecker.causes import Cause


def of(store: Store, award: Award | None) -> Cause | None:
    """The report, activity or model worker of an award; None if there is none."""
    if award is None:
        return None
    if award.activity is not None:
        return activities.get(store, award.activity)
    if award.model is not None:
        return models.get(store, award.model)
    return reports.get(store, award.report) if award.report is not None else None
