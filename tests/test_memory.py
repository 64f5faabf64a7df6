"""What is kept from one transaction to the next is never older than what was committed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import (
    accounts,
    bans,
    cards,
    departments,
    drafts,
    enterprises,
    evidence,
    history,
    leaving,
    people,
    places,
    questions,
    reports,
)
from storage.database import Tx, prepare, transaction
from storage.memory import Memory
from storage.store import Store
from tests.template import careless, fresh
from woodpecker.reports import Decision, Report
from woodpecker.words import Action, Kind, Level, Naming, Role, Status

T = TypeVar("T")


class Plant:
    """A plant whose transactions share a memory, and the statements they run."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(fresh(path), isolation_level=None)
        prepare(self.connection)
        careless(self.connection)
        self.memory = Memory()
        self.ran: list[str] = []
        self.connection.set_trace_callback(self.ran.append)
        self.enterprise = self.do(lambda tx: enterprises.ensure(tx, "demo", "北山矿业", "zh", "Asia/Shanghai"))

    def do(self, work: Callable[[Tx], T]) -> T:
        return transaction(self.connection, work, self.memory)

    def store(self, work: Callable[[Store], T]) -> T:
        return self.do(lambda tx: work(Store(tx, self.enterprise)))

    def reads(self, work: Callable[[Store], object]) -> int:
        """How many SELECTs it takes."""
        self.ran.clear()
        self.store(work)
        return sum(one.startswith("SELECT") for one in self.ran)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    plant = Plant(tmp_path / "x.db")
    yield plant
    plant.connection.close()


def test_what_was_read_once_is_not_read_again(plant: Plant) -> None:
    wang = plant.store(lambda s: people.add(s, "王磊", 0)).id
    assert plant.reads(lambda s: people.get(s, wang)) == 1
    assert plant.reads(lambda s: people.get(s, wang)) == 0
    plant.store(lambda s: people.update(s, wang, team="甲班"))
    assert plant.reads(lambda s: people.get(s, wang)) == 1
    found = plant.store(lambda s: people.get(s, wang))
    assert found is not None
    assert found.team == "甲班"


def test_what_is_rolled_back_was_never_read(plant: Plant) -> None:
    wang = plant.store(lambda s: people.add(s, "王磊", 0)).id

    def fails(store: Store) -> None:
        people.update(store, wang, team="甲班")
        assert people.get(store, wang) is not None
        raise KeyError

    def half(store: Store) -> None:
        with contextlib.suppress(KeyError), store.tx.savepoint():
            fails(store)
        people.get(store, wang)

    with pytest.raises(KeyError):
        plant.store(fails)
    plant.store(half)
    found = plant.store(lambda s: people.get(s, wang))
    assert found is not None
    assert found.team == ""


def test_two_plants_share_nothing(plant: Plant) -> None:
    other = plant.do(lambda tx: enterprises.ensure(tx, "other", "南山矿业", "zh", "Asia/Shanghai"))
    wang = plant.store(lambda s: people.add(s, "王磊", 0)).id
    assert plant.store(lambda s: people.get(s, wang)) is not None
    assert plant.do(lambda tx: people.get(Store(tx, other), wang)) is None


def test_it_does_not_grow_for_ever() -> None:
    memory = Memory()
    for n in range(50_000):
        memory.committed((), (), [(("place",), n, n)])
    assert 49_999 in memory
    assert 0 not in memory


@pytest.fixture
def peopled(plant: Plant) -> Plant:
    plant.store(lambda s: people.add(s, "王磊", 0))
    return plant


def test_a_write_to_one_report_leaves_what_is_known_of_others(peopled: Plant) -> None:
    first, second = (peopled.store(lambda s, n=n: reports.add(s, hazard(n))) for n in (1, 2))
    assert peopled.reads(lambda s: (reports.get(s, first.id), reports.get(s, second.id))) == 0
    peopled.store(lambda s: reports.save(s, first, first._replace(version=2, text="x")))
    assert peopled.reads(lambda s: (reports.get(s, first.id), reports.get(s, second.id))) == 0
    peopled.store(lambda s: s.run("UPDATE report SET category = '21' WHERE enterprise = $1 AND id = $2", first.id))
    assert peopled.reads(lambda s: (reports.get(s, first.id), reports.get(s, second.id))) == 2


def test_a_statement_that_changed_nothing_spoils_nothing(peopled: Plant) -> None:
    first = peopled.store(lambda s: reports.add(s, hazard(1)))
    peopled.store(lambda s: s.run("UPDATE report SET category = 'x' WHERE enterprise = $1 AND id = $2", first.id + 7))
    assert peopled.reads(lambda s: reports.get(s, first.id)) == 0


def hazard(n: int) -> Report:
    return Report(
        0, f"2611-{n:04}", Kind.HAZARD, Status.REPORTED, 1, f"护栏{n}", None, "东侧", None, Naming.SHOWN, 1, 5, 6,
        f"d{n}", 7, 202611,
    )  # fmt: skip


def changed(store: Store, n: int) -> None:
    """A step of one of two reports: the row, and its line of history."""
    report = reports.get(store, 1 + n % 2)
    if report is None:
        report = reports.add(store, hazard(n))
        after = report
    else:
        joint = (1,) * (n % 2)
        after = report._replace(version=report.version + 1, text=f"护栏断{n}", status=Status.ASSIGNED, joint=joint)
        assert reports.save(store, report, after)
    action = Action.SUBMIT if after.version == 1 else Action.ADMIT
    history.append(store, Decision(report, after, action, {"n": n, "level": Level.B, "ids": (1, n)}), 1, n)


def drafted(store: Store, n: int) -> None:
    """Begins a draft, changes it, lays it aside or ends it, with a piece of evidence."""
    draft = drafts.open_of(store, 1)
    if draft is None:
        draft = drafts.start(store, 1, "report", None, n, f"d{n}", n)
    elif n % 4 == 1:
        drafts.end(store, draft.id, "submitted", 1 if reports.get(store, 1) else None)
        evidence.submit(store, draft.id, 1, "before")
    elif n % 4 == 2:
        drafts.park(store, draft.id)
    else:
        drafts.change(store, draft.id, n, text=f"t{n}", joint=(1, n))
        evidence.add(
            store, draft=draft.id, report=None, stage="before", kind="photo", sha=f"{n}", person=1, at=n
        )  # fmt: skip


def carded(store: Store, n: int) -> None:
    """A card comes, is drawn, moves on to another thing or is retired."""
    card = cards.get(store, 1 + n % 2)
    if card is None or n % 5 == 0:
        cards.add(store, "telegram", f"{n % 2}", 1, "verify", 1 + n % 2, {"n": n}, n)
    elif n % 5 == 1:
        cards.drawn(store, card, f"s{n}", {"受理": f"va:{n}"}, live=n % 2 == 0)
    elif n % 5 == 2:
        cards.become(store, card.id, "verify", 2 - n % 2, {})
    elif n % 5 == 3:
        cards.retire(store, card.id)
    else:
        cards.set_ref(store, card.id, f"r{n}")


WRITES: tuple[Callable[[Store, int], object], ...] = (
    lambda s, n: people.add(s, f"人{n}", 0, employee_no=f"{n}"),
    lambda s, n: people.update(s, 1, team=f"{n}"),
    lambda s, n: people.set_roles(s, 1 + n % 2, Role.OFFICER, [1] if n % 3 else []),
    lambda s, n: people.remove_role(s, 1 + n % 2, Role.OFFICER),
    lambda s, n: leaving.leave(s, 2, "2026-11-01", 0),
    lambda s, n: departments.update(s, 1, leader=1 + n % 2),
    lambda s, n: departments.add(s, f"车间{n}", parent=1),
    lambda s, n: places.add(s, f"P{n}", f"{n}号泵", 1, 1),
    changed,
    drafted,
    carded,
    lambda s, n: reports.accuse(s, 1, n % 3 or None),
    lambda s, n: accounts.touch(s, "telegram", f"{n % 2}", "c", f"n{n}", "zh", n, sent_at=n),
    lambda s, n: accounts.link(s, 1, 1 + n % 2),
    lambda s, n: accounts.unlink_person(s, 1 + n % 2),
    lambda s, n: questions.ask(s, 1, "place", {"n": n}, n) if accounts.get(s, 1) else None,
    lambda s, n: questions.settle(s, 1),
    lambda s, n: bans.start(s, 1, None, f"{n}", n),
    lambda s, n: bans.lift(s, 1, None, n),
)


def seen(store: Store) -> list[object]:
    return [
        *(people.get(store, n) for n in range(1, 4)),
        people.with_role(store, Role.OFFICER),
        people.by_name(store, "王磊"),
        departments.all(store),
        places.get(store, 1),
        [p.id for p in places.named_in(store, "1号泵漏油")],
        *(reports.get(store, n) for n in (1, 2)),
        *(history.of_report(store, n) for n in (1, 2)),
        *(history.broken(store, n) for n in (1, 2)),
        *(drafts.get(store, n) for n in (1, 2)),
        *(drafts.fate(store, n) for n in (1, 2)),
        (drafts.open_of(store, 1), drafts.parked_of(store, 1)),
        *(evidence.of_draft(store, n) for n in (1, 2)),
        evidence.of_report(store, 1),
        *(cards.standing(store, "verify", n) for n in (1, 2)),
        *(accounts.of_person(store, n) for n in (1, 2)),
        people.joined(store, (1, 2, 3)),
        questions.pending(store, 1),
        bans.of(store, 1),
    ]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WRITES) - 1), st.booleans(), st.booleans()), max_size=14))
def test_whatever_is_written_reads_as_if_nothing_was_kept(steps: list[tuple[int, bool, bool]]) -> None:
    with TemporaryDirectory() as folder:
        plant = Plant(Path(folder) / "x.db")
        with contextlib.closing(plant.connection):
            _played(plant, steps)


def _played(plant: Plant, steps: list[tuple[int, bool, bool]]) -> None:
    plant.store(lambda s: (departments.add(s, "磨矿车间"), people.add(s, "王磊", 0), people.add(s, "李静", 0)))
    for n, (which, fails, before) in enumerate(steps):

        def step(store: Store, which: int = which, n: int = n, fails: bool = fails, before: bool = before) -> None:
            if before:
                seen(store)
            WRITES[which](store, n)
            seen(store)
            if fails:
                raise KeyError

        with contextlib.suppress(KeyError):
            plant.store(step)
        true = transaction(plant.connection, lambda tx: seen(Store(tx, plant.enterprise)))
        assert plant.store(seen) == true
