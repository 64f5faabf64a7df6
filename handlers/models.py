"""标兵: the list that a quarter's end makes; officers nominate and comment, a leader confirms and opens the notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import model_cards, model_next, model_notices, model_objections
from handlers.desk import Desk
from handlers.drafting import brief
from handlers.judging import open_fresh
from handlers.money_answers import with_words
from handlers.turn import Tap, Turn
from handlers.views import Draw
from storage import audit, cards, departments, jobs, models, numbers, people
from storage.models import Round
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.models import CHOSEN, Model, Tally, check_confirm, check_nominate, passes_over, quarter_before, ranked
from woodpecker.rewards import earning_of
from woodpecker.words import Earning, ModelStatus, Role

JOB = "models"
MOST = 200  # people a list holds


def make(desk: Desk) -> None:
    """Once a quarter, from its day on: the list of the quarter before goes to officers and leaders.

    A machine that was off makes up for the last quarter only; of one in which nobody did enough nothing is said.
    """
    rules, zone = desk.plant.programme.models, desk.plant.zone
    quarter, first, last = quarter_before(clocks.local_month(desk.now, zone))
    if rules.quota == 0 or (jobs.last(desk.store, JOB) or "") >= str(quarter):
        return
    year, month = divmod(last % 100 + last // 100 * 12, 12)  # the month after the quarter
    today = clocks.local_day(desk.now, zone).replace(year=year, month=month + 1, day=rules.list_day)
    due = clocks.instant(today, desk.plant.programme.clocks.reminder_at, zone)
    if desk.now < due or not jobs.claim(desk.store, JOB, str(quarter), desk.now):
        return
    _list(desk, quarter, first, last)


def _list(desk: Desk, quarter: int, first: int, last: int) -> None:
    rules = desk.plant.programme.models
    tallies = [t for t in models.tallies(desk.store, first, last) if _earns(desk, t)]
    groups = {t.department for t in tallies} if rules.per == "department" else {None}
    found = [
        one
        for group in sorted(groups, key=lambda g: g or 0)
        for one in ranked(rules, (t for t in tallies if rules.per == "plant" or t.department == group))
    ]
    begun = models.start(desk.store, quarter, desk.now) if found else None
    if begun is None:
        return
    for place, tally, parts in found[:MOST]:
        models.add(
            desk.store,
            Model(
                0, begun.id, quarter, ModelStatus.LISTED, 1, tally.person, place, parts.total, tally, parts,
                department=tally.department, unit=_unit(desk, tally), weights=rules.weights,
            ),
        )  # fmt: skip
    for person in people.with_role(desk.store, Role.OFFICER, Role.LEADER):
        desk.open_card(person.id, "models", begun.id)


def _earns(desk: Desk, tally: Tally) -> bool:
    """Whose job is finding hazards is no model worker for it."""
    person = desk.person(tally.person)
    return person is not None and earning_of(desk.plant.programme, person.roles) is Earning.FULL


def _unit(desk: Desk, tally: Tally) -> str:
    found = departments.get(desk.store, tally.department) if tally.department is not None else None
    return found.name if found else ""


def chooses(turn: Turn) -> bool:
    """Whether this person has a say in who is chosen."""
    return turn.me.has(Role.OFFICER) or turn.me.has(Role.LEADER)


def open_list(turn: Turn, tap: Tap) -> None:
    """名单, from a page on."""
    found = models.round_of(turn.store, tap.id)
    if found is None or not chooses(turn):
        raise Refused("refused.no_model")
    page = int(tap.arg) if tap.arg.isascii() and tap.arg.isdigit() else 0
    if turn.card is not None and turn.card.kind == "models":
        cards.set_args(turn.store, turn.card.id, {**turn.card.args, "page": page})
        turn.refresh_card()
    else:
        open_fresh(turn, "models", found.id, {"page": page})


def open_one(turn: Turn, tap: Tap) -> None:
    """Somebody on the list, with the score in its parts."""
    if models.get(turn.store, tap.id) is None or not chooses(turn):
        raise Refused("refused.no_model")
    open_fresh(turn, "model", tap.id)


def _tapped(turn: Turn, tap: Tap) -> Model:
    model = models.get(turn.store, tap.id)
    if model is None or not chooses(turn):
        raise Refused("refused.no_model")
    if model.version != tap.version or _round(turn, model).status != "open":
        raise Refused("refused.model_moved_on")
    return model


def _round(turn: Turn, model: Model) -> Round:
    found = models.round_of(turn.store, model.round)
    assert found is not None
    return found


def _save(turn: Turn, before: Model, after: Model, action: str, words: str = "") -> None:
    if models.save(turn.store, before, after) is None:
        raise Refused("refused.model_moved_on")
    audit.write(
        turn.store, turn.desk.now, f"model.{action}", subject=before.person, person=turn.me.id,
        quarter=before.quarter, words=words,
    )  # fmt: skip
    turn.desk.refresh(("model",), before.id)
    turn.desk.refresh(("models",), before.round)


def nominate(turn: Turn, tap: Tap) -> None:
    """提名."""
    model = _tapped(turn, tap)
    check_nominate(model, turn.me.actor)
    if turn.me.id not in model.nominators:
        _save(turn, model, model._replace(nominators=(*model.nominators, turn.me.id)), "nominate")
    brief(turn, "model.nominated", name=_name(turn.desk, model))
    turn.refresh_card()


def ask_comment(turn: Turn, tap: Tap) -> None:
    """写评语: asks for a sentence."""
    model = _tapped(turn, tap)
    check_nominate(model, turn.me.actor)
    turn.ask("model_comment", model=model.id)
    turn.reply("model.ask_comment", name=_name(turn.desk, model))


def comment(turn: Turn, question: Question) -> bool:
    """The sentence: everybody who chooses reads it."""

    def done(words: str) -> None:
        model = models.get(turn.store, question.args["model"])
        if model is None:
            raise Refused("refused.no_model")
        check_nominate(model, turn.me.actor)
        models.add_note(turn.store, model.id, "comment", turn.me.id, words, turn.desk.now)
        turn.settle()
        turn.desk.refresh(("model",), model.id)
        turn.reply("model.commented")

    return with_words(turn, question, done)


def confirm(turn: Turn, tap: Tap) -> None:
    """确认; where somebody with as high a score is passed over it asks why first."""
    model = _tapped(turn, tap)
    rules, everybody = turn.desk.plant.programme.models, models.listed(turn.store, model.round)
    check_confirm(rules, model, everybody, turn.me.actor, "?")
    if passes_over(rules, model, everybody):
        turn.ask("model_why", model=model.id, version=model.version)
        turn.reply("model.ask_why", name=_name(turn.desk, model))
        return
    _confirm(turn, model, "")


def why(turn: Turn, question: Question) -> bool:
    """Why this one out of those with as high a score."""

    def done(words: str) -> None:
        _confirm(turn, _tapped(turn, Tap("", question.args["model"], question.args["version"])), words)
        turn.settle()

    return with_words(turn, question, done)


def _confirm(turn: Turn, model: Model, words: str) -> None:
    rules, everybody = turn.desk.plant.programme.models, models.listed(turn.store, model.round)
    check_confirm(rules, model, everybody, turn.me.actor, words)
    # Whoever confirms moves the round on: two leaders at once cannot fill the last place twice.
    if not models.save_round(turn.store, _round(turn, model)):
        raise Refused("refused.model_moved_on")
    after = model._replace(status=ModelStatus.CONFIRMED, confirmer=turn.me.id, words=words, confirmed_at=turn.desk.now)
    _save(turn, model, after, "confirm", words)
    brief(turn, "model.confirmed", name=_name(turn.desk, model))
    turn.refresh_card()


def take_back(turn: Turn, tap: Tap) -> None:
    """取消确认, as long as no notice is out."""
    model = _tapped(turn, tap)
    if not turn.me.has(Role.LEADER) or model.status is not ModelStatus.CONFIRMED:
        raise Refused("refused.model_moved_on")
    after = model._replace(status=ModelStatus.LISTED, confirmer=None, words="", confirmed_at=None)
    _save(turn, model, after, "unconfirm")
    brief(turn, "model.taken_back", name=_name(turn.desk, model))
    turn.refresh_card()


def publish(turn: Turn, tap: Tap) -> None:
    """开始公示: asks once more, then the notice goes out with a time to object."""
    found = models.round_of(turn.store, tap.id)
    if found is None or not turn.me.has(Role.LEADER):
        raise Refused("refused.not_leader")
    chosen = [m for m in models.listed(turn.store, found.id) if m.status in CHOSEN]
    if found.status != "open" or not chosen:
        raise Refused("refused.model_moved_on" if chosen else "refused.model_nobody")
    card = turn.card if turn.card and turn.card.kind == "models" else None
    if tap.arg != "y" and card is not None:
        cards.set_args(turn.store, card.id, {**card.args, "sure": True})
        turn.refresh_card()
        return
    until = clocks.window_until(turn.desk.now, turn.desk.plant.zone, turn.desk.plant.programme.models.notice_days)
    moved = {"status": "notice", "notice_by": turn.me.id, "notice_at": turn.desk.now, "notice_until": until}
    if not models.save_round(turn.store, found, **moved):
        raise Refused("refused.model_moved_on")
    year, number = divmod(found.quarter, 10)
    for model in chosen:
        series = f"BB{year % 100:02d}Q{number}"
        _save(turn, model, model._replace(number=numbers.next_number(turn.store, series)), "publish")
    model_notices.send(turn.desk, found.id)
    brief(turn, "model.published")
    turn.desk.refresh(("models",), found.id)


def _name(desk: Desk, model: Model) -> str:
    person = desk.person(model.person)
    return person.name if person else ""


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "mdlist": open_list, "mdone": open_one, "mdnom": nominate, "mdsay": ask_comment, "mdyes": confirm,
    "mdback": take_back, "mdpub": publish, **model_objections.TAPS, **model_next.TAPS,
}  # fmt: skip
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {
    "model_comment": comment, "model_why": why, **model_objections.QUESTIONS, **model_next.QUESTIONS,
}  # fmt: skip
CARDS: Mapping[str, Draw] = {**model_cards.CARDS, **model_objections.CARDS, **model_next.CARDS}
