"""What is kept from one transaction to the next is never older than what was committed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import departments, enterprises, leaving, people, places
from storage.database import Tx, prepare, transaction
from storage.memory import Memory
from storage.migrations import migrate
from storage.store import Store
from woodpecker.words import Role

T = TypeVar("T")


class Plant:
    """A plant whose transactions share a memory, and the statements they run."""

    def __init__(self, path: Path | str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        prepare(self.connection)
        migrate(self.connection, 0, lambda _: None)
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
        memory.committed((), [(("place",), n, n)])
    assert 49_999 in memory
    assert 0 not in memory


WRITES: tuple[Callable[[Store, int], object], ...] = (
    lambda s, n: people.add(s, f"人{n}", 0, employee_no=f"{n}"),
    lambda s, n: people.update(s, 1, team=f"{n}"),
    lambda s, n: people.set_roles(s, 1 + n % 2, Role.OFFICER, [1] if n % 3 else []),
    lambda s, n: people.remove_role(s, 1 + n % 2, Role.OFFICER),
    lambda s, n: leaving.leave(s, 2, "2026-11-01", 0),
    lambda s, n: departments.update(s, 1, leader=1 + n % 2),
    lambda s, n: departments.add(s, f"车间{n}", parent=1),
    lambda s, n: places.add(s, f"P{n}", f"{n}号泵", 1, 1),
)


def seen(store: Store) -> list[object]:
    return [
        *(people.get(store, n) for n in range(1, 4)),
        people.with_role(store, Role.OFFICER),
        departments.all(store),
        places.get(store, 1),
        [p.id for p in places.named_in(store, "1号泵漏油")],
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WRITES) - 1), st.booleans(), st.booleans()), max_size=12))
def test_whatever_is_written_reads_as_if_nothing_was_kept(steps: list[tuple[int, bool, bool]]) -> None:
    plant = Plant(":memory:")
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
        fresh = transaction(plant.connection, lambda tx: seen(Store(tx, plant.enterprise)))
        assert plant.store(seen) == fresh
    plant.connection.close()
