"""An objection to a model worker: filed with words, decided by a leader who did not choose, without a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from handlers import model_next
from handlers.desk import Desk
from handlers.message import Button
from handlers.model_cards import score_lines
from handlers.model_notices import contestable, published
from handlers.money_answers import with_words
from handlers.next_hands import watch_staffing
from handlers.proposals import tell_person
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import audit, models, people
from storage.models import Note, Round
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.models import Model, may_judge
from woodpecker.people import Person
from woodpecker.words import ModelStatus, Role


def ask_objection(turn: Turn, tap: Tap) -> None:
    """有异议: asks about whom and why."""
    found = _in_notice(turn.desk, tap.id)
    chosen = contestable(turn.desk, found)
    turn.ask("model_object", round=found.id)
    turn.reply("model.ask_objection" if len(chosen) == 1 else "model.ask_which", number=chosen[0].number)


def _in_notice(desk: Desk, round: int) -> Round:
    found = models.round_of(desk.store, round)
    if found is None or found.status != "notice":
        raise Refused("refused.model_notice_over")
    if not contestable(desk, found):
        raise Refused("refused.model_notice_over" if published(desk, round) else "refused.model_moved_on")
    return found


def objection(turn: Turn, question: Question) -> bool:
    """The number, if there are several, and the words; they go to a leader who did not choose."""

    def done(words: str) -> None:
        found = _in_notice(turn.desk, question.args["round"])
        model, said = _about(contestable(turn.desk, found), words)
        note_id = models.add_note(turn.store, model.id, "objection", turn.me.id, said, turn.desk.now)
        turn.settle()
        note = models.note(turn.store, note_id)
        assert note is not None
        asked = judges(turn.desk, model, note)
        for person in asked:
            turn.desk.open_card(person, "model_objection", note.id)
        watch_staffing(turn.desk, model, "model", asked)
        tell_person(turn.desk, model.person, "model.told_objection", number=model.number)
        turn.desk.refresh(("model",), model.id)
        turn.reply("model.objected", number=model.number)

    return with_words(turn, question, done)


def _about(chosen: list[Model], words: str) -> tuple[Model, str]:
    """Whom the words are about: the number they begin with, or the only one."""
    first, _, rest = words.partition(" ")
    for model in chosen:
        if first.upper() == model.number or first in (model.number[-2:], str(int(model.number[-2:]))):
            if rest.strip():
                return model, rest.strip()
            raise Refused("refused.words_missing")
    if len(chosen) == 1:
        return chosen[0], words
    raise Refused("refused.model_which")


def judges(desk: Desk, model: Model, note: Note) -> list[int]:
    """Who decides an objection: leaders who did not choose; where there is none, approvers without a part in it."""
    found = people.with_role(desk.store, Role.LEADER, Role.APPROVER, Role.SECOND_APPROVER)
    here = people.joined(desk.store, [p.id for p in found])
    able = [p for p in found if p.id in here]
    leaders = [p.id for p in able if may_judge(model, note.person, p.actor)]
    return leaders or [p.id for p in able if _apart(model, note, p)]


def _apart(model: Model, note: Note, person: Person) -> bool:
    return person.id not in {note.person, model.confirmer, *model.people, *model.nominators}


def waiting(desk: Desk, person: Person) -> list[int]:
    """Objections that wait for this person's word."""
    if not any(person.has(r) for r in (Role.LEADER, Role.APPROVER, Role.SECOND_APPROVER)):
        return []
    both = [(n, models.get(desk.store, n.model)) for n in models.objections(desk.store)]
    return [n.id for n, m in both if m is not None and person.id in judges(desk, m, n)]


def first(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
    """The first of them that was not seen yet."""
    known = set(seen)
    return next((n for n in waiting(desk, person) if n not in known), None)


def objection_card(d: Drawing) -> View:
    """The objection before whoever decides it; by whom it is nobody reads."""
    note = models.note(d.desk.store, d.card.subject)
    model = models.get(d.desk.store, note.model) if note else None
    if note is None or model is None or d.reader is None:
        return view(d.text("refused.no_model"), live=False, moot=True)
    person = d.desk.person(model.person)
    text = text_of(
        d.text("model.objection_head", number=model.number, name=person.name if person else "", unit=model.unit),
        d.text("model.objection_line", words=note.words),
        *score_lines(d, model),
    )
    if note.decided_at is not None:
        end = d.text("model.upheld" if note.upheld else "model.dismissed", words=note.answer)
        return view(text_of(text, end), live=False, moot=True)
    if superseded(d):
        return view(d.text("model.below"), live=False)
    return view(text, _judge_buttons(d, model, note))


def _judge_buttons(d: Drawing, model: Model, note: Note) -> list[Button]:
    if d.reader is None or d.reader.id not in judges(d.desk, model, note):
        return []
    return [d.button("model.uphold", "mdup", note.id), d.button("model.dismiss", "mddown", note.id)]


def ask_ruling(turn: Turn, tap: Tap) -> None:
    """成立 or 不成立: asks for the words that both sides will read."""
    _judged(turn, tap.id)
    turn.ask("model_rule", note=tap.id, upheld=tap.verb == "mdup")
    turn.reply("model.ask_uphold" if tap.verb == "mdup" else "model.ask_dismiss")


def _judged(turn: Turn, note_id: int) -> tuple[Note, Model]:
    note = models.note(turn.store, note_id)
    model = models.get(turn.store, note.model) if note else None
    if note is None or model is None or turn.me.id not in judges(turn.desk, model, note):
        raise Refused("refused.not_model_judge")
    if note.decided_at is not None or model.status is not ModelStatus.CONFIRMED:
        raise Refused("refused.model_moved_on")
    return note, model


def ruled(turn: Turn, question: Question) -> bool:
    """The words: now the name is struck off, or stays."""

    def done(words: str) -> None:
        note, model = _judged(turn, question.args["note"])
        upheld = bool(question.args["upheld"])
        if not models.decide_note(turn.store, note.id, upheld, turn.me.id, words, turn.desk.now):
            raise Refused("refused.model_moved_on")
        status = ModelStatus.STRUCK if upheld else model.status
        after = models.save(turn.store, model, model._replace(status=status, judges=(*model.judges, turn.me.id)))
        if after is None:
            raise Refused("refused.model_moved_on")
        _tell_ruling(turn, note, model, upheld, words)
        if upheld:
            model_next.offer(turn.desk, after)

    return with_words(turn, question, done)


def _tell_ruling(turn: Turn, note: Note, model: Model, upheld: bool, words: str) -> None:
    desk = turn.desk
    turn.settle()
    audit.write(
        desk.store, desk.now, "model.uphold" if upheld else "model.dismiss", subject=model.person,
        person=turn.me.id, quarter=model.quarter, words=words,
    )  # fmt: skip
    for person, key in ((model.person, "model.told_own"), (note.person, "model.told_objector")):
        tell_person(desk, person, f"{key}_{'upheld' if upheld else 'dismissed'}", number=model.number, words=words)
    desk.refresh(("model_objection",), note.id)
    desk.refresh(("model", "honour"), model.id)
    desk.refresh(("models", "model_notice"), model.round)
    turn.reply("model.ruled")


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"mdobj": ask_objection, "mdup": ask_ruling, "mddown": ask_ruling}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"model_object": objection, "model_rule": ruled}
CARDS: Mapping[str, Draw] = {"model_objection": objection_card}
