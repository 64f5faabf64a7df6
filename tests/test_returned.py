"""What was paid and came back: owed again, paid by the next sheet that holds it, and by none before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage import audit, ledger, payouts, unpaid
from storage.batches import Batch
from tests.plant_months import Months
from woodpecker.errors import Refused
from woodpecker.words import AwardStatus, Kind


@pytest.fixture
def plant(tmp_path) -> Iterator[Months]:
    months = Months(tmp_path)
    yield months
    months.world.close()


def closed(plant: Months, year: int, month: int) -> Batch:
    """The month before is closed and its sheet frozen."""
    plant.at(year, month, 1)
    plant.wake()
    plant.freeze()
    return plant.state("due")[-1]


def paid(plant: Months, year: int, month: int) -> Batch:
    batch = closed(plant, year, month)
    plant.pay(batch)
    return plant.state("paid")[-1]


def owed(plant: Months, name: str) -> int:
    return plant.world.transaction(lambda d: ledger.balance(d.store, plant.people[name]))


def missing(plant: Months) -> list[tuple[int, int]]:
    return [(u.batch, u.fen) for u in plant.world.transaction(lambda d: unpaid.unpaid(d.store))]


def test_it_is_owed_again_and_paid_by_the_next_sheet(plant: Months) -> None:
    alone, both = plant.approved("王磊"), plant.approved("王磊", "周涛", kind=Kind.SUGGESTION)
    first = paid(plant, 2026, 12)
    plant.bounce(first, plant.people["王磊"])
    assert owed(plant, "王磊") == 60_00
    assert [plant.award(a).status for a in (alone, both)] == [AwardStatus.BATCHED] * 2
    assert missing(plant) == [(first.id, 60_00)]
    second = paid(plant, 2027, 1)
    assert [(r.person, r.fen) for r in plant.rows(second.id)] == [(plant.people["王磊"], 60_00)]
    assert owed(plant, "王磊") == 0
    assert [plant.award(a).status for a in (alone, both)] == [AwardStatus.PAID] * 2
    assert missing(plant) == []


def test_a_sheet_frozen_before_it_came_back_does_not_make_it_good(plant: Months) -> None:
    old = plant.approved("王磊")
    first = paid(plant, 2026, 12)
    new = plant.approved("王磊", kind=Kind.SUGGESTION)
    second = closed(plant, 2027, 1)
    plant.bounce(first, plant.people["王磊"])
    assert missing(plant) == [(first.id, 70_00)]
    plant.pay(second)
    assert (plant.award(old).status, plant.award(new).status) == (AwardStatus.BATCHED, AwardStatus.PAID)
    assert (owed(plant, "王磊"), missing(plant)) == (50_00, [(first.id, 50_00)])
    paid(plant, 2027, 2)
    assert (plant.award(old).status, owed(plant, "王磊"), missing(plant)) == (AwardStatus.PAID, 0, [])


def test_what_comes_back_later_leaves_alone_what_arrived_before(plant: Months) -> None:
    old = plant.approved("王磊")
    paid(plant, 2026, 12)
    new = plant.approved("王磊", kind=Kind.SUGGESTION)
    second = paid(plant, 2027, 1)
    plant.bounce(second, plant.people["王磊"])
    assert (plant.award(old).status, plant.award(new).status) == (AwardStatus.PAID, AwardStatus.BATCHED)


def test_what_failed_before_and_came_back_then_is_open_from_the_beginning(plant: Months) -> None:
    old = plant.approved("王磊")
    first = closed(plant, 2026, 12)
    plant.fail(first.id, plant.people["王磊"])
    plant.pay(first)
    second = paid(plant, 2027, 1)
    assert plant.award(old).status is AwardStatus.PAID
    plant.bounce(second, plant.people["王磊"])
    assert plant.award(old).status is AwardStatus.BATCHED
    assert missing(plant) == [(first.id, 50_00)]


def test_twice_is_once_and_tells_once(plant: Months) -> None:
    plant.approved("王磊")
    batch, wang = paid(plant, 2026, 12), plant.people["王磊"]
    plant.bounce(batch, wang)

    def waiting() -> list[str]:
        rows = plant.world.transaction(lambda d: d.store.tx.all("SELECT push FROM outbox WHERE person = $1", wang))
        return [r["push"] for r in rows]

    told = waiting()
    with pytest.raises(Refused, match="returned_before"):
        plant.bounce(batch, wang, "户名不符")
    assert waiting() == told
    (row,) = plant.rows(batch.id)
    assert (row.state, row.words) == ("failed", "卡号不对")
    entries = plant.world.transaction(lambda d: ledger.of_person(d.store, wang))
    assert [(e.kind, e.fen) for e in entries] == [("payment", 50_00), ("payment", -50_00), ("award", 50_00)]
    assert plant.world.transaction(lambda d: ledger.broken(d.store)) is None
    noted = plant.world.transaction(lambda d: audit.list(d.store))
    assert [e.action for e in noted].count("payout.returned") == 1


def test_only_what_was_paid_can_come_back(plant: Months) -> None:
    plant.approved("王磊")
    batch = closed(plant, 2026, 12)
    with pytest.raises(Refused, match="not_paid_yet"):
        plant.bounce(batch, plant.people["王磊"])
    plant.pay(batch)
    with pytest.raises(Refused, match="not_paid_yet"):
        plant.bounce(batch, plant.people["周涛"])
    with pytest.raises(Refused, match="words_missing"):
        plant.bounce(batch, plant.people["王磊"], " ")
    assert plant.world.transaction(lambda d: payouts.of_batch(d.store, batch.id))[0].state == "paid"
