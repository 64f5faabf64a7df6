"""The payout sheet as a file: what stands in it, how it is sent, and that it is the same ever after."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from bot.made import makers
from bot.media import Cabinet
from bot.pictures import Pictures
from bot.platforms.base import Upload
from bot.platforms.telegram.uploads import file_of
from handlers import paying
from handlers.message import Message
from storage import audit, looks, people
from storage.database import Database
from storage.photos import Folder
from tests.commands import CONFIG, Plant
from tests.core import ready
from tests.plant_months import Months
from woodpecker.words import AwardAction, Kind

WHAT = ("ledger", "payout", "--month", "2026-11", "--out")


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Months]:
    months = Months(tmp_path)
    yield months
    months.world.close()


def frozen(plant: Months) -> int:
    """王磊 gets 50 and half of 20, 周涛 the other half and 100, 张强 has no number."""
    plant.approved("王磊")
    plant.approved("王磊", "周涛", kind=Kind.SUGGESTION)
    plant.approved("周涛", kind=Kind.VIOLATION)
    plant.approved("张强")
    plant.step(plant.brought("陈丽"), AwardAction.REFUSE)
    plant.world.transaction(lambda d: people.update(d.store, plant.people["张强"], employee_no=None))
    plant.at(2026, 12, 1)
    plant.wake()
    plant.freeze()
    batch = plant.batch(202611)
    assert batch is not None
    return batch.id


def sent(plant: Months, batch: int) -> Message:
    def work(desk) -> Message:
        found = paying.sheet(desk, plant.person(desk, "孙芳"), {"batch": batch})
        assert found is not None
        return found

    return plant.world.transaction(work)


async def test_the_sheet_is_made_when_it_is_sent_and_has_a_name(plant: Months, tmp_path: Path) -> None:
    batch = frozen(plant)
    message, book = sent(plant, batch), plant.book(batch)
    plant.world.close()
    database, pictures = await Database.open(tmp_path / "months.db"), Pictures()
    try:
        cabinet = Cabinet(Folder(tmp_path / "photos"), pictures, None, makers(database))
        said, (upload,) = await cabinet.load(ready(message), 50_000)
    finally:
        await pictures.close()
        await database.close()
    assert said == message
    assert (upload.media.name, upload.data) == ("奖励发放表 2026年11月.xlsx", book)
    assert file_of(Upload(upload.media, upload.data)).filename == "奖励发放表 2026年11月.xlsx"


def test_what_stands_in_it(plant: Months) -> None:
    page = openpyxl.load_workbook(BytesIO(plant.book(frozen(plant)))).active
    assert page is not None
    assert [*page.iter_rows(values_only=True)] == [
        ("工号", "姓名", "部门", "金额（元）", "笔数"),
        ("1001", "王磊", "磨矿车间", 60, 2),
        ("1007", "周涛", "选矿车间", 110, 2),
        ("合计", None, None, 170, 4),
    ]


def test_it_says_nothing_of_reports(plant: Months) -> None:
    with zipfile.ZipFile(BytesIO(plant.book(frozen(plant)))) as book:
        everything = b"".join(book.read(name) for name in book.namelist()).decode()
    assert "王磊" in everything
    for word in ("2611-", "防护罩", "球磨机", "违章", "张强"):
        assert word not in everything


def test_a_name_that_looks_like_a_formula_stays_a_name(plant: Months) -> None:
    plant.world.transaction(lambda d: people.update(d.store, plant.people["王磊"], name="=1+1"))
    page = openpyxl.load_workbook(BytesIO(plant.book(frozen(plant)))).active
    assert page is not None
    assert (page["B2"].value, page["B2"].data_type) == ("=1+1", "s")


def test_the_same_file_ever_after(plant: Months, tmp_path: Path) -> None:
    batch = frozen(plant)
    book = plant.book(batch)

    def changed(desk) -> None:
        people.update(desk.store, plant.people["王磊"], name="王大磊", employee_no="9001", department=None)
        people.update(desk.store, plant.people["张强"], employee_no="1004")

    plant.world.transaction(changed)
    (due,) = plant.state("due")
    plant.pay(due)
    assert plant.book(batch) == book
    plant.world.close()
    shell = Plant(tmp_path, CONFIG.replace("plant.db", "months.db"))
    lines = shell.good(*WHAT, tmp_path / "sheet.xlsx")
    assert (tmp_path / "sheet.xlsx").read_bytes() == book
    assert lines[:2] == ["2 people, 170.00 yuan, paid.", "Not on it: 张强, 50.00 yuan, without an employee number."]
    shell.database = tmp_path / "months.db"
    whys = [(look.why, look.month, look.person is None) for look in shell.ask(lambda s: looks.newest(s, 5))]
    assert whys == [("payout", 202611, True), ("payout", 202611, False)]
    assert "payout.exported" in [e.action for e in shell.ask(audit.list)]


@pytest.mark.parametrize("month, said", [("2026-11", "still stands"), ("2026-10", "No batch closed 2026-10")])
def test_there_is_no_sheet_before_the_time_to_object_is_over(plant: Months, tmp_path: Path, month, said) -> None:
    plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    plant.world.close()
    shell = Plant(tmp_path, CONFIG.replace("plant.db", "months.db"))
    found = shell.do("ledger", "payout", "--month", month, "--out", tmp_path / "sheet.xlsx")
    assert found.code == 1
    assert said in found.text
    assert not (tmp_path / "sheet.xlsx").exists()
