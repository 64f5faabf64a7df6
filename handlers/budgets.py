"""The month's budget: leaders and finance hear once that it is nearly spent."""

from __future__ import annotations

from handlers import purse
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.proposals import tell_person
from storage import jobs, people
from woodpecker import clocks
from woodpecker.words import Role


def warn(desk: Desk) -> None:
    """Tells leaders and finance how much of the month's budget is spent, once a month."""
    month = clocks.local_month(desk.now, desk.plant.zone)
    if not jobs.claim(desk.store, "budget_warning", str(month), desk.now):
        return
    limit, spent = desk.plant.programme.budget.month or 0, purse.spent(desk, month)
    percent = str(spent * 100 // limit) if limit else "100"
    for person in people.with_role(desk.store, Role.LEADER, Role.FINANCE):
        key = "award.budget_nearly_spent" if person.has(Role.LEADER) else "award.budget_for_finance"
        tell_person(desk, person.id, key, spent=yuan(spent), limit=yuan(limit), percent=percent)
