"""Drafts of every purpose: begun, filled by whatever is said, laid aside, ended; each has one card.

A module that owns a purpose (report, fix, part, answer, reopen) begins one with `begin(turn, purpose, report)` from a
tap or a command. Everything said from then on joins it (handlers/taking.py) and its card is shown anew. The module
registers under CARDS[CARD_OF[purpose]] a view made with `draw(drawing, face)`; its face gets the open draft, usually
shows `contents(drawing, draft)` and a submit button of its own. On that tap it calls `own(turn, tap.id, purpose)` for
the draft (raises Refused, also after it was sent), gives the pieces to the report (`storage.evidence.submit`), acts,
ends with `close(turn, draft, "submitted")` and last of all `come_back(turn)`. [取消] is `cancel_button`, [另报一条] is
`anew_button`; both are handled here. A person has one open draft; beginning another lays the first aside, and it comes
back when the other has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.desk import Desk
from handlers.formats import minute_text
from handlers.message import Button, Event
from handlers.turn import Tap, Turn
from handlers.views import Drawing, View, view
from storage import cards, drafts, evidence, reports
from storage.cards import Card
from storage.drafts import Draft
from woodpecker import clocks
from woodpecker.errors import Refused

CARD_OF: Mapping[str, str] = {
    "report": "draft", "fix": "fixdraft", "part": "partdraft", "answer": "ansdraft", "reopen": "redraft",
}  # fmt: skip
DRAFT_CARDS = tuple(CARD_OF.values())  # refresh these about a draft that has ended otherwise
SHORT = 120  # characters of a long text that its card shows
ASKING = ("place", "found", "with", "for", "drop")  # steps of a card that wait for a typed answer
LONG_AGO = 30 * 60_000  # ms; from then on the card shows when it was found

Face = Callable[[Drawing, Draft], View]


def begin(turn: Turn, purpose: str, report: int | None = None, *, show_card: bool = True) -> Draft:
    """The open draft of this purpose about this report; whatever else was open is laid aside."""
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is None or (draft.purpose, draft.report) != (purpose, report):
        if draft is not None:
            park(turn, draft)
        draft = _again(turn, purpose, report) or drafts.start(
            turn.store,
            turn.me.id,
            purpose,
            report,
            turn.incoming.sent_at,
            turn.incoming.delivery,
            turn.desk.now,
        )
    if show_card:
        show_below(turn, draft)
    return draft


def _again(turn: Turn, purpose: str, report: int | None) -> Draft | None:
    for parked in drafts.parked_of(turn.store, turn.me.id):
        if (parked.purpose, parked.report) == (purpose, report):
            return drafts.unpark(turn.store, parked.id, turn.desk.now)
    return None


def park(turn: Turn, draft: Draft) -> None:
    """Lays an open draft aside until the next one has ended."""
    drafts.park(turn.store, draft.id)
    turn.settle()
    turn.desk.refresh(DRAFT_CARDS, draft.id)


def own(turn: Turn, draft_id: int, *purposes: str) -> Draft:
    """The actor's own draft, opened again if it was laid aside. Raises Refused for any other."""
    fate = drafts.fate(turn.store, draft_id)
    if fate is None or fate.person != turn.me.id or (purposes and fate.purpose not in purposes):
        raise Refused("refused.no_draft")
    if fate.state == "parked":
        current = drafts.open_of(turn.store, turn.me.id)
        if current is not None:
            park(turn, current)
        drafts.unpark(turn.store, draft_id, turn.desk.now)
    draft = drafts.get(turn.store, draft_id)
    if draft is not None:
        return draft
    if fate.state == "submitted" and fate.report is not None:
        report = reports.get(turn.store, fate.report)
        raise Refused("refused.draft_sent", number=report.number if report else "")
    raise Refused("refused.draft_over")


def close(turn: Turn, draft: Draft, state: str, report: int | None = None) -> None:
    """Ends a draft as "submitted" or "cancelled"; what was laid aside for it comes back."""
    drafts.end(turn.store, draft.id, state, report)
    turn.settle()
    turn.desk.refresh(DRAFT_CARDS, draft.id)


def come_back(turn: Turn) -> None:
    """Shows what was laid aside; said last, so that it stands at the bottom of the chat."""
    parked = drafts.parked_of(turn.store, turn.me.id)
    if parked and drafts.open_of(turn.store, turn.me.id) is None:
        draft = drafts.unpark(turn.store, parked[0].id, turn.desk.now)
        if draft is not None:
            turn.reply("draft.back_to_it")
            show_below(turn, draft)


def here(turn: Turn, draft: Draft) -> Card | None:
    """The draft's card in this chat."""
    return _in_chat(turn, _shown(turn, draft))


def _shown(turn: Turn, draft: Draft) -> list[Card]:
    found = cards.of_subject(turn.store, (CARD_OF[draft.purpose],), draft.id)
    return [c for c in found if not c.args.get("below")]


def _in_chat(turn: Turn, shown: list[Card]) -> Card | None:
    chat = (turn.incoming.platform, turn.account.chat)
    return next((c for c in reversed(shown) if (c.platform, c.chat) == chat), None)


def show(turn: Turn, draft: Draft, *, said: str | None = None, **args: Any) -> None:
    """Shows the draft's card anew in place, or sends it if there is none here; `args` are its own steps.

    `said` is what this message brought: the card remembers it, so that a change of the message can be followed,
    and goes on asking what it asks.
    """
    shown = _shown(turn, draft)
    card = _in_chat(turn, shown)
    old = card.args if card is not None else {}
    parts = old.get("parts", {})
    if said is not None:
        args = {k: v for k, v in old.items() if old.get("at") in ASKING and k != "parts"}
        parts = {**parts, turn.incoming.message_ref: said}
    new = {**args, "parts": parts} if parts else args
    if card is None:
        turn.open_card(CARD_OF[draft.purpose], draft.id, new)
    elif new != old:
        cards.set_args(turn.store, card.id, new)
    turn.answered = True
    for one in shown:
        turn.desk.refresh_card(one.id, turn.hold)


def show_below(turn: Turn, draft: Draft, **args: Any) -> None:
    """Sends the card once more at the bottom of the chat; the one above points to it."""
    card = here(turn, draft)
    kept: dict[str, Any] = {}
    if card is not None:
        kept = {k: v for k, v in card.args.items() if k == "parts"}
        cards.set_args(turn.store, card.id, {"below": True})
        turn.desk.refresh_card(card.id)
    turn.open_card(CARD_OF[draft.purpose], draft.id, {**kept, **args})


def show_where_acted(turn: Turn, draft: Draft, **args: Any) -> None:
    """A tap changes the card in place; after a message it comes again below what was said."""
    if turn.incoming.event is Event.TAP:
        show(turn, draft, **args)
    else:
        show_below(turn, draft, **args)


def draw(drawing: Drawing, face: Face) -> View:
    """The card of an open draft by its face; of any other what became of it."""
    draft = drafts.get(drawing.desk.store, drawing.card.subject)
    if draft is None:
        return _over(drawing)
    if drawing.card.args.get("below") or CARD_OF[draft.purpose] != drawing.card.kind:
        return view(drawing.text("draft.below"), live=False)
    return face(drawing, draft)


def _over(drawing: Drawing) -> View:
    fate = drafts.fate(drawing.desk.store, drawing.card.subject)
    state = fate.state if fate else "cancelled"
    if state == "parked":
        return view(drawing.text("draft.parked"), [drawing.button("button.go_on", "dgo", drawing.card.subject)])
    report = reports.get(drawing.desk.store, fate.report) if fate and fate.report else None
    key = "handed_in" if state == "submitted" and fate and fate.purpose != "report" else state
    return view(drawing.text(f"draft.over_{key}", number=report.number if report else ""), live=False)


def contents(drawing: Drawing, draft: Draft) -> list[str]:
    """What a draft holds, a line each: words, photos, voices."""
    pieces = evidence.of_draft(drawing.desk.store, draft.id)
    words = shortened(draft.text)
    if len(draft.text) > SHORT:  # so that what is added shows
        words += drawing.text("draft.length", n=len(draft.text))
    lines = [drawing.text("draft.words", words=words or drawing.text("draft.none_yet"))]
    if draft.purpose == "report":
        lines[0] = drawing.text("draft.problem", words=words or drawing.text("draft.problem_missing"))
        lines.append(drawing.text("draft.place", place=draft.place_text or drawing.text("draft.place_missing")))
    lines.append(counted(drawing, [p.kind for p in pieces]) or drawing.text("draft.no_photos"))
    if draft.latitude is not None:
        lines.append(drawing.text("draft.located"))
    if draft.found_at is not None and abs(draft.touched_at - draft.found_at) > LONG_AGO:
        lines.append(drawing.text("draft.found", at=minute_text(draft.found_at, drawing.desk.plant.zone)))
    if drawing.card.args.get("soon"):
        lines.append(drawing.text("draft.soon", at=minute_text(ends_at(drawing.desk, draft), drawing.desk.plant.zone)))
    return lines


def ends_at(desk: Desk, draft: Draft) -> int:
    """When the draft expires if nobody touches it."""
    return draft.touched_at + desk.plant.programme.clocks.draft_hours * clocks.HOUR


def counted(drawing: Drawing, kinds: list[str]) -> str:
    """照片：2 张 · 语音：1 段; "" if there is nothing."""
    known = [kind for kind in ("photo", "voice", "video") if kind in kinds]
    found = [drawing.text(f"draft.count_{kind}", n=kinds.count(kind)) for kind in known]
    return " · ".join(found)


def shortened(text: str, limit: int = SHORT) -> str:
    """A long text cut with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def brief(turn: Turn, key: str, **args: object) -> None:
    """Answers in passing: a tap with a toast, a typed label with a sentence."""
    if turn.incoming.event is Event.TAP:
        turn.toast = turn.text(key, **args)
    else:
        turn.reply(key, **args)


def cancel_button(drawing: Drawing, draft: Draft) -> Button:
    """[取消]"""
    return drawing.button("button.cancel", "dcancel", draft.id)


def anew_button(drawing: Drawing, draft: Draft) -> Button:
    """[另报一条]: this draft waits while a report is made."""
    return drawing.button("button.anew", "danew", draft.id)


def _cancel(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id)
    close(turn, draft, "cancelled")
    brief(turn, "draft.cancelled")
    come_back(turn)


def _anew(turn: Turn, tap: Tap) -> None:
    park(turn, own(turn, tap.id, "fix", "part", "answer", "reopen"))
    turn.reply("report.prompt")


def _go_on(turn: Turn, tap: Tap) -> None:
    show_below(turn, own(turn, tap.id))


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"dcancel": _cancel, "danew": _anew, "dgo": _go_on}
