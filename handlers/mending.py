"""更正 and 作废: an officer puts right what was admitted wrongly, and reads first what it does to the award."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.admitting import levels
from handlers.desk import Desk
from handlers.evidence import may_see
from handlers.judging import check_may, finish, go, open_fresh, state, tapped, with_report
from handlers.mend_card import draw
from handlers.merging import meant
from handlers.turn import Tap, Turn
from handlers.views import Draw
from storage import cards, places
from storage.places import Place
from storage.questions import Question
from woodpecker import clocks
from woodpecker.categories import CATEGORIES, CODES
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Act, Report
from woodpecker.transitions import TRANSITIONS
from woodpecker.words import Action, Kind, Level

CARD = "mend"
LONGEST = 40  # characters; a longer sentence is no place
SEVERAL = 5


def may_mend(desk: Desk, person: Person, report: Report) -> bool:
    """Whether this person may correct the report now."""
    if (report.status, Action.CORRECT) not in TRANSITIONS:
        return False
    try:
        check_may(desk, person, report, Action.CORRECT)
    except Refused:
        return False
    return True


def begin(turn: Turn, tap: Tap) -> None:
    """更多: opens the card on which it is corrected."""
    report = tapped(turn, tap, Action.CORRECT)
    open_fresh(turn, CARD, report.id, {"step": ""})


def back(turn: Turn, tap: Tap) -> None:
    """返回: to what can be changed."""
    go(turn, tapped(turn, tap, Action.CORRECT), {"step": ""}, CARD)


def kind(turn: Turn, tap: Tap) -> None:
    """改类型: asks which; a hazard also needs its level."""
    report = tapped(turn, tap, Action.CORRECT)
    if not tap.arg:
        go(turn, report, {"step": "kind"}, CARD)
    elif tap.arg not in set(Kind) - {report.kind}:
        raise Refused("refused.unknown_button")
    elif tap.arg == Kind.HAZARD:
        go(turn, report, {"step": "level", "kind": Kind.HAZARD}, CARD)
    else:
        go(turn, report, {"step": "sure", "kind": tap.arg}, CARD)


def level(turn: Turn, tap: Tap) -> None:
    """改等级: asks which, then shows what follows."""
    report = tapped(turn, tap, Action.CORRECT)
    chosen = state(turn, report, CARD).get("kind")
    if report.kind is not Kind.HAZARD and chosen != Kind.HAZARD:
        raise Refused("refused.unknown_button")
    if not tap.arg:
        go(turn, report, {"step": "level"}, CARD)
    elif tap.arg not in set(levels(turn.desk.plant.programme)) - {report.level if not chosen else None}:
        raise Refused("refused.unknown_button")
    else:
        go(turn, report, {"step": "sure", "kind": chosen, "level": tap.arg}, CARD)


def sure(turn: Turn, tap: Tap) -> None:
    """确定更正."""
    report = tapped(turn, tap, Action.CORRECT)
    args = state(turn, report, CARD)
    if args.get("step") != "sure" or tap.arg != chosen_of(args):
        raise Refused("refused.moved_on")
    to_kind = Kind(args["kind"]) if args.get("kind") else None
    to_level = Level(args["level"]) if args.get("level") else None
    due = clocks.due_at(turn.desk.plant.programme, to_level, turn.desk.now, turn.desk.plant.zone)
    _done(turn, report, Act(Action.CORRECT, kind=to_kind, level=to_level, due=due), "mend.corrected")


def chosen_of(args: Mapping[str, object]) -> str:
    """What is about to be confirmed, on the button that confirms it."""
    return f"{args.get('kind') or ''}-{args.get('level') or ''}"


def category(turn: Turn, tap: Tap) -> None:
    """改类别: asks the group, then the class; `-` is none."""
    report = tapped(turn, tap, Action.CORRECT)
    if tap.arg == "-" or tap.arg in CODES:
        _categorise(turn, report, tap.arg.strip("-"))
    elif tap.arg.removesuffix("+") in {"", *CATEGORIES}:
        go(turn, report, {"step": "category", "group": tap.arg}, CARD)
    else:
        raise Refused("refused.unknown_button")


def category_typed(turn: Turn, report: Report, words: str) -> None:
    """A class was typed as its number."""
    code = words.split(maxsplit=1)[0][:2]
    if code not in CODES:
        raise Refused("refused.no_category")
    _categorise(turn, report, code)


def _done(turn: Turn, report: Report, what: Act, key: str) -> None:
    """Does it; the card goes back to what else can be changed."""
    card = turn.card
    finish(turn, report, what, key)
    if card is not None and card.kind == CARD:
        cards.set_args(turn.store, card.id, {"step": "", "asked": True})


def _categorise(turn: Turn, report: Report, code: str) -> None:
    if code == report.category:
        raise Refused("refused.correction_same")
    _done(turn, report, Act(Action.CORRECT, category=code), "mend.corrected")


def place(turn: Turn, tap: Tap) -> None:
    """改地点: asks where, or takes the place on the button."""
    report = tapped(turn, tap, Action.CORRECT)
    if not tap.arg:
        go(turn, report, {"step": "where", "found": likely(turn, report)}, CARD)
        return
    number = int(tap.arg) if tap.arg.isascii() and tap.arg.isdigit() and len(tap.arg) < 18 else 0
    found = places.get(turn.store, number)
    if found is None:
        raise Refused("refused.no_place")
    _move(turn, report, found, "")


def likely(turn: Turn, report: Report) -> list[int]:
    """Where it may be instead: what its words name, then the department's places."""
    found = places.named_in(turn.store, report.text)
    found += places.likely(turn.store, turn.me.id, report.department, SEVERAL)
    return list(dict.fromkeys(p.id for p in found if p.id != report.place))[:SEVERAL]


def place_typed(turn: Turn, report: Report, words: str) -> None:
    """A code, a name, or free words; several that fit are asked back about once."""
    if len(words) > LONGEST:
        raise Refused("refused.no_place")
    exact = places.by_code(turn.store, words) or places.by_name(turn.store, words)
    found = [exact] if exact else places.search(turn.store, words, SEVERAL)
    if len(found) > 1 and not state(turn, report, CARD).get("typed"):
        go(turn, report, {"step": "where", "found": [p.id for p in found], "typed": words}, CARD)
    else:
        _move(turn, report, found[0] if len(found) == 1 else None, words)


def _move(turn: Turn, report: Report, found: Place | None, words: str) -> None:
    """To a place of the roster, else to what the words say within the same department."""
    where = (found.id, found.name, found.department) if found else (None, words, report.department)
    if where[:2] == (report.place, report.place_text):
        raise Refused("refused.correction_same")
    _done(turn, report, Act(Action.CORRECT, place=where), "mend.corrected")


def void(turn: Turn, tap: Tap) -> None:
    """作废: asks why."""
    go(turn, tapped(turn, tap, Action.VOID), {"step": "void"}, CARD)


def void_typed(turn: Turn, report: Report, words: str) -> None:
    """Why: now it is void."""
    _done(turn, report, Act(Action.VOID, words=words), "mend.voided")


def merge(turn: Turn, tap: Tap) -> None:
    """并入: asks into which; only one that was sent earlier."""
    go(turn, tapped(turn, tap, Action.MERGE), {"step": "merge"}, CARD)


def merge_typed(turn: Turn, report: Report, words: str) -> None:
    """The number of the one that came first."""
    other = meant(turn, report, words)
    if other is None or not may_see(turn.me, other):
        raise Refused("refused.no_report")
    finish(turn, report, Act(Action.MERGE, original=other), "verify.merged")


def answer(turn: Turn, question: Question) -> bool:
    """Takes what was typed as what the card's step waits for."""
    step = question.args["step"]

    def done(report: Report, words: str) -> None:
        check_may(turn.desk, turn.me, report, WORDS_FOR.get(step, Action.CORRECT))
        ANSWERS[step](turn, report, words)

    return with_report(turn, question, done)


WORDS_FOR = {"void": Action.VOID, "merge": Action.MERGE}
ANSWERS: Mapping[str, Callable[[Turn, Report, str], None]] = {
    "category": category_typed,
    "where": place_typed,
    "void": void_typed,
    "merge": merge_typed,
}
TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "md": begin,
    "mdb": back,
    "mdk": kind,
    "mdl": level,
    "mdy": sure,
    "mdc": category,
    "mdp": place,
    "mdv": void,
    "mdm": merge,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {CARD: answer}
CARDS: Mapping[str, Draw] = {CARD: draw}
