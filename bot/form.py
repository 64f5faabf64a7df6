"""Fills a plant's own workbook: named cells and {{placeholders}}; everything else stays as the plant has drawn it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

_MARK = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def names(path: Path) -> list[str]:
    """What a table asks for by {{name}}, in the order of its cells. Raises OSError, ValueError for no workbook."""
    found = (name for cell in _cells(_opened(path)) for name in _MARK.findall(str(cell.value)))
    return list(dict.fromkeys(found))


def fill(path: Path, values: Mapping[str, Any], target: Path) -> None:
    """Writes the table with its names filled in; a name that is not known stays as it stands there."""
    book = _opened(path)
    for cell in _cells(book):
        text = str(cell.value)
        alone = _MARK.fullmatch(text.strip())
        if alone and alone[1] in values:
            _put(cell, values[alone[1]])
        else:
            _put(cell, _MARK.sub(lambda mark: str(values.get(mark[1], mark[0])), text))
    for name, defined in book.defined_names.items():
        if name in values:
            for sheet, place in defined.destinations:
                _put(book[sheet][place.replace("$", "")], values[name])
    book.save(target)


def _opened(path: Path) -> Workbook:
    try:
        return openpyxl.load_workbook(path)
    except OSError:
        raise
    except Exception as error:  # a broken file may raise anything
        raise ValueError(f"{path} is not an .xlsx workbook") from error


def _cells(book: Workbook) -> Iterator[Cell]:
    """Cells with a placeholder."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and isinstance(cell.value, str) and _MARK.search(cell.value):
                    yield cell


def _put(cell: Any, value: Any) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
