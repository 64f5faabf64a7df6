"""奖励: what one has earned, what waits, what was paid; one's own, told to nobody else."""

from __future__ import annotations

from handlers.formats import at, yuan
from handlers.message import Message
from handlers.report_text import text_of
from handlers.turn import Turn
from storage import awards, ledger, reports
from storage.ledger import Sums
from woodpecker import clocks
from woodpecker.ledger import Entry
from woodpecker.rewards import earning_of
from woodpecker.words import Earning, EntryKind

LINES = 8


def show(turn: Turn, payload: str) -> None:
    """One's own money in five sums and the newest entries."""
    everything = ledger.sums(turn.store, turn.me.id)
    text = text_of(
        turn.text("rewards.title"),
        "" if _excluded(turn) and everything == Sums() else _sums(turn, everything),
        turn.text("rewards.debt", amount=yuan(-everything.owed)) if everything.owed < 0 else "",
        *_notes(turn),
        *_entries(turn),
    )
    turn.send(Message(text))


def _sums(turn: Turn, everything: Sums) -> str:
    month = clocks.local_month(turn.desk.now, turn.desk.plant.zone)
    return turn.text(
        "rewards.sums",
        month=yuan(ledger.sums(turn.store, turn.me.id, month).earned),
        earned=yuan(everything.earned),
        awaiting=yuan(awards.awaiting(turn.store, turn.me.id)),
        owed=yuan(max(0, everything.owed)),
        paid=yuan(-everything.paid),
    )


def _notes(turn: Turn) -> list[str]:
    notes = []
    if _excluded(turn):
        notes.append(turn.text("rewards.counted_only"))
    elif turn.me.employee_no is None:
        notes.append(turn.text("award.no_number"))
    return notes


def _excluded(turn: Turn) -> bool:
    return earning_of(turn.desk.plant.programme, turn.me.roles) is not Earning.FULL


def _entries(turn: Turn) -> list[str]:
    entries = ledger.of_person(turn.store, turn.me.id, LINES)
    if not entries:
        return [] if _excluded(turn) else [turn.text("rewards.none")]
    return [turn.text("rewards.latest"), *(_line(turn, e) for e in entries)]


def _line(turn: Turn, entry: Entry) -> str:
    report = reports.get(turn.store, entry.report) if entry.report else None
    sign = "+" if entry.fen > 0 else ""
    return turn.text(
        f"rewards.{entry.kind}",
        day=f"{at(entry.at, turn.desk.plant.zone):%m-%d}",
        number=report.number if report else "",
        rule=_rule(turn, entry),
        amount=f"{sign}{yuan(entry.fen)}",
        words=entry.words,
    )


def _rule(turn: Turn, entry: Entry) -> str:
    """Which rate it was: a hazard's level or the kind of report."""
    if entry.kind not in {EntryKind.AWARD, EntryKind.REVERSAL} or not entry.rule.startswith("rate."):
        return ""
    name, *more = entry.rule.removeprefix("rate.").split(".")
    section = "level" if name in {"C", "B", "A", "major"} else "kind"
    rate = turn.text(f"{section}.{name}")
    return turn.text("rewards.outside_duty", rate=rate) if more else rate
