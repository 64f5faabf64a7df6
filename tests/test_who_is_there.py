"""That somebody is there is noted: every message, and what is no message once a minute."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from storage import accounts, enterprises, people
from storage.accounts import NOTED_ANEW, Account
from storage.database import prepare, transaction
from storage.memory import Memory
from storage.store import Store
from tests.template import careless, fresh

T = TypeVar("T")
NOW = 1_700_000_000_000


class Plant:
    """A plant with 王磊, who has an account on two platforms, and what it writes about them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._memory = Memory()
        self.written: list[str] = []
        connection.set_trace_callback(self.written.append)
        self._enterprise = transaction(
            connection, lambda tx: enterprises.ensure(tx, "demo", "北山矿业", "zh", "Asia/Shanghai")
        )
        self.wang = self.do(lambda store: people.add(store, "王磊", 0)).id
        for platform in ("telegram", "wecom"):
            account = self.comes(platform, at=NOW, sent_at=NOW)
            self.do(lambda store, account=account: accounts.link(store, account.id, self.wang))
        self.comes("telegram", at=NOW + 1)

    def do(self, work: Callable[[Store], T]) -> T:
        return transaction(self._connection, lambda tx: work(Store(tx, self._enterprise)), self._memory)

    def comes(self, platform: str, at: int, sent_at: int | None = None, name: str = "王磊") -> Account:
        """王磊 taps, or with `sent_at` writes, on a platform."""
        return self.do(lambda s: accounts.touch(s, platform, "wang", "chat", name, "zh", at, sent_at=sent_at))

    def writes(self, platform: str, at: int, sent_at: int | None = None, name: str = "王磊") -> bool:
        """Whether that is noted."""
        self.written.clear()
        self.comes(platform, at, sent_at, name)
        return any(one.startswith("INSERT INTO account") for one in self.written)

    @property
    def seen(self) -> list[tuple[str, int]]:
        """Where 王磊 was last, and when."""
        return [(a.platform, a.seen_at) for a in self.do(lambda s: accounts.of_person(s, self.wang))]


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    connection = sqlite3.connect(fresh(tmp_path / "x.db"), isolation_level=None)
    prepare(connection)
    careless(connection)
    yield Plant(connection)
    connection.close()


def test_taps_are_noted_once_a_minute(plant: Plant) -> None:
    assert plant.seen == [("telegram", NOW + 1), ("wecom", NOW)]
    assert not plant.writes("telegram", NOW + 2)
    assert not plant.writes("telegram", NOW + NOTED_ANEW)
    assert plant.writes("telegram", NOW + 1 + NOTED_ANEW)
    assert plant.seen == [("telegram", NOW + 1 + NOTED_ANEW), ("wecom", NOW)]


def test_every_message_counts(plant: Plant) -> None:
    assert plant.writes("telegram", NOW + 2, sent_at=NOW + 2)
    assert plant.comes("telegram", NOW + 3, sent_at=NOW + 3).burst == 3


def test_a_tap_on_the_other_phone_is_noted_at_once(plant: Plant) -> None:
    assert plant.writes("wecom", NOW + 2)
    assert plant.seen == [("wecom", NOW + 2), ("telegram", NOW + 1)]
    assert plant.writes("telegram", NOW + 3)
    assert plant.seen[0] == ("telegram", NOW + 3)


def test_a_new_name_is_noted_at_once(plant: Plant) -> None:
    assert plant.writes("telegram", NOW + 2, name="王磊（磨矿车间）")
    assert plant.comes("telegram", NOW + 3).name == "王磊"


def test_a_clock_that_was_put_back_is_noted(plant: Plant) -> None:
    assert plant.writes("telegram", NOW - 5)


def test_what_else_changes_of_an_account_is_seen(plant: Plant) -> None:
    plant.do(lambda store: accounts.unlink_person(store, plant.wang))
    assert plant.writes("telegram", NOW + 2)
    assert plant.comes("telegram", NOW + 3).person is None
    assert plant.writes("telegram", NOW + 4)  # somebody who has not joined is noted each time
