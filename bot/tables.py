"""Tables that people keep in spreadsheets: read from xlsx or csv, written as either."""

from __future__ import annotations

import contextlib
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

Columns = Mapping[str, Sequence[str]]
"""A column's name and what else its header may say; the first of these is the Chinese header."""

ENCODINGS = ("utf-8-sig", "gb18030")
MAX_ROWS = 100_000
TITLES = 5  # rows among which the headers are looked for: a title often stands above them
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class WrongTable(Exception):
    """The file cannot be read as this table; `problems` are sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Table(NamedTuple):
    """Rows by number as the spreadsheet counts them; only columns that stand in the file are keys."""

    rows: list[tuple[int, dict[str, str]]]
    columns: list[str]
    unused: list[str]  # headers nobody knows


def read(path: Path, columns: Columns) -> Table:
    """Reads the first sheet; titles may stand above its headers. Raises WrongTable."""
    try:
        grid = _grid(path)
    except OSError as error:
        raise WrongTable([f"{path}: {(error.strerror or 'cannot be read').lower()}."]) from None
    lines = [(n, cells) for n, cells in enumerate(grid, 1) if any(cells)]
    if not lines:
        raise WrongTable([f"{path}: the table is empty."])
    start = max(range(min(TITLES, len(lines))), key=lambda i: (_known(lines[i][1], columns), -i))
    (top, headers), *rest = lines[start:]
    if len(rest) > MAX_ROWS:
        raise WrongTable([f"{path}: more than {MAX_ROWS} rows."])
    known = [_column(header, columns) for header in headers]
    names = [name for name in known if name is not None]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongTable([f"Row {top}: the column {', '.join(twice)} is there twice."])
    if not names:
        raise WrongTable([f"Row {top}: no header is known; write {', '.join(columns)}."])
    unused = [h for h, name in zip(headers, known, strict=True) if h and name is None]
    rows = [(n, _values(known, cells)) for n, cells in rest]
    return Table([(n, values) for n, values in rows if any(values.values())], names, unused)


def _known(headers: Sequence[str], columns: Columns) -> int:
    return sum(_column(h, columns) is not None for h in headers)


def _column(header: str, columns: Columns) -> str | None:
    wanted = header.strip().casefold().replace(" ", "_")
    for name, others in columns.items():
        if wanted == name or wanted in (other.casefold() for other in others):
            return name
    return None


def _values(names: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    padded = [*cells, *[""] * (len(names) - len(cells))]
    return {name: padded[i] for i, name in enumerate(names) if name is not None}


def _grid(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    if data.startswith(b"PK"):
        return _sheet(data, path)
    if path.suffix.lower() in {".xls", ".et"} or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise WrongTable([f"{path}: is an old workbook; save it as xlsx or csv."])
    text = _decoded(data, path)
    first = text.split("\n", 1)[0]
    mark = max(",\t;", key=first.count)
    if "\0" in text:
        raise WrongTable([f"{path}: is not a text file; save it as CSV UTF-8 or xlsx."])
    return [[_plain(cell) for cell in line] for line in csv.reader(io.StringIO(text, ""), delimiter=mark)]


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_DANGEROUS) else text


def _decoded(data: bytes, path: Path) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongTable([f"{path}: is neither UTF-8 nor GB18030 text; save it as CSV UTF-8 or xlsx."])


def _sheet(data: bytes, path: Path) -> list[list[str]]:
    import openpyxl

    try:
        with warnings.catch_warnings():  # of extensions that only matter for editing
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            with contextlib.closing(book):
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # some writers state a wrong size
                return [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise WrongTable([f"{path}: is not a workbook that can be read ({error})."]) from None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def write(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Any]], money: int | None = None) -> None:
    """Writes xlsx or csv (UTF-8 with mark, so that Excel reads it) by the file's name.

    From the column `money` on the rows hold fen, which are written as yuan. Raises WrongTable.
    """
    suffix = path.suffix.lower()
    if suffix not in {".xlsx", ".csv"}:
        raise WrongTable([f"{path}: write a file name that ends in .xlsx or .csv."])
    part = path.with_name(path.name + ".part")
    try:
        if suffix == ".xlsx":
            _write_sheet(part, headers, rows, money)
        else:
            _write_csv(part, headers, rows, money)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WrongTable([f"{path}: {(error.strerror or 'cannot be written').lower()}."]) from None


def _write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Any]], money: int | None) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(headers)
        first = len(headers) if money is None else money
        out.writerows([*(_safe(c) for c in row[:first]), *(yuan(c) for c in row[first:])] for row in rows)


def yuan(fen: int) -> str:
    """An amount as "1234.50"; never rounded."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _safe(cell: Any) -> Any:
    # A spreadsheet would run a text that begins like a formula; `read` takes the mark away again.
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def _write_sheet(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Any]], money: int | None) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, bold)
    for n, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if money is not None and column >= money:
                sheet.write_number(n, column, cell / 100, amount)
            elif isinstance(cell, int | float):
                sheet.write_number(n, column, cell)
            elif cell not in (None, ""):
                sheet.write_string(n, column, str(cell))
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(None, "cannot be written") from error
