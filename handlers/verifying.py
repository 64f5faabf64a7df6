"""The officer's side: admit, reject, merge, ask, or fixed on the spot."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import admitting, merging, rejecting
from handlers.evidence import send_originals
from handlers.judging import Answer, asked_for, check_may, go, state, tapped, too_late
from handlers.turn import Tap, Turn
from handlers.verify_card import PARENT, draw
from handlers.views import Draw
from storage import reports
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.words import Action, Kind


def back(turn: Turn, tap: Tap) -> None:
    """返回: one step back; what was filled in stays while it is confirmed."""
    report = tapped(turn, tap, Action.ADMIT)
    args = state(turn, report)
    step = PARENT.get(args.get("step", ""), "")
    if step == "level" and report.kind is not Kind.HAZARD:
        step = ""
    if step == "category" or args.get("group"):
        step = "category" if args.get("group") else step
    kept = args if step in {"confirm", "category"} else {}
    go(turn, report, {**kept, "step": step, "group": "", "found": []})


def photos(turn: Turn, tap: Tap) -> None:
    """照片: the originals."""
    report = reports.get(turn.store, tap.id)
    if report is None:
        raise Refused("refused.no_report")
    send_originals(turn, report)


def answer(turn: Turn, question: Question) -> bool:
    """Takes what was typed (or a photo, where one was asked for) as what the card's step waits for."""
    words, step = turn.incoming.text.strip(), question.args["step"]
    media = bool(turn.incoming.media)
    if (media and step != "spot") or not (words or media):
        return False
    report = asked_for(turn, question)
    if report is None:
        return too_late(turn, question)
    check_may(turn.desk, turn.me, report, Action.ADMIT)
    ANSWERS[step](turn, report, words)
    return True


ANSWERS: Mapping[str, Answer] = {
    "owner": admitting.owner_typed,
    "due": admitting.due_typed,
    "category": admitting.category_typed,
    "other": rejecting.reject_typed,
    "query": rejecting.query_typed,
    "spot": rejecting.spot_shown,
    "merge": merging.merge_typed,
}

TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "va": admitting.begin,
    "vl": admitting.level,
    "vc": admitting.confirm,
    "vx": admitting.admit_closed,
    "vo": admitting.owner,
    "vd": admitting.due,
    "vk": admitting.category,
    "vu": admitting.outside,
    "vb": back,
    "vr": rejecting.reject,
    "vq": rejecting.query,
    "vs": rejecting.spot,
    "vm": merging.merge,
    "pics": photos,
}
CHOICES: Mapping[str, Callable[[Turn, Tap], None]] = {"vl": admitting.level, "vo": admitting.owner}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"verify": answer}
CARDS: Mapping[str, Draw] = {"verify": draw}
