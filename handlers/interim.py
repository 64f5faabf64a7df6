"""部分整改: what protects people until all of it is fixed, with photos or words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import drafting
from handlers.act import act
from handlers.asking import put_aside
from handlers.handing_in import hand_in
from handlers.judging import tapped
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import evidence, reports
from storage.drafts import Draft
from woodpecker.errors import Refused
from woodpecker.reports import Act
from woodpecker.words import Action


def begin(turn: Turn, tap: Tap) -> None:
    """部分整改: photos and words belong to the interim measures from now on."""
    report = tapped(turn, tap, Action.PART_FIX)
    put_aside(turn)
    drafting.begin(turn, "part", report.id)


def submit(turn: Turn, tap: Tap) -> None:
    """提交: officers and the reporter hear of it; the task stays. Raises Refused without a photo or a word."""
    draft = drafting.own(turn, tap.id, "part")
    if draft.report is None:
        raise Refused("refused.no_draft")
    pieces = evidence.submit(turn.store, draft.id, draft.report, "interim")
    decision = act(turn.desk, draft.report, Act(Action.PART_FIX, words=draft.text, evidence=pieces), turn.me)
    hand_in(turn, draft, decision.report)


def draw_draft(d: Drawing) -> View:
    """What the interim measures hold so far."""
    return drafting.draw(d, _face)


def _face(d: Drawing, draft: Draft) -> View:
    report = reports.get(d.desk.store, draft.report) if draft.report else None
    empty = not draft.text and not evidence.of_draft(d.desk.store, draft.id)
    title = d.text("interim.title", number=report.number if report else "", place=report.place_text if report else "")
    buttons = [
        d.button("button.submit", "psend", draft.id),
        drafting.anew_button(d, draft),
        drafting.cancel_button(d, draft),
    ]
    return view(text_of(title, *drafting.contents(d, draft), d.text("interim.show_it") if empty else ""), buttons)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"px": begin, "psend": submit}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Draw] = {"partdraft": draw_draft}
