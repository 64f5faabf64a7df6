"""有人没到账: what a sheet paid came back days later; the money is owed again and goes into the next batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.desk import Desk
from handlers.formats import yuan
from handlers.judging import open_fresh
from handlers.money_answers import said
from handlers.months import month_text
from handlers.paying import batch_of, meant
from handlers.proposals import tell_person
from handlers.turn import Tap, Turn, say
from handlers.views import Draw, Drawing, View, view
from storage import audit, batches, cards, ledger, payouts, people
from storage.batches import Batch
from storage.payouts import Payout
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.ledger import payment_key, returned_entry
from woodpecker.words import Role


def _batch(turn: Turn, batch_id: int) -> Batch:
    return batch_of(turn, batch_id, "paid", "refused.not_paid_yet")


def ask(turn: Turn, tap: Tap) -> None:
    """有人没到账: asks who, and why."""
    batch = _batch(turn, tap.id)
    turn.ask("payout_returned", batch=batch.id)
    turn.reply("payout.ask_returned", month=month_text(turn.desk, turn.language, batch.month))


def named(turn: Turn, question: Question) -> bool:
    """The employee number or name, and why: asks once more, for it cannot be taken back."""
    text = said(turn, question)
    if not text:
        return False
    batch = _batch(turn, question.args["batch"])
    row, words = meant(turn, batch, text, "paid")
    if row is None:
        gone, _ = meant(turn, batch, text, "failed")
        before = gone is not None and gone.returned is not None
        if before:
            turn.settle()
        turn.reply("payout.returned_before" if before else "payout.returned_unclear")
        return True
    turn.settle()
    open_fresh(turn, "returned", batch.id, {"person": row.person, "words": words})
    turn.answered = True
    return True


def draw(d: Drawing) -> View:
    """Whose payment came back, how much and why, before it is noted and after."""
    if d.reader is None or not d.reader.has(Role.FINANCE):
        return view(d.text("refused.not_finance"), live=False, moot=True)
    batch, row = batches.get(d.desk.store, d.card.subject), _row(d)
    if batch is None or row is None:
        return view(d.text("refused.not_paid_yet"), live=False, moot=True)
    if row.returned is not None:
        return view(_said(d, "payout.returned_row", row, row.words), live=False)
    if d.card.args.get("done"):
        return view(d.text("payout.returned_not"), live=False)
    text = _said(d, "payout.returned_sure", row, d.card.args["words"])
    yes, no = (d.button(f"payout.{what}", f"payret{what}", batch.id) for what in ("yes", "back"))
    return view(text, [yes, no])


def _row(d: Drawing) -> Payout | None:
    return payouts.of_person(d.desk.store, d.card.subject, d.card.args["person"])


def _said(d: Drawing, key: str, row: Payout, words: str) -> str:
    return d.text(key, name=row.name, number=row.employee_no, amount=yuan(row.fen), words=words)


def _asked(turn: Turn, batch: int) -> dict[str, object]:
    """What the card that was tapped asked. Raises Refused."""
    if turn.card is None or (turn.card.kind, turn.card.subject) != ("returned", batch):
        raise Refused("refused.unknown_button")
    return turn.card.args


def no(turn: Turn, tap: Tap) -> None:
    """返回: nothing was noted."""
    _batch(turn, tap.id)
    args = _asked(turn, tap.id)
    assert turn.card is not None
    cards.set_args(turn.store, turn.card.id, {**args, "done": True})
    turn.refresh_card()


def yes(turn: Turn, tap: Tap) -> None:
    """确定: the payment is taken back, once."""
    batch, args = _batch(turn, tap.id), _asked(turn, tap.id)
    if args.get("done"):
        raise Refused("refused.unknown_button")
    row = take_back(turn.desk, batch, int(str(args["person"])), str(args["words"]), turn.me.id)
    say(turn, turn.text("payout.said_returned", name=row.name, amount=yuan(row.fen)))
    turn.refresh_card()


def take_back(desk: Desk, batch: Batch, person: int, words: str, by: int) -> Payout:
    """Enters that a row's payment came back and tells whom it concerns; returns the row. Raises Refused."""
    store = desk.store
    payment = ledger.get(store, payment_key(batch.id, person))
    if payment is None:
        raise Refused("refused.not_paid_yet")
    month = clocks.local_month(desk.now, desk.plant.zone)
    entry = returned_entry(payment, at=desk.now, month=month, by=by, words=words)
    if not ledger.append(store, [entry]):
        raise Refused("refused.returned_before")
    payouts.came_back(store, batch.id, person, entry.words, ledger.number(store, entry.key), by)
    audit.write(store, desk.now, "payout.returned", person, by, batch=batch.id, words=entry.words)
    row = payouts.of_person(store, batch.id, person)
    assert row is not None
    _tell(desk, batch, row)
    return row


def _tell(desk: Desk, batch: Batch, row: Payout) -> None:
    """The person hears why and that the money is still there; the leaders hear how much, and not whose."""
    desk.refresh(("payout", "returned", "notice"), batch.id)
    desk.push(row.person, "paid", {"batch": batch.id, "returned": True})
    for leader in people.with_role(desk.store, Role.LEADER):
        month = month_text(desk, leader.language, batch.month)
        tell_person(desk, leader.id, "payout.told_returned", month=month, amount=yuan(row.fen))


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"payret": ask, "payretyes": yes, "payretback": no}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"payout_returned": named}
CARDS: Mapping[str, Draw] = {"returned": draw}
