"""违章人: noted by an officer, apart from the report; shown to officers alone, in no list or group, to no owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.choosing import named
from handlers.desk import Desk
from handlers.next_hands import actor_for
from handlers.turn import Tap, Turn
from handlers.views import Drawing, View, view
from storage import audit, reports
from storage.questions import Question
from woodpecker.accused import check_accuse, may_accuse
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Report, relations
from woodpecker.words import Action, Relation

ASKED_FOR = 30 * 60_000  # ms within which a name is taken as the answer
CARDS_OF_REPORTS = frozenset({"verify", "task", "accept", "appeal", "mend", "talk"})
NOBODY = frozenset({"无", "没有", "none", "nobody"})


def may(desk: Desk, person: Person, report: Report) -> bool:
    """Whether this person may note and read whom the violation is about."""
    return may_accuse(report, actor_for(desk, person, report, Action.ADMIT))


def kept_from(d: Drawing) -> View | None:
    """What whoever a violation is about sees of a card about it: nothing."""
    if d.reader is None or d.card.kind not in CARDS_OF_REPORTS:
        return None
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or Relation.ACCUSED not in relations(report, d.reader.id):
        return None
    return view(d.text("refused.no_report"), live=False, moot=True)


def line(d: Drawing, report: Report) -> str:
    """Whom it is about, for officers alone."""
    if d.reader is None or report.accused is None or not may(d.desk, d.reader, report):
        return ""
    person = d.desk.person(report.accused)
    return d.text("accused.line", name=person.name if person else "–")


def _ask(turn: Turn, tap: Tap) -> None:
    report = reports.get(turn.store, tap.id)
    if report is None:
        raise Refused("refused.no_report")
    check_accuse(report, actor_for(turn.desk, turn.me, report, Action.ADMIT))
    turn.ask("accused", report=report.id)
    turn.reply("accused.ask", number=report.number)


def _named(turn: Turn, question: Question) -> bool:
    words = turn.incoming.text.strip()
    if turn.desk.now - question.asked_at > ASKED_FOR or turn.incoming.media or not words:
        turn.settle()
        return False
    report = reports.get(turn.store, question.args["report"])
    if report is None:
        raise Refused("refused.no_report")
    accused = None if words.lower() in NOBODY else _one(turn, words)
    check_accuse(report, actor_for(turn.desk, turn.me, report, Action.ADMIT), accused)
    turn.settle()
    reports.accuse(turn.store, report.id, accused)
    audit.write(turn.store, turn.desk.now, "report.accused", person=turn.me.id, number=report.number)
    turn.desk.refresh(("case", *CARDS_OF_REPORTS), report.id)
    turn.reply("accused.noted" if accused else "accused.cleared", number=report.number)
    return True


def _one(turn: Turn, words: str) -> int:
    found = named(turn.desk, words)
    if len(found) > 1:
        raise Refused("refused.accused_which")
    return found[0].id


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"ac": _ask}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"accused": _named}
