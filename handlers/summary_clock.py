"""On the 1st the month before is told: to those who lead, to the groups for it, to each who took part."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.summaries import may_read, of
from storage import jobs, people, summaries
from woodpecker import clocks
from woodpecker.summaries import before
from woodpecker.words import Role

JOB, OWN = "summary", "own_month"
AT_ONCE = 200  # people told of their own month in one transaction


def push(desk: Desk) -> None:
    """Once a month, from the hour of reminders on; a machine that was off makes up for the last month only.

    Of a month in which nothing happened nothing is said.
    """
    month = _over(desk)
    if month is None or not jobs.claim(desk.store, JOB, str(month), desk.now) or of(desk, month).nothing:
        return
    leading = people.with_role(desk.store, Role.LEADER) + people.with_role(desk.store, Role.OFFICER)
    for person in dict.fromkeys(p.id for p in leading if may_read(p)):
        if desk.push(person, "summary", {"month": month}):
            desk.open_card(person, "summary", month)
    desk.open_group_cards("notice", "summary_notice", month)


def push_own(desk: Desk) -> None:
    """Each who brought something or earned something hears of the own month, once; AT_ONCE at a time."""
    month = _over(desk)
    if month is None:
        return
    slot = jobs.last(desk.store, OWN) or ""
    told = int(slot[7:]) if slot.startswith(f"{month} ") else 0
    found = summaries.took_part(desk.store, month, told, AT_ONCE)
    if not found or not jobs.claim(desk.store, OWN, f"{month} {found[-1]:012d}", desk.now):
        return
    joined = people.joined(desk.store, found)
    for person in found:
        if person in joined:
            desk.push(person, "own_month", {"month": month})


def _over(desk: Desk) -> int | None:
    """The last month that is over, once its numbers are to go out: on the 1st from the hour of reminders on."""
    today = clocks.local_day(desk.now, desk.plant.zone)
    if today.day == 1 and desk.now < clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone):
        return None
    return before(clocks.local_month(desk.now, desk.plant.zone))
