"""Numbered files, each run once, whole, and never another text under the same name."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path

import pytest

from storage import migrations
from storage.database import prepare
from storage.migrations import Migration, WrongSchema, migrate, pending, statements
from woodpecker.words import AwardStatus, EntryKind, Handing, Kind, Level, Naming, PointKind, Role, Status

FIRST = Migration("0001_first", "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;")
SECOND = Migration("0002_more", "CREATE TABLE b (x TEXT);\nALTER TABLE a ADD COLUMN y TEXT;")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "m.db", isolation_level=None)) as found:
        prepare(found)
        yield found


def nothing(todo: list[Migration]) -> None:
    """No copy is made."""


def told(connection: sqlite3.Connection) -> dict[str, str]:
    """The schema as text, by name."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'migration'")
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows.fetchall()}


def given(monkeypatch: pytest.MonkeyPatch, *found: Migration) -> None:
    monkeypatch.setattr(migrations, "migrations", lambda engine="sqlite": list(found))


def test_our_own_run_once(connection: sqlite3.Connection) -> None:
    names = [m.name for m in migrations.migrations()]
    assert names == sorted(names)
    assert migrate(connection, 7, nothing) == names
    assert migrate(connection, 8, nothing) == []
    kept = connection.execute("SELECT name, digest, at FROM migration ORDER BY name").fetchall()
    assert kept == [(m.name, m.digest, 7) for m in migrations.migrations()]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_changed_file_is_refused(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, FIRST)
    migrate(connection, 0, nothing)
    given(monkeypatch, Migration(FIRST.name, FIRST.sql + " "))
    with pytest.raises(WrongSchema, match="0001_first is not the one that ran"):
        migrate(connection, 0, nothing)


def test_a_newer_database_is_refused(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, FIRST, SECOND)
    migrate(connection, 0, nothing)
    given(monkeypatch, FIRST)
    with pytest.raises(WrongSchema, match=r"newer version .*0002_more"):
        migrate(connection, 0, nothing)


def test_a_half_done_migration_leaves_the_old_schema(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, FIRST)
    migrate(connection, 0, nothing)
    before = told(connection)
    broken = Migration("0002_more", "CREATE TABLE b (x TEXT); INSERT INTO a VALUES (1); ALTER TABLE none ADD z;")
    given(monkeypatch, FIRST, broken)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        migrate(connection, 0, nothing)
    assert told(connection) == before
    assert connection.execute("SELECT count(*) FROM a").fetchone() == (0,)
    given(monkeypatch, FIRST, SECOND)
    assert migrate(connection, 0, nothing) == ["0002_more"]


def test_a_copy_is_made_before_and_only_of_something(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    given(monkeypatch, FIRST)
    migrate(connection, 0, lambda todo: asked.append([m.name for m in todo]))
    assert asked == []
    given(monkeypatch, FIRST, SECOND)
    migrate(connection, 0, lambda todo: asked.append([m.name for m in todo]))
    assert asked == [["0002_more"]]


def test_without_a_copy_nothing_is_changed(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(todo: list[Migration]) -> None:
        raise OSError("no room")

    given(monkeypatch, FIRST)
    migrate(connection, 0, nothing)
    given(monkeypatch, FIRST, SECOND)
    with pytest.raises(OSError, match="no room"):
        migrate(connection, 0, no_room)
    assert [m.name for m in pending(connection)] == ["0002_more"]


def test_step_by_step_comes_to_the_same_as_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = migrations.migrations()
    with (
        closing(sqlite3.connect(tmp_path / "once.db", isolation_level=None)) as once,
        closing(sqlite3.connect(tmp_path / "steps.db", isolation_level=None)) as steps,
    ):
        migrate(once, 0, nothing)
        for count in range(1, len(every) + 1):
            given(monkeypatch, *every[:count])
            assert migrate(steps, 0, nothing) == [every[count - 1].name]
        assert told(once) == told(steps)


ANEW = """CREATE TABLE a_new (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT; INSERT INTO a_new SELECT id FROM a{but};
DROP TABLE a; ALTER TABLE a_new RENAME TO a;"""


def test_a_table_made_anew_takes_nothing_with_it_that_points_to_it(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = Migration("0002_child", "CREATE TABLE c (a INTEGER REFERENCES a (id) ON DELETE CASCADE) STRICT;")
    given(monkeypatch, FIRST, child)
    migrate(connection, 0, nothing)
    connection.execute("INSERT INTO a (id) VALUES (1), (2)")
    connection.execute("INSERT INTO c (a) VALUES (1), (2)")
    given(monkeypatch, FIRST, child, Migration("0003_anew", ANEW.format(but=" WHERE id < 2")))
    with pytest.raises(WrongSchema, match="0003_anew would leave rows of c without their a"):
        migrate(connection, 0, nothing)
    given(monkeypatch, FIRST, child, Migration("0003_anew", ANEW.format(but="")))
    assert migrate(connection, 0, nothing) == ["0003_anew"]
    assert connection.execute("SELECT a FROM c ORDER BY a").fetchall() == [(1,), (2,)]
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        connection.execute("INSERT INTO c (a) VALUES (3)")


def test_statements_keep_triggers_and_texts_whole() -> None:
    sql = """-- a comment; with a semicolon
CREATE TABLE a (t TEXT DEFAULT 'x;y');
CREATE TRIGGER no BEFORE UPDATE ON a
  BEGIN SELECT RAISE(ABORT, 'no; never'); SELECT 1; END;
CREATE INDEX i ON a (t);
"""
    found = statements(sql)
    assert [s.split()[1] for s in found] == ["TABLE", "TRIGGER", "INDEX"]
    assert found[1].endswith("END;")


def test_nothing_of_our_files_is_left_out() -> None:
    for migration in migrations.migrations():
        text = re.sub(r"^--.*$", "", migration.sql, flags=re.M)
        assert re.sub(r"\s+", "", "".join(statements(migration.sql))) == re.sub(r"\s+", "", text)


WRITTEN_MOST = {"report", "draft", "evidence", "award", "ledger", "point", "inbox", "outbox"}
CHECKS: list[tuple[str, type[StrEnum]]] = [
    ("person_role_word", Role),
    ("report_kind", Kind),
    ("report_status", Status),
    ("report_level", Level),
    ("report_naming", Naming),
    ("award_status", AwardStatus),
    ("ledger_kind", EntryKind),
    ("point_kind", PointKind),
    ("redemption_state", Handing),
]


def checked(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """The words that each named check allows."""
    every = re.findall(r"CONSTRAINT (\w+) CHECK \((\w+ IN\s*\([^)]*\)|[^()]*)\)", " ".join(told(connection).values()))
    return {name: set(re.findall(r"'(\w*)'", rule)) for name, rule in every}


@pytest.mark.parametrize("name, words", CHECKS)
def test_the_words_of_the_rules_are_the_words_of_the_checks(
    connection: sqlite3.Connection, name: str, words: type[StrEnum]
) -> None:
    migrate(connection, 0, nothing)
    assert checked(connection)[name] == {word.value for word in words}


def test_the_checks_word_by_word_are_those_they_were(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = migrations.migrations()
    given(monkeypatch, *(m for m in every if m.name < "0025"))
    migrate(connection, 0, nothing)
    before = checked(connection)
    given(monkeypatch, *(m for m in every if m.name < "0026"))
    assert migrate(connection, 0, nothing) == ["0025_word_by_word"]
    assert checked(connection) == before
    long = {name for name, words in before.items() if len(words) > 2 and name.split("_")[0] in WRITTEN_MOST}
    assert len(long) == 13
    schema = " ".join(told(connection).values())
    assert not [name for name in long if re.search(rf"CONSTRAINT {name} CHECK \(\w+ IN", schema)]
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with pytest.raises(sqlite3.IntegrityError, match="inbox_state"):
        connection.execute(
            "INSERT INTO inbox (enterprise, platform, key, account, raw, state, received_at)"
            " VALUES (1, 'telegram', 'k', 'a', '', 'never', 0)"
        )


def test_every_check_of_words_is_named(connection: sqlite3.Connection) -> None:
    migrate(connection, 0, nothing)
    schema = " ".join(told(connection).values())
    assert len(re.findall(r"CHECK \(", schema)) == len(re.findall(r"CONSTRAINT \w+ CHECK \(", schema)) > 30
