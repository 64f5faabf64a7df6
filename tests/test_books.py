"""The workbooks of a month: every number agrees with picture and lines, and nobody reads more than he may."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers import books, hazard_book
from handlers import summaries as month
from handlers.desk import Desk
from storage import people, reward_ledger
from tests.admitted import admitted
from tests.bookshelf import made, order, sums, table, with_photos
from tests.test_summaries import fixed
from tests.world import DAY, World
from woodpecker.summaries import percent
from woodpecker.words import Role

LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "w.db")
    yield made
    made.close()


def busy(world: World) -> None:
    """A month with everything: fixed, late, rejected, waiting, secret, shared, awarded."""
    for name, grade, *joint in (
        ("王磊", "B"), ("王磊", "C", "张强"), ("周涛", "A"), ("王磊", "suggestion"), ("周涛", "violation"),
    ):  # fmt: skip
        admitted(world, name, grade, *joint)
    for number in ("2611-0001", "2611-0002", "2611-0004", "2611-0005"):
        world.tap("赵敏", "批准", number)
    fixed(world, "2611-0001")
    world.tap("李静", "验收通过", "2611-0001")
    world.say("王磊", "1号浮选机走道板松动")
    world.tap("王磊", "提交")
    world.say("王磊", "1号浮选机爬梯少一级")
    world.tap("王磊", "提交")
    world.tap("李静", "驳回", "2611-0007")
    world.tap("李静", "描述不清")
    world.advance(6 * DAY)
    fixed(world, "2611-0002")


async def test_every_number_of_picture_and_lines_is_found_in_the_workbooks(world: World, tmp_path: Path) -> None:
    busy(world)
    found = world.transaction(lambda desk: month.of(desk, 202611))
    book = await made(world, tmp_path, "hazards", "刘洋")
    rows = [row for sheet in book for row in table(sheet)]
    admitted_rows = [row for row in rows if str(row["核实结论"]).startswith("受理")]
    done = [row for row in admitted_rows if row["完成时间"]]
    late = [r for r in admitted_rows if r["期限"] and (r["完成时间"] or LATER).date() > r["期限"].date()]
    counts = found.counts
    assert len(rows) == counts.reported == 7
    assert len(admitted_rows) == counts.admitted == 5
    assert len(done) == counts.fixed == 4
    assert len(late) == counts.late == 2
    assert len(done) - len([r for r in late if r["完成时间"]]) == counts.on_time == 3
    assert sum(bool(row["销号"]) for row in admitted_rows) == counts.closed == 3
    awarded = sum(row["奖励金额（元）"] or 0 for row in rows)
    assert round(awarded * 100) == found.money.fen == 190_00
    assert round(sum(sums(sheet)["奖励金额（元）"] for sheet in book) * 100) == found.money.fen


async def test_the_reward_ledger_is_the_ledger(world: World, tmp_path: Path) -> None:
    busy(world)
    found = world.transaction(lambda desk: month.of(desk, 202611)).money
    (sheet,) = await made(world, tmp_path, "rewards", "孙芳")
    rows = table(sheet)
    assert len(rows) == found.person_times == 5
    assert round(sums(sheet)["奖励金额（元）"] * 100) == found.fen
    assert [r["奖励对象"] for r in rows] == ["王磊", "王磊", "张强", "王磊", "保密"]  # a violation's reporter
    assert rows[4]["工号"] is None
    assert rows[0]["审批人"] == "赵敏"
    assert rows[0]["奖励依据"] == "B级"


async def test_what_people_wrote_is_never_a_formula(world: World, tmp_path: Path) -> None:
    evil = ('=HYPERLINK("http://x.example","点我")', "+1+1", "@SUM(A1)", "http://x.example/a", "00123")
    change = "UPDATE report SET text = $2, interim = $2, place_text = $2 WHERE enterprise = $1 AND id = $3"
    for n, words in enumerate(("=A1\x0b" + "长" * 40_000, *evil), 1):
        admitted(world, "王磊", "B")
        world.transaction(lambda desk, n=n, words=words: desk.store.run(change, words, n))  # type: ignore[misc]
    sheet = (await made(world, tmp_path, "hazards", "李静"))["隐患"]
    written = [row["隐患描述"] for row in table(sheet)]
    assert written[1:] == list(evil)
    assert [row["部位"] for row in table(sheet)][1:] == list(evil)
    assert written[0].startswith("=A1")
    assert all(cell.data_type != "f" and not cell.hyperlink for row in sheet.iter_rows() for cell in row)


async def test_what_nobody_has_filled_stays_blank(world: World, tmp_path: Path) -> None:
    world.say("王磊", "1号浮选机走道板松动")
    world.tap("王磊", "提交")
    (row,) = table((await made(world, tmp_path, "hazards", "李静"))["隐患"])
    filled = {name for name, value in row.items() if value is not None}
    assert filled == {"编号", "发现时间", "上报时间", "部位", "单位", "隐患描述", "上报人"}


async def test_the_public_copy_names_nobody_who_reported(world: World, tmp_path: Path) -> None:
    busy(world)
    world.transaction(lambda desk: people.update(desk.store, world.ids["张强"], show_name=True))
    (sheet,) = await made(world, tmp_path, "public", "李静")
    rows = table(sheet)
    assert [r["编号"] for r in rows] == ["2611-0001", "2611-0002", "2611-0003"]
    assert [r["奖励对象"] for r in rows] == ["王*", "王*、张强", None]
    assert "上报人" not in rows[0]


async def test_a_hidden_name_stays_hidden_from_all_and_the_owner_reads_none(world: World, tmp_path: Path) -> None:
    busy(world)
    world.transaction(
        lambda desk: desk.store.run("UPDATE report SET naming = 'hidden' WHERE enterprise = $1 AND id = 2")
    )
    everybody = table((await made(world, tmp_path, "hazards", "李静"))["隐患"])
    assert everybody[0]["上报人"] == "王磊"
    assert everybody[1]["上报人"].startswith("上报人-")
    assert everybody[1]["奖励对象"] == everybody[1]["上报人"]
    world.transaction(lambda desk: people.set_roles(desk.store, world.ids["张强"], Role.OFFICER))
    owner = table((await made(world, tmp_path, "hazards", "张强"))["隐患"])
    assert owner[0]["上报人"] is None  # he fixes it
    assert owner[0]["奖励对象"] is None


async def test_whom_a_violation_is_about_does_not_find_it(world: World, tmp_path: Path) -> None:
    busy(world)
    world.transaction(lambda desk: desk.store.run("UPDATE report SET accused = $2 WHERE enterprise = $1 AND id = 5",
                                                  world.ids["吴桐"]))  # fmt: skip
    assert len(table((await made(world, tmp_path, "hazards", "吴桐"))["其他上报"])) == 1
    assert len(table((await made(world, tmp_path, "hazards", "李静"))["其他上报"])) == 2


async def test_an_officer_of_some_departments_reads_of_these(world: World, tmp_path: Path) -> None:
    busy(world)

    def limited(desk: Desk) -> None:
        mill = desk.store.value("SELECT id FROM department WHERE enterprise = $1 AND name = '选矿车间'")
        desk.store.run("UPDATE person_role SET department = $3 WHERE enterprise = $1 AND person = $2",
                       world.ids["吴桐"], mill)  # fmt: skip

    world.transaction(limited)
    sheet = (await made(world, tmp_path, "hazards", "吴桐"))["隐患"]
    assert {row["单位"] for row in table(sheet)} <= {"选矿车间"}
    assert "选矿车间" in sheet["A2"].value


async def test_photos_stand_in_the_cells(world: World, tmp_path: Path) -> None:
    world.photo("王磊", "1号浮选机走道板松动", count=2)
    world.tap("王磊", "提交")
    with_photos(world, tmp_path)
    sheet = (await made(world, tmp_path, "hazards", "李静"))["隐患"]
    (picture,) = sheet._images  # type: ignore[attr-defined]
    assert (picture.anchor._from.row, picture.anchor._from.col) == (3, 6)


async def test_beyond_so_many_rows_photos_lie_in_a_zip(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "EMBEDDED", 0)
    world.photo("王磊", "1号浮选机走道板松动", count=2)
    world.tap("王磊", "提交")
    with_photos(world, tmp_path)
    sheet = (await made(world, tmp_path, "hazards", "李静"))["隐患"]
    names = zipfile.ZipFile(tmp_path / "hazards.zip").namelist()
    assert names == ["2611-0001a1.jpg", "2611-0001a2.jpg"]
    assert table(sheet)[0]["整改前照片"] == "\n".join(names)


async def test_many_rows_come_page_by_page(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(world)
    whole = [table(sheet) for sheet in await made(world, tmp_path, "hazards", "李静")]
    for rows in (1, 2):
        monkeypatch.setattr(hazard_book, "ROWS", rows)
        monkeypatch.setattr(reward_ledger, "PAGE", rows)
        assert [table(sheet) for sheet in await made(world, tmp_path, "hazards", "李静")] == whole
        assert len(table((await made(world, tmp_path, "rewards", "孙芳")).active)) == 5


async def test_the_figures_of_a_quarter_are_those_of_its_months(world: World, tmp_path: Path) -> None:
    busy(world)
    found = world.transaction(lambda desk: month.of(desk, 202611))
    book = await made(world, tmp_path, "statistics", "刘洋", first=202610, last=202612)
    months = table(book["按月"])
    assert [m["月份"] for m in months[:3]] == ["2026-10", "2026-11", "2026-12"]
    november = months[1]
    assert november["上报"] == found.counts.reported
    assert november["逾期"] == found.counts.late
    assert round(november["奖励金额（元）"] * 100) == found.money.fen
    assert sums(book["按月"])["受理"] == found.counts.admitted
    levels = {row["等级"]: row for row in table(book["按等级"]) if row["排查出"] is not None}
    assert [levels[level]["排查出"] for level in ("重大", "A级", "B级", "C级")] == [0, 1, 1, 1]
    assert levels["C级"]["整改率"] == f"{percent(1, 1)}%"
    assert any("单位负责人" in str(row[0].value) for row in book["按月"].iter_rows())


def test_each_gets_the_books_of_the_own_office(world: World) -> None:
    busy(world)
    files = world.say("李静", "月报")[-1].message
    assert [b.label for row in files.buttons for b in row] == ["隐患台账", "公示版台账", "重复隐患", "上月"]
    (sent,) = [s.message for s in world.tap("李静", "隐患台账") if s.message.media]
    assert sent.media[0].name == "隐患排查治理台账-2026年11月.xlsx"
    world.tap_data("李静", "bk:202611::rewards")
    assert "只给负责人和安全员" in world.phones["李静"].last
    world.tap_data("周涛", "bk:202611::hazards")
    assert not any(s.message.media for s in world.phones["周涛"].shown)
    world.tap_data("刘洋", "bk:202613::hazards")
    assert not any(s.message.media for s in world.phones["刘洋"].shown)


def test_whoever_is_no_officer_any_more_gets_no_book(world: World) -> None:
    asked = order(world, "hazards", "李静")
    assert world.transaction(lambda desk: books.may_have(desk, asked))
    world.transaction(lambda desk: desk.store.run("DELETE FROM person_role WHERE enterprise = $1 AND role = 'officer'"))
    assert not world.transaction(lambda desk: books.may_have(desk, asked))
    assert not world.transaction(lambda desk: books.may_have(desk, order(world, "hazards", "周涛")))


def test_every_book_has_its_words(world: World) -> None:
    for language in ("zh", "en"):
        for name, offered in books.BOOKS.items():
            wanted = order(world, name)
            wanted = type(wanted)(name, wanted.enterprise, 202611, 202611, None, language)
            sheets = world.transaction(lambda desk, o=offered, w=wanted: o.book.sheets(desk, w))
            assert all(column.heading for sheet in sheets for column in sheet.columns)
