"""`woodpecker summary` and the plant's own table of a month."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image

from bot.commands.summary import summary
from bot.form import fill, names
from bot.papers import NotMade, ask, child
from handlers import monthly_form
from tests.admitted import admitted
from tests.bookshelf import source
from tests.commands import CONFIG, Plant
from tests.plant_months import Months
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "w.db")
    yield made
    made.close()


def template(path: Path) -> Path:
    """A plant's own table: a title, a form with marks, a named cell, colours and widths."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "一月一张表"
    sheet["A1"] = "{{企业名称}} {{年}}年{{月}}月安全生产情况"
    sheet["A1"].font = Font(name="宋体", size=18, bold=True)
    sheet.merge_cells("A1:D1")
    sheet["A3"], sheet["B3"] = "隐患排查数", "{{ 一般隐患 }}"
    sheet["B3"].fill = PatternFill("solid", fgColor="FFEE00")
    sheet["A4"], sheet["B4"] = "奖励金额", "{{awarded}}"
    sheet["B4"].number_format = "#,##0.00"
    sheet["A5"], sheet["B5"] = "事故起数", "{{事故起数}}"
    sheet["A6"] = "上报"
    sheet.column_dimensions["A"].width = 33
    book.defined_names["上报"] = DefinedName("上报", attr_text="一月一张表!$B$6")
    book.save(path)
    return path


def test_a_plants_own_table_is_filled_and_keeps_its_looks(world: World, tmp_path: Path) -> None:
    admitted(world, "王磊", "B")
    world.tap("赵敏", "批准", "2611-0001")
    values = world.transaction(lambda desk: monthly_form.values(desk, 202611))
    fill(template(tmp_path / "t.xlsx"), values, tmp_path / "filled.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "filled.xlsx")["一月一张表"]
    assert sheet["A1"].value == "北山矿业 2026年11月安全生产情况"
    assert (sheet["A1"].font.size, sheet["A1"].font.bold) == (18, True)
    assert [sheet[f"B{n}"].value for n in range(3, 7)] == [1, 50, "{{事故起数}}", 1]
    assert sheet["B3"].fill.fgColor.rgb == "00FFEE00"
    assert sheet["B4"].number_format == "#,##0.00"
    assert sheet.column_dimensions["A"].width == 33
    assert "A1:D1" in [str(area) for area in sheet.merged_cells.ranges]


def test_what_the_table_asks_for_and_nobody_knows_is_said(world: World, tmp_path: Path) -> None:
    asked = tuple(names(template(tmp_path / "t.xlsx")))
    assert asked == ("企业名称", "年", "月", "一般隐患", "awarded", "事故起数")
    world.plant = replace(world.plant, form=asked)
    world.say("李静", "月报")
    sent = world.tap("李静", "一月一张表")[-1].message
    assert sent.text == "一月一张表-2026年11月.xlsx\n表里这些名字没有数可填：事故起数"
    assert json.loads(sent.media[0].make)["values"]["上报"] == 0


def test_a_name_like_a_formula_stays_text(tmp_path: Path) -> None:
    fill(template(tmp_path / "t.xlsx"), {"awarded": "=1+1"}, tmp_path / "filled.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "filled.xlsx")["一月一张表"]["B4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


async def test_the_child_fills_it_too_and_says_if_it_cannot(tmp_path: Path) -> None:
    writer = child(tmp_path)
    target = tmp_path / "filled.xlsx"
    path = str(template(tmp_path / "t.xlsx"))
    await ask(writer, "form", path=path, values={"年": 2026}, target=str(target))
    assert "2026年" in str(openpyxl.load_workbook(target)["一月一张表"]["A1"].value)
    with pytest.raises(NotMade, match="FileNotFoundError"):
        await ask(writer, "form", path=str(tmp_path / "none.xlsx"), values={}, target=str(target))
    await writer.close()


def test_the_command_writes_picture_and_workbooks(tmp_path: Path) -> None:
    template(tmp_path / "t.xlsx")
    plant = Plant(tmp_path, CONFIG + 'monthly_template = "t.xlsx"\n')
    out = tmp_path / "out"
    lines = plant.good("summary", "--month", "2026-12", "--out", out)
    assert lines[0] == "📊 示例厂月报 · 2026年12月"
    made = sorted(path.name for path in out.iterdir())
    assert made == sorted(
        [f"{name}-202612.xlsx" for name in ("form", "hazards", "public", "repeats", "rewards")]
        + ["statistics-202610-202612.xlsx", "statistics-202601-202612.xlsx", "summary-202612.png"]
    )
    assert Image.open(io.BytesIO((out / "summary-202612.png").read_bytes()), formats=("PNG",)).width == 1080
    assert openpyxl.load_workbook(out / "hazards-202612.xlsx")["隐患"]["A1"].value.startswith("隐患排查治理台账")


def test_a_wrong_month_or_template_is_named(tmp_path: Path) -> None:
    said = Plant(tmp_path).do("summary", "--month", "11", "--out", tmp_path / "out")
    assert said.code == 1
    assert "write it as 2026-11" in said.text
    said = Plant(tmp_path, CONFIG + 'monthly_template = "none.xlsx"\n').do("check")
    assert "monthly_template" in said.text
    assert said.code == 1


def test_the_page_about_the_table_knows_every_name(world: World) -> None:
    page = (Path(__file__).parent.parent / "docs" / "monthly-form.md").read_text(encoding="utf-8")
    cells = [
        re.split(r",\s*", cell.strip())
        for row in page.splitlines()
        if row.startswith("| ")
        for cell in row.split("|")[1:3]
    ]
    told = {name for cell in cells for name in cell} - {"名字", "name"}
    assert told == set(world.transaction(lambda desk: monthly_form.values(desk, 202611)))


def test_a_frozen_payout_sheet_lies_with_the_rest(tmp_path: Path) -> None:
    plant = Months(tmp_path)
    plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    plant.freeze()
    (batch,) = plant.state("due")
    asyncio.run(_summed(plant.world, tmp_path / "out"))
    assert (tmp_path / "out" / "payout-202611.xlsx").read_bytes() == plant.book(batch.id)
    plant.world.close()


async def _summed(world: World, out: Path) -> None:
    await summary(source(world, out), {}, out / "cache", "2026-11", out)
