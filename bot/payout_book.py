"""The payout sheet as a workbook: employee number, name, department, amount, items; nothing about reports."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import NamedTuple

from storage import batches, enterprises, payouts
from storage.batches import Batch
from storage.payouts import Payout
from storage.store import Store

HEADERS = {
    "zh": ("工号", "姓名", "部门", "金额（元）", "笔数", "合计"),
    "en": ("Employee no.", "Name", "Department", "Amount (yuan)", "Items", "Total"),
}
WIDTHS = (12, 14, 22, 14, 8)


class Sheet(NamedTuple):
    """All that stands in the workbook; frozen with the batch, so that it is the same whenever it is written."""

    batch: Batch
    rows: tuple[Payout, ...]
    language: str


def payout_sheet(store: Store, batch_id: int) -> Sheet:
    """A batch's sheet as it was frozen: everybody who can be paid, by employee number. Raises KeyError."""
    batch = batches.get(store, batch_id)
    if batch is None or batch.frozen_at is None:
        raise KeyError(batch_id)
    rows = tuple(r for r in payouts.of_batch(store, batch_id) if r.fen and r.employee_no)
    plant = next(e for e in enterprises.all(store.tx) if e.id == store.enterprise)
    return Sheet(batch, rows, "zh" if plant.language == "zh" else "en")


def payout_book(sheet: Sheet) -> bytes:
    """The workbook's bytes, the same for the same sheet."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    at = datetime.fromtimestamp((sheet.batch.frozen_at or 0) / 1000, UTC).replace(tzinfo=None)
    book.set_properties({"created": at, "author": ""})
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    total = book.add_format({"num_format": "0.00", "bold": True})
    page = book.add_worksheet(f"{sheet.batch.month // 100}-{sheet.batch.month % 100:02d}")
    page.freeze_panes(1, 0)
    *headers, sum_of = HEADERS[sheet.language]
    for column, (header, width) in enumerate(zip(headers, WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, header, bold)
    for n, row in enumerate(sheet.rows, 1):
        for column, text in enumerate((row.employee_no, row.name, row.department)):
            page.write_string(n, column, text)
        page.write_number(n, 3, row.fen / 100, amount)
        page.write_number(n, 4, row.items)
    last = len(sheet.rows) + 1
    page.write_string(last, 0, sum_of, bold)
    page.write_number(last, 3, sum(r.fen for r in sheet.rows) / 100, total)
    page.write_number(last, 4, sum(r.items for r in sheet.rows), bold)
    book.close()
    return target.getvalue()
