"""An objection before whoever decides it: what is paid for, what was said against it, by nobody in particular."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import objecting
from handlers.cause_text import about, grade
from handlers.formats import yuan
from handlers.money_answers import with_words
from handlers.objecting import Matter
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import awards
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.rewards import paid_of


def draw(d: Drawing) -> View:
    """The card as its reader sees it now."""
    found = objecting.matter(d.desk, d.card.subject)
    if found is None or d.reader is None:
        return view(d.text("refused.objection_decided"), live=False, moot=True)
    waits = found.objection.upheld is None
    if waits and superseded(d):
        return view(d.text("card.below"), live=False)
    names = (d.desk.person(p) for p in found.award.approvers)
    text = text_of(
        d.text("objection.head", n=found.objection.n),
        _what(d, found),
        *about(d, found.cause),
        d.text("objection.approved_by", who=d.text("award.and").join(p.name for p in names if p)),
        d.text("objection.says", words=found.objection.words),
    )
    if not waits:
        key = "objection.was_upheld" if found.objection.upheld else "objection.was_dismissed"
        who = d.desk.person(found.objection.decided_by)
        said = d.text(key, who=who.name if who else d.text("word.clock"), words=found.objection.answer)
        return view(text_of(text, said), live=False, moot=not d.card.args.get("asked"))
    mine = d.reader.id in {p.id for p in objecting.eligible(d.desk, found)}
    buttons = [
        d.button("objection.uphold", "objy", d.card.subject),
        d.button("objection.dismiss", "objn", d.card.subject),
    ]
    return view(text, buttons if mine else [])


def _what(d: Drawing, found: Matter) -> str:
    amount = yuan(paid_of(awards.shares(d.desk.store, found.award.id)))
    return d.text("award.head_done", amount=amount, number=found.cause.number, grade=grade(d, found.cause))


def ask_upheld(turn: Turn, tap: Tap) -> None:
    """异议成立: asks for the words that everybody concerned will read."""
    _ask(turn, tap, "objection_yes")


def ask_dismissed(turn: Turn, tap: Tap) -> None:
    """异议不成立: the same."""
    _ask(turn, tap, "objection_no")


def _ask(turn: Turn, tap: Tap, question: str) -> None:
    found = objecting.matter(turn.desk, tap.id)
    if found is None or found.objection.upheld is not None:
        raise Refused("refused.objection_decided")
    if turn.me.id not in {p.id for p in objecting.eligible(turn.desk, found)}:
        raise Refused(_why_not(turn, found))
    turn.ask(question, objection=tap.id)
    turn.reply("objection.ask_upheld" if question == "objection_yes" else "objection.ask_dismissed")


def _why_not(turn: Turn, found: Matter) -> str:
    """What the rules say to this person's deciding it."""
    try:
        objecting.check(turn.desk, found, turn.me)
    except Refused as refusal:
        return refusal.key
    return "refused.not_approver"


def upheld(turn: Turn, question: Question) -> bool:
    """Why it is right: the award is reversed."""
    return _decided(turn, question, True)


def dismissed(turn: Turn, question: Question) -> bool:
    """Why it is not: the award goes into the next batch."""
    return _decided(turn, question, False)


def _decided(turn: Turn, question: Question, yes: bool) -> bool:
    def done(words: str) -> None:
        objecting.decide(turn.desk, turn.me, question.args["objection"], upheld=yes, words=words)
        turn.settle()
        turn.reply("objection.done_upheld" if yes else "objection.done_dismissed")

    return with_words(turn, question, done)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"objy": ask_upheld, "objn": ask_dismissed}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"objection_yes": upheld, "objection_no": dismissed}
CARDS: Mapping[str, Draw] = {"objection": draw}
