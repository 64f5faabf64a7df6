"""请假: who is away from when to when, and who stands in; for oneself, as admin or leader for anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from handlers import on_leave
from handlers.away import reachable
from handlers.choosing import named
from handlers.judging import forget_question, open_fresh
from handlers.leave_card import AT_MOST, draw
from handlers.message import Event
from handlers.span import span_meant
from handlers.turn import Tap, Turn, say
from handlers.views import Draw
from storage import audit, cards, leave
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.leave import Leave, check, check_entry, enters_for_others

CARD = "leave"
TYPED = frozenset({"who", "days", "deputy"})  # steps that take words
SHORTCUTS: Mapping[str, str] = {"0": "今天", "1": "明天", "3": "3天", "7": "7天"}


def show(turn: Turn, payload: str) -> None:
    """Answers the command; days behind it are one's own leave, a name is whose leave is entered."""
    if not payload:
        _go(turn, {"step": ""}, fresh=True)
    elif span_meant(payload, _today(turn)) is not None:
        _days(turn, {"person": turn.me.id}, payload, fresh=True)
    else:
        _who(turn, payload)


def _today(turn: Turn) -> date:
    return clocks.local_day(turn.desk.now, turn.desk.plant.zone)


def _go(turn: Turn, args: dict[str, Any], *, fresh: bool = False) -> None:
    """Takes the card to a step; what was typed is answered below."""
    card = turn.card if turn.card and turn.card.kind == CARD and not fresh else None
    if card is None:
        number = open_fresh(turn, CARD, turn.me.id, args)
    else:
        number = card.id
        cards.set_args(turn.store, number, {**args, "asked": True})
        turn.refresh_card()
    if args["step"] in TYPED:
        turn.ask(CARD, card=number, step=args["step"])
    else:
        forget_question(turn, number)


def _at(turn: Turn, tap: Tap, *steps: str) -> dict[str, Any]:
    """Where the tapped card stands. Raises Refused unless it is one's own and at one of these steps."""
    args = dict(turn.card.args) if turn.card and turn.card.kind == CARD else {}
    if turn.card is None or turn.card.subject != turn.me.id or tap.id != turn.me.id:
        raise Refused("refused.unknown_button")
    if args.get("step", "") not in steps:
        raise Refused("refused.leave_begun")
    return args


def mine(turn: Turn, tap: Tap) -> None:
    """我要请假: asks from when to when."""
    _at(turn, tap, "")
    _go(turn, {"step": "days", "person": turn.me.id})


def others(turn: Turn, tap: Tap) -> None:
    """替人登记: asks for whom."""
    _at(turn, tap, "")
    if not enters_for_others(turn.me.actor):
        raise Refused("refused.leave_of_others")
    _go(turn, {"step": "who"})


def who(turn: Turn, tap: Tap) -> None:
    """One of several who are called like that."""
    _at(turn, tap, "who")
    _person(turn, _number(tap.arg), fresh=False)


def _who(turn: Turn, words: str) -> None:
    if not enters_for_others(turn.me.actor):
        raise Refused("refused.leave_of_others")
    found = named(turn.desk, words)
    if len(found) > 1:
        _go(turn, {"step": "who", "found": [p.id for p in found]}, fresh=True)
    else:
        _person(turn, found[0].id, fresh=True)


def _person(turn: Turn, person: int, *, fresh: bool) -> None:
    found = turn.desk.person(person)
    if found is None or found.left_on is not None:
        raise Refused("refused.unknown_button")
    check_entry(turn.me.actor, found.id)
    _go(turn, {"step": "days", "person": found.id}, fresh=fresh)


def _number(arg: str) -> int:
    return int(arg) if arg.isascii() and arg.isdigit() and len(arg) < 18 else 0


def days(turn: Turn, tap: Tap) -> None:
    """今天, 明天, 3天, 7天."""
    args = _at(turn, tap, "days")
    if tap.arg not in SHORTCUTS:
        raise Refused("refused.unknown_button")
    _days(turn, args, SHORTCUTS[tap.arg], fresh=False)


def _days(turn: Turn, args: dict[str, Any], words: str, *, fresh: bool) -> None:
    span = span_meant(words, _today(turn))
    if span is None:
        raise Refused("refused.no_span")
    check(Leave(args["person"], *span), _today(turn))
    first, last = (d.isoformat() for d in span)
    _go(turn, {"step": "deputy", "person": args["person"], "first": first, "last": last}, fresh=fresh)


def deputy(turn: Turn, tap: Tap) -> None:
    """The person on the button, or 没有代理人."""
    args = _at(turn, tap, "deputy")
    _stands_in(turn, args, None if tap.arg == "-" else _number(tap.arg), fresh=False)


def _deputy(turn: Turn, args: dict[str, Any], words: str) -> None:
    found = named(turn.desk, words)
    if len(found) > 1:
        _go(turn, {**args, "found": [p.id for p in found]}, fresh=True)
    else:
        _stands_in(turn, args, found[0].id, fresh=True)


def _stands_in(turn: Turn, args: dict[str, Any], person: int | None, *, fresh: bool) -> None:
    check(_meant(args, person), _today(turn))
    if person is not None and not reachable(turn.desk, person):
        found = turn.desk.person(person)
        raise Refused("refused.deputy_absent", name=found.name if found else "")
    _go(turn, {**args, "step": "sure", "deputy": person, "found": []}, fresh=fresh)


def _meant(args: Mapping[str, Any], person: int | None) -> Leave:
    return Leave(args["person"], date.fromisoformat(args["first"]), date.fromisoformat(args["last"]), person)


def sure(turn: Turn, tap: Tap) -> None:
    """确定: it is on the list, and whoever it concerns is told."""
    args = _at(turn, tap, "sure")
    enter(turn, _meant(args, args["deputy"]))
    _go(turn, {"step": ""})
    say(turn, turn.text("leave.entered"))


def enter(turn: Turn, new: Leave) -> None:
    """Enters a leave. Raises Refused."""
    desk = turn.desk
    check_entry(turn.me.actor, new.person)
    check(new, _today(turn))
    leave.add(turn.store, new, turn.me.id, desk.now)
    audit.write(turn.store, desk.now, "leave.enter", new.person, turn.me.id, first=new.first.isoformat(),
                last=new.last.isoformat(), deputy=new.deputy)  # fmt: skip
    on_leave.tell_entered(desk, new, turn.me.id)


def back(turn: Turn, tap: Tap) -> None:
    """返回: to the list."""
    _at(turn, tap, "who", "days", "deputy", "sure", "end")
    _go(turn, {"step": ""})


def end(turn: Turn, tap: Tap) -> None:
    """销假: the only leave one may end, or asks which."""
    _at(turn, tap, "", "end")
    if enters_for_others(turn.me.actor):
        found = leave.coming(turn.store, _today(turn), AT_MOST)
    else:
        found = leave.of_person(turn.store, turn.me.id, _today(turn))
    if tap.arg:
        chosen = next((x for x in found if x.id == _number(tap.arg)), None)
    else:
        chosen = found[0] if len(found) == 1 else None
    if tap.arg and chosen is None:
        raise Refused("refused.leave_begun")
    if chosen is None:
        _go(turn, {"step": "end"})
        return
    _end(turn, chosen)


def _end(turn: Turn, chosen: Leave) -> None:
    check_entry(turn.me.actor, chosen.person)
    desk = turn.desk
    if not leave.end(turn.store, chosen.id, desk.now):
        raise Refused("refused.leave_begun")
    audit.write(turn.store, desk.now, "leave.end", chosen.person, turn.me.id, first=chosen.first.isoformat())
    on_leave.tell_ended(desk, chosen, turn.me.id)
    _go(turn, {"step": ""})
    say(turn, turn.text("leave.ended"))


def answer(turn: Turn, question: Question) -> bool:
    """Takes what was typed as what the card's step waits for."""
    words = turn.incoming.text.strip()
    if turn.incoming.media or not words or turn.incoming.event is not Event.MESSAGE:
        return False
    card, step = cards.get(turn.store, question.args["card"]), question.args["step"]
    if card is None or card.args.get("step") != step:
        turn.settle()
        return False
    args = {k: v for k, v in card.args.items() if k != "asked"}
    if step == "who":
        _who(turn, words)
    elif step == "days":
        _days(turn, args, words, fresh=True)
    else:
        _deputy(turn, args, words)
    return True


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "lvme": mine,
    "lvfor": others,
    "lvwho": who,
    "lvday": days,
    "lvdep": deputy,
    "lvyes": sure,
    "lvback": back,
    "lvend": end,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {CARD: answer}
CARDS: Mapping[str, Draw] = {CARD: draw}
