"""递补: after an upheld objection a leader is offered the next in the score, or leaves the place empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.cause_text import quarter_name
from handlers.desk import Desk
from handlers.drafting import brief
from handlers.message import Button
from handlers.model_cards import LABEL, full, line
from handlers.money_answers import with_words
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import audit, models, numbers, people
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.models import Model, check_move_up, next_in_score, rivals
from woodpecker.people import Person
from woodpecker.words import ModelStatus, Role

MOST = 5  # buttons with a name; one more leaves the place empty


def offer(desk: Desk, struck: Model) -> None:
    """Asks the leaders who moves up, if anybody is left on the list."""
    if not _next(desk, struck):
        return
    if models.save(desk.store, struck, struck._replace(vacancy="open")) is None:
        return
    for leader in people.with_role(desk.store, Role.LEADER):
        desk.open_card(leader.id, "model_next", struck.id)


def _here(desk: Desk, round: int) -> list[Model]:
    """The list without who has left the plant."""
    found = ((m, desk.person(m.person)) for m in models.listed(desk.store, round))
    return [m for m, person in found if person is not None and person.left_on is None]


def _next(desk: Desk, struck: Model) -> list[Model]:
    return next_in_score(desk.plant.programme.models, struck, _here(desk, struck.round))


def waiting(desk: Desk, person: Person) -> list[int]:
    """Places that a leader may fill or leave."""
    return [m.id for m in models.vacant(desk.store)] if person.has(Role.LEADER) else []


def draw(d: Drawing) -> View:
    """Whose place it was, and who is next, all with the same score."""
    struck = models.get(d.desk.store, d.card.subject)
    if struck is None or d.reader is None or not d.reader.has(Role.LEADER):
        return view(d.text("refused.not_leader"), live=False, moot=True)
    head = d.text("model.next_head", quarter=quarter_name(d.desk, d.language, struck.quarter), number=struck.number)
    if struck.vacancy != "open":
        return view(text_of(head, d.text(f"model.next_{struck.vacancy or 'left'}")), live=False, moot=True)
    if superseded(d):
        return view(d.text("model.below"), live=False)
    everybody, found = models.listed(d.desk.store, struck.round), _next(d.desk, struck)
    said = [line(d, m, everybody) for m in found[:MOST]]
    how = "model.next_nobody" if not found else "model.next_tied" if len(found) > 1 else "model.next_one"
    days = d.desk.plant.programme.models.notice_days
    return view(text_of(head, *said, d.text(how, days=days)), _buttons(d, struck, found[:MOST]), width=2)


def _buttons(d: Drawing, struck: Model, found: list[Model]) -> list[Button]:
    own = d.reader.id if d.reader else None
    names = [(m, d.text("model.move_up", name=full(d, m))[:LABEL]) for m in found if m.person != own]
    moving = [Button(label, tap_data("mdnext", m.id, m.version)) for m, label in names]
    return [*moving, d.button("model.leave_vacant", "mdleave", struck.id, struck.version)]


def _vacancy(turn: Turn, model: Model) -> Model:
    """The open place that this one may move up to. Raises Refused."""
    rules = turn.desk.plant.programme.models
    vacant = {m.id: m for m in models.vacant(turn.store)}
    found = [vacant[m.id] for m in rivals(rules, model, models.listed(turn.store, model.round)) if m.id in vacant]
    if not found:
        raise Refused("refused.model_moved_on")
    return found[0]


def move_up(turn: Turn, tap: Tap) -> None:
    """递补; of several with the same score it asks why first."""
    model = _tapped(turn, tap)
    struck = _vacancy(turn, model)
    everybody, rules = _here(turn.desk, model.round), turn.desk.plant.programme.models
    check_move_up(rules, struck, model, everybody, turn.me.actor, "?")
    if len(next_in_score(rules, struck, everybody)) > 1:
        turn.ask("model_next_why", model=model.id, version=model.version)
        turn.reply("model.ask_next_why", name=_name(turn.desk, model))
        return
    _move_up(turn, model, "")
    turn.refresh_card()


def _tapped(turn: Turn, tap: Tap) -> Model:
    model = models.get(turn.store, tap.id)
    if model is None or not turn.me.has(Role.LEADER):
        raise Refused("refused.not_leader")
    if model.version != tap.version:
        raise Refused("refused.model_moved_on")
    return model


def why(turn: Turn, question: Question) -> bool:
    """Why this one out of those with the same score."""

    def done(words: str) -> None:
        _move_up(turn, _tapped(turn, Tap("", question.args["model"], question.args["version"])), words)
        turn.settle()

    return with_words(turn, question, done)


def _move_up(turn: Turn, model: Model, words: str) -> None:
    """Confirmed in the place of who was struck off, with a notice and a time to object of one's own."""
    desk, store, rules = turn.desk, turn.store, turn.desk.plant.programme.models
    struck = _vacancy(turn, model)
    check_move_up(rules, struck, model, _here(desk, model.round), turn.me.actor, words)
    until = clocks.window_until(desk.now, desk.plant.zone, rules.notice_days)
    series = f"BB{model.quarter // 10 % 100:02d}Q{model.quarter % 10}"
    after = model._replace(status=ModelStatus.CONFIRMED, confirmer=turn.me.id, words=words, confirmed_at=desk.now,
        notice_until=until, number=numbers.next_number(store, series),
    )  # fmt: skip
    # Two leaders at once fill a place once: the place moves on with whoever fills it.
    filled = models.save(store, struck, struck._replace(vacancy="filled"))
    found = models.round_of(store, model.round)
    if found is None or filled is None or models.save(store, model, after) is None:
        raise Refused("refused.model_moved_on")
    if not models.save_round(store, found, status="notice"):
        raise Refused("refused.model_moved_on")
    _note(turn, model, "move_up", words)
    desk.open_group_cards("notice", "model_notice", model.round)
    desk.open_card(model.person, "honour", model.id)
    desk.refresh(("model_next",), struck.id)
    brief(turn, "model.moved_up", name=_name(desk, model))


def leave(turn: Turn, tap: Tap) -> None:
    """名额空缺: nobody moves up."""
    struck = _tapped(turn, tap)
    if struck.vacancy != "open" or models.save(turn.store, struck, struck._replace(vacancy="left")) is None:
        raise Refused("refused.model_moved_on")
    _note(turn, struck, "leave_vacant", "")
    turn.desk.refresh(("model_next",), struck.id)
    brief(turn, "model.left_vacant")
    turn.refresh_card()


def _note(turn: Turn, model: Model, action: str, words: str) -> None:
    audit.write(
        turn.store, turn.desk.now, f"model.{action}", subject=model.person, person=turn.me.id,
        quarter=model.quarter, words=words,
    )  # fmt: skip
    turn.desk.refresh(("model",), model.id)
    turn.desk.refresh(("models", "model_notice"), model.round)
    turn.desk.refresh(("todo",), turn.me.id)


def _name(desk: Desk, model: Model) -> str:
    person = desk.person(model.person)
    return person.name if person else ""


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"mdnext": move_up, "mdleave": leave}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"model_next_why": why}
CARDS: Mapping[str, Draw] = {"model_next": draw}
