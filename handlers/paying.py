"""The payout sheet at finance's: the file, what could not be paid, 标记已发放, and everybody hears of the own money."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from handlers.desk import Desk
from handlers.formats import yuan
from handlers.judging import open_fresh
from handlers.message import Media, MediaKind, Message
from handlers.money_answers import said
from handlers.months import month_text
from handlers.proposals import tell_person
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn, say
from handlers.views import Draw, Drawing, View, view
from storage import audit, batches, cards, debts, jobs, ledger, looks, payouts, people
from storage.batches import Batch
from storage.payouts import NO_NUMBER, Payout
from storage.questions import Question
from woodpecker import clocks
from woodpecker.clocks import local
from woodpecker.errors import Refused
from woodpecker.ledger import payment_entry
from woodpecker.people import Person
from woodpecker.words import Role

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = 10  # names on the card


def clerks(desk: Desk) -> list[int]:
    """Everybody in finance who has joined."""
    found = [p.id for p in people.with_role(desk.store, Role.FINANCE)]
    return sorted(people.joined(desk.store, found))


def offer(desk: Desk, batch: Batch) -> None:
    """Sends the sheet and its card to finance; if nobody is there, admins and leaders hear so."""
    found = clerks(desk)
    hidden = looks.secret_money(desk.store, batch.month) or batches.extent(desk.store, batch.id).secret > 0
    for clerk in found:
        if hidden:
            looks.write(desk.store, desk.now, "payout", person=clerk, month=batch.month)
        desk.push(clerk, "sheet", {"batch": batch.id})
        desk.open_card(clerk, "payout", batch.id)
    if not found:
        nobody(desk)


def nobody(desk: Desk) -> None:
    """Admins and leaders hear once a day that nobody of finance is there."""
    if jobs.claim(desk.store, "nobody_pays", clocks.local_day(desk.now, desk.plant.zone).isoformat(), desk.now):
        for person in people.with_role(desk.store, Role.ADMIN, Role.LEADER):
            tell_person(desk, person.id, "payout.nobody")


def sheet(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The workbook, for whoever is in finance when it is sent."""
    batch = batches.get(desk.store, body["batch"])
    return _file(desk, person, batch) if batch is not None and person.has(Role.FINANCE) else None


def _file(desk: Desk, person: Person, batch: Batch) -> Message:
    month = month_text(desk, person.language, batch.month)
    name = desk.text(desk.plant.language, "payout.file", month=month_text(desk, desk.plant.language, batch.month))
    make = json.dumps({"what": "payout", "enterprise": desk.store.enterprise, "batch": batch.id})
    media = Media(MediaKind.FILE, "", name=f"{name}.xlsx", mime=WORKBOOK, make=make)
    return Message(desk.text(person.language, "payout.sheet", month=month), media=(media,))


def waiting(desk: Desk, person: Person) -> list[int]:
    """For finance: the sheets that are not paid yet."""
    return [b.id for b in batches.in_state(desk.store, "due")] if person.has(Role.FINANCE) else []


def batch_of(turn: Turn, batch_id: int, state: str = "due", otherwise: str = "refused.payout_done") -> Batch:
    """A batch in that state, for somebody in finance. Raises Refused: `otherwise` if it is in another."""
    if not turn.me.has(Role.FINANCE):
        raise Refused("refused.not_finance")
    batch = batches.get(turn.store, batch_id)
    if batch is None or batch.state != state:
        raise Refused(otherwise)
    return batch


def draw(d: Drawing) -> View:
    """The sheet's card: how much for how many, who is not on it, what to do."""
    batch = batches.get(d.desk.store, d.card.subject)
    if batch is None or d.reader is None or not d.reader.has(Role.FINANCE):
        return view(d.text("refused.not_finance"), live=False, moot=True)
    if superseded(d):
        return view(d.text("card.below"), live=False)
    rows = payouts.of_batch(d.desk.store, batch.id)
    sure = d.card.args.get("step") == "sure" and batch.state == "due"
    text = text_of(_head(d, batch, rows), *_left_out(d, batch, rows), _do(d, batch, rows, sure=sure))
    return _view(d, batch, rows, text, sure=sure)


def _head(d: Drawing, batch: Batch, rows: list[Payout]) -> str:
    paying = [r for r in rows if r.state != "failed" and r.fen]
    return d.text(
        "payout.head", month=month_text(d.desk, d.language, batch.month), people=len(paying),
        amount=yuan(sum(r.fen for r in paying)),
    )  # fmt: skip


def _left_out(d: Drawing, batch: Batch, rows: list[Payout]) -> list[str]:
    nameless = [r for r in rows if r.state == "failed" and r.words == NO_NUMBER]
    failed = [r for r in rows if r.state == "failed" and r.words != NO_NUMBER]
    objected = batches.extent(d.desk.store, batch.id).objected
    owing = debts.of_leavers(d.desk.store)
    return [
        d.text("payout.no_number", names=_names(d, nameless)) if nameless else "",
        *(_failed_row(d, r) for r in failed[:NAMES]),
        d.text("payout.objected", count=objected) if objected else "",
        d.text("payout.debts", count=len(owing)) if owing and batch.state == "due" else "",
    ]  # fmt: skip


def _failed_row(d: Drawing, row: Payout) -> str:
    key = "payout.failed_row" if row.returned is None else "payout.returned_row"
    return d.text(key, name=row.name, number=row.employee_no, amount=yuan(row.fen), words=row.words)


def _names(d: Drawing, rows: list[Payout]) -> str:
    listed = d.text("word.comma").join(f"{r.name} {yuan(r.fen)}" for r in rows[:NAMES])
    return listed + (" …" if len(rows) > NAMES else "")


def _do(d: Drawing, batch: Batch, rows: list[Payout], *, sure: bool) -> str:
    if batch.state == "due":
        return d.text("payout.sure" if sure else "payout.do")
    who, day = d.desk.person(batch.paid_by), f"{local(batch.paid_at or 0, d.desk.plant.zone):%m-%d}"
    return d.text("payout.paid", who=who.name if who else d.text("word.clock"), day=day)


def _view(d: Drawing, batch: Batch, rows: list[Payout], text: str, *, sure: bool) -> View:
    if batch.state != "due":
        arrives = any(r.state == "paid" and r.fen for r in rows)
        back = [d.button("payout.came_back", "payret", batch.id), d.button("payout.again", "payfile", batch.id)]
        return view(text, back if arrives else (), live=arrives, moot=not d.card.args.get("asked"))
    if sure:
        return view(text, [d.button("payout.yes", "payyes", batch.id), d.button("payout.back", "payback", batch.id)])
    buttons = [
        d.button("payout.mark", "pay", batch.id),
        d.button("payout.some_failed", "payno", batch.id),
        d.button("payout.again", "payfile", batch.id),
    ]
    if any(r.state == "failed" and r.words != NO_NUMBER for r in rows):
        buttons.append(d.button("payout.none_failed", "payall", batch.id))
    return view(text, buttons)


def ask_sure(turn: Turn, tap: Tap) -> None:
    """标记已发放: asks once more, for it cannot be taken back."""
    _step(turn, batch_of(turn, tap.id), "sure")


def back(turn: Turn, tap: Tap) -> None:
    """返回: nothing was marked."""
    _step(turn, batch_of(turn, tap.id), "")


def _step(turn: Turn, batch: Batch, step: str) -> None:
    card = turn.card
    if card is None or (card.kind, card.subject) != ("payout", batch.id):
        open_fresh(turn, "payout", batch.id, {"step": step})
        return
    cards.set_args(turn.store, card.id, {**card.args, "step": step})
    turn.refresh_card()


def paid(turn: Turn, tap: Tap) -> None:
    """确定: the batch is paid, but for the rows that failed."""
    batch = batch_of(turn, tap.id)
    people, fen = settle(turn.desk, batch, turn.me.id)
    turn.settle()
    turn.desk.refresh(("todo",), turn.me.id)
    say(turn, turn.text("payout.said_paid", people=people, amount=yuan(fen)))
    turn.refresh_card()


def settle(desk: Desk, batch: Batch, by: int | None) -> tuple[int, int]:
    """Enters the payments of every row that is due, and tells everybody; returns how many people and fen.

    `by` None: there was nothing to pay. Raises Refused if somebody was faster.
    """
    rows = payouts.pay(desk.store, batch.id, by, desk.now)
    if rows is None:
        raise Refused("refused.payout_done")
    month = clocks.local_month(desk.now, desk.plant.zone)
    paying = [row for row in rows if row.fen]
    if by is not None:
        entries = (payment_entry(r.person, r.fen, at=desk.now, month=month, batch=batch.id, by=by) for r in paying)
        ledger.append(desk.store, entries)
    fen = sum(r.fen for r in paying)
    audit.write(desk.store, desk.now, "batch.paid", batch.id, person=by, people=len(paying), fen=fen)
    desk.refresh(("payout", "notice"), batch.id)
    for row in payouts.of_batch(desk.store, batch.id):
        if row.state == "failed" and row.words == NO_NUMBER:
            tell_person(desk, row.person, "award.no_number")
        else:
            desk.push(row.person, "paid", {"batch": batch.id})
    return len(paying), fen


def ask_failed(turn: Turn, tap: Tap) -> None:
    """有人没发成: asks who, and why."""
    batch = batch_of(turn, tap.id)
    turn.ask("payout_failed", batch=batch.id)
    turn.reply("payout.ask_failed")


def failed(turn: Turn, question: Question) -> bool:
    """The employee number or name, and why; what is neither is asked for again."""
    text = said(turn, question)
    if not text:
        return False
    batch = batch_of(turn, question.args["batch"])
    row, words = meant(turn, batch, text, "due")
    if row is None:
        turn.reply("payout.failed_unclear")
        return True
    payouts.mark_failed(turn.store, batch.id, row.person, words)
    audit.write(turn.store, turn.desk.now, "payout.failed", row.person, turn.me.id, batch=batch.id, words=words)
    turn.settle()
    turn.desk.refresh(("payout",), batch.id)
    turn.reply("payout.said_failed", name=row.name, amount=yuan(row.fen))
    return True


def meant(turn: Turn, batch: Batch, text: str, state: str) -> tuple[Payout | None, str]:
    """The row in this state that an employee number or a name means, and the words behind; None if it is unclear."""
    who, _, words = text.replace("，", " ").replace(",", " ").partition(" ")
    rows = [r for r in payouts.of_batch(turn.store, batch.id) if r.state == state and r.fen]
    found = [r for r in rows if who in (r.employee_no, r.name)]
    return (found[0] if len(found) == 1 and words.strip() else None), words.strip()


def none_failed(turn: Turn, tap: Tap) -> None:
    """全都能发: what was marked as failed is due again."""
    batch = batch_of(turn, tap.id)
    if payouts.unmark_failed(turn.store, batch.id):
        audit.write(turn.store, turn.desk.now, "payout.due_again", batch.id, turn.me.id)
    turn.desk.refresh(("payout",), batch.id)
    turn.refresh_card()


def file_again(turn: Turn, tap: Tap) -> None:
    """发放表: the same file once more."""
    batch = batches.get(turn.store, tap.id)
    if batch is None or not turn.me.has(Role.FINANCE):
        raise Refused("refused.not_finance")
    turn.send(_file(turn.desk, turn.me, batch))


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "pay": ask_sure,
    "payback": back,
    "payyes": paid,
    "payno": ask_failed,
    "payall": none_failed,
    "payfile": file_again,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"payout_failed": failed}
CARDS: Mapping[str, Draw] = {"payout": draw}
