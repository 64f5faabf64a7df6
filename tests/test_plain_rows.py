"""A row written at once is, byte for byte, what the library writes cell by cell."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bot.plain_rows import LONG, Cell, PlainRows
from bot.workbook import OPTIONS

ROW: tuple[Cell, ...] = (
    "2611-0042",
    "3号球磨机联轴器防护罩没装 🔧",
    None,
    0.0,
    -50.05,
    45992.43888888889,
    123456789.01,
    7,
)
PLAIN = ("一行\n又一行", "a\tb", '"quoted"', "'", "x" * LONG, "=SUM(A1)", "https://example.org", "00123", "🔧" * LONG)
ODD = ("a & b", "<b>", "a > b", " first", "last ", "last\n", "\nfirst", "two\u3000", "_x0041_", "\x00", "\x1b[0m", "\r",
       "\ufffe", "\uffff", "<r>rich</r>", "🔧" * 17_000, "x" * (LONG + 1))  # fmt: skip


def written(path: Path, write: Callable[[Any, Any], None]) -> bytes:
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        sheet = book.add_worksheet("一", PlainRows)
        looks = [
            book.add_format({"border": 1, "num_format": form}) for form in ("", "0", "0.00", "", "0", "0", "", "0")
        ]
        sheet.write_string(0, 0, "title", looks[1])
        sheet.look(looks)
        write(sheet, looks)
        sheet.write_string(9, 0, "below", looks[0])
    with zipfile.ZipFile(path) as made:
        return made.read("xl/worksheets/sheet1.xml")


def one_by_one(sheet: Any, row: int, cells: Sequence[Cell], looks: Any) -> None:
    for n, cell in enumerate(cells):
        if cell is None:
            sheet.write_blank(row, n, None, looks[n])
        elif isinstance(cell, str):
            sheet.write_string(row, n, cell, looks[n])
        else:
            sheet.write_number(row, n, cell, looks[n])


@pytest.mark.parametrize("words", [*PLAIN, *ODD])
def test_it_writes_what_the_library_writes(tmp_path: Path, words: str) -> None:
    rows = [ROW, (words, *ROW[1:]), (*ROW[:-1], words), ROW]
    plain: list[bool] = []

    def at_once(sheet: Any, looks: Any) -> None:
        for n, cells in enumerate(rows, 3):
            plain.append(sheet.plain(n, cells))
            if not plain[-1]:
                one_by_one(sheet, n, cells, looks)

    def by_the_library(sheet: Any, looks: Any) -> None:
        for n, cells in enumerate(rows, 3):
            one_by_one(sheet, n, cells, looks)

    assert written(tmp_path / "a.xlsx", at_once) == written(tmp_path / "b.xlsx", by_the_library)
    assert plain == [True, words in PLAIN, words in PLAIN, True]


def test_a_row_above_another_or_beyond_the_last_is_not_written(tmp_path: Path) -> None:
    took: list[bool] = []

    def write(sheet: Any, looks: Any) -> None:
        took.extend([sheet.plain(5, ROW), sheet.plain(4, ROW), sheet.plain(1_048_576, ROW)])

    assert written(tmp_path / "a.xlsx", write).count(b"<row ") == 3
    assert took == [True, False, False]
