"""修改: until an officer admits it a report's text, place and photos can be changed; all of it stays in its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import places, removing, taking
from handlers.act import act
from handlers.drafting import brief, counted
from handlers.evidence import keep
from handlers.judging import open_fresh
from handlers.message import Button, Event
from handlers.report_text import superseded
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import cards, evidence, reports
from storage import places as roster
from storage.evidence import Evidence
from storage.questions import Question
from storage.store import Store
from woodpecker import clocks
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.reports import Act, Report
from woodpecker.words import Action

CARD = "edit"
ASKED_FOR = clocks.HOUR // 2  # after which a message is a new report again
OWN_STAGES = frozenset({"before", "answer"})


def may_edit(turn: Turn, report_id: int) -> Report:
    """The report, for whoever may still change it. Raises Refused."""
    report = reports.get(turn.store, report_id)
    if report is None or turn.me.id not in (*report.people, report.logger):
        raise Refused("refused.no_report")
    if turn.me.id not in (report.reporter, report.logger):
        raise Refused("refused.not_reporter")
    if not allowed(report, Action.EDIT, turn.me.actor):
        # A tap hears who was faster; a sentence, what to do instead.
        raise Refused("refused.moved_on" if turn.incoming.event is Event.TAP else "refused.edit_too_late")
    return report


def pieces_of(store: Store, report: Report) -> list[Evidence]:
    """What the reporter sent along and may take out again; never what came with a merged report."""
    found = evidence.of_report(store, report.id)
    return [e for e in found if e.stage in OWN_STAGES and e.witness is None]


def begin(turn: Turn, tap: Tap) -> None:
    """修改: opens the card of what can be changed."""
    report = may_edit(turn, tap.id)
    if turn.card is not None and turn.card.kind == CARD:
        turn.settle()
        cards.set_args(turn.store, turn.card.id, {})
        turn.refresh_card()
    else:
        open_fresh(turn, CARD, report.id)


def draw(d: Drawing) -> View:
    """What the report says, and what of it can be changed; once it is admitted only how it stands."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None:
        return view(d.text("refused.no_report"), live=False, moot=True)
    if superseded(d):
        return view(d.text("card.below"), live=False, moot=True)
    if not allowed(report, Action.EDIT, d.reader.actor):
        status = d.text(f"status.{report.status}")
        return view(d.text("editing.over", number=report.number, status=status), live=False, moot=True)
    lines = [
        d.text("editing.title", number=report.number),
        d.text("draft.problem", words=report.text),
        d.text("draft.place", place=report.place_text),
        counted(d, [e.kind for e in pieces_of(d.desk.store, report)]),
    ]
    more, buttons = _STEPS.get(d.card.args.get("step", ""), _main)(d, report)
    brief = f"{lines[0]}\n{more[1]}" if len(more) == 2 else ""
    return view("\n".join([*(line for line in lines if line), *more]), buttons, brief=brief)


Part = tuple[list[str], list[Button]]


def _main(d: Drawing, report: Report) -> Part:
    labels = [("edit_text", "edt"), ("edit_place", "edp"), ("edit_add", "eda")]
    if pieces_of(d.desk.store, report):
        labels.append(("drop_photo", "edd"))
    return [], [d.button(f"button.{label}", verb, report.id) for label, verb in labels]


def _sentence(key: str) -> Callable[[Drawing, Report], Part]:
    def step(d: Drawing, report: Report) -> Part:
        return ["", d.text(key)], [d.button("button.back", "ed", report.id)]

    return step


def _where(d: Drawing, report: Report) -> Part:
    return places.choices(d, report, ("edp", "ed"))


def _drop(d: Drawing, report: Report) -> Part:
    lines, buttons = removing.numbered(d, pieces_of(d.desk.store, report), d.card.args.get("ids", []), "edd", report.id)
    return lines, [*buttons, d.button("button.back", "ed", report.id)]


_STEPS: Mapping[str, Callable[[Drawing, Report], Part]] = {
    "text": _sentence("editing.ask_text"),
    "add": _sentence("editing.ask_add"),
    "place": _where,
    "drop": _drop,
}


def _step(turn: Turn, report: Report, step: str, **args: Any) -> None:
    """Takes the card to a step, in place after a tap, and waits for what is said there."""
    card = turn.card
    if card is not None and (card.kind, card.subject) == (CARD, report.id) and turn.incoming.event is Event.TAP:
        number = card.id
        cards.set_args(turn.store, number, {"step": step, **args})
        turn.refresh_card()
    else:
        number = open_fresh(turn, CARD, report.id, {"step": step, **args})
    turn.ask("edit", report=report.id, step=step, card=number, **args)


def ask_text(turn: Turn, tap: Tap) -> None:
    """改文字."""
    _step(turn, may_edit(turn, tap.id), "text")


def ask_photos(turn: Turn, tap: Tap) -> None:
    """加照片."""
    _step(turn, may_edit(turn, tap.id), "add")


def place(turn: Turn, tap: Tap) -> None:
    """改地点: asks where, or takes the place on the button."""
    report = may_edit(turn, tap.id)
    if not tap.arg:
        _ask_place(turn, report, [p.id for p in places.likely(turn, report)])
    elif tap.arg == places.MORE:
        offer = [p.id for p in places.likely(turn, report)]
        _ask_place(turn, report, offer, every=True)
    elif tap.arg == "typed":
        _move(turn, report, None, str(turn.card.args.get("typed", "")) if turn.card else "")
    else:
        found = roster.get(turn.store, removing.whole(tap.arg.removeprefix("p")))
        if found is None:
            raise Refused("refused.no_place")
        _move(turn, report, found, "")


def _ask_place(turn: Turn, report: Report, offer: list[int], typed: str = "", every: bool = False) -> None:
    _step(turn, report, "place", offer=offer, typed=typed, every=every)


def _move(turn: Turn, report: Report, found: roster.Place | None, words: str) -> None:
    if found is None and not words:
        raise Refused("refused.no_place")
    where = (found.id, found.name, found.department) if found else (None, words, report.department)
    _change(turn, report, Act(Action.EDIT, place=where))


def drop(turn: Turn, tap: Tap) -> None:
    """删照片: shows the numbered sheet, or takes out the one on the button."""
    report = may_edit(turn, tap.id)
    pieces = pieces_of(turn.store, report)
    if not pieces:
        raise Refused("refused.no_photo_left")
    if tap.arg or len(pieces) == 1:
        _take_out(turn, report, [removing.whole(tap.arg) or pieces[0].id])
        return
    removing.send_sheet(turn, pieces)
    ids = [e.id for e in pieces]
    turn.card = None  # the card comes below the sheet
    _step(turn, report, "drop", ids=ids)


def _take_out(turn: Turn, report: Report, chosen: list[int]) -> None:
    known = {e.id for e in pieces_of(turn.store, report)}
    for piece in chosen:
        if piece not in known or not evidence.remove(turn.store, piece, report=report.id):
            raise Refused("refused.photo_gone")
    _change(turn, report, Act(Action.EDIT, removed=tuple(chosen)))


def answer(turn: Turn, question: Question) -> bool:
    """What was asked for: a text, a place, photos, numbers; anything else means something else."""
    step, text = question.args["step"], turn.incoming.text.strip()
    if turn.desk.now - question.asked_at > ASKED_FOR:
        turn.settle()
        return False
    photos = taking.arrived(turn.incoming)
    if bool(photos) != (step == "add") or not (photos or text):
        return False
    turn.card = cards.get(turn.store, question.args["card"])
    report = may_edit(turn, question.args["report"])
    return _ANSWERS[step](turn, report, text, question.args)


def _added(turn: Turn, report: Report, text: str, args: dict[str, Any]) -> bool:
    photos = taking.arrived(turn.incoming)
    keep(turn, photos, "before", report=report.id)
    act(turn.desk, report.id, Act(Action.EDIT, evidence=len(photos)), turn.me)
    turn.reply("draft.late_photo", number=report.number)
    return True


def _dropped(turn: Turn, report: Report, text: str, args: dict[str, Any]) -> bool:
    chosen = removing.typed(text, args["ids"])
    if chosen:
        _take_out(turn, report, chosen)
    return bool(chosen)


def _rewritten(turn: Turn, report: Report, text: str, args: dict[str, Any]) -> bool:
    if len(text) > taking.LONGEST:
        raise Refused("refused.text_too_long")
    _change(turn, report, Act(Action.EDIT, text=text))
    return True


def _placed(turn: Turn, report: Report, text: str, args: dict[str, Any]) -> bool:
    if len(text) > places.LONGEST:
        return False
    seen = places.in_sight(args["offer"], args["typed"], args.get("every", False))
    found = places.meant(turn, text, {**args, "offer": seen})
    if len(found) > 1:
        _ask_place(turn, report, [p.id for p in found[: places.OFFERED - 1]], text)
    else:
        _move(turn, report, found[0] if found else None, text)
    return True


_ANSWERS: Mapping[str, Callable[[Turn, Report, str, dict[str, Any]], bool]] = {
    "text": _rewritten,
    "add": _added,
    "drop": _dropped,
    "place": _placed,
}


def _change(turn: Turn, report: Report, what: Act) -> None:
    """Does it and shows the card as it is now; what comes next is asked for anew."""
    act(turn.desk, report.id, what, turn.me)
    card = turn.card
    left = card is not None and card.args.get("step") == "drop" and bool(pieces_of(turn.store, report))
    if not left:
        turn.settle()
        if card is not None and card.kind == CARD:
            cards.set_args(turn.store, card.id, {"asked": True})
    brief(turn, "draft.edited", number=report.number)
    turn.answered = True
    if turn.incoming.event is not Event.TAP and card is not None:
        turn.desk.refresh_card(card.id)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "ed": begin,
    "edt": ask_text,
    "edp": place,
    "eda": ask_photos,
    "edd": drop,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"edit": answer}
CARDS: Mapping[str, Draw] = {CARD: draw}
