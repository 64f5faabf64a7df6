"""What must hold after a day with power cuts: nothing lost, nothing doubled, nothing half-done."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from bot.settings import Settings
from handlers.message import Button, Message, fingerprint
from storage import history, ledger
from storage.database import Tx
from storage.photos import Folder
from storage.store import Store


@dataclass(frozen=True)
class Sent:
    """What people sent: how many deliveries and photos, and the mark of every sentence."""

    deliveries: int
    photos: int
    marks: Sequence[str]


def check(settings: Settings, sent: Sent, log: str, seen: dict[str, Any] | None) -> None:
    """Raises AssertionError for anything lost, doubled or half-done; `seen` is what the fake Telegram tells."""
    with closing(sqlite3.connect(settings.database)) as connection:
        tx = Tx(connection)
        assert "Traceback" not in log, log[log.index("Traceback") - 300 :][:3000]
        _check_inbox(tx, sent)
        _check_effects(tx, sent)
        _check_reports(Store(tx, 1))
        _check_money(Store(tx, 1))
        _check_photos(tx, sent, Folder(settings.photos))
        _check_outbox(tx, seen)


def _check_inbox(tx: Tx, sent: Sent) -> None:
    states = {r["state"]: r["n"] for r in tx.all("SELECT state, count(*) AS n FROM inbox GROUP BY state")}
    assert states == {"done": sent.deliveries}, (states, sent.deliveries)


def _check_effects(tx: Tx, sent: Sent) -> None:
    said = "\n".join(f"{r['text']} {r['place_text']}" for r in tx.all("SELECT text, place_text FROM draft"))
    wrong = {mark: said.count(mark) for mark in sent.marks if said.count(mark) != 1}
    assert not wrong, wrong


def _check_reports(store: Store) -> None:
    tx = store.tx
    numbers = sorted(r["number"] for r in tx.all("SELECT number FROM report"))
    count = tx.value("SELECT coalesce(sum(n), 0) FROM report_counter")
    months = {r["month"]: r["n"] for r in tx.all("SELECT month, n FROM report_counter")}
    dense = [f"{month % 10000}-{n:04d}" for month in sorted(months) for n in range(1, months[month] + 1)]
    assert numbers == dense, (count, numbers)
    submitted = tx.value("SELECT count(*) FROM draft WHERE purpose = 'report' AND state = 'submitted'")
    assert submitted == len(numbers), (submitted, len(numbers))
    for row in tx.all("SELECT id FROM report"):
        assert history.broken(store, row["id"]) is None
    assert (
        tx.all("SELECT 1 FROM history WHERE action IN ('submit', 'admit') GROUP BY report, action HAVING count(*) > 1")
        == []
    )


def _check_money(store: Store) -> None:
    tx = store.tx
    assert ledger.broken(store) is None
    admitted = tx.value("SELECT count(*) FROM history WHERE action = 'admit'")
    assert tx.value("SELECT count(*) FROM award") == admitted
    assert tx.all("SELECT 1 FROM award GROUP BY report HAVING count(*) > 1") == []
    paid = [tuple(r) for r in tx.all("SELECT award, sum(fen), count(*) FROM ledger GROUP BY award ORDER BY award")]  # type: ignore[arg-type]
    approved = tx.all("SELECT id, fen FROM award WHERE status = 'approved' ORDER BY id")
    assert paid == [(r["id"], r["fen"], 1) for r in approved]


def _check_photos(tx: Tx, sent: Sent, folder: Folder) -> None:
    rows = tx.all("SELECT sha, thumb FROM evidence")
    assert len(rows) == sent.photos, (len(rows), sent.photos)
    for row in rows:
        assert folder.get(row["sha"])
        assert folder.get(row["thumb"])
    assert tx.all("SELECT sha FROM evidence GROUP BY sha HAVING count(*) > 1") == []


def _check_outbox(tx: Tx, seen: dict[str, Any] | None) -> None:
    rows = tx.all("SELECT id, chat, op, state, error, ref, lease_until FROM outbox")
    assert {r["state"] for r in rows} <= {"sent", "dropped"}, [tuple(r) for r in rows if r["state"] == "failed"]  # type: ignore[arg-type]
    sent = {r["id"] for r in rows if r["state"] == "sent"}
    for row in rows:
        if row["state"] == "dropped" and row["error"].startswith("in "):
            assert int(row["error"][3:]) in sent
    shown = _shown(tx, seen)
    missing = [
        (r["id"], r["chat"], r["ref"]) for r in rows if r["state"] == "sent" and (r["chat"], r["ref"]) not in shown
    ]
    assert not missing, missing
    for card in tx.all("SELECT id, chat, ref, shown FROM card WHERE ref <> ''"):
        # What stands on the phone is what was drawn last.
        assert fingerprint(shown[card["chat"], card["ref"]]) == card["shown"], card["id"]


Shown = dict[tuple[str, str], Message]


def _shown(tx: Tx, seen: dict[str, Any] | None) -> Shown:
    """What stands on all phones, by chat and message."""
    if seen is None:
        rows = tx.all("SELECT id, chat, text, buttons FROM sandbox_message WHERE author = ''")
        return {
            (r["chat"], str(r["id"])): Message(
                r["text"], tuple(tuple(Button(**b) for b in line) for line in json.loads(r["buttons"]))
            )
            for r in rows
        }
    bad = [c for c in seen["calls"] if c["status"] >= 400 and not _harmless(c)]
    assert not bad, bad[:3]
    return {
        (chat, str(m["message_id"])): Message(m.get("text", m.get("caption", "")), _keyboard(m))
        for chat, messages in seen["messages"].items()
        for m in messages
    }


def _keyboard(message: dict[str, Any]) -> tuple[tuple[Button, ...], ...]:
    lines = message.get("reply_markup", {}).get("inline_keyboard", [])
    return tuple(tuple(Button(key["text"], key["callback_data"]) for key in line) for line in lines)


def _harmless(call: dict[str, Any]) -> bool:
    """A poll of the dead meets that of the living; an answered tap is answered again; an edit was there already."""
    edited = call["method"] == "editMessageText" and "message is not modified" in call["description"]
    return edited or call["method"] in {"getUpdates", "answerCallbackQuery"}
