"""Who found a report together with its reporter, as rows to look it up by person: always what the report says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import enterprises, mine, people, reports
from storage.database import Tx, prepare, transaction
from storage.migrations import migrate
from storage.store import Store
from woodpecker.reports import Report
from woodpecker.words import Kind, Naming, Status

WANG, LI, ZHANG, ZHOU = range(1, 5)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "too.db", isolation_level=None)) as found:
        prepare(found)
        migrate(found, 0, lambda todo: None)

        def work(tx: Tx) -> None:
            store = Store(tx, enterprises.ensure(tx, "demo", "选矿厂", "zh", "Asia/Shanghai"))
            for name in ("王磊", "李静", "张强", "周涛"):
                people.add(store, name, 0)
            for n, joint in enumerate(((LI, ZHANG), (), (ZHANG,)), 1):
                reports.add(store, hazard(n, joint))

        transaction(found, work)
        yield found


def hazard(n: int, joint: tuple[int, ...]) -> Report:
    return Report(
        0, f"2611-{n:04}", Kind.HAZARD, Status.REPORTED, 1, f"护栏{n}", None, "东侧", None, Naming.SHOWN, WANG, 5, 6,
        f"d{n}", 7, 202611, joint=joint,
    )  # fmt: skip


def rows(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    return connection.execute("SELECT report, person FROM found_too ORDER BY report, person").fetchall()


def test_it_follows_the_report(connection: sqlite3.Connection) -> None:
    assert rows(connection) == [(1, LI), (1, ZHANG), (3, ZHANG)]

    def work(tx: Tx) -> list[int]:
        store = Store(tx, 1)
        first = reports.get(store, 1)
        assert first is not None
        second = first._replace(version=2, joint=(ZHANG, ZHOU))
        assert reports.save(store, first, second)
        assert reports.save(store, second, second._replace(version=3, text="护栏断了"))
        assert not reports.save(store, first, first._replace(version=2, joint=()))  # somebody was faster
        return [len(mine.brought(store, person)) for person in (WANG, LI, ZHANG, ZHOU)]

    assert transaction(connection, work) == [3, 0, 2, 1]
    assert rows(connection) == [(1, ZHANG), (1, ZHOU), (3, ZHANG)]


def test_an_older_database_is_taken_over(connection: sqlite3.Connection) -> None:
    before = rows(connection)
    connection.executescript(
        "DROP TABLE found_too; DELETE FROM migration WHERE name = '0022_found_too';"
        "CREATE INDEX report_joint ON report (enterprise, month) WHERE joint <> '[]';"
        "CREATE INDEX report_found_too ON report (enterprise, joint, id) WHERE joint <> '[]';"
    )
    assert migrate(connection, 1, lambda todo: None) == ["0022_found_too"]
    assert rows(connection) == before
