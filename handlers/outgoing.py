"""From a row of the outbox to what is shown: drawn from the state at sending, dropped if moot."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from handlers import accusing
from handlers.desk import Desk
from handlers.message import Message, fingerprint, from_body
from handlers.pushes import put
from handlers.tables import CARDS
from handlers.texts import LANGUAGES, texts
from handlers.views import Drawing
from storage import cards, outbox, whereabouts
from storage.outbox import Outgoing

WAITED = 60_000  # ms after which a message asks anew where its person last wrote


class Ready(NamedTuple):
    """A message to be sent now, or with `ref` an edit of the message that shows a card."""

    row: int
    enterprise: int
    platform: str
    chat: str
    message: Message
    ref: str
    card: int | None
    attempts: int
    created_at: int
    burn: bool = False  # nothing of it stays once it is sent
    person: int | None = None  # whom it is for, None a group or somebody who has not joined


def draw(desk: Desk, row: Outgoing) -> Ready | None:
    """The row made ready; None if it is moot (ended here) or has to wait for the morning."""
    if row.quiet and (until := desk.awake(row.person)):  # the machine was off, or a network was
        outbox.postpone(desk.store.tx, row.id, until)
        return None
    row = _where_last_written(desk, row)
    if row.card is not None:
        return _card(desk, row, row.card)
    if row.push:
        message = put(desk, row)
        if message is None:
            _drop(desk, row, "moot")
            return None
        return _ready(row, message)
    return _ready(row, from_body(row.body), row.ref)


def _where_last_written(desk: Desk, row: Outgoing) -> Outgoing:
    """The row, turned to the person's other platform if the person has written there since."""
    waited = desk.real_now - row.created_at >= WAITED
    if row.person is None or row.op != "send" or not (row.push or row.card) or not waited:
        return row
    account = desk.account_of(row.person)
    if account is None or (account.platform, account.chat) == (row.platform, row.chat):
        return row
    whereabouts.readdress(desk.store, row.id, account.platform, account.chat)
    return row._replace(platform=account.platform, chat=account.chat, shows=None)


def _ready(row: Outgoing, message: Message, ref: str = "") -> Ready:
    at, chat = row.created_at, row.chat
    made = (row.id, row.enterprise, row.platform, chat, message, ref, row.card, row.attempts, at, row.burn)
    return Ready(*made, row.person)


def _drop(desk: Desk, row: Outgoing, reason: str) -> None:
    outbox.end(desk.store.tx, row.id, "dropped", reason, desk.real_now)


def _card(desk: Desk, row: Outgoing, card_id: int) -> Ready | None:
    card = row.shows or cards.get(desk.store, card_id)
    if card is None:
        _drop(desk, row, "no card")
        return None
    edit = row.op == "edit"
    if edit and not card.ref:
        _drop(desk, row, "never sent")
        return None
    drawing = Drawing(desk, card, desk.person_at(card.person, card.platform))
    view = accusing.kept_from(drawing) or CARDS[card.kind](drawing)
    shown = fingerprint(view.message)
    if (view.moot and not edit and not row.attempts) or (edit and shown == card.shown and not row.attempts):
        if view.moot and not edit:
            cards.retire(desk.store, card_id)
        _drop(desk, row, "moot")
        return None
    labels = {b.label: b.data for r in view.message.buttons for b in r}
    cards.drawn(desk.store, card, shown, labels, view.live)
    below = view.message.text.endswith(_below())
    spent = drawing.text("card.moved" if labels or below else "card.idle" if view.live else "card.done")
    message = view.message._replace(spent=spent, moot=below, submit=drawing.text("card.pick"))
    return _ready(row, message, card.ref if edit else "")


@cache
def _below() -> tuple[str, ...]:
    """The sentences that only point to another card, in every language."""
    every = [pair for language in LANGUAGES for pair in texts(language).items()]
    return tuple(said for key, said in every if key.endswith(".below") and "{" not in said)
