"""256 plants in one installation: the county's published totals come out as the sum of parts that have fen."""

from __future__ import annotations

from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from storage import awards, county, enterprises, ledger, people, reports, summaries
from storage.county import Part, Sum
from storage.database import Tx
from storage.store import Store
from tests.roster import NOW, opened
from woodpecker.awards import Award
from woodpecker.ledger import award_entries, reversal_entries
from woodpecker.programme import Programme
from woodpecker.reports import Report
from woodpecker.rewards import shares
from woodpecker.words import AwardStatus, Kind, Level, Naming, Status

PLANTS, REPORTS, FEN = 256, 7_798, 230_226_00
MONTHS = tuple(range(202601, 202613))
ZONE = ZoneInfo("Asia/Shanghai")


def reported(store: Store, month: int, number: int, status: Status, *who: int) -> int:
    """A report of that month; returns its id."""
    new = Report(
        0, f"{month}-{number}", Kind.HAZARD, status, 1, "护栏断了", None, "平台", None, Naming.SHOWN, who[0], NOW, NOW,
        "d", NOW, month, level=Level.B, joint=who[1:],
    )  # fmt: skip
    return reports.add(store, new).id


def awarded(store: Store, report: int, fen: int, month: int, who: tuple[int, ...]) -> None:
    """An approved award of so many fen, shared by them."""
    made = awards.add(store, Award(0, report, Kind.HAZARD, Level.B, AwardStatus.APPROVED, fen, fen, "rate.B", "1"), NOW)
    assert made is not None
    parts = shares(Programme(), fen, who)
    awards.set_shares(store, made.id, parts)
    ledger.append(store, award_entries(made, parts, NOW, month, ()))


def filled(tx: Tx, chance: Random) -> dict[str, int]:
    """The whole county's year; returns what each plant gave out."""
    left, given = FEN, {}
    counts = [1 + chance.randrange(2) for _ in range(PLANTS)]
    for _ in range(REPORTS - sum(counts)):
        counts[chance.randrange(PLANTS)] += 1
    for n, count in enumerate(counts):
        code = f"plant-{n:03}"
        store = Store(tx, enterprises.ensure(tx, code, f"第{n}厂", "zh", "Asia/Shanghai"))
        staff = [people.add(store, f"工友{k}", NOW).id for k in range(3)]
        given[code] = 0
        for k in range(count):
            month, who = chance.choice(MONTHS), tuple(chance.sample(staff, chance.choice((1, 1, 3))))
            last = n == PLANTS - 1 and k == count - 1
            paid = last or chance.random() < 0.59
            report = reported(store, month, k, Status.CLOSED if paid else Status.REJECTED, *who)
            if paid:
                fen = left if last else min(left - 1, chance.randrange(20_01, 75_00))
                awarded(store, report, fen, month, who)
                left -= fen
                given[code] += fen
    assert left == 0
    return given


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Part], dict[str, int], dict[str, tuple[int, ...]]]:
    """The parts, what each plant gave out, and what each plant's own months say."""
    with opened(tmp_path_factory.mktemp("county") / "county.db") as run:
        run(lambda s: s.tx.run("UPDATE enterprise SET code = 'plant-000'"))
        given = run(lambda s: filled(s.tx, Random(6)))

        def own(s: Store) -> dict[str, tuple[int, ...]]:
            plants = [(e.code, Store(s.tx, e.id)) for e in enterprises.all(s.tx)]
            return {
                code: (
                    sum(summaries.counts(of, month, ZONE, NOW).reported for month in MONTHS),
                    sum(summaries.money(of, month).fen for month in MONTHS),
                    ledger.totals(of).earned,
                )
                for code, of in plants[:: PLANTS // 16]
            }

        return run(lambda s: county.parts(s.tx, MONTHS[0], MONTHS[-1])), given, run(own)


def test_the_countys_totals_are_the_sum_of_parts_with_fen(found) -> None:
    parts, given, _ = found
    whole = county.total(parts)
    assert (whole.enterprises, whole.silent, whole.reported, whole.fen) == (PLANTS, 0, REPORTS, FEN)
    assert {part.code: part.fen for part in parts} == given
    assert sum(1 for part in parts if part.fen % 100) > PLANTS // 2


def test_a_plants_part_is_what_its_own_months_and_ledger_say(found) -> None:
    parts, _, own = found
    assert len(own) == 16
    for part in (p for p in parts if p.code in own):
        assert own[part.code] == (part.reported, part.fen, part.fen)


def test_nothing_in_a_part_is_about_a_person(found) -> None:
    parts, _, _ = found
    for part in parts:
        assert part.name.startswith("第")
        assert {type(getattr(part, name)) for name in Part._fields[2:]} == {int}


def test_who_is_silent_stands_there_and_what_was_taken_back_does_not_count(tmp_path: Path) -> None:
    with opened(tmp_path / "two.db") as run:

        def work(s: Store) -> None:
            enterprises.ensure(s.tx, "silent", "无声厂", "zh", "Asia/Shanghai")
            one, two = (people.add(s, name, NOW).id for name in ("王磊", "周涛"))
            awarded(s, reported(s, 202611, 1, Status.CLOSED, one), 50_00, 202611, (one,))
            awarded(s, reported(s, 202611, 2, Status.CLOSED, two), 20_01, 202611, (two,))
            reported(s, 202611, 3, Status.WITHDRAWN, one)
            reported(s, 202612, 4, Status.REPORTED, one)
            ledger.append(s, reversal_entries(ledger.of_person(s, one), NOW, 202611, None, "重复"))

        run(work)
        parts = run(lambda s: county.parts(s.tx, 202611, 202611))
        assert parts == [
            Part("demo", "示例厂", 2, 2, 2, 1, 20_01),
            Part("silent", "无声厂", 0, 0, 0, 0, 0),
        ]
        assert county.total(parts) == Sum(2, 1, 2, 2, 2, 1, 20_01)
