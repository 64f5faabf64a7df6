"""待办: what waits for this person, by role, overdue first; one button steps through each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers import (
    alert_people,
    checking,
    debts,
    handouts,
    model_next,
    model_objections,
    objecting,
    payees,
    paying,
    proposals,
)
from handlers.away import present
from handlers.desk import Desk
from handlers.judging import open_fresh
from handlers.report_text import superseded
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import awards, cards, danger, people, waiting
from storage.waiting import Waiting, Where
from woodpecker.errors import Refused
from woodpecker.people import Actor, Person
from woodpecker.words import AwardAction, Role

BUTTONS = 6  # a card holds no more; what has none comes up once the others are done
DECIDERS = (Role.APPROVER, Role.SECOND_APPROVER, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of thing that may wait for a person, and the card that shows one of them."""

    card: str
    count: Callable[[Desk, Person], Waiting]
    first: Callable[[Desk, Person, Iterable[int]], int | None]


def _officers(desk: Desk) -> list[Actor]:
    found = people.with_role(desk.store, Role.OFFICER)
    here = set(present(desk, people.joined(desk.store, [p.id for p in found])))
    return [p.actor for p in found if p.id in here]


def _judged(desk: Desk, person: Person, of: Callable[[Actor, list[Actor] | None], Where]) -> Where | None:
    """For an officer what lies in scope, for a leader what no officer may judge."""
    if person.has(Role.OFFICER):
        return of(person.actor, None)
    return of(person.actor, _officers(desk)) if person.has(Role.LEADER) else None


def _verify(desk: Desk, person: Person) -> Where | None:
    return _judged(desk, person, waiting.to_verify)


def _accept(desk: Desk, person: Person) -> Where | None:
    return _judged(desk, person, waiting.to_accept)


def _fix(desk: Desk, person: Person) -> Where | None:
    return waiting.to_fix(person.id)


def _offer(desk: Desk, person: Person) -> Where | None:
    return waiting.to_take(person.id)


def _ruling(desk: Desk, person: Person) -> Where | None:
    return _judged(desk, person, waiting.to_rule)


def _answer(desk: Desk, person: Person) -> Where | None:
    return waiting.to_answer(person.id)


def _appeal(desk: Desk, person: Person) -> Where | None:
    return _judged(desk, person, waiting.to_appeal)


def _reports(card: str, where_of: Callable[[Desk, Person], Where | None]) -> Task:
    def count(desk: Desk, person: Person) -> Waiting:
        where = where_of(desk, person)
        return waiting.count(desk.store, where, desk.now) if where else Waiting(0)

    def first(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
        where = where_of(desk, person)
        report = waiting.first_but(desk.store, where, seen) if where else None
        return report.id if report else None

    return Task(card, count, first)


def _awards(desk: Desk, person: Person) -> list[int]:
    if not any(person.has(role) for role in DECIDERS):
        return []
    return [award.id for award, _ in proposals.waiting(desk, person)]


def _award_count(desk: Desk, person: Person) -> Waiting:
    return Waiting(len(_awards(desk, person)))


def _first_award(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
    return next((a for a in _awards(desk, person) if a not in set(seen)), None)


def _activity_count(desk: Desk, person: Person) -> Waiting:
    return Waiting(len(checking.waiting(desk, person)))


def _objection_count(desk: Desk, person: Person) -> Waiting:
    return Waiting(len(model_objections.waiting(desk, person)))


def _handout_count(desk: Desk, person: Person) -> Waiting:
    return Waiting(len(handouts.waiting(desk, person)))


def _disputes(desk: Desk, person: Person) -> list[int]:
    """Appeals against awards that this person may decide, the oldest first."""
    if not any(person.has(role) for role in DECIDERS):
        return []
    candidates, step = proposals.deciders(desk), AwardAction.DISMISS_APPEAL
    found = awards.appealed(desk.store)
    return [a.id for a, r in found if person.id in {p.id for p in proposals.eligible(a, r, candidates, step)}]


def _dispute_count(desk: Desk, person: Person) -> Waiting:
    return Waiting(len(_disputes(desk, person)))


def _first_dispute(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
    return next((a for a in _disputes(desk, person) if a not in set(seen)), None)


def _listed(card: str, ids: Callable[[Desk, Person], list[int]]) -> Task:
    def first(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
        return next((i for i in ids(desk, person) if i not in set(seen)), None)

    return Task(card, lambda desk, person: Waiting(len(ids(desk, person))), first)


def _alerts(desk: Desk, person: Person) -> list[int]:
    """Open alerts about danger to life that this person was called for, the oldest first."""
    return [a.id for a in danger.open(desk.store) if person.id in {p.id for p in alert_people.called(desk, a)}]


def _alert_count(desk: Desk, person: Person) -> Waiting:
    return Waiting(len(_alerts(desk, person)))


def _first_alert(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
    return next((a for a in _alerts(desk, person) if a not in set(seen)), None)


TASKS: Mapping[str, Task] = {
    "danger": Task("sosin", _alert_count, _first_alert),
    "answer": _reports("query", _answer),
    "verify": _reports("verify", _verify),
    "fix": _reports("task", _fix),
    "offer": _reports("offer", _offer),
    "ruling": _reports("ruling", _ruling),
    "accept": _reports("accept", _accept),
    "activity": Task("actcheck", _activity_count, checking.first),
    "award": Task("award", _award_count, _first_award),
    "appeal": _reports("appeal", _appeal),
    "dispute": Task("dispute", _dispute_count, _first_dispute),
    "objection": Task("model_objection", _objection_count, model_objections.first),
    "vacancy": _listed("model_next", model_next.waiting),
    "contested": _listed("objection", objecting.waiting),
    "payout": _listed("payout", paying.waiting),
    "payee": _listed("payee", payees.waiting),
    "debt": _listed("debt", debts.waiting),
    "handout": Task("handout", _handout_count, handouts.first),
}


def show(turn: Turn, payload: str) -> None:
    """Answers the command."""
    open_fresh(turn, "todo", turn.me.id)


def step(turn: Turn, tap: Tap) -> None:
    """Opens the first of a kind, or the next; what is left is said below it."""
    task = TASKS.get(tap.arg)
    if tap.id != turn.me.id or task is None:
        raise Refused("refused.unknown_button")
    seen = _seen(turn, tap.arg)
    found = task.first(turn.desk, turn.me, seen)
    if found is None and seen:
        seen = []
        found = task.first(turn.desk, turn.me, seen)
    if found is None:
        raise Refused("refused.nothing_waits")
    open_fresh(turn, task.card, found)
    open_fresh(turn, "todo", turn.me.id, {"what": tap.arg, "seen": [*seen, found]})


def _seen(turn: Turn, what: str) -> list[int]:
    args: dict[str, Any] = turn.card.args if turn.card and turn.card.kind == "todo" else {}
    return list(args.get("seen", [])) if args.get("what") == what else []


def everything(turn: Turn, tap: Tap) -> None:
    """全部待办: back to the list."""
    if turn.card is None or turn.card.kind != "todo" or tap.id != turn.me.id:
        raise Refused("refused.unknown_button")
    cards.set_args(turn.store, turn.card.id, {"asked": True})
    turn.refresh_card()


def draw(d: Drawing) -> View:
    """The list with counts, or while stepping how many are left."""
    if d.reader is None or superseded(d):
        return view(d.text("todo.below"), live=False, moot=True)
    what = str(d.card.args.get("what", ""))
    return _stepping(d, d.reader, what) if what in TASKS else _list(d, d.reader)


def _list(d: Drawing, reader: Person) -> View:
    counts = {what: task.count(d.desk, reader) for what, task in TASKS.items()}
    waits = {what: n for what, n in counts.items() if n.count}
    if not waits:
        return view(d.text("todo.nothing"))
    line = d.text("word.dot").join(_counted(d, what, n) for what, n in waits.items())
    late = [what for what, n in waits.items() if n.overdue]
    order = [*late, *(what for what in waits if what not in late)]
    buttons = [d.button(f"todo.{what}", "tn", reader.id, None, what) for what in order[:BUTTONS]]
    return view(d.text("todo.list", counts=line), buttons)


def _counted(d: Drawing, what: str, n: Waiting) -> str:
    count = f"{waiting.MANY - 1}+" if n.count >= waiting.MANY else str(n.count)
    said = d.text("todo.count", what=d.text(f"todo.{what}"), count=count)
    return said + (d.text("todo.overdue", count=n.overdue) if n.overdue and what != "verify" else "")


def _stepping(d: Drawing, reader: Person, what: str) -> View:
    left = TASKS[what].count(d.desk, reader)
    all_of_it = d.button("todo.all", "tl", reader.id)
    if not left.count:
        return view(d.text("todo.done", what=d.text(f"todo.{what}")), [all_of_it])
    seen = d.card.args.get("seen", [])
    more = TASKS[what].first(d.desk, reader, seen) is not None
    text = _counted(d, what, left) if more else d.text("todo.all_seen", counted=_counted(d, what, left))
    return view(text, [d.button("todo.next" if more else "todo.again", "tn", reader.id, None, what), all_of_it])


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"tn": step, "tl": everything}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Draw] = {"todo": draw}
