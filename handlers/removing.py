"""删照片: single photos and voices chosen by number from a contact sheet, out of a draft or a sent report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from handlers import drafting
from handlers.drafting import brief, own, show
from handlers.evidence import SHEET, media_of
from handlers.message import Button, Message
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Drawing
from storage import drafts, evidence
from storage.drafts import Draft
from storage.evidence import Evidence
from storage.questions import Question
from woodpecker.errors import Refused

OFFERED = 5  # buttons beside [返回]; further ones are typed
_NUMBERS = re.compile(r"\d{1,3}(?:[、，,\s]+\d{1,3})*")

Part = tuple[list[str], list[Button]]


def send_sheet(turn: Turn, pieces: Sequence[Evidence]) -> None:
    """Shows all photos with the numbers they are chosen by."""
    photos = [(n, e) for n, e in enumerate(pieces, 1) if e.kind == "photo"]
    for start in range(0, len(photos), SHEET):
        part = photos[start : start + SHEET]
        numbers = tuple(str(n) for n, _ in part)
        shown = media_of([e for _, e in part])
        turn.send(Message(turn.text("removing.sheet"), media=shown, sheet=True, labels=numbers))


def numbered(d: Drawing, pieces: Sequence[Evidence], ids: Sequence[int], verb: str, subject: int) -> Part:
    """The question with what is still there, by the numbers of the sheet."""
    left = {e.id: e for e in pieces}
    known = [(n, left[i]) for n, i in enumerate(ids, 1) if i in left]
    lines = ["", d.text("removing.ask" if len(known) <= OFFERED else "removing.ask_typed")]
    lines += [
        d.text("draft.choice", n=n, place=d.text(f"removing.{e.kind}"))
        for n, e in known
        if e.kind in ("voice", "video")
    ]
    buttons = [
        Button(d.text("removing.number", n=n), tap_data(verb, subject, None, str(e.id))) for n, e in known[:OFFERED]
    ]
    return lines, buttons


def typed(text: str, ids: Sequence[int]) -> list[int]:
    """The pieces that numbers mean; none if it says something else. Raises Refused for a number not on the sheet."""
    if _NUMBERS.fullmatch(text) is None:
        return []
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if not all(0 < n <= len(ids) for n in numbers):
        raise Refused("refused.no_such_photo", most=len(ids))
    return list(dict.fromkeys(ids[n - 1] for n in numbers))


def whole(arg: str) -> int:
    """The piece a button means; 0 if it is none."""
    return int(arg) if arg.isascii() and arg.isdigit() and len(arg) < 18 else 0


def choices(d: Drawing, draft: Draft) -> Part:
    """The step on a draft's card."""
    pieces = evidence.of_draft(d.desk.store, draft.id)
    lines, buttons = numbered(d, pieces, d.card.args.get("ids", []), "ddrop", draft.id)
    return lines, [*buttons, d.button("button.back", "dback", draft.id)]


def drop(turn: Turn, tap: Tap) -> None:
    """删照片: shows the sheet, or takes out the one on the button; a single one at once."""
    draft = own(turn, tap.id, "report")
    pieces = [e.id for e in evidence.of_draft(turn.store, draft.id)]
    if not pieces:
        raise Refused("refused.no_photo_left")
    if tap.arg:
        ids = list(turn.card.args.get("ids", [])) if turn.card else []
        _take_out(turn, draft, [whole(tap.arg)], ids)
    elif len(pieces) == 1:
        _take_out(turn, draft, pieces, [])
    else:
        send_sheet(turn, evidence.of_draft(turn.store, draft.id))
        turn.ask("drop", draft=draft.id, ids=pieces)
        drafting.show_below(turn, draft, at="drop", ids=pieces)


def answer(turn: Turn, question: Question) -> bool:
    """Numbers of the sheet, typed."""
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is None or draft.id != question.args["draft"] or turn.incoming.media:
        return False
    chosen = typed(turn.incoming.text.strip(), question.args["ids"])
    if not chosen:
        return False
    _take_out(turn, draft, chosen, question.args["ids"])
    return True


def _take_out(turn: Turn, draft: Draft, chosen: list[int], ids: list[int]) -> None:
    for piece in chosen:
        if not evidence.remove(turn.store, piece, draft=draft.id):
            raise Refused("refused.photo_gone")
    drafts.change(turn.store, draft.id, turn.desk.now)
    brief(turn, "removing.done", n=len(chosen))
    if ids and evidence.of_draft(turn.store, draft.id):
        drafting.show_where_acted(turn, draft, at="drop", ids=ids)
    else:
        turn.settle()
        show(turn, draft)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"ddrop": drop}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"drop": answer}
