"""What a worker hears when a batch is paid: the amount, what was taken off and why, or that it did not work."""

from __future__ import annotations

from typing import Any

from handlers.desk import Desk
from handlers.formats import yuan
from handlers.message import Message
from handlers.months import month_text
from handlers.own_words import in_language
from handlers.report_text import text_of
from storage import batches, ledger, payouts
from storage.payouts import Payout
from woodpecker.people import Person


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The own row of a sheet in words; that it was paid is moot once it came back."""
    batch, row = batches.get(desk.store, body["batch"]), payouts.of_person(desk.store, body["batch"], person.id)
    if batch is None or row is None:
        return None
    language, month = person.language, month_text(desk, person.language, batch.month)
    if bool(body.get("returned")) != (row.returned is not None):
        return None
    if row.state == "failed":
        key = "paid.failed" if row.returned is None else "paid.returned"
        said = desk.text(language, key, month=month, amount=yuan(row.fen), words=row.words)
        return Message(said)
    key = ("paid.told" if row.items else "paid.told_before") if row.fen else "paid.nothing"
    debt = ledger.balance(desk.store, person.id)
    return Message(
        text_of(
            desk.text(language, key, month=month, amount=yuan(row.fen), items=row.items),
            *_taken(desk, language, row),
            desk.text(language, "paid.debt", amount=yuan(-debt)) if debt < 0 and not row.fen else "",
        )
    )


def _taken(desk: Desk, language: str, row: Payout) -> list[str]:
    """What earlier months brought or took: each thing taken back with its reason, or what was left of a debt."""
    lines = [
        desk.text(
            language, "paid.taken" if one["number"] else "paid.taken_other", number=one["number"],
            amount=yuan(one["fen"]), words=in_language(desk, language, one["words"]),
        )
        for one in row.taken
    ]  # fmt: skip
    rest = row.carried + sum(one["fen"] for one in row.taken)
    if rest < 0:
        lines.append(desk.text(language, "paid.old_debt", amount=yuan(-rest)))
    elif rest > 0 and row.items:
        lines.append(desk.text(language, "paid.carried", amount=yuan(rest)))
    return lines
