"""Money, history and audit can be added to, and nothing else, whoever holds the database file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from handlers.desk import Desk
from storage import audit, ledger, points
from storage.database import Tx, transaction
from storage.store import Store
from tests.world import World
from woodpecker.ledger import Entry
from woodpecker.points import PointEntry
from woodpecker.words import EntryKind, Kind, PointKind

NOV, OCT = 202611, 202610


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World(tmp_path / "plant.db")
    yield made
    made.close()


def entry(world: World, name: str, fen: int, key: str, month: int = NOV, **more: object) -> Entry:
    kind = more.pop("kind", EntryKind.AWARD)
    return Entry(key, world.ids[name], kind, fen, month, world.now, **more)  # type: ignore[arg-type]


def write(world: World, *entries: Entry) -> int:
    return world.transaction(lambda desk: ledger.append(desk.store, entries))


def read(world: World, what):
    return world.transaction(lambda desk: what(desk.store))


def test_entries_are_chained_and_come_back_as_written(world):
    entries = [
        entry(world, "王磊", 50_00, "award:1", approvers=(world.ids["赵敏"],), rule="rate.B", words="护罩"),
        entry(world, "王磊", -50_00, "reversal:award:1", kind=EntryKind.REVERSAL, reverses="award:1"),
        entry(world, "张强", 20_00, "award:2"),
    ]
    assert write(world, *entries) == 3
    assert read(world, lambda s: ledger.of_person(s, world.ids["王磊"])) == [entries[1], entries[0]]
    assert read(world, lambda s: ledger.balance(s, world.ids["王磊"])) == 0
    assert read(world, ledger.broken) is None


def test_the_same_entry_again_changes_nothing(world):
    first = entry(world, "王磊", 50_00, "award:1")
    assert write(world, first) == 1
    before = world.connection.execute("SELECT ledger_seq, ledger_digest FROM enterprise").fetchall()
    assert write(world, first, replace(first, fen=99_00)) == 0
    assert write(world, first, first) == 0
    assert world.connection.execute("SELECT ledger_seq, ledger_digest FROM enterprise").fetchall() == before
    assert write(world, first, entry(world, "王磊", 1, "award:2")) == 1
    assert read(world, ledger.broken) is None


def test_two_enterprises_have_a_chain_each(world):
    write(world, entry(world, "王磊", 50_00, "award:1"))

    def other(tx: Tx) -> tuple[int | None, int]:
        there = Store(tx, tx.value("INSERT INTO enterprise (code, name, language, timezone)"
                                   " VALUES ('b', 'B', 'zh', 'Asia/Shanghai') RETURNING id"))  # fmt: skip
        ledger.append(there, [entry(world, "张强", 7, "award:b")])
        return ledger.broken(there), ledger.balance(there, world.ids["王磊"])

    assert transaction(world.connection, other) == (None, 0)
    assert read(world, ledger.broken) is None


def test_what_is_owed_by_month_and_person(world):
    write(
        world,
        entry(world, "王磊", 100_00, "a1", OCT),
        entry(world, "王磊", 50_01, "a2"),
        entry(world, "王磊", -100_00, "p1", kind=EntryKind.PAYMENT),
        entry(world, "张强", 20_00, "a3", OCT),
        entry(world, "张强", -20_00, "r3", kind=EntryKind.REVERSAL, reverses="a3"),
        entry(world, "周涛", 5_00, "a4", 202612),
    )
    rows = {r.name: r for r in read(world, lambda s: ledger.owed_by_person(s, NOV))}
    assert set(rows) == {"王磊", "张强"}
    wang = rows["王磊"]
    assert (wang.employee_no, wang.department) == ("1001", "磨矿车间")
    assert (wang.carried, wang.awarded, wang.reversed, wang.paid, wang.owed) == (100_00, 50_01, 0, -100_00, 50_01)
    zhang = rows["张强"]
    assert (zhang.carried, zhang.awarded, zhang.reversed, zhang.owed) == (20_00, 0, -20_00, 0)
    everything = read(world, ledger.owed_by_person)
    assert sum(r.owed for r in everything) == read(world, ledger.totals).owed == 55_01
    assert all(r.owed == r.carried + r.awarded + r.reversed + r.paid + r.written_off for r in everything)


def test_a_reversal_frees_a_cap_only_within_its_own_month(world):
    wang = world.ids["王磊"]
    write(
        world,
        entry(world, "王磊", 30_00, "old", OCT),
        entry(world, "王磊", 50_00, "a1"),
        entry(world, "王磊", 20_00, "a2"),
        entry(world, "王磊", -20_00, "r2", kind=EntryKind.REVERSAL, reverses="a2"),
        entry(world, "王磊", -30_00, "r-old", kind=EntryKind.REVERSAL, reverses="old"),
    )
    assert read(world, lambda s: ledger.had(s, wang, NOV, Kind.HAZARD)).month == 50_00
    assert read(world, lambda s: ledger.spent(s, NOV)) == 50_00
    assert read(world, lambda s: ledger.sums(s, wang, NOV)).earned == 20_00


UNCHANGEABLE = {
    "point": "UPDATE point SET points = 1",
    "ledger": "UPDATE ledger SET fen = 1",
    "history": "UPDATE history SET at = 1",
    "audit": "UPDATE audit SET at = 1",
}
COLUMNS = {
    "ledger": "key, enterprise, seq, kind, person, fen, month, at, body, body_digest, digest",
    "point": "key, enterprise, seq, kind, person, points, month, at, body, body_digest, digest",
    "history": "report, seq, enterprise, action, from_status, to_status, person, at, body, body_digest, digest",
    "audit": "id, enterprise, at, person, source, action, subject, detail",
}
KEYS = {"ledger": "key", "point": "key", "history": "report, seq", "audit": "id"}


def full(world: World) -> sqlite3.Connection:
    """One row in each table that may only grow."""
    write(world, entry(world, "王磊", 50_00, "award:1"))

    def work(desk: Desk) -> None:
        earned = PointEntry("points:1", world.ids["王磊"], PointKind.EARNED, 5, NOV, desk.now)
        points.append(desk.store, [earned])
        audit.write(desk.store, desk.now, "people.added", world.ids["王磊"])
        desk.store.run(
            "INSERT INTO report (id, enterprise, number, month, kind, status, version, text, place_text, naming,"
            " found_at, sent_at, delivery, submitted_at) VALUES (1, $1, '2611-0001', 202611, 'hazard', 'reported',"
            " 1, 't', 'p', 'shown', 1, 1, 'd', 1)"
        )
        desk.store.run("INSERT INTO history VALUES (1, 1, $1, 'submit', '', 'reported', NULL, 1, '{}', 'x', 'y')")

    world.transaction(work)
    return world.connection


def tried(table: str) -> dict[str, str]:
    columns = COLUMNS[table]
    same = f"SELECT {columns} FROM {table}"
    return {
        "update": UNCHANGEABLE[table],
        "delete": f"DELETE FROM {table}",
        "insert or replace": f"INSERT OR REPLACE INTO {table} ({columns}) {same}",
        "replace": f"REPLACE INTO {table} ({columns}) {same}",
        "update or replace": UNCHANGEABLE[table].replace("UPDATE", "UPDATE OR REPLACE"),
        "upsert": f"INSERT INTO {table} ({columns}) {same} WHERE true"
        f" ON CONFLICT ({KEYS[table]}) DO UPDATE SET enterprise = 1",
        "upsert nothing named": f"INSERT INTO {table} ({columns}) {same} WHERE true ON CONFLICT DO NOTHING",
    }


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("way", list(tried("ledger")))
@pytest.mark.parametrize("table", list(COLUMNS))
def test_nothing_written_can_be_changed(world, table, way, recursive):
    connection = full(world)
    connection.execute(f"PRAGMA recursive_triggers = {recursive}")  # every foreign tool has it off
    before = [tuple(r) for r in connection.execute(f"SELECT * FROM {table}")]
    assert before
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(tried(table)[way])
    assert [tuple(r) for r in connection.execute(f"SELECT * FROM {table}")] == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ledger SET fen = 60_00 WHERE key = 'a2'".replace("_", ""),
        "UPDATE ledger SET body = replace(body, '5000', '6000') WHERE key = 'a2'",
        "UPDATE ledger SET person = person + 1 WHERE key = 'a2'",
        "DELETE FROM ledger WHERE key = 'a2'",
        "DELETE FROM ledger WHERE key = 'a3'",
        "UPDATE enterprise SET ledger_seq = 2",
    ],
)
def test_damage_behind_the_triggers_is_found(world, damage):
    write(world, *(entry(world, "王磊", 50_00, f"a{n}") for n in (1, 2, 3)))
    for trigger in ("ledger_no_update", "ledger_no_delete"):
        world.connection.execute(f"DROP TRIGGER {trigger}")
    world.connection.execute(damage)
    assert read(world, ledger.broken) is not None


def test_a_refused_change_leaves_the_transaction_usable(world):
    connection = full(world)
    with pytest.raises(sqlite3.IntegrityError):
        transaction(connection, lambda tx: tx.run("UPDATE ledger SET fen = 1"))
    assert write(world, entry(world, "王磊", 1, "next")) == 1
    assert read(world, ledger.broken) is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE point SET points = 6 WHERE key = 'p2'",
        "UPDATE point SET worth = 1 WHERE key = 'p2'",
        "UPDATE point SET body = replace(body, '5', '6') WHERE key = 'p2'",
        "DELETE FROM point WHERE key = 'p3'",
        "UPDATE enterprise SET points_seq = 2",
    ],
)
def test_damage_to_the_points_ledger_is_found(world, damage):
    earned = [PointEntry(f"p{n}", world.ids["王磊"], PointKind.EARNED, 5, NOV, n) for n in (1, 2, 3)]
    assert world.transaction(lambda d: points.append(d.store, earned)) == 3
    assert world.transaction(lambda d: points.append(d.store, earned)) == 0
    assert read(world, points.broken) is None
    for trigger in ("point_no_update", "point_no_delete"):
        world.connection.execute(f"DROP TRIGGER {trigger}")
    world.connection.execute(damage)
    assert read(world, points.broken) is not None
    assert read(world, ledger.broken) is None
