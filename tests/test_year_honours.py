"""The published year's 90 activities and 13 model workers, closed and paid month by month, to the fen everywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from handlers import checking, model_notices, models
from handlers.desk import Desk
from storage import activities, awards, batches, numbers, reward_ledger, summaries
from storage.given import Given, given
from tests import honours
from tests.plant_months import Months
from tests.test_year import same_everywhere
from tests.world import ZONE
from woodpecker.activities import Activity
from woodpecker.batches import counted
from woodpecker.models import Models
from woodpecker.programme import Programme
from woodpecker.words import ActivityStatus, AwardAction

START = int(datetime(2026, 1, 5, 10, tzinfo=ZONE).timestamp() * 1000)
PEOPLE = [f"工友{n}" for n in range(1, 31)]
EACH = [8, 7] * 6  # activities a month
WORKERS = {1: 4, 4: 3, 7: 3, 10: 3}  # model workers, by the month after their quarter


def activity(plant: Months, n: int) -> None:
    """Logged by 李静 and approved; from one to seven people took part."""

    def work(desk: Desk) -> int:
        team = tuple(plant.people[PEOPLE[(n * 5 + i) % len(PEOPLE)]] for i in range(1 + n % 7))
        new = Activity(
            0, ActivityStatus.LOGGED, 1, "2026-01-05", plant.people["李静"], "drill",
            numbers.next_number(desk.store, "HD"), 202600 + datetime.fromtimestamp(desk.now / 1000, ZONE).month,
            people=team, logged_at=desk.now,
        )  # fmt: skip
        added = activities.add(desk.store, new)
        checking.logged(desk, added, plant.person(desk, "李静"))
        return awards.of_activity(desk.store, added.id)[-1].id

    plant.step(plant.world.transaction(work), AwardAction.APPROVE)


def honoured(plant: Months, year: int, month: int, n: int) -> None:
    """The quarter before is listed, chosen, shown and approved by two."""
    plant.at(year, month, 3)
    plant.world.transaction(models.make)
    plant.world.drain()
    people = [plant.people[name] for name in PEOPLE[:n]]
    honours.choose(plant.world, *people)
    plant.at(year, month, 20)
    for _ in range(2):
        plant.world.transaction(model_notices.end)
    for one in honours.listed(plant.world)[:n]:
        award = plant.world.transaction(lambda d, one=one: awards.of_model(d.store, one.id)[-1].id)
        plant.step(award, AwardAction.APPROVE)
        plant.step(award, AwardAction.APPROVE, "钱进")


def test_ninety_activities_and_thirteen_model_workers(tmp_path: Path) -> None:
    plant = Months(tmp_path, Programme(models=Models(least=1, quota=4)), START)
    plant.hire(PEOPLE)
    done = 0
    for month, count in enumerate(EACH, 1):
        for _ in range(count):
            plant.at(2026, month, 6)
            activity(plant, done)
            done += 1
        if month % 3 == 0:  # what the quarter's score counts; the money of it is another story
            for name in PEOPLE[: WORKERS[month % 12 + 1]]:
                plant.step(plant.brought(name), AwardAction.REFUSE)
        plant.at(2026 + month // 12, month % 12 + 1, 1)
        plant.wake()
        plant.wake()
        plant.freeze()
        for batch in plant.state("due"):
            plant.pay(batch)
        if month % 3 == 0:
            honoured(plant, 2026 + month // 12, month % 12 + 1, WORKERS[month % 12 + 1])
    plant.at(2027, 2, 1)
    plant.wake()
    plant.freeze()
    for batch in plant.state("due"):
        plant.pay(batch)

    paid = plant.state("paid")
    same_everywhere(plant, paid, 21_600_00 + 13_000_00)
    found = plant.world.transaction(lambda d: given(d.store, 202601, 202701))
    assert (found.activities, found.models, found.reports) == (Given(90, 21_600_00), Given(13, 13_000_00), Given())
    months = [*range(202601, 202613), 202701]
    said = [plant.world.transaction(lambda d, m=m: summaries.money(d.store, m)) for m in months]
    assert sum(m.fen for m in said) == 34_600_00
    assert (sum(m.activities for m in said), sum(m.activities_fen for m in said)) == (90, 21_600_00)
    assert (sum(m.models for m in said), sum(m.models_fen for m in said)) == (13, 13_000_00)
    assert sum(m.items for m in said) == sum(m.reports_fen for m in said) == 0
    lines = [x for m in months for x in plant.world.transaction(lambda d, m=m: reward_ledger.page(d.store, m, 0))]
    assert {x.number[:2] for x in lines} == {"HD", "BB"}
    assert sum(x.fen for x in lines) == 34_600_00
    parts = counted(plant.world.transaction(lambda d: list(batches.parts(d.store, 202601, 202701))))
    assert (parts.items, parts.fen) == (103, 34_600_00)
    assert parts.persons == len(PEOPLE)
    plant.world.close()
