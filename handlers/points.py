"""兑换: one's own points, what they can be spent on, and the two taps that spend them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import spending
from handlers.cause_text import called
from handlers.formats import yuan
from handlers.judging import open_fresh
from handlers.message import Button
from handlers.money_answers import said
from handlers.own_words import in_language
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import awards, cards, causes, points
from storage.questions import Question
from woodpecker.clocks import local
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.points import PointEntry, may_exchange, price_of
from woodpecker.words import Handing, PointKind

AT_ONCE = 4  # things on one card, so that it has no more than six buttons
LINES = 5


def show(turn: Turn, tap: Tap) -> None:
    """兑换 on the card of one's rewards."""
    _own(turn, tap)
    open_fresh(turn, "points", turn.me.id)


def _own(turn: Turn, tap: Tap) -> None:
    if tap.id != turn.me.id:
        raise Refused("refused.unknown_button")


def _goes(turn: Turn, args: dict[str, Any]) -> None:
    if turn.card is not None and turn.card.kind == "points":
        cards.set_args(turn.store, turn.card.id, args)
        turn.refresh_card()


def page(turn: Turn, tap: Tap) -> None:
    """Back to the list, or on to the things that follow."""
    _own(turn, tap)
    turn.settle()
    _goes(turn, {"from": int(tap.arg or 0)} if tap.arg.isascii() and tap.arg.isdigit() else {})


def choose(turn: Turn, tap: Tap) -> None:
    """A thing of the list: asks once more."""
    _own(turn, tap)
    price_of(turn.desk.plant.programme, tap.arg)
    _goes(turn, {"item": tap.arg})


def sure(turn: Turn, tap: Tap) -> None:
    """确认兑换."""
    _own(turn, tap)
    price, _, item = tap.arg.partition(":")
    wanted = spending.redeem(turn.desk, turn.me, item, int(price) if price.isdigit() else 0, tap.version or 0)
    _goes(turn, {})
    turn.open_card("redeemed", wanted.id)


def ask(turn: Turn, tap: Tap) -> None:
    """换奖金: asks how many points."""
    _own(turn, tap)
    turn.ask("points_sum", card=turn.card.id if turn.card else None)
    _goes(turn, {"yuan": True})


def everything(turn: Turn, tap: Tap) -> None:
    """全部换."""
    _own(turn, tap)
    _exchange(turn, points.balance(turn.store, turn.me.id), tap.version or 0)


def sum_given(turn: Turn, question: Question) -> bool:
    """How many points are to become yuan."""
    words = said(turn, question).removesuffix("分").strip()
    if not words:
        return False
    if not (words.isascii() and words.isdigit() and len(words) <= 9):
        turn.reply("refused.points_unclear")
        return True
    number, card = points.spendings(turn.store, turn.me.id), question.args.get("card")
    _exchange(turn, int(words), number)
    if card is not None:
        cards.set_args(turn.store, card, {})
    return True


def _exchange(turn: Turn, count: int, number: int) -> None:
    fen = spending.exchange(turn.desk, turn.me, count, number)
    turn.settle()
    turn.desk.refresh(("points", "rewards"), turn.me.id)
    _goes(turn, {})
    left = points.balance(turn.store, turn.me.id)
    turn.reply("points.said_exchanged", points=count, amount=yuan(fen), left=left)


def give_up(turn: Turn, tap: Tap) -> None:
    """不换了: the points come back as long as nothing was handed out."""
    found = spending.give_up(turn.desk, turn.me, tap.id)
    turn.toast = turn.text("points.said_back", points=found.points)


def draw(d: Drawing) -> View:
    """The balance and what it can be spent on, or the question that was asked last."""
    reader = d.reader
    if reader is None or reader.id != d.card.subject:
        return view(d.text("refused.unknown_button"), live=False)
    if superseded(d):
        return view(d.text("points.below"), live=False, moot=True)
    balance = points.balance(d.desk.store, reader.id)
    item = str(d.card.args.get("item", ""))
    price = dict(d.desk.plant.programme.points.items).get(item, 0)
    if item and 0 < price <= balance:
        return _asks(d, reader, item, price, balance)
    if d.card.args.get("yuan") and balance > 0:
        return _asks_sum(d, reader, balance)
    return _list(d, reader, balance)


def _asks(d: Drawing, reader: Person, item: str, price: int, balance: int) -> View:
    number = points.spendings(d.desk.store, reader.id)
    text = d.text("points.sure", item=item, points=price, left=balance - price)
    yes = d.button("points.yes", "ptyes", reader.id, number, f"{price}:{item}")
    return view(text, [yes, d.button("button.back", "ptpage", reader.id)])


def _asks_sum(d: Drawing, reader: Person, balance: int) -> View:
    worth = d.desk.plant.programme.points.fen_per_point
    text = d.text("points.ask_sum", balance=balance, worth=yuan(worth), amount=yuan(balance * worth))
    number = points.spendings(d.desk.store, reader.id)
    whole = d.button("points.whole", "ptall", reader.id, number)
    return view(text, [whole, d.button("button.back", "ptpage", reader.id)])


def _list(d: Drawing, reader: Person, balance: int) -> View:
    programme, start = d.desk.plant.programme, int(d.card.args.get("from", 0))
    items = programme.points.items
    exchanges = may_exchange(programme) and spending.may_exchange(d.desk, reader)
    text = text_of(
        d.text("points.title", balance=balance),
        d.text("rewards.points_owed", points=-balance) if balance < 0 else "",
        d.text("points.worth", worth=yuan(programme.points.fen_per_point)) if exchanges else "",
        *(d.text("points.item", item=name, points=price) for name, price in items),
        *_entries(d, reader),
    )
    shown = [(n, p) for n, p in items[start : start + AT_ONCE] if p <= balance]
    buttons = [Button(name, tap_data("ptitem", reader.id, None, name)) for name, _ in shown]
    if exchanges and balance > 0:
        buttons.append(d.button("points.for_yuan", "ptyuan", reader.id))
    if len(items) > AT_ONCE:
        after = start + AT_ONCE if start + AT_ONCE < len(items) else 0
        buttons.append(d.button("button.more", "ptpage", reader.id, None, str(after)))
    return view(text, buttons)


def _entries(d: Drawing, reader: Person) -> list[str]:
    entries = points.of_person(d.desk.store, reader.id, LINES)
    return [d.text("rewards.latest"), *(_line(d, e) for e in entries)] if entries else []


def _line(d: Drawing, entry: PointEntry) -> str:
    kept = awards.get(d.desk.store, entry.award) if entry.award else None
    cause = causes.of(d.desk.store, kept.award) if kept else None
    key = entry.kind.value
    if entry.kind is PointKind.REVERSAL and entry.item:
        key = "returned"
    elif cause is None and entry.kind is PointKind.EARNED:
        key = "claimed"
    return d.text(
        f"points.{key}",
        day=f"{local(entry.at, d.desk.plant.zone):%m-%d}",
        number=called(d, cause) if cause else "",
        points=f"{entry.points:+d}",
        item=entry.item,
        words=in_language(d.desk, d.language, entry.words),
    )


def draw_redeemed(d: Drawing) -> View:
    """A thing that was redeemed, as its owner sees it."""
    found = points.redemption(d.desk.store, d.card.subject)
    if found is None or d.reader is None or d.reader.id != found.person:
        return view(d.text("refused.no_redemption"), live=False)
    words = in_language(d.desk, d.language, found.words)
    text = d.text(f"points.now_{found.state.value}", item=found.item, points=found.points, words=words)
    waits = found.state is Handing.OPEN
    return view(text, [d.button("points.give_up", "ptback", found.id)] if waits else [], live=waits)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "pt": show,
    "ptpage": page,
    "ptitem": choose,
    "ptyes": sure,
    "ptyuan": ask,
    "ptall": everything,
    "ptback": give_up,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"points_sum": sum_given}
CARDS: Mapping[str, Draw] = {"points": draw, "redeemed": draw_redeemed}
