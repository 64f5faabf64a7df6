"""Any mix of approvals, reversals, objections, caps, splits, late and repeated closings is paid once and to the fen."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from io import BytesIO
from random import Random

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import awards, ledger, summaries
from tests.plant_months import Months
from tests.world import DAY
from woodpecker.batches import cut, month_to_close
from woodpecker.clocks import local_month
from woodpecker.errors import Refused
from woodpecker.programme import Caps, Programme
from woodpecker.words import AwardAction, AwardStatus, Kind

FINDERS = ("王磊", "张强", "周涛", "吴桐", "孙芳")
KINDS = (Kind.NEAR_MISS, Kind.SUGGESTION, Kind.VIOLATION)
PLANS = (
    Programme(),
    Programme(joint="each"),
    Programme(caps=Caps(person_month=70_00)),
    Programme(caps=Caps(person_month=120_00, person_kind_month=60_00), joint="each", person_times="batch"),
)


@dataclass
class Model:
    """What must be paid, said in the simplest way: what stands of the awards on sheets less what was paid."""

    closed: int = 0  # the newest month that was closed
    approved: dict[int, int] = field(default_factory=dict)  # award → when
    waits: set[int] = field(default_factory=set)  # approved, in no notice
    noticed: set[int] = field(default_factory=set)
    held: dict[int, int] = field(default_factory=dict)  # award → its objection
    sheeted: set[int] = field(default_factory=set)
    objected: set[int] = field(default_factory=set)  # once is enough
    gone: set[int] = field(default_factory=set)
    shares: dict[int, dict[int, int]] = field(default_factory=dict)
    paid: dict[int, int] = field(default_factory=dict)
    reserved: dict[int, dict[int, int]] = field(default_factory=dict)  # batch → person → fen

    def due(self, person: int) -> int:
        """What the next sheet must pay this person."""
        earned = sum(self.shares[a].get(person, 0) for a in self.sheeted - self.gone)
        waits = sum(rows.get(person, 0) for rows in self.reserved.values())
        return max(0, earned - self.paid.get(person, 0) - waits)


class Books:
    """The plant beside the model."""

    def __init__(self, plant: Months) -> None:
        self.plant, self.model = plant, Model()

    def move(self, seed: int) -> None:
        """Something happens."""
        dice = Random(seed)
        moves = {
            self.approve: 6, self.reverse: 2, self.object: 2, self.answer: 2, self.close: 2, self.freeze: 2,
            self.fail: 1, self.pay: 2, self.bounce: 2, self.later: 2,
        }  # fmt: skip
        dice.choices([*moves], [*moves.values()])[0](dice)

    def approve(self, dice: Random) -> None:
        names = dice.sample([n for n in FINDERS if n != "吴桐"], dice.choice([1, 1, 2, 3]))
        award = self.plant.approved(*names, kind=dice.choice(KINDS))
        parts = self.plant.world.transaction(lambda d: awards.shares(d.store, award))
        self.model.shares[award] = {p.person: p.pays for p in parts}
        self.model.waits.add(award)
        self.model.approved[award] = self.plant.world.now

    def reverse(self, dice: Random) -> None:
        """An approved award is taken back, wherever it is."""
        model = self.model
        if found := sorted((model.waits | model.noticed | model.sheeted) - model.gone):
            award = dice.choice(found)
            self.plant.step(award, AwardAction.REVERSE, "刘洋")
            model.gone.add(award)
            model.waits.discard(award)
            model.noticed.discard(award)

    def object(self, dice: Random) -> None:
        if found := sorted(self.model.noticed - self.model.objected):
            award = dice.choice(found)
            self.model.held[award] = self.plant.object(award, dice.choice(FINDERS))
            self.model.noticed.discard(award)
            self.model.objected.add(award)

    def answer(self, dice: Random) -> None:
        if self.model.held:
            award, objection = self.model.held.popitem()
            upheld = dice.random() < 0.5
            self.plant.answer(objection, upheld=upheld)
            (self.model.gone if upheld else self.model.waits).add(award)

    def close(self, dice: Random) -> None:
        """The clock comes to the next 1st, or stays; the job runs once or several times."""
        if dice.random() < 0.7:
            month = local_month(self.plant.world.now, self.plant.world.plant.zone)
            year, n = divmod(month, 100)
            self.plant.at(year + (n == 12), n % 12 + 1, 1)
        closing = self.closing()
        if closing:
            self.freeze_all()
        for _ in range(dice.choice([1, 2])):
            self.plant.wake()
        self.model.noticed |= closing
        self.model.waits -= closing
        self.took()

    def closing(self) -> set[int]:
        """What the batch takes that is due now, if one is."""
        now, plant = self.plant.world.now, self.plant.world.plant
        month = month_to_close(now, plant.zone, plant.programme.month)
        if month <= self.model.closed:
            return set()
        self.model.closed = month
        return {a for a in self.model.waits if self.model.approved[a] < cut(month, plant.zone)}

    def freeze(self, dice: Random) -> None:
        self.freeze_all()

    def freeze_all(self) -> None:
        """What stands in a notice whose time is over goes on the sheet."""
        now = self.plant.world.now
        self.plant.freeze()
        if self.plant.world.now != now or not self.plant.state("notice"):
            self.took()

    def took(self) -> None:
        """Each new sheet against the model."""
        for batch in [*self.plant.state("due"), *self.plant.state("paid")]:
            if batch.id in self.model.reserved:
                continue
            self.model.sheeted |= self.model.noticed
            self.model.noticed = set()
            rows = {r.person: r for r in self.plant.rows(batch.id)}
            for person in self.plant.people.values():
                wanted, row = self.model.due(person), rows.get(person)
                assert (row.fen if row else 0) == wanted, f"{person} in {batch.month}"
            self.model.reserved[batch.id] = {p: r.fen for p, r in rows.items() if batch.paid_at is None and r.fen}
            self.read_back(batch.id)

    def read_back(self, batch: int) -> None:
        """The workbook says the same, to the fen, and nothing of reports."""
        page = openpyxl.load_workbook(BytesIO(self.plant.book(batch))).active
        assert page is not None
        *lines, total = [*page.iter_rows(min_row=2, values_only=True)]
        found = {str(line[0]): round(float(line[3]) * 100) for line in lines}  # type: ignore[arg-type]
        assert found == {r.employee_no: r.fen for r in self.plant.rows(batch) if r.fen}
        assert round(float(total[3]) * 100) == sum(found.values())  # type: ignore[arg-type]

    def fail(self, dice: Random) -> None:
        for batch in self.plant.state("due"):
            if people := sorted(self.model.reserved[batch.id]):
                person = dice.choice(people)
                self.plant.fail(batch.id, person)
                del self.model.reserved[batch.id][person]

    def pay(self, dice: Random) -> None:
        """Finance pays, and taps twice."""
        for batch in self.plant.state("due"):
            book = self.plant.book(batch.id)
            self.plant.pay(batch)
            with contextlib.suppress(Refused):
                self.plant.pay(batch)
                raise AssertionError("paid twice")
            for person, fen in self.model.reserved[batch.id].items():
                self.model.paid[person] = self.model.paid.get(person, 0) + fen
            self.model.reserved[batch.id] = {}
            assert self.plant.book(batch.id) == book, "the sheet has changed"

    def bounce(self, dice: Random) -> None:
        """The bank sends a payment back, once, however often finance says so; the sheet stays as it was."""
        rows = [(b, r) for b in self.plant.state("paid") for r in self.plant.rows(b.id) if r.state == "paid" and r.fen]
        if rows:
            batch, row = dice.choice(rows)
            book, before = self.plant.book(batch.id), self.plant.totals()
            self.plant.bounce(batch, row.person)
            with contextlib.suppress(Refused):
                self.plant.bounce(batch, row.person)
                raise AssertionError("came back twice")
            self.model.paid[row.person] -= row.fen
            assert self.plant.book(batch.id) == book, "the sheet has changed"
            assert self.plant.totals() == before, "a month's awards have changed"

    def later(self, dice: Random) -> None:
        self.plant.world.real += dice.choice([1, 9]) * DAY

    def check(self) -> None:
        """The ledger, the sheets and the model agree."""
        self.plant.world.transaction(self._check)

    def _check(self, desk) -> None:
        store, caps = desk.store, desk.plant.programme.caps
        month = local_month(desk.now, desk.plant.zone)
        assert ledger.broken(store) is None
        totals = ledger.totals(store)
        months = [r["month"] for r in store.tx.all("SELECT DISTINCT month FROM ledger")]
        assert sum(summaries.money(store, m).fen for m in months) == totals.awarded + totals.reversed
        paid = "SELECT coalesce(sum(fen), 0) FROM payout WHERE state = 'paid'"
        assert -ledger.totals(store).paid == store.tx.value(paid) == sum(self.model.paid.values())
        for person in self.plant.people.values():
            earned = sum(self.model.shares[a].get(person, 0) for a in self.model.shares if a not in self.model.gone)
            assert ledger.balance(store, person) == earned - self.model.paid.get(person, 0)
            for kind in KINDS:
                had = ledger.had(store, person, month, kind)
                assert caps.person_month is None or had.month <= caps.person_month
                assert caps.person_kind_month is None or had.kind <= caps.person_kind_month
        twice = "SELECT award FROM batch_entry WHERE out_at IS NULL GROUP BY award HAVING count(*) > 1"
        assert store.tx.all(twice) == []

    def settle(self) -> None:
        """Once nothing new comes, everything is paid: twice the 1st, and finance is there."""
        for _ in range(2):
            while self.model.held:
                self.answer(Random(1))
            self.pay(Random(0))
            self.close(Random(3))
            self.freeze_all()
            self.pay(Random(0))
        for person in self.plant.people.values():
            assert self.plant.world.transaction(lambda d, p=person: ledger.balance(d.store, p)) <= 0
        for award in self.model.shares:
            status = AwardStatus.REVERSED if award in self.model.gone else AwardStatus.PAID
            assert self.plant.award(award).status is status


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(plan=st.sampled_from(PLANS), seeds=st.lists(st.integers(0, 2**32), min_size=15, max_size=40))
def test_any_mix_is_paid_once_and_to_the_fen(tmp_path_factory: pytest.TempPathFactory, plan, seeds) -> None:
    plant = Months(tmp_path_factory.mktemp("batches"), plan)
    try:
        books = Books(plant)
        for seed in seeds:
            books.move(seed)
            books.check()
        books.settle()
        books.check()
    finally:
        plant.world.close()
