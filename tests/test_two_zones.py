"""Two plants in one installation, each by its own sun: nine in the morning is nine there, also when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from handlers import schedule
from handlers.desk import Desk, Plant
from storage import accounts, enterprises, people, reports
from storage.store import Store
from tests.world import HOUR, World
from woodpecker import clocks
from woodpecker.programme import Programme
from woodpecker.reports import Report
from woodpecker.words import Kind, Level, Naming, Status

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = int(datetime(2026, 10, 24, tzinfo=UTC).timestamp() * 1000)  # the day before clocks go back there


def overdue(desk: Desk, owner: int, zone: ZoneInfo) -> None:
    """A fix that was due the day before."""
    at = BEGIN - 90 * HOUR
    reports.add(
        desk.store,
        Report(
            0, "", Kind.HAZARD, Status.ASSIGNED, 1, "护栏松了", None, "平台", None, Naming.SHOWN, None, at, at, "d", at,
            202610, level=Level.C, owner=owner, due=clocks.end_of_day(zone, date(2026, 10, 23)),
        ),
    )  # fmt: skip


def test_each_plant_is_reminded_at_its_own_nine_in_the_morning(tmp_path):
    world = World(tmp_path / "two.db", start=BEGIN)
    other = world._tx(lambda tx: enterprises.ensure(tx, "berlin", "Grube Nord", "en", "Europe/Berlin"))
    plant = Plant(other, "berlin", "Grube Nord", "en", BERLIN, Programme(), b"another secret")

    def begin(tx) -> None:
        store = Store(tx, other)
        person = people.add(store, "Jo", BEGIN, employee_no="1")
        account = accounts.touch(store, "story", "jo", "jo", "Jo", "en", BEGIN)
        accounts.link(store, account.id, person.id)
        overdue(Desk(store, plant, BEGIN, BEGIN), person.id, BERLIN)

    world._tx(begin)
    world.transaction(lambda d: overdue(d, world.ids["张强"], world.plant.zone))
    rung: dict[int, list[str]] = {world.plant.id: [], other: []}
    for _ in range(72):
        world.transaction(schedule.run)
        world._tx(lambda tx: schedule.run(Desk(Store(tx, other), plant, world.now, world.real)))
        new = world._tx(
            lambda tx: tx.all("SELECT enterprise FROM outbox WHERE push = 'reminder' AND state = 'waiting'")
        )
        for row in new:
            rung[row["enterprise"]].append(f"{datetime.fromtimestamp(world.now / 1000, UTC):%d %H}")
        world._tx(lambda tx: tx.run("UPDATE outbox SET state = 'dropped' WHERE state = 'waiting'"))
        world.real += HOUR
    world.close()
    assert rung[world.plant.id] == ["24 01", "25 01", "26 01"]
    assert rung[other] == ["24 07", "25 08", "26 08"]
