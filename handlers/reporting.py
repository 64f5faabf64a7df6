"""From a photo or a sentence to a report: the draft's card and what can be set on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import (
    alert_report,
    bans,
    drafting,
    found,
    places,
    receipts,
    removing,
    submitting,
    taking,
    together,
)
from handlers.drafting import own, show
from handlers.feedback import expects_answer
from handlers.message import Button, Message
from handlers.texts import words
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, rows, view
from storage import drafts, evidence
from storage.drafts import Draft
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.words import Kind, Naming

KINDS = tuple(Kind)
NAMINGS = (Naming.SHOWN, Naming.HIDDEN, Naming.ANONYMOUS)
TIMES = {"now": "now", "hour": "hour_ago", "morning": "morning", "yesterday": "yesterday"}


def start(turn: Turn, payload: str) -> None:
    """上报: a draft of another purpose waits meanwhile; words behind the command are the problem."""
    bans.check(turn)
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is not None and draft.purpose != "report":
        drafting.park(turn, draft)
        draft = None
    if payload or taking.arrived(turn.incoming):
        _add(turn, payload)
    elif draft is not None:
        drafting.show_below(turn, draft)
    else:
        turn.send(Message(turn.text("report.prompt"), rows([turn.button("button.danger", "sos", 0)])))


def content(turn: Turn) -> None:
    """Takes what was said as part of the open draft, or begins one."""
    incoming = turn.incoming
    text = _without_command(incoming.text.strip())
    if incoming.phone or incoming.foreign_contact:
        turn.send(Message(turn.text("draft.no_phone_needed"), drop_keyboard=True))
        return
    if incoming.edited:
        taking.changed(turn, text)
        return
    taking.complain(turn)
    if taking.late_photo(turn):
        return
    if taking.anything(turn, text):
        _add(turn, text)
    elif not incoming.media:
        turn.reply("draft.unknown_kind")


def _without_command(text: str) -> str:
    """上报 3号球磨机漏油: the word before it only says what it is."""
    first, _, rest = text.partition(" ")
    return rest.strip() if rest.strip() and words("command").get(first.lower()) == "report" else text


def _add(turn: Turn, text: str) -> None:
    draft = drafts.open_of(turn.store, turn.me.id) or _begun(turn)
    if draft.purpose == "report":
        bans.check(turn)
    show(turn, taking.take(turn, draft, text), said=text)


def _begun(turn: Turn) -> Draft:
    queried = expects_answer(turn)
    if queried is not None:
        return drafting.begin(turn, "answer", queried, show_card=False)
    return alert_report.begun(turn) or drafting.begin(turn, "report", show_card=False)


def _face(drawing: Drawing, draft: Draft) -> View:
    lines = [drawing.text("draft.title"), *alert_report.lines(drawing, draft), *drafting.contents(drawing, draft)]
    if draft.kind is not Kind.HAZARD:
        lines.append(drawing.text("draft.kind", kind=drawing.text(f"kind.{draft.kind}")))
    if draft.naming is not Naming.SHOWN:
        lines.append(drawing.text("draft.naming", naming=drawing.text(f"naming.{draft.naming}")))
    if draft.naming is Naming.ANONYMOUS:
        lines.append(drawing.text("nameless.before"))
    if draft.kind is Kind.VIOLATION:
        lines.append(drawing.text("draft.unnamed_please"))
    lines += together.lines(drawing, draft)
    if draft.naming is Naming.HIDDEN and _voices(drawing, draft):
        lines.append(drawing.text("draft.voice_known"))
    more, buttons = _AT.get(drawing.card.args.get("at", ""), _main)(drawing, draft)
    return view("\n".join([*lines, *more]), buttons, brief=f"{lines[0]}\n{more[1]}" if len(more) == 2 else "")


def _voices(drawing: Drawing, draft: Draft) -> bool:
    return any(e.kind == "voice" for e in evidence.of_draft(drawing.desk.store, draft.id))


Part = tuple[list[str], list[Button]]


def _main(d: Drawing, draft: Draft) -> Part:
    labels = (
        ("submit", "dsend"), ("place", "dplace"), ("kind", "dkind"), ("naming", "dname"), ("more", "dmore"),
    )  # fmt: skip
    buttons = [d.button(f"button.{label}", verb, draft.id) for label, verb in labels]
    return [], [*buttons, drafting.cancel_button(d, draft)]


def _back(d: Drawing, draft: Draft) -> Button:
    return d.button("button.back", "dback", draft.id)


def _kinds(d: Drawing, draft: Draft) -> Part:
    buttons = [d.button(f"kind.{kind}", "dkind", draft.id, None, kind) for kind in KINDS]
    return ["", d.text("draft.ask_kind")], [*buttons, _back(d, draft)]


def _namings(d: Drawing, draft: Draft) -> Part:
    buttons = [d.button(f"button.name_{naming}", "dname", draft.id, None, naming) for naming in NAMINGS]
    return ["", d.text("draft.ask_naming")], [*buttons, _back(d, draft)]


def _more(d: Drawing, draft: Draft) -> Part:
    labels = (("found_at", "dfound"), ("drop_photo", "ddrop"), ("rewrite", "dtext"))
    buttons = [d.button(f"button.{label}", verb, draft.id) for label, verb in labels]
    return ["", d.text("draft.ask_more")], [*buttons, *together.more_buttons(d, draft), _back(d, draft)]


def _times(d: Drawing, draft: Draft) -> Part:
    buttons = [d.button(f"button.{label}", "dfound", draft.id, None, arg) for arg, label in TIMES.items()]
    return ["", d.text("draft.ask_found")], [*buttons, _back(d, draft)]


_AT: Mapping[str, Callable[[Drawing, Draft], Part]] = {
    "place": places.choices,
    "kind": _kinds,
    "naming": _namings,
    "more": _more,
    "found": _times,
    "with": together.choices(together.WITH),
    "for": together.choices(together.FOR),
    "drop": removing.choices,
}


def _draft_card(drawing: Drawing) -> View:
    return drafting.draw(drawing, _face)


def _send(turn: Turn, tap: Tap) -> None:
    submitting.submit(turn, own(turn, tap.id, "report"))


def _place(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "report")
    if not tap.arg:
        places.ask(turn, draft, submit=False)
        return
    if tap.arg == places.MORE:
        places.ask_more(turn, draft)
        return
    submit = bool(turn.card and turn.card.args.get("submit"))
    draft = places.tapped(turn, draft, tap.arg)
    if submit:
        submitting.submit(turn, draft)
    else:
        show(turn, draft)


def _kind(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "report")
    if tap.arg not in KINDS:
        show(turn, draft, at="kind")
        return
    _set(turn, draft, kind=Kind(tap.arg))


def _naming(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "report")
    if tap.arg not in NAMINGS:
        show(turn, draft, at="naming")
        return
    if tap.arg == Naming.ANONYMOUS and (draft.joint or draft.behalf is not None):
        raise Refused("refused.anonymous_alone")
    _set(turn, draft, naming=Naming(tap.arg))


def _set(turn: Turn, draft: Draft, **values: object) -> None:
    show(turn, drafts.change(turn.store, draft.id, turn.desk.now, **values))


def _show_more(turn: Turn, tap: Tap) -> None:
    show(turn, own(turn, tap.id, "report"), at="more")


def _show_main(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "report")
    turn.settle()
    show(turn, draft)


def _found(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "report")
    if tap.arg not in TIMES:
        turn.ask("when", draft=draft.id)
        show(turn, draft, at="found")
        return
    turn.settle()
    _set(turn, draft, found_at=found.chosen(tap.arg, turn.desk.now, turn.desk.plant.zone))


def _when(turn: Turn, question: Question) -> bool:
    draft = drafts.open_of(turn.store, turn.me.id)
    text = turn.incoming.text.strip()
    if draft is None or draft.id != question.args["draft"] or turn.incoming.media or not 0 < len(text) <= found.LONGEST:
        return False
    at = found.typed(text, turn.desk.now, turn.desk.plant.zone)
    turn.settle()
    _set(turn, draft, found_at=at)
    return True


def _rewrite(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "report")
    turn.reply("draft.ask_text")
    _set(turn, draft, text="")


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    **drafting.TAPS,
    **receipts.TAPS,
    **removing.TAPS,
    "dsend": _send,
    "dplace": _place,
    "dkind": _kind,
    "dname": _naming,
    "dmore": _show_more,
    "dback": _show_main,
    "dfound": _found,
    "dtext": _rewrite,
}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {
    "what": submitting.what,
    "where": submitting.where,
    "when": _when,
    **removing.QUESTIONS,
}
CARDS: Mapping[str, Draw] = {"draft": _draft_card, **receipts.CARDS}
