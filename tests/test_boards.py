"""排行 and 查找: what counts, what shows, what stays secret, and that neither reads a whole table."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from bench import queries
from handlers import proposals, schedule
from handlers.boards import months_of
from handlers.deciding import decide
from handlers.desk import Desk, Plant
from storage import boards, finding, ledger, people, reports
from storage.database import Tx
from storage.store import Store
from tests.plant_money import Money, money
from tests.world import DAY, HOUR
from woodpecker.names import secret
from woodpecker.reports import Report
from woodpecker.words import AwardAction, Kind, Level, Naming, Status

__all__ = ["money"]
NOV = 202611


def board(money: Money, name: str = "周涛", limit: int = 10) -> boards.Board:
    return money.world.transaction(lambda d: boards.board(d.store, NOV, NOV, money.world.ids[name], limit))


def test_only_what_was_admitted_and_is_no_secret_counts(money):
    for kind, naming in product(Kind, (Naming.SHOWN, Naming.HIDDEN)):
        report = money.report("王磊", kind=kind, naming=naming)
        money.admit_only(report, Level.C)
        counted = board(money).reports
        money.report("王磊", kind=kind, naming=naming)  # not judged yet
        assert board(money).reports == counted
        money.void(report)
        assert board(money).reports == counted - (not secret(kind, naming))


def test_a_tie_is_shown_and_what_does_not_fit_is_counted(money):
    for name in ("王磊", "王磊", "张强", "周涛", "孙芳"):
        money.admit_only(money.report(name), Level.C)
    found = board(money, "孙芳", limit=2)
    assert [(line.rank, line.name, line.count) for line in found.lines] == [(1, "王磊", 2), (2, "张强", 1)]
    assert found.ties[2].people == 3
    assert found.own is not None
    assert (found.own.rank, found.own.count) == (2, 1)
    assert (found.people, found.reports) == (4, 5)


def test_names_are_masked_unless_the_person_chose_otherwise(money):
    for name in ("王磊", "张强"):
        money.admit_only(money.report(name), Level.C)
    money.world.transaction(lambda d: people.update(d.store, money.world.ids["张强"], show_name=True))
    money.world.say("周涛", "排行")
    shown = money.world.phones["周涛"].last
    assert "王* 1 条" in shown
    assert "张强 1 条" in shown
    assert "王磊" not in shown


def test_ranks_beyond_the_card_are_summed_up(money):
    names = [f"工{i}" for i in range(14)]
    for name in names:
        added = money.world.transaction(lambda d, n=name: people.add(d.store, n, d.now).id)
        money.world.ids[name] = added
        money.admit_only(money.report(name), Level.C)
    money.world.say("周涛", "排行")
    assert "第 1 名还有 4 人并列，各 1 条" in money.world.phones["周涛"].last


@pytest.mark.parametrize(
    "period, month, expected",
    [
        ("month", 202611, (202611, 202611)),
        ("last", 202611, (202610, 202610)),
        ("last", 202601, (202512, 202512)),
        ("quarter", 202601, (202601, 202603)),
        ("quarter", 202612, (202610, 202612)),
        ("nonsense", 202612, (202612, 202612)),
    ],
)
def test_named_periods(period, month, expected):
    assert months_of(period, month) == expected


def test_somebody_elses_board_is_not_changed_by_a_forged_tap(money):
    money.world.say("周涛", "排行")
    ref = money.world.phones["周涛"].shown[-1].ref
    money.world.tap_data("王磊", f"brd:{money.world.ids['周涛']}::last", ref)
    assert "11月" in money.world.phones["周涛"].last


def everything(report: Report) -> bool:
    return True


def find(money: Money, text: str, may_see: Any = everything, limit: int = 20) -> list[str]:
    found = money.world.transaction(lambda d: finding.search(d.store, text, may_see, limit))
    return [r.number for r in found.reports]


def said(money: Money, text: str) -> str:
    report = money.report("王磊")

    def work(desk: Desk) -> str:
        old = reports.get(desk.store, report)
        assert old is not None
        reports.save(desk.store, old, old._replace(text=text, version=old.version + 1))
        return old.number

    return money.world.transaction(work)


def test_words_are_found_wherever_they_stand(money):
    first = said(money, "2号浮选机 Pump-A 漏油")
    second = said(money, "皮带机护栏松动")
    assert find(money, "漏油") == [first]
    assert find(money, "pump") == [first]
    assert find(money, "护栏") == [second]
    assert find(money, "护 栏") == [second]
    assert find(money, "栏") == [second]
    assert find(money, "油") == [first]
    assert find(money, "球磨机") == [second, first]  # the place's name
    assert find(money, "护栏 漏油") == []
    assert find(money, "，。!") == []


def test_a_changed_text_is_found_by_its_new_words_only(money):
    number = said(money, "阀门漏气")
    assert find(money, "防护") == []
    assert find(money, "阀门") == [number]


def test_the_newest_come_first_and_more_is_said(money):
    numbers = [said(money, f"第{n}处护栏松动") for n in range(7)]
    assert find(money, "护栏", limit=5) == numbers[:1:-1]
    found = money.world.transaction(lambda d: finding.search(d.store, "护栏", everything, 5))
    assert found.more
    assert not found.partly


def test_pages_of_five(money):
    for n in range(7):
        said(money, f"第{n}处护栏松动")
    money.world.say("周涛", "查找 护栏")
    assert "第 1/2 页" in money.world.phones["周涛"].last
    money.world.tap("周涛", "下一页")
    assert "第 2/2 页" in money.world.phones["周涛"].last
    assert "第0处护栏松动" in money.world.phones["周涛"].last
    money.world.tap("周涛", "下一页")
    assert "第 1/2 页" in money.world.phones["周涛"].last


def test_a_withdrawn_report_is_found_by_its_reporter_alone(money):
    number = said(money, "护栏松动")
    report = money.world.transaction(lambda d: reports.by_number(d.store, number))
    money.world.tap_data("王磊", f"undo:{report.id}:{report.version}")
    after = money.world.transaction(lambda d: reports.by_number(d.store, number))
    assert after.status is Status.WITHDRAWN
    for name, finds in (("周涛", False), ("王磊", True)):
        money.world.say(name, "查找 护栏")
        assert (number in money.world.phones[name].last) is finds


class Planned(Tx):
    """Notes how every statement that looks for rows would be carried out."""

    __slots__ = ("connection", "plans")

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.connection = connection
        self.plans: dict[str, str] = {}

    def _do(self, sql: str, args: tuple[Any, ...], part: Any = None) -> sqlite3.Cursor:
        if sql.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            named = {str(i): a for i, a in enumerate(args, 1)}
            rows = self.connection.execute(f"EXPLAIN QUERY PLAN {sql}", named).fetchall()
            self.plans[sql] = "\n".join(str(r[3]) for r in rows)
        return super()._do(sql, args, part)


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite3.Connection, Plant, Any]]:
    connection, plant, made = queries.build(tmp_path_factory.mktemp("big") / "big.db", 2_000, 600)
    yield connection, plant, made
    connection.close()


def test_the_planted_books_add_up(big):
    connection, plant, _ = big
    store = Store(Tx(connection), plant.id)
    assert ledger.broken(store) is None
    assert ledger.totals(store).owed == sum(row.owed for row in ledger.owed_by_person(store))


SCAN = re.compile(r"^SCAN (report|r|c|g|ledger|l|award|a|award_share|s|report_gram|card|outbox|draft)\b")


def test_no_question_reads_a_whole_table(big):
    connection, plant, made = big
    for text, _, person in queries.questions(made):
        no_scans(queries.answer(connection, plant, person, text, queries.NOW, Planned))


def test_the_clock_reads_no_whole_table(big):
    connection, plant, _ = big
    connection.execute("BEGIN IMMEDIATE")
    tx = Planned(connection)
    noon = queries.NOW - queries.NOW % DAY + 4 * HOUR
    schedule.run(Desk(Store(tx, plant.id), plant, noon, noon))
    connection.execute("ROLLBACK")
    no_scans(tx)


def test_deciding_about_an_award_reads_no_whole_table(big):
    connection, plant, made = big
    for text in ("待办", "待审批"):
        tx = queries.answer(connection, plant, made.approver, text, queries.NOW, Planned)
        no_scans(tx)
    connection.execute("BEGIN IMMEDIATE")
    tx = Planned(connection)
    desk = Desk(Store(tx, plant.id), plant, queries.NOW, queries.NOW)
    approver = people.get(desk.store, made.approver)
    assert approver is not None
    award, _ = next(proposals.waiting(desk, approver))
    decide(desk, approver, award.id, AwardAction.APPROVE, award.version)
    connection.execute("ROLLBACK")
    no_scans(tx)


def no_scans(tx: Planned) -> None:
    assert tx.plans
    for sql, plan in tx.plans.items():
        assert not [line for line in plan.splitlines() if SCAN.search(line)], sql
