"""核销: what a leaver owes is let go of, by somebody of finance or a leader, with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.desk import Desk
from handlers.formats import yuan
from handlers.money_answers import with_words
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import audit, debts, ledger
from storage.debts import Debt
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.ledger import write_off_entry
from woodpecker.people import Person
from woodpecker.words import Role

ALL = 1_000_000  # entries of one person: all there are


def may(person: Person) -> bool:
    """Whether somebody may let go of a leaver's debt."""
    return person.has(Role.FINANCE) or person.has(Role.LEADER)


def waiting(desk: Desk, person: Person) -> list[int]:
    """Leavers with a debt, for whoever may let go of it."""
    return [d.person for d in debts.of_leavers(desk.store) if d.person != person.id] if may(person) else []


def _debt(desk: Desk, person: int) -> Debt | None:
    return next((d for d in debts.of_leavers(desk.store) if d.person == person), None)


def draw(d: Drawing) -> View:
    """Who left with a debt, and how much it is."""
    found = _debt(d.desk, d.card.subject) if d.reader is not None and may(d.reader) else None
    if found is None:
        return view(d.text("debt.settled"), live=False, moot=True)
    text = d.text("debt.card", name=found.name, number=found.employee_no, amount=yuan(found.fen))
    return view(text, [d.button("debt.write_off", "debt", found.person)])


def ask(turn: Turn, tap: Tap) -> None:
    """核销: asks why."""
    found = _for(turn, tap.id)
    turn.ask("debt_words", person=found.person)
    turn.reply("debt.ask", name=found.name, amount=yuan(found.fen))


def _for(turn: Turn, person: int) -> Debt:
    if not may(turn.me):
        raise Refused("refused.not_finance")
    found = _debt(turn.desk, person)
    if found is None:
        raise Refused("refused.no_debt")
    return found


def words_given(turn: Turn, question: Question) -> bool:
    """Why: now the debt is written off."""

    def done(words: str) -> None:
        found = _for(turn, question.args["person"])
        desk, entries = turn.desk, ledger.of_person(turn.store, found.person, ALL)
        month = clocks.local_month(desk.now, desk.plant.zone)
        ledger.append(desk.store, [write_off_entry(entries, desk.now, month, turn.me.id, words)])
        audit.write(desk.store, desk.now, "debt.written_off", found.person, turn.me.id, fen=found.fen, words=words)
        turn.settle()
        desk.refresh(("debt",), found.person)
        desk.refresh(("todo",), turn.me.id)
        turn.reply("debt.done", name=found.name, amount=yuan(found.fen))

    return with_words(turn, question, done)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"debt": ask}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"debt_words": words_given}
CARDS: Mapping[str, Draw] = {"debt": draw}
