"""One installation, two plants: nothing of one is seen, named or changed from the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers import routes
from handlers.desk import Desk, Plant
from handlers.message import Event, Incoming
from storage import accounts, enterprises, ledger, people, reports
from storage.store import Store
from tests.world import World
from woodpecker.programme import Programme
from woodpecker.words import Role, Status

ROOT = Path(__file__).parent.parent
SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")


class Neighbour:
    """A second plant in the same file, with an officer of the same number at the same platform."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.id = world._tx(lambda tx: enterprises.ensure(tx, "other", "南山矿业", "zh", "Asia/Shanghai"))
        zone = ZoneInfo("Asia/Shanghai")
        self.plant = Plant(self.id, "other", "南山矿业", "zh", zone, Programme(), b"another secret")
        self.officer = world._tx(self._officer)

    def desk(self, tx) -> Desk:
        return Desk(Store(tx, self.id), self.plant, self.world.now, self.world.real)

    def _officer(self, tx) -> int:
        store = self.desk(tx).store
        person = people.add(store, "冯娟", self.world.now, employee_no="1002")
        people.set_roles(store, person.id, Role.OFFICER)
        account = accounts.touch(store, "story", "u2", "u2", "冯娟", "", self.world.now)
        accounts.link(store, account.id, person.id)
        return person.id

    def say(self, text: str = "", tap: str = "") -> list[str]:
        """What the officer of the other plant is answered; `u2` is 李静's id in the first plant."""
        event = Event.TAP if tap else Event.MESSAGE
        said = Incoming("story", "u2", "u2", f"n{text}{tap}", self.world.now, text=text, tap=tap, event=event)

        def work(tx) -> list[str]:
            routes.handle(self.desk(tx), said)
            rows = tx.all("SELECT body FROM outbox WHERE enterprise = $1 AND state = 'waiting'", self.id)
            tx.run("UPDATE outbox SET state = 'dropped' WHERE enterprise = $1", self.id)
            return [row["body"] for row in rows]

        return self.world._tx(work)


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    made = World(tmp_path / "plant.db")
    made.say("王磊", "3号球磨机护栏松了")
    made.tap("王磊", "提交")
    yield made
    made.close()


def test_the_same_account_is_somebody_else_in_another_plant(world):
    neighbour = Neighbour(world)
    assert neighbour.officer != world.ids["李静"]
    answers = "".join(neighbour.say("待办"))
    assert "2611-0001" not in answers


def test_a_report_of_another_plant_cannot_be_found_or_touched(world):
    neighbour = Neighbour(world)
    assert "球磨机护栏" not in "".join(neighbour.say("查找 护栏"))
    assert "球磨机护栏" not in "".join(neighbour.say("查找 2611-0001"))
    for verb in sorted(routes.TAPS):
        answers = neighbour.say(tap=f"{verb}:1:1")
        assert "球磨机护栏" not in "".join(answers), verb
    report = world.transaction(lambda desk: reports.by_number(desk.store, "2611-0001"))
    assert report is not None
    assert (report.status, report.version) == (Status.REPORTED, 1)


def test_numbers_ledgers_and_boards_are_each_plants_own(world):
    neighbour = Neighbour(world)

    def theirs(tx) -> tuple[object, ...]:
        store = neighbour.desk(tx).store
        return (
            reports.by_number(store, "2611-0001"),
            reports.next_number(store, 202611),
            ledger.owed_by_person(store),
            people.by_number(store, "1001"),
            ledger.broken(store),
        )

    assert world._tx(theirs) == (None, "2611-0001", [], None, None)


def statements() -> Iterator[tuple[str, str]]:
    """Every SQL text in storage/, joined where it is written in pieces."""
    for file in sorted((ROOT / "storage").glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        pieces = {id(v) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for v in node.values}
        for node in ast.walk(tree):
            if id(node) in pieces:
                continue
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
                yield f"{file.name}:{node.lineno}", node.value
            elif isinstance(node, ast.JoinedStr):
                text = "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
                if SQL.match(text):
                    yield f"{file.name}:{node.lineno}", text


ONLY_SQLITE = re.compile(
    r"INSERT OR|REPLACE INTO|GLOB|\bifnull\(|strftime|datetime\(|group_concat|\browid\b|AUTOINCREMENT|\?|json_each|"
    r"\btotal\(|\bIIF\(|last_insert_rowid|COLLATE NOCASE|LIMIT -1|PRAGMA",
    re.I,
)


def test_every_statement_is_one_text_for_both_databases():
    found = list(statements())
    assert len(found) > 150
    assert [(where, sql) for where, sql in found if ONLY_SQLITE.search(sql)] == []
