"""Writes one workbook row by row in bounded memory; what people wrote stays text, whatever it looks like."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from PIL import Image
from xlsxwriter.format import Format

from bot.plain_rows import Cell, PlainRows

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST = 32_000  # characters of a cell; Excel takes 32,767
FONT, HEAD, LINE = "等线", "#17324D", "#BFC8D1"
PHOTO_HIGH, PHOTO_WIDE = 92, 118  # pixels that a photo gets
_FORMATS = {"money": "#,##0.00", "day": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "count": "0"}
A3, A4 = 8, 9
_FIRST = date(1899, 12, 30)  # Excel's day 0


@cache
def _day(value: str) -> int:
    return (date.fromisoformat(value) - _FIRST).days


def _serial(value: str) -> float:
    """A local day or minute as Excel counts it: days since the end of 1899, minutes as parts of one."""
    day = _day(value[:10])
    return day + (int(value[11:13]) * 60 + int(value[14:16])) / 1440 if len(value) > 10 else day


def cell(value: Any, kind: str) -> Cell:
    """What stands in a cell; photos are put there apart."""
    if value is None or value == "" or kind == "photos":
        return None
    if kind == "text":
        return str(value)[:LONGEST]
    if kind == "money":
        return float(value / 100)
    return float(value) if kind == "count" else _serial(value)


class Book:
    """A workbook at `path`; photos stand in its cells, or `apart` only their names, with `photos` in that zip."""

    def __init__(
        self, path: Path, sheets: Sequence[dict[str, Any]], photos: Path | None = None, *, apart: bool = False
    ) -> None:
        self._book = xlsxwriter.Workbook(str(path), OPTIONS)
        self._apart = apart or photos is not None
        self._zip = zipfile.ZipFile(photos, "w", zipfile.ZIP_STORED) if photos else None
        self._formats = {kind: self._format(kind) for kind in ("text", "photos", *_FORMATS)}
        self._sheets = [_Sheet(self, spec) for spec in sheets]
        self._open = 0  # a sheet is written before the next one begins

    def _format(self, kind: str, **more: Any) -> Format:
        look = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "border": 1, "border_color": LINE}
        if kind in _FORMATS:
            look["num_format"] = _FORMATS[kind]
            if kind in ("day", "time"):
                look["align"] = "center"
        else:
            look["text_wrap"] = True
        return self._book.add_format(look | more)

    def rows(self, sheet: int, rows: Sequence[Sequence[Any]]) -> None:
        """Adds rows to a sheet."""
        for row in rows:
            self._sheets[sheet].add(row)

    def close(self) -> None:
        """Writes the sums and everything else to disk."""
        for sheet in self._sheets:
            sheet.end()
        self._book.close()
        if self._zip:
            self._zip.close()


class _Sheet:
    """One sheet: a title and a note, headings that stay when it is scrolled, rows, sums."""

    def __init__(self, book: Book, spec: dict[str, Any]) -> None:
        self._spec, self._book = spec, book
        self._columns = spec["columns"]
        self._sheet: PlainRows = book._book.add_worksheet(spec["name"][:31], PlainRows)
        self._kinds = [column["kind"] for column in self._columns]
        self._pictured = [n for n, kind in enumerate(self._kinds) if kind == "photos"]
        self._sums = [0] * len(self._columns)
        self._count = 0
        self._top = self._row = 3
        self._begin()

    def _begin(self) -> None:
        sheet, last = self._sheet, len(self._columns) - 1
        sheet.look([self._book._formats[kind] for kind in self._kinds])
        for n, column in enumerate(self._columns):
            sheet.set_column(n, n, column["width"])
        title = self._book._book.add_format({"font_name": FONT, "font_size": 16, "bold": True, "valign": "vcenter"})
        note = self._book._book.add_format({"font_name": FONT, "font_size": 10, "font_color": "#64717F"})
        head = self._book._format("text", bold=True, font_color="white", bg_color=HEAD, align="center")
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, self._spec["title"], title)
        sheet.write_string(1, 0, self._spec["note"], note)
        sheet.set_row(2, 30)
        for n, column in enumerate(self._columns):
            sheet.write_string(2, n, column["heading"], head)
        sheet.freeze_panes(self._top, 1)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(A3 if last > 12 else A4)
        sheet.fit_to_pages(2 if last > 20 else 1, 0)  # side by side, the first column on both
        sheet.repeat_columns(0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer("&C&P / &N")

    def add(self, row: Sequence[Any]) -> None:
        """One row; its photos first say how high it is."""
        pictured = any(row[n] for n in self._pictured)
        if pictured and not self._book._apart:
            self._sheet.set_row_pixels(self._row, PHOTO_HIGH + 8)
        cells = [cell(value, kind) for value, kind in zip(row, self._kinds, strict=True)]
        if pictured or not self._sheet.plain(self._row, cells):
            for n, value in enumerate(cells):
                self._write(n, value, row)
        for n, kind in enumerate(self._kinds):
            if kind in ("money", "count"):
                self._sums[n] += row[n] or 0
        self._row += 1
        self._count += 1

    def _write(self, n: int, value: Cell, row: Sequence[Any]) -> None:
        look = self._book._formats[self._kinds[n]]
        if self._kinds[n] == "photos" and row[n]:
            self._photos(n, row[n], row, look)
        elif value is None:
            self._sheet.write_blank(self._row, n, None, look)
        elif isinstance(value, str):
            self._sheet.write_string(self._row, n, value, look)
        else:
            self._sheet.write_number(self._row, n, value, look)

    def _photos(self, n: int, photos: Sequence[str], row: Sequence[Any], look: Format) -> None:
        """The first photo in the cell; or the names of all of them, and they themselves into the zip."""
        if not self._book._apart:
            self._sheet.write_blank(self._row, n, None, look)
            self._picture(n, photos[0])
            return
        side = "ab"[sum(c["kind"] == "photos" for c in self._columns[:n]) % 2]
        stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in str(row[self._spec["stem"] or 0]))
        names = [f"{stem}{side}{i}{Path(photo).suffix}" for i, photo in enumerate(photos, 1)]
        for photo, name in zip(photos, names, strict=True):
            if self._book._zip is not None:
                self._book._zip.write(photo, name)
        self._sheet.write_string(self._row, n, "\n".join(names), look)

    def _picture(self, n: int, photo: str) -> None:
        with Image.open(photo, formats=("JPEG",)) as image:
            wide, high = image.size
        scale = min(PHOTO_WIDE / wide, PHOTO_HIGH / high)
        place = {"x_scale": scale, "y_scale": scale, "x_offset": 4, "y_offset": 4, "object_position": 1}
        self._sheet.insert_image(self._row, n, photo, place)

    def end(self) -> None:
        """The sums below the rows, and the line to sign on."""
        bold = {"bold": True, "bg_color": "#EEF1F4"}
        if self._spec["total"]:
            text = self._spec["total"].replace("{n}", str(self._count))
            self._sheet.write_string(self._row, 0, text, self._book._format("text", **bold))
            for n, column in enumerate(self._columns[1:], 1):
                kind = column["kind"]
                if kind in ("money", "count"):
                    total = self._sums[n] / 100 if kind == "money" else self._sums[n]
                    self._sheet.write_number(self._row, n, total, self._book._format(kind, **bold))
                else:
                    self._sheet.write_blank(self._row, n, None, self._book._format("text", **bold))
        if self._count:
            self._sheet.autofilter(2, 0, self._row - 1, len(self._columns) - 1)
        if self._spec["signed"]:
            plain = self._book._book.add_format({"font_name": FONT, "font_size": 11})
            self._sheet.write_string(self._row + 2, 0, self._spec["signed"], plain)
