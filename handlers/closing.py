"""The month is closed: approved awards become a batch with a notice, then a frozen sheet; what stays unpaid is said."""

from __future__ import annotations

from typing import Any

from handlers import objecting, paying
from handlers.desk import Desk
from handlers.formats import day_text, yuan
from handlers.message import Message
from handlers.months import month_text
from handlers.proposals import tell_person
from storage import audit, batches, groups, jobs, payouts, people
from storage import unpaid as waits
from storage.batches import Batch
from woodpecker import batches as rules
from woodpecker import clocks
from woodpecker.people import Person
from woodpecker.words import Role


def close(desk: Desk) -> None:
    """Closes the newest month whose time has come, once; months that were missed come with it."""
    zone, settings = desk.plant.zone, desk.plant.programme.month
    month = rules.month_to_close(desk.now, zone, settings)
    last = jobs.last(desk.store, "closing")
    if (last is not None and int(last) >= month) or not jobs.claim(desk.store, "closing", str(month), desk.now):
        return
    cut_at, until = rules.cut(month, zone), rules.window_end(desk.heard_at(None, desk.now), zone, settings)
    shown = batches.something_to_show(desk.store, cut_at)
    if not shown:  # what could not be paid before, a code that was redeemed, points alone: nobody can object to it
        until = desk.now
        left = any(due.pays for due, _ in payouts.dues(desk.store))
        if not left and not batches.something_approved(desk.store, cut_at):
            return
    batch = batches.close(desk.store, month, cut_at, desk.now, until)
    if batch is None:
        return
    audit.write(desk.store, desk.now, "batch.closed", batch.id, source="config", month=month)
    if shown:
        _announce(desk, batch)


def _announce(desk: Desk, batch: Batch) -> None:
    """The notice goes to the groups for it; leaders and finance hear that it is there."""
    desk.open_group_cards("notice", "notice", batch.id)
    size = batches.extent(desk.store, batch.id)
    key = "batch.closed_no_group" if desk.plant.groups else "batch.closed_groupless"
    if groups.with_purpose(desk.store, "notice"):
        key = "batch.closed"
    until = day_text(batch.window_end, desk.plant.zone)
    for person in people.with_role(desk.store, Role.LEADER, Role.FINANCE):
        month = month_text(desk, person.language, batch.month)
        tell_person(
            desk, person.id, key, month=month, count=str(size.entries), amount=yuan(size.fen), until=until
        )  # fmt: skip


def freeze(desk: Desk) -> None:
    """Once the time to object is over the sheet is frozen and goes to finance; with nothing to pay it is done."""
    for batch in batches.in_state(desk.store, "notice"):
        if desk.now <= batch.window_end:
            continue
        rows = payouts.freeze(desk.store, batch, desk.now)
        desk.refresh(("notice",), batch.id)
        sums = {"people": sum(r.fen > 0 for r in rows), "fen": sum(r.fen for r in rows)}
        audit.write(desk.store, desk.now, "batch.frozen", batch.id, source="config", month=batch.month, **sums)
        if any(row.fen and row.state == "due" for row in rows):
            paying.offer(desk, batch)
        else:
            paying.settle(desk, batch, None)


def watch(desk: Desk) -> None:
    """Once a day: what was not paid in time, who is missing, which objection waits too long."""
    today = clocks.local_day(desk.now, desk.plant.zone)
    if desk.now < clocks.instant(today, desk.plant.programme.clocks.reminder_at, desk.plant.zone):
        return
    if not batches.unsettled(desk.store) or jobs.last(desk.store, "unpaid") == today.isoformat():
        return
    jobs.claim(desk.store, "unpaid", today.isoformat(), desk.now)
    objecting.remind(desk)
    if batches.in_state(desk.store, "due") and not paying.clerks(desk):
        paying.nobody(desk)
    if _late(desk):
        for person in people.with_role(desk.store, Role.FINANCE, Role.LEADER, Role.ADMIN):
            desk.push(person.id, "unpaid", {})


def _late(desk: Desk) -> list[tuple[Batch, int]]:
    """Who was not paid for so long that it is an alarm: since which batch, and how much."""
    today, zone = clocks.local_day(desk.now, desk.plant.zone), desk.plant.zone
    found = []
    for one in waits.unpaid(desk.store):
        batch = batches.get(desk.store, one.batch)
        if batch is not None and today >= rules.alarm_day(batch.window_end, zone):
            found.append((batch, one.fen))
    return found


def unpaid(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The alarm in words, as it stands when it is sent; None once all is paid."""
    late = _late(desk)
    if not late:
        return None
    oldest = min((batch for batch, _ in late), key=lambda b: b.id)
    key = "payout.unpaid_finance" if person.has(Role.FINANCE) else "payout.unpaid"
    return Message(
        desk.text(
            person.language, key, people=len(late), amount=yuan(sum(fen for _, fen in late)),
            month=month_text(desk, person.language, oldest.month),
            days=rules.unpaid_days(oldest.window_end, desk.now, desk.plant.zone),
        )
    )  # fmt: skip
