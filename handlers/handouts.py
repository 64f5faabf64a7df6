"""待发礼品: what somebody redeemed points for, before whoever hands it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from handlers import spending
from handlers.desk import Desk
from handlers.money_answers import with_words
from handlers.turn import Tap, Turn, say
from handlers.views import Draw, Drawing, View, view
from storage import departments, points
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Handing, Role


def waiting(desk: Desk, person: Person) -> list[int]:
    """What this person may hand out now, the oldest first."""
    if not person.has(Role.FINANCE) and not person.has(Role.ADMIN):
        return []
    found = points.open_redemptions(desk.store)
    return [r.id for r in found if person.id in {p.id for p in spending.handing_out(desk, r.person)}]


def first(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
    """The first of them that was not seen yet."""
    known = set(seen)
    return next((r for r in waiting(desk, person) if r not in known), None)


def done(turn: Turn, tap: Tap) -> None:
    """已发放."""
    found = spending.hand_out(turn.desk, turn.me, tap.id)
    say(turn, turn.text("handout.said_handed", item=found.item))
    turn.refresh_card()


def ask(turn: Turn, tap: Tap) -> None:
    """取消兑换: asks why."""
    found = points.redemption(turn.store, tap.id)
    if found is None or tap.id not in waiting(turn.desk, turn.me):
        raise Refused("refused.handed_already" if found else "refused.no_redemption")
    turn.ask("handout_no", redemption=tap.id)
    turn.reply("handout.ask_why", item=found.item)


def words_given(turn: Turn, question: Question) -> bool:
    """Why it cannot be had: the points go back."""

    def cancel(words: str) -> None:
        found = spending.refuse(turn.desk, turn.me, question.args["redemption"], words)
        turn.settle()
        turn.reply("handout.said_cancelled", item=found.item, points=found.points)

    return with_words(turn, question, cancel)


def draw(d: Drawing) -> View:
    """Who wants what, and how it stands."""
    found = points.redemption(d.desk.store, d.card.subject)
    owner = d.desk.person(found.person) if found else None
    if found is None or owner is None or d.reader is None:
        return view(d.text("refused.no_redemption"), live=False, moot=True)
    unit = departments.get(d.desk.store, owner.department) if owner.department else None
    where = unit.name if unit else d.text("payee.nowhere")
    text = d.text("handout.card", name=owner.name, department=where, item=found.item, points=found.points)
    if found.state is not Handing.OPEN:
        state = d.text(f"handout.{found.state.value}", words=found.words)
        return view(f"{text}\n{state}", live=False, moot=True)
    if d.reader.id not in {p.id for p in spending.handing_out(d.desk, found.person)}:
        return view(d.text("refused.not_handing_out"), live=False, moot=True)
    return view(text, [d.button("handout.yes", "hdyes", found.id), d.button("handout.no", "hdno", found.id)])


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"hdyes": done, "hdno": ask}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"handout_no": words_given}
CARDS: Mapping[str, Draw] = {"handout": draw}
