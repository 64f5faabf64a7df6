"""A year of the plant whose figures were published: both rosters that give them, month by month, to the fen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest

from handlers import summaries as summed
from storage import batches, ledger, payouts
from storage.batches import Batch
from tests.bookshelf import made, sums, table
from tests.plant_months import Months
from tests.world import ZONE
from woodpecker.batches import counted
from woodpecker.programme import Programme
from woodpecker.summaries import months
from woodpecker.words import Kind, Level

START = int(datetime(2026, 1, 5, 10, tzinfo=ZONE).timestamp() * 1000)
PEOPLE = [f"工友{n}" for n in range(1, 46)]
Item = tuple[Kind, Level]
C, B, A, VIOLATION = (Kind.HAZARD, Level.C), (Kind.HAZARD, Level.B), (Kind.HAZARD, Level.A), (Kind.VIOLATION, Level.B)
FEN = {C: 20_00, B: 50_00, A: 100_00, VIOLATION: 100_00}


@pytest.fixture
def plant(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Months]:
    months = Months(tmp_path, Programme(person_times=request.param), START)
    months.hire(PEOPLE)
    yield months
    months.world.close()


def items(**counts: int) -> list[Item]:
    of = {"c": C, "b": B, "a": A, "violation": VIOLATION}
    found = [of[name] for name, n in counts.items() for _ in range(n)]
    Random(7).shuffle(found)
    return found


def played(plant: Months, months: Sequence[list[tuple[str, list[Item]]]], rejected: int) -> list[Batch]:
    """Twelve months: each is reported, approved, closed, shown and paid; everything is tried twice."""
    for month, brought in enumerate(months, 1):
        plant.at(2026, month, 6)
        for name, found in brought:
            for kind, level in found:
                plant.approved(name, kind=kind, level=level)
        for n in range(rejected // 12 + (month <= rejected % 12)):
            plant.rejected(PEOPLE[n % len(PEOPLE)])
        plant.at(2026 + month // 12, month % 12 + 1, 1)
        plant.wake()
        plant.wake()
        plant.freeze()
        plant.freeze()
        for batch in plant.state("due"):
            plant.pay(batch)
    return plant.state("paid")


def read_back(plant: Months, paid: list[Batch]) -> int:
    """What the workbooks come to, in fen."""
    sums = 0
    for batch in paid:
        page = openpyxl.load_workbook(BytesIO(plant.book(batch.id))).active
        assert page is not None
        *lines, total = [row[3] for row in page.iter_rows(min_row=2, values_only=True)]
        assert round(sum(map(float, lines)) * 100) == round(float(total) * 100)  # type: ignore[arg-type]
        sums += round(float(total) * 100)  # type: ignore[arg-type]
    return sums


def same_everywhere(plant: Months, paid: list[Batch], fen: int) -> None:
    """Paid = ledger = sheets = workbooks = what the notices said, and nothing is owed."""
    sums = plant.world.transaction(lambda d: ledger.totals(d.store))
    assert (sums.awarded, sums.reversed, -sums.paid, sums.owed) == (fen, 0, fen, 0)
    assert sum(r.fen for b in paid for r in plant.rows(b.id)) == fen
    assert read_back(plant, paid) == fen
    assert plant.world.transaction(lambda d: sum(batches.extent(d.store, b.id).fen for b in paid)) == fen
    assert plant.world.transaction(lambda d: payouts.dues(d.store)) == []
    assert plant.world.transaction(lambda d: ledger.broken(d.store)) is None


def told(plant: Months, folder: Path, fen: int) -> None:
    """The year in summaries, in the figures to sign and in the reward ledger as workbooks: the same numbers."""
    world = plant.world
    year = [world.transaction(lambda d, m=m: summed.of(d, m)) for m in months(202601, 202612)]
    assert sum(m.money.fen for m in year) == fen
    assert (sum(m.counts.reported for m in year), sum(m.money.person_times for m in year)) == (682, 459)
    lines = [world.transaction(lambda d, m=m: summed.lines(d, "zh", m))[3] for m in year]
    assert sum(round(float(line.split()[2].replace(",", "")) * 100) for line in lines) == fen
    figures = sums(asyncio.run(made(world, folder, "statistics", first=202601, last=202612))["按月"])
    assert (figures["上报"], figures["奖励人次"], round(figures["奖励金额（元）"] * 100)) == (682, 459, fen)
    rewards = asyncio.run(made(world, folder, "rewards", first=202601, last=202612)).active
    assert round(sums(rewards)["奖励金额（元）"] * 100) == fen
    assert sum(round(row["奖励金额（元）"] * 100) for row in table(rewards)) == fen


def reports(plant: Months, kind: Kind) -> int:
    count = "SELECT count(*) FROM report WHERE enterprise = $1 AND kind = $2"
    found: int = plant.world.transaction(lambda d: d.store.value(count, kind))
    return found


@pytest.mark.parametrize("plant", ["report"], indirect=True)
def test_each_awarded_report_counts_once(plant: Months, tmp_path: Path) -> None:
    found = items(b=418, a=33, violation=8)
    roster: list[list[tuple[str, list[Item]]]] = [[] for _ in range(12)]
    for n, item in enumerate(found):
        roster[n % 12].append((PEOPLE[n * 7 % len(PEOPLE)], [item]))
    paid = played(plant, roster, rejected=682 - 459)
    assert (reports(plant, Kind.HAZARD), reports(plant, Kind.VIOLATION)) == (674, 8)
    year = counted(plant.world.transaction(lambda d: list(batches.parts(d.store, 202601, 202612))))
    assert (year.items, year.times(plant.world.plant.programme.person_times), year.fen) == (459, 459, 25_000_00)
    assert year.persons == len({name for brought in roster for name, _ in brought})
    assert len(paid) == 12
    same_everywhere(plant, paid, 25_000_00)
    told(plant, tmp_path, 25_000_00)


@pytest.mark.parametrize("plant", ["batch"], indirect=True)
def test_each_person_counts_once_a_batch(plant: Months, tmp_path: Path) -> None:
    found = items(c=340, b=320, a=14, violation=8)
    roster: list[list[tuple[str, list[Item]]]] = [[] for _ in range(12)]
    sizes = [1] * 268 + [2] * 159 + [3] * 32
    for n, size in enumerate(sizes):
        roster[n % 12].append((PEOPLE[n // 12], [found.pop() for _ in range(size)]))
    assert found == []
    paid = played(plant, roster, rejected=0)
    assert (reports(plant, Kind.HAZARD), reports(plant, Kind.VIOLATION)) == (674, 8)
    year = counted(plant.world.transaction(lambda d: list(batches.parts(d.store, 202601, 202612))))
    assert (year.items, year.times(plant.world.plant.programme.person_times), year.fen) == (682, 459, 25_000_00)
    assert (year.times_by_report, year.persons) == (682, 39)
    assert sum(len(plant.rows(b.id)) for b in paid) == 459
    same_everywhere(plant, paid, 25_000_00)
    told(plant, tmp_path, 25_000_00)
    assert sum(FEN[i] for brought in roster for _, its in brought for i in its) == 25_000_00
