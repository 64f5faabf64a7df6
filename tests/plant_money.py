"""A plant in which reports become awards by one call each, for the tests of money."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from handlers.act import act, record
from handlers.desk import Desk
from storage import awards, boards, ledger, people, reports
from tests.world import DAY, World
from woodpecker.awards import Award
from woodpecker.clocks import local_month
from woodpecker.ledger import payment_entry
from woodpecker.people import Person
from woodpecker.programme import Programme
from woodpecker.reports import Act, Decision, Report
from woodpecker.words import Action, AwardStatus, Kind, Level, Naming, Role, Status


class Money:
    """The plant; names stand for people, reports and awards for their ids."""

    def __init__(self, folder: Path, programme: Programme | None = None) -> None:
        self.world = World(folder / "money.db", programme)
        self.batches = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.world.close()

    def report(
        self,
        name: str,
        *,
        kind: Kind = Kind.HAZARD,
        naming: Naming = Naming.SHOWN,
        joint: tuple[str, ...] = (),
        nobody: bool = False,
        logger: str = "",
    ) -> int:
        """Submits a report at the first place."""

        def work(desk: Desk) -> int:
            month = local_month(desk.now, desk.plant.zone)
            place = desk.store.one("SELECT * FROM place WHERE enterprise = $1 ORDER BY id LIMIT 1")
            assert place is not None
            new = Report(
                0, reports.next_number(desk.store, month), kind, Status.REPORTED, 1, "防护罩没装", place["id"],
                place["name"], place["department"], naming, None if nobody else self.world.ids[name], desk.now,
                desk.now, "d", desk.now, month, joint=tuple(self.world.ids[n] for n in joint),
                logger=self.world.ids.get(logger),
            )  # fmt: skip
            saved = reports.add(desk.store, new)
            record(desk, Decision(saved, saved, Action.SUBMIT, {}), saved.reporter)
            return saved.id

        return self._do(work)

    def _do(self, work: Any) -> Any:
        found = self.world.transaction(work)
        self.world.real += 1000
        self.world.drain()
        return found

    def officer(self, desk: Desk) -> Person:
        """李静."""
        person = desk.person(self.world.ids["李静"])
        assert person is not None
        return person

    def closing(self) -> Act:
        """受理并办结."""
        return Act(Action.ADMIT_CLOSED, words="谢谢")

    def act(self, report: int, what: Act, name: str = "李静") -> None:
        """Does something to a report."""

        def work(desk: Desk) -> None:
            person = desk.person(self.world.ids[name])
            assert person is not None
            act(desk, report, what, person)

        self._do(work)

    def admit_only(self, report: int, level: Level = Level.B, *, outside_duty: bool = False) -> None:
        """李静 admits it, 孙芳 fixes it."""
        owner, due = self.world.ids["孙芳"], self.world.now + 5 * DAY
        self.act(report, Act(Action.ADMIT, level=level, owner=owner, due=due, outside_duty=outside_duty))

    def admit(self, report: int, level: Level = Level.B, *, outside_duty: bool = False) -> Award:
        """The award that admitting proposes."""
        self.admit_only(report, level, outside_duty=outside_duty)
        return self.award(report)

    def close(self, report: int) -> None:
        """孙芳 fixes it, 李静 accepts."""
        self.act(report, Act(Action.FIX, words="装好了"), "孙芳")
        self.act(report, Act(Action.ACCEPT_FIX), "李静")

    def reopen(self, report: int) -> None:
        """Its reporter says that it is not fixed."""
        reporter = self.world.transaction(lambda d: reports.get(d.store, report)).reporter
        name = next(n for n, i in self.world.ids.items() if i == reporter)
        self.act(report, Act(Action.REOPEN, words="又掉了", due=self.world.now + DAY), name)

    def correct(self, report: int, level: Level | None, category: str | None = None) -> None:
        """李静 corrects it."""
        self.act(report, Act(Action.CORRECT, level=level, category=category))

    def void(self, report: int) -> None:
        """李静 makes it void."""
        self.act(report, Act(Action.VOID, words="编的"))

    def fresh(self, desk: Desk, report: int) -> Report:
        """A report as it is now."""
        found = reports.get(desk.store, report)
        assert found is not None
        return found

    def awards(self, report: int) -> tuple[Award, ...]:
        """All of a report's awards."""
        return self.world.transaction(lambda d: awards.of_report(d.store, report))

    def award(self, report: int) -> Award:
        """A report's newest award."""
        return self.awards(report)[-1]

    def decide(self, award: Award, name: str, label: str, *words: str) -> None:
        """Taps a button of the award's card and says what is asked."""
        number = self.world.transaction(lambda d: reports.get(d.store, award.report)).number
        self.world.tap(name, label, number)
        for sentence in words:
            self.world.say(name, sentence)

    def grant(self, name: str, role: Role) -> None:
        """Gives a role."""
        self.world.transaction(lambda d: people.set_roles(d.store, self.world.ids[name], role))

    def revoke(self, name: str, role: Role) -> None:
        """Takes a role away."""
        self.world.transaction(lambda d: people.remove_role(d.store, self.world.ids[name], role))

    def pay(self, name: str, fen: int) -> None:
        """Pays out, as finance will."""
        self.batches += 1

        def work(desk: Desk) -> None:
            month = local_month(desk.now, desk.plant.zone)
            person, by = self.world.ids[name], self.world.ids["孙芳"]
            entry = payment_entry(person, fen, at=desk.now, month=month, batch=self.batches, by=by)
            ledger.append(desk.store, [entry])

        self.world.transaction(work)

    def balance(self, name: str) -> int:
        """What a person is owed."""
        return self.world.transaction(lambda d: ledger.balance(d.store, self.world.ids[name]))

    def check(self) -> None:
        """Ledger, awards, shares, 奖励 and the export say the same; nobody is paid twice for a report."""
        self.world.transaction(self._check)

    def _check(self, desk: Desk) -> None:
        store = desk.store
        assert ledger.broken(store) is None
        standing = store.all(
            "SELECT s.person, sum(s.fen - s.cut) AS fen FROM award a JOIN award_share s ON s.award = a.id"
            " WHERE a.enterprise = $1 AND a.status = $2 AND s.excluded = 0 GROUP BY s.person",
            AwardStatus.APPROVED,
        )
        earned = {r["person"]: r["fen"] for r in standing if r["fen"]}
        for person in self.world.ids.values():
            sums = ledger.sums(store, person)
            assert sums.earned == earned.get(person, 0)
            assert sums.owed == ledger.balance(store, person)
        exported = ledger.owed_by_person(store)
        assert sum(row.owed for row in exported) == ledger.totals(store).owed
        twice = store.all(
            "SELECT report, person FROM (SELECT report, person, sum(CASE kind WHEN 'award' THEN 1 ELSE -1 END) AS n"
            " FROM ledger WHERE enterprise = $1 AND kind IN ('award', 'reversal') GROUP BY report, person) AS paid"
            " WHERE n > 1"
        )
        assert twice == []
        month = local_month(desk.now, desk.plant.zone)
        board = boards.board(store, month, month, 0, limit=100)
        assert board.reports == sum(line.count for line in board.lines)


@pytest.fixture
def money(tmp_path: Path) -> Iterator[Money]:
    with Money(tmp_path) as plant:
        yield plant
