"""我有异议: anybody objects to a numbered entry of a notice; an approver who did not approve it decides.

Nobody but the objector ever hears who objected, and only those who decide read what was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from handlers import notices, proposals
from handlers.deciding import move
from handlers.desk import Desk
from handlers.formats import day_text, yuan
from handlers.money_answers import said, with_words
from handlers.proposals import tell_person
from handlers.turn import Tap, Turn
from storage import audit, awards, batches, causes, objections, people
from storage.batches import Batch
from storage.objections import Objection
from storage.questions import Question
from woodpecker import clocks
from woodpecker.awards import Award, check_award
from woodpecker.causes import Cause, relations
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.rewards import Books
from woodpecker.words import AwardAction, AwardStatus, Relation, Role

_NUMBER = re.compile(r"(\d{1,4})\s*号?")
_WITH_WORDS = re.compile(r"(\d{1,4})\s*号?\s*[,，:：、\s]\s*(?!号)(.+)", re.S)


class Matter(NamedTuple):
    """What is decided: the objection, its award, and what that is for."""

    objection: Objection
    award: Award
    cause: Cause


def matter(desk: Desk, objection_id: int) -> Matter | None:
    """The objection with what it is about."""
    objection = objections.get(desk.store, objection_id)
    kept = awards.get(desk.store, objection.award) if objection else None
    cause = causes.of(desk.store, kept.award) if kept else None
    if objection is None or kept is None or cause is None:
        return None
    return Matter(objection, kept.award, cause)


def ask(turn: Turn, tap: Tap) -> None:
    """我有异议: asks for the number."""
    batch = _open_batch(turn, tap.id)
    turn.ask("objection", batch=batch.id)
    turn.reply("objection.ask")
    if turn.card is not None and turn.card.person is None:
        turn.toast = turn.text("card.in_private")


def _open_batch(turn: Turn, batch_id: int) -> Batch:
    batch = batches.get(turn.store, batch_id)
    if batch is None or not notices.open_now(batch, turn.desk.now):
        raise Refused("refused.objection_late")
    return batch


def number_given(turn: Turn, question: Question) -> bool:
    """The number, perhaps with the words at once; anything else means something else."""
    text = said(turn, question)
    found = _NUMBER.fullmatch(text) or _WITH_WORDS.fullmatch(text)
    if found is None:
        return False
    batch, n = _open_batch(turn, question.args["batch"]), int(found[1])
    award = _objectable(turn, batch, n)
    words = found[2].strip() if found.re is _WITH_WORDS else ""
    if words:
        _file(turn, batch, n, award, words)
        return True
    (entry,) = batches.entries(turn.store, batch.id, n, n)
    turn.ask("objection_words", batch=batch.id, n=n)
    amount = yuan(sum(fen for _, _, fen in entry.people))
    names = notices.names(turn.desk, turn.language, entry)
    what = notices.what_for(turn.desk, turn.language, entry)
    turn.reply("objection.ask_words", n=n, names=names, what=what, amount=amount)
    return True


def _objectable(turn: Turn, batch: Batch, n: int) -> Award:
    """The award behind a number, if one may still object to it. Raises Refused."""
    award_id = batches.award_at(turn.store, batch.id, n)
    kept = awards.get(turn.store, award_id) if award_id is not None else None
    if kept is None:
        raise Refused("refused.objection_no_number", n=n)
    if kept.award.status is AwardStatus.OBJECTED or objections.of_award(turn.store, kept.award.id):
        raise Refused("refused.objection_already", n=n)
    if kept.award.status is not AwardStatus.BATCHED:
        raise Refused("refused.objection_gone", n=n)
    return kept.award


def words_given(turn: Turn, question: Question) -> bool:
    """Why: now the entry is held."""
    batch_id, n = question.args["batch"], question.args["n"]

    def done(words: str) -> None:
        batch = _open_batch(turn, batch_id)
        _file(turn, batch, n, _objectable(turn, batch, n), words)

    return with_words(turn, question, done)


def _file(turn: Turn, batch: Batch, n: int, award: Award, words: str) -> None:
    turn.settle()
    turn.reply("objection.filed", n=n)
    hold(turn.desk, turn.me, batch, n, award, words)


def hold(desk: Desk, person: Person, batch: Batch, n: int, award: Award, words: str) -> None:
    """Takes the entry out of its batch and puts it before whoever decides. Raises Refused."""
    move(desk, person, award, AwardAction.OBJECT, frozenset(), words)
    batches.take_out(desk.store, award.id, desk.now)
    new = objections.add(desk.store, batch.id, award.id, n, person.id, words, desk.now)
    audit.write(desk.store, desk.now, "award.object", person=person.id, award=award.id, batch=batch.id, n=n)
    desk.refresh(("notice",), batch.id)
    found = matter(desk, new)
    assert found is not None
    _tell_sharers(desk, found, "objection.told")
    asked = eligible(desk, found)
    for decider in asked:
        desk.open_card(decider.id, "objection", new)
    if not asked:
        _nobody(desk, found)


def _nobody(desk: Desk, found: Matter) -> None:
    for admin in people.with_role(desk.store, Role.ADMIN):
        tell_person(desk, admin.id, "staffing.objection", n=str(found.objection.n))


def _tell_sharers(desk: Desk, found: Matter, key: str, **args: str) -> None:
    """Whoever has money of it hears how it stands, never who objected."""
    for share in awards.shares(desk.store, found.award.id):
        person = desk.person(share.person)
        if share.pays and person is not None:
            tell_person(desk, share.person, key, number=found.cause.number, amount=yuan(share.pays), **args)


def standing_of(found: Matter, person: int) -> frozenset[Relation]:
    """What a person is to what the award is for, and to the objection."""
    own = relations(found.cause, person)
    return own | {Relation.OBJECTOR} if person == found.objection.person else own


def check(desk: Desk, found: Matter, person: Person, *, stands_in: bool = False) -> None:
    """Raises Refused unless this person may decide it now."""
    sharers = tuple(s.person for s in awards.shares(desk.store, found.award.id))
    check_award(
        found.award, AwardAction.DISMISS_OBJECTION, person=person.id, roles=proposals.roles_of(person),
        relations=standing_of(found, person.id), stands_in=stands_in, books=Books(sharers),
    )  # fmt: skip


def may(desk: Desk, found: Matter, person: Person, *, stands_in: bool = False) -> bool:
    """Whether a person may decide it now."""
    try:
        check(desk, found, person, stands_in=stands_in)
    except Refused:
        return False
    return True


def eligible(desk: Desk, found: Matter) -> list[Person]:
    """Who may decide it: approvers who did not approve it, leaders only if nobody else may."""
    everybody = proposals.deciders(desk)
    for candidates in (everybody.present, list(everybody)):
        proper = [p for p in candidates if may(desk, found, p)]
        able = proper or [p for p in candidates if may(desk, found, p, stands_in=True)]
        if able:
            return able
    return []


def leads(desk: Desk, found: Matter, person: Person) -> bool:
    """Whether a leader decides because nobody else may."""
    return person.has(Role.LEADER) and not any(may(desk, found, p) for p in proposals.deciders(desk).present)


def waiting(desk: Desk, person: Person) -> list[int]:
    """Objections that this person may decide, the oldest first."""
    if not any(person.has(role) for role in proposals.DECIDERS):
        return []
    found = (matter(desk, o.id) for o in objections.waiting(desk.store))
    return [m.objection.id for m in found if m is not None and person.id in {p.id for p in eligible(desk, m)}]


def decide(desk: Desk, person: Person, objection_id: int, *, upheld: bool, words: str) -> None:
    """Upheld: the award is reversed. Dismissed: it goes into the next batch. Raises Refused."""
    found = matter(desk, objection_id)
    if found is None or found.objection.upheld is not None:
        raise Refused("refused.objection_decided")
    action = AwardAction.REVERSE if upheld else AwardAction.DISMISS_OBJECTION
    lead = leads(desk, found, person)
    move(desk, person, found.award, action, standing_of(found, person.id), words, stands_in=lead)
    if not upheld:  # what is reversed upholds it
        objections.decide(desk.store, objection_id, person.id, False, words, desk.now)
        tell_person(desk, found.objection.person, "objection.said_dismissed", n=str(found.objection.n), words=words)
    name = "award.uphold_objection" if upheld else "award.dismiss_objection"
    audit.write(desk.store, desk.now, name, person=person.id, award=found.award.id, words=words)
    desk.refresh(("notice",), found.objection.batch)
    desk.refresh(("objection",), objection_id)
    key = "upheld" if upheld else "dismissed"
    _tell_sharers(desk, found, f"objection.told_{key}", words=words)


def remind(desk: Desk) -> None:
    """Whoever decides is reminded once the days for an appeal are over, and the leaders are told."""
    zone, days = desk.plant.zone, desk.plant.programme.clocks
    for objection in objections.waiting(desk.store):
        until, found = clocks.appeal_until(objection.at, zone, days), matter(desk, objection.id)
        if clocks.decision_reminder(until, desk.now, zone, objection.at) is None or found is None:
            continue
        hands = [p.id for p in eligible(desk, found)]
        leaders = [p.id for p in people.with_role(desk.store, Role.LEADER)] if desk.now > until else []
        for person in dict.fromkeys((*hands, *leaders)):
            tell_person(desk, person, "objection.remind", n=str(objection.n), day=day_text(objection.at + 1, zone))
        if not hands:
            _nobody(desk, found)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"obj": ask}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {
    "objection": number_given,
    "objection_words": words_given,
}
