"""What joins a draft: words, photos, voices, a location; late photos of an album; messages changed afterwards."""

from __future__ import annotations

from typing import Any

from handlers import drafting
from handlers.act import act
from handlers.evidence import keep
from handlers.message import Incoming, Media, MediaKind
from handlers.turn import Turn
from storage import cards, drafts, evidence, places, reports
from storage.cards import Card
from storage.drafts import Draft
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.lengths import REPORT
from woodpecker.reports import Act
from woodpecker.words import Action

LONGEST = REPORT  # characters of a draft's text
PROBLEMS = frozenset({"too_big", "unreadable", "unsupported"})
KEPT = frozenset({MediaKind.PHOTO, MediaKind.VOICE, MediaKind.VIDEO})


def arrived(incoming: Incoming) -> list[Media]:
    """The media that are here and of a kind we keep."""
    return [m for m in incoming.media if m.sha and not m.problem and m.kind in KEPT]


def complain(turn: Turn) -> None:
    """Says once for each reason what did not arrive."""
    here = arrived(turn.incoming)
    missing = {m.problem if m.problem in PROBLEMS else "lost" for m in turn.incoming.media if m not in here}
    for problem in sorted(missing):
        turn.reply(f"draft.photo_{problem}")


def anything(turn: Turn, text: str) -> bool:
    """Whether the message holds something that can join a draft."""
    return bool(text or arrived(turn.incoming) or turn.incoming.location)


def take(turn: Turn, draft: Draft, text: str) -> Draft:
    """Adds what was said to a draft. Raises Refused if the text grows too long."""
    incoming = turn.incoming
    keep(turn, arrived(incoming), _STAGE[draft.purpose], draft=draft.id)
    changes = newer(turn, draft)
    if text:
        changes["text"] = _grown(draft.text, text)
        changes |= place_in(turn, draft, changes["text"])
    if incoming.location:
        if draft.latitude is not None:
            turn.reply("draft.located_again")  # the card need not change
        changes["latitude"], changes["longitude"] = incoming.location
    if draft.found_at is None and draft.purpose == "report":
        changes["found_at"] = min(incoming.sent_at, turn.desk.now)
    return drafts.change(turn.store, draft.id, turn.desk.now, **changes)


_STAGE = {"report": "before", "fix": "after", "part": "interim", "answer": "answer", "reopen": "reopen"}


def newer(turn: Turn, draft: Draft) -> dict[str, Any]:
    """A report is as new as its newest message: that decides who was first. A tap has no time of its own."""
    incoming = turn.incoming
    if incoming.sent_at < draft.sent_at:
        return {}
    return {"sent_at": incoming.sent_at, "delivery": incoming.delivery}


def _grown(old: str, new: str) -> str:
    text = f"{old}\n{new}" if old else new
    if len(text) > LONGEST:
        raise Refused("refused.text_too_long")
    return text


def place_in(turn: Turn, draft: Draft, text: str) -> dict[str, Any]:
    """The place if a report has none yet and its words name exactly one."""
    if draft.purpose != "report" or draft.place_text:
        return {}
    named = places.named_in(turn.store, text)
    return {"place": named[0].id, "place_text": named[0].name} if len(named) == 1 else {}


def late_photo(turn: Turn) -> bool:
    """Gives a photo of an album that was submitted already to its report; False if it is none."""
    found = evidence.report_of_album(turn.store, turn.me.id, turn.incoming.album) if turn.incoming.album else None
    media = arrived(turn.incoming)
    report = reports.get(turn.store, found[0]) if found else None
    if found is None or report is None or not media:
        return False
    keep(turn, media, found[1], report=report.id)
    if allowed(report, Action.EDIT, turn.me.actor):
        act(turn.desk, report.id, Act(Action.EDIT, evidence=len(media)), turn.me)
    turn.reply("draft.late_photo", number=report.number)
    return True


def changed(turn: Turn, text: str) -> None:
    """A message was changed: so is the draft, or the report until an officer has dealt with it."""
    draft = drafts.open_of(turn.store, turn.me.id)
    card = drafting.here(turn, draft) if draft else None
    old = card.args.get("parts", {}).get(turn.incoming.message_ref) if card else None
    if draft is not None and old is not None:
        _change_draft(turn, draft, old, text)
    elif not _change_report(turn, text):
        _add_to(turn, draft, text)


def _change_draft(turn: Turn, draft: Draft, old: str, text: str) -> None:
    known = {e.sha for e in evidence.of_draft(turn.store, draft.id)}
    new = [m for m in arrived(turn.incoming) if m.sha not in known]
    keep(turn, new, _STAGE[draft.purpose], draft=draft.id)
    whole = _replaced(draft.text, old, text)
    changes = newer(turn, draft) | place_in(turn, draft, whole) | {"text": whole}
    drafting.show(turn, drafts.change(turn.store, draft.id, turn.desk.now, **changes), said=text)


def _replaced(whole: str, old: str, new: str) -> str:
    if old and old in whole:
        whole = whole.replace(old, new, 1).strip("\n")
        if len(whole) > LONGEST:
            raise Refused("refused.text_too_long")
        return whole
    return _grown(whole, new) if new else whole


def _change_report(turn: Turn, text: str) -> bool:
    receipt = _receipt_of(turn)
    report = reports.get(turn.store, receipt.subject) if receipt else None
    if receipt is None or report is None or not text:
        return False
    if not allowed(report, Action.EDIT, turn.me.actor):
        raise Refused("refused.edit_too_late")
    old = receipt.args["parts"][turn.incoming.message_ref]
    act(turn.desk, report.id, Act(Action.EDIT, text=_replaced(report.text, old, text)), turn.me)
    parts = {**receipt.args["parts"], turn.incoming.message_ref: text}
    cards.set_args(turn.store, receipt.id, {**receipt.args, "parts": parts})
    turn.reply("draft.edited", number=report.number)
    return True


def _receipt_of(turn: Turn) -> Card | None:
    ref = turn.incoming.message_ref
    for card in cards.live_in_chat(turn.store, turn.incoming.platform, turn.account.chat):
        if card.kind == "receipt" and ref in card.args.get("parts", {}):
            return card
    return None


def _add_to(turn: Turn, draft: Draft | None, text: str) -> None:
    if draft is None or not text:
        turn.unseen = True  # it may belong to what was handed in without a name
        turn.reply("draft.edit_unknown")
        return
    drafting.show(turn, take(turn, draft, text))
