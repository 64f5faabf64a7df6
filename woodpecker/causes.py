"""What an award is for: a report, a team's activity or a model worker's quarter. The one place that knows of all."""

from __future__ import annotations

from woodpecker import names, reports
from woodpecker.activities import Activity
from woodpecker.models import Model
from woodpecker.reports import Report
from woodpecker.words import Relation

Cause = Report | Activity | Model


def relations(cause: Cause, person: int | None) -> frozenset[Relation]:
    """What this person is to it: who shares it, logged, nominated, confirmed or graded it."""
    if isinstance(cause, Report):
        return reports.relations(cause, person)
    return frozenset() if person is None else cause.relations(person)


def secret(cause: Cause) -> bool:
    """Whether no public list may tell whose it is."""
    return isinstance(cause, Report) and names.secret(cause.kind, cause.naming)


def always_split(cause: Cause) -> bool:
    """Whether it is split among its people whatever joint reporters get: a team's award always is."""
    return isinstance(cause, Activity)
