"""A plant whose months are closed and paid by one call each, through the real handlers and a moved clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.payout_book import payout_book, payout_sheet
from handlers import closing, objecting, paying, returned, schedule
from handlers.act import act, record
from handlers.deciding import decide
from handlers.desk import Desk
from storage import awards, batches, county, objections, payouts, people, reports, summaries
from storage.batches import Batch
from tests.world import START, ZONE, World
from woodpecker.awards import Award
from woodpecker.clocks import local_month
from woodpecker.people import Person
from woodpecker.programme import Programme
from woodpecker.reports import Act, Decision, Report
from woodpecker.words import Action, AwardAction, Kind, Level, Naming, RejectReason, Status

JOBS = ("closing", "sheets", "unpaid")


class Months:
    """The plant; people are named, reports and awards are ids."""

    def __init__(self, folder: Path, programme: Programme | None = None, start: int = START) -> None:
        self.world = World(folder / "months.db", programme, start=start)
        self.people: dict[str, int] = dict(self.world.ids)

    def at(self, year: int, month: int, day: int, hour: int = 10) -> None:
        """Moves the clock there; what is due meanwhile is not done."""
        self.world.real = int(datetime(year, month, day, hour, tzinfo=ZONE).timestamp() * 1000)

    def hire(self, names: Sequence[str]) -> None:
        """Puts people on the roster who have no phone."""

        def work(desk: Desk) -> None:
            for n, name in enumerate(names, 2001):
                new = people.add(desk.store, name, desk.now, employee_no=str(n))
                self.people[name] = new.id

        self.world.transaction(work)

    def person(self, desk: Desk, name: str) -> Person:
        """The person of this name."""
        found = desk.person(self.people[name])
        assert found is not None
        return found

    def rejected(self, name: str) -> None:
        """A report that is none."""

        def work(desk: Desk) -> None:
            report = self._reported(desk, (name,), Kind.HAZARD, Naming.SHOWN)
            act(desk, report, Act(Action.REJECT, reason=RejectReason.NO_HAZARD), self.person(desk, "李静"))

        self.world.transaction(work)

    def brought(
        self, *names: str, kind: Kind = Kind.NEAR_MISS, naming: Naming = Naming.SHOWN, level: Level = Level.B
    ) -> int:
        """A report of these people, admitted by 李静; returns its award."""

        def work(desk: Desk) -> int:
            report = self._reported(desk, names, kind, naming)
            officer = self.person(desk, "李静")
            if kind is Kind.HAZARD:
                act(desk, report, Act(Action.FIXED_ON_SPOT, level=level, words="好了"), officer)
            else:
                act(desk, report, Act(Action.ADMIT_CLOSED, words="谢谢"), officer)
            return awards.of_report(desk.store, report)[-1].id

        return self.world.transaction(work)

    def _reported(self, desk: Desk, names: Sequence[str], kind: Kind, naming: Naming) -> int:
        month = local_month(desk.now, desk.plant.zone)
        first, *joint = (self.people[n] for n in names)
        new = Report(
            0, reports.next_number(desk.store, month), kind, Status.REPORTED, 1, "防护罩没装", None, "球磨机", None,
            naming, first, desk.now, desk.now, "d", desk.now, month, joint=tuple(joint),
        )  # fmt: skip
        saved = reports.add(desk.store, new)
        record(desk, Decision(saved, saved, Action.SUBMIT, {}), saved.reporter)
        return saved.id

    def step(self, award: int, action: AwardAction, name: str = "赵敏", words: str = "因为", **sums: Any) -> None:
        """Takes a step with an award."""
        self.world.transaction(lambda d: decide(d, self.person(d, name), award, action, words=words, **sums))

    def approved(self, *names: str, **more: Any) -> int:
        """A report's award, approved by 赵敏."""
        award = self.brought(*names, **more)
        self.step(award, AwardAction.APPROVE)
        return award

    def wake(self) -> None:
        """Runs what belongs to the month; the jobs of a beat, each in its own transaction."""
        for job in JOBS:
            self.world.transaction(schedule.JOBS[job])

    def award(self, award: int) -> Award:
        """The award as it is now."""
        kept = self.world.transaction(lambda d: awards.get(d.store, award))
        assert kept is not None
        return kept.award

    def batch(self, month: int) -> Batch | None:
        """The batch of a month."""
        return self.world.transaction(lambda d: batches.of_month(d.store, month))

    def state(self, state: str) -> list[Batch]:
        """The batches in a state."""
        return self.world.transaction(lambda d: batches.in_state(d.store, state))

    def object(self, award: int, name: str) -> int:
        """Somebody objects to an award in a notice; returns the objection."""

        def work(desk: Desk) -> int:
            batch = batches.of_award(desk.store, award)
            assert batch is not None
            kept = awards.get(desk.store, award)
            assert kept is not None
            objecting.hold(desk, self.person(desk, name), batch, 1, kept.award, "不对")
            return objections.of_award(desk.store, award)[-1].id

        return self.world.transaction(work)

    def answer(self, objection: int, *, upheld: bool, name: str = "钱进") -> None:
        """钱进 decides it."""
        self.world.transaction(
            lambda d: objecting.decide(d, self.person(d, name), objection, upheld=upheld, words="查过了")
        )

    def fail(self, batch: int, person: int) -> None:
        """A row could not be paid."""
        self.world.transaction(lambda d: payouts.mark_failed(d.store, batch, person, "卡号不对"))

    def pay(self, batch: Batch) -> None:
        """孙芳 marks it as paid."""
        self.world.transaction(lambda d: paying.settle(d, batch, self.people["孙芳"]))

    def bounce(self, batch: Batch, person: int, words: str = "卡号不对") -> None:
        """The bank sends back what a paid sheet paid to somebody. Raises Refused."""

        def work(desk: Desk) -> None:
            entered = returned.take_back(desk, batch, person, words, self.people["孙芳"])
            assert entered.returned

        self.world.transaction(work)

    def totals(self) -> list[object]:
        """What each month's summary and the roll-up of all plants say was awarded."""

        def work(desk: Desk) -> list[object]:
            every = [r["month"] for r in desk.store.tx.all("SELECT DISTINCT month FROM ledger ORDER BY month")]
            awarded = {m: summaries.money(desk.store, m).fen for m in every}
            return [{m: fen for m, fen in awarded.items() if fen}, *county.parts(desk.store.tx, 202601, 202812)]

        return self.world.transaction(work)

    def book(self, batch: int) -> bytes:
        """The workbook."""
        return self.world.transaction(lambda d: payout_book(payout_sheet(d.store, batch)))

    def rows(self, batch: int) -> list[payouts.Payout]:
        """The sheet's rows."""
        return self.world.transaction(lambda d: payouts.of_batch(d.store, batch))

    def freeze(self) -> None:
        """The time to object is over."""
        for batch in self.state("notice"):
            self.world.real = max(self.world.real, batch.window_end + 1)
        self.world.transaction(closing.freeze)
