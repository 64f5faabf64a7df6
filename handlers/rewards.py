"""奖励: what one has earned, what waits, what was paid; one's own, told to nobody else."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import purse
from handlers.cause_text import said
from handlers.formats import day_text, yuan
from handlers.message import Button
from handlers.own_words import in_language
from handlers.report_text import text_of
from handlers.turn import Turn
from handlers.views import Draw, Drawing, View, view
from storage import awards, boards, causes, ledger, points, unpaid
from storage.ledger import Sums
from woodpecker import clocks
from woodpecker.causes import Cause
from woodpecker.clocks import local
from woodpecker.ledger import CLAIMED, EXCHANGED, Entry
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.rewards import earning_of
from woodpecker.words import Earning, EntryKind

LINES = 8
_KEYS = {CLAIMED: "rewards.claimed", EXCHANGED: "rewards.exchanged"}


def show(turn: Turn, payload: str) -> None:
    """Answers the command."""
    turn.open_card("rewards", turn.me.id)


def draw(d: Drawing) -> View:
    """One's own money in five sums and the newest entries, as it stands now."""
    reader = d.reader
    if reader is None or reader.id != d.card.subject:
        return view(d.text("refused.no_award"), live=False)
    everything = ledger.sums(d.desk.store, reader.id)
    text = text_of(
        d.text("rewards.title"),
        "" if _no_money(d, reader) and everything == Sums() else _sums(d, reader, everything),
        _in_batches(d, reader),
        d.text("rewards.debt", amount=yuan(-everything.owed)) if everything.owed < 0 else "",
        *_points(d, reader),
        *_notes(d, reader),
        *_entries(d, reader),
    )
    decided = awards.of_person(d.desk.store, reader.id, 1)
    buttons = [d.button("button.why", "why", 0)] if decided else []
    return view(text, [*buttons, *_exchange(d, reader)])


def _points(d: Drawing, reader: Person) -> list[str]:
    """How many points there are, where there are any or they can be earned."""
    balance = points.balance(d.desk.store, reader.id)
    earns = purse.in_use(d.desk) and earning_of(d.desk.plant.programme, reader.roles) is not Earning.NONE
    if not earns and not balance:
        return []
    month = points.earned(d.desk.store, reader.id, clocks.local_month(d.desk.now, d.desk.plant.zone))
    line = d.text("rewards.points", balance=balance, month=month, awaiting=points.awaiting(d.desk.store, reader.id))
    return [line, d.text("rewards.points_owed", points=-balance)] if balance < 0 else [line]


def _exchange(d: Drawing, reader: Person) -> list[Button]:
    spent = points.of_person(d.desk.store, reader.id, 1)
    return [d.button("points.open", "pt", reader.id)] if spent else []


def _sums(d: Drawing, reader: Person, everything: Sums) -> str:
    month = clocks.local_month(d.desk.now, d.desk.plant.zone)
    return d.text(
        "rewards.sums",
        month=yuan(ledger.sums(d.desk.store, reader.id, month).earned),
        earned=yuan(everything.earned),
        awaiting=yuan(awards.awaiting(d.desk.store, reader.id)),
        owed=yuan(max(0, everything.owed)),
        paid=yuan(-everything.paid),
    )


def _in_batches(d: Drawing, reader: Person) -> str:
    """How far the money is that was approved: said once some of it stands in a notice or beyond."""
    found = unpaid.standing(d.desk.store, reader.id)
    until = day_text(found.until, d.desk.plant.zone) if found.until else ""
    parts = {"noticed": found.noticed, "due": found.due, "objected": found.objected, "failed": found.failed}
    if not any(parts.values()):
        return ""
    parts = {"next": found.approved} | parts
    said = [d.text(f"rewards.in_{what}", amount=yuan(fen), until=until) for what, fen in parts.items() if fen]
    return d.text("rewards.in_batches", parts=d.text("word.dot").join(said))


def _notes(d: Drawing, reader: Person) -> list[str]:
    earning = earning_of(d.desk.plant.programme, reader.roles)
    if earning is not Earning.FULL:
        counted = "rewards.points_only" if purse.in_use(d.desk) else "rewards.counted_only"
        key = counted if earning is Earning.POINTS else "rewards.no_part"
        return [_items(d, reader), d.text(key)]
    return [_cap(d, reader), d.text("award.no_number") if reader.employee_no is None else ""]


def _items(d: Drawing, reader: Person) -> str:
    """What counts in reports where it does not in money."""
    month = clocks.local_month(d.desk.now, d.desk.plant.zone)
    counted = boards.items(d.desk.store, reader.id, month, month)
    return d.text("rewards.items", month=counted, all=boards.items(d.desk.store, reader.id, 0, month))


def _cap(d: Drawing, reader: Person) -> str:
    cap = d.desk.plant.programme.caps.person_month
    if cap is None:
        return ""
    had = purse.had(d.desk, reader.id, clocks.local_month(d.desk.now, d.desk.plant.zone), None)
    return d.text("rewards.cap", cap=yuan(cap), left=yuan(max(0, cap - had.month)))


def _no_money(d: Drawing, reader: Person) -> bool:
    programme = d.desk.plant.programme
    return programme.reward == "points" or earning_of(programme, reader.roles) is not Earning.FULL


def _entries(d: Drawing, reader: Person) -> list[str]:
    entries = ledger.of_person(d.desk.store, reader.id, LINES)
    if not entries:
        return [] if _no_money(d, reader) else [d.text("rewards.none")]
    return [d.text("rewards.latest"), *(_line(d, e) for e in entries)]


def _line(d: Drawing, entry: Entry) -> str:
    kept = awards.get(d.desk.store, entry.award) if entry.award else None
    cause = causes.of(d.desk.store, kept.award) if kept else None
    sign = "+" if entry.fen > 0 else ""
    returned = entry.kind is EntryKind.PAYMENT and entry.reverses
    return d.text(
        _KEYS.get(entry.rule, "rewards.returned" if returned else f"rewards.{entry.kind}"),
        day=f"{local(entry.at, d.desk.plant.zone):%m-%d}",
        number=cause.number if cause else "",
        rule=_rule(d, entry, cause),
        amount=f"{sign}{yuan(entry.fen)}",
        words=in_language(d.desk, d.language, entry.words),
    )


def _rule(d: Drawing, entry: Entry, cause: Cause | None) -> str:
    """Which rate it was: a hazard's level, the kind of report or of activity, the quarter of an honour."""
    if cause is not None and not isinstance(cause, Report):
        return said(d.desk, d.language, cause)
    if entry.kind not in {EntryKind.AWARD, EntryKind.REVERSAL} or not entry.rule.startswith("rate."):
        return ""
    name, *more = entry.rule.removeprefix("rate.").split(".")
    section = "level" if name in {"C", "B", "A", "major"} else "kind"
    rate = d.text(f"{section}.{name}")
    return d.text("rewards.outside_duty", rate=rate) if more else rate


CARDS: Mapping[str, Draw] = {"rewards": draw}
