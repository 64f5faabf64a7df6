"""The frozen payout sheet of a month, the same file that finance got in the chat."""

from __future__ import annotations

from base64 import b64encode

from bot.commands.outcome import OperationFailed, Outcome
from bot.payout_book import payout_book, payout_sheet
from bot.tables import yuan
from storage import audit, batches, looks, payouts
from storage.store import Store


def export_payout(store: Store, month: int, now: int) -> Outcome:
    """The workbook and what it comes to. Raises OperationFailed if the month has no frozen sheet."""
    said = f"{month // 100}-{month % 100:02d}"
    batch = batches.of_month(store, month)
    if batch is None:
        raise OperationFailed(
            f"No batch closed {said}: it had nothing to pay, has not been closed yet, or came with a later month."
        )
    if batch.frozen_at is None:
        raise OperationFailed(f"The notice of {said} still stands: its sheet is made when the time to object is over.")
    sheet = payout_sheet(store, batch.id)
    if looks.secret_money(store, month) or batches.extent(store, batch.id).secret:
        looks.write(store, now, "payout", source="cli", month=month)
    audit.write(store, now, "payout.exported", batch.id, source="cli", month=month)
    lines = [f"{len(sheet.rows)} people, {yuan(sum(r.fen for r in sheet.rows))} yuan, {batch.state}."]
    lines += [
        f"Not on it: {r.name}, {yuan(r.fen)} yuan, without an employee number."
        for r in payouts.of_batch(store, batch.id)
        if r.fen and not r.employee_no
    ]
    return Outcome(lines, file=b64encode(payout_book(sheet)).decode())
