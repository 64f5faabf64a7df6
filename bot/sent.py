"""That something was sent, noted with the next commit: all that was sent since the last one as one note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.outgoing import Ready
from storage import cards, sending, unseen
from storage.database import Tx
from storage.store import Store

Mark = Callable[[Tx], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """A row of the outbox that the platform took; it knows the message by `ref`."""

    ready: Ready
    ref: str
    clock: Callable[[], int]

    @property
    def moves(self) -> bool:
        """Whether another message shows the card now, or none: to be known before the card is drawn again."""
        return self.ready.ref not in ("", self.ref)

    def __call__(self, tx: Tx) -> None:
        """Notes it."""
        _note(tx, [self])


def together(marks: Sequence[Mark]) -> list[Mark]:
    """The same marks, with all that was sent as a single one."""
    sent = [mark for mark in marks if isinstance(mark, Sent)]
    if len(sent) < 2:
        return list(marks)
    return [lambda tx: _note(tx, sent), *(mark for mark in marks if not isinstance(mark, Sent))]


def _note(tx: Tx, sent: Sequence[Sent]) -> None:
    kept = [one for one in sent if not one.ready.burn]
    for one in sent:
        if one.ready.burn:
            unseen.burn(tx, one.ready.row)
    if kept:
        sending.sent(tx, {one.ready.row: one.ref for one in kept}, kept[-1].clock())
    for one in kept:
        if one.ready.card is not None and not one.ref:
            cards.not_shown(Store(tx, one.ready.enterprise), one.ready.card)
        elif one.ready.card is not None and one.ready.ref and one.ref != one.ready.ref:
            cards.moved(Store(tx, one.ready.enterprise), one.ready.card, one.ready.ref, one.ref)
        elif one.ready.card is not None and not one.ready.ref:
            cards.set_ref(Store(tx, one.ready.enterprise), one.ready.card, one.ref)
