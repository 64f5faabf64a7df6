"""The reporter's side of a report's life: answering a query, confirming a fix or reopening it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import drafting, taking
from handlers.act import act
from handlers.cases import confirmed, may_reopen
from handlers.drafting import own
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import cards, drafts, evidence, history, reports
from storage.drafts import Draft
from woodpecker import clocks
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status


def expects_answer(turn: Turn) -> int | None:
    """The queried report that a message answers: it replies to its card, or that card came last."""
    incoming = turn.incoming
    card = (
        cards.by_ref(turn.store, incoming.platform, turn.account.chat, incoming.reply_to) if incoming.reply_to else None
    )
    if card is None:
        card = next(iter(cards.live_in_chat(turn.store, incoming.platform, turn.account.chat, 1)), None)
    if card is None or card.kind not in {"query", "case", "receipt"}:
        return None
    report = reports.get(turn.store, card.subject)
    return report.id if report and allowed(report, Action.ANSWER, turn.me.actor) else None


def _own(turn: Turn, report_id: int) -> Report:
    report = reports.get(turn.store, report_id)
    if report is None or turn.me.id not in (*report.people, report.logger):
        raise Refused("refused.no_report")
    return report


def _query(d: Drawing) -> View:
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or report.status is not Status.QUERIED:
        number = report.number if report else ""
        return view(d.text("feedback.query_over", number=number), live=False, moot=True)
    asked = next((e for e in reversed(history.of_report(d.desk.store, report.id)) if e.action is Action.QUERY), None)
    words = asked.detail.get("words", "") if asked else ""
    text = d.text("feedback.query", number=report.number, words=words, problem=drafting.shortened(report.text, 40))
    return view(text, [d.button("button.answer", "answer", report.id)])


def _answer(turn: Turn, tap: Tap) -> None:
    report = _own(turn, tap.id)
    if not allowed(report, Action.ANSWER, turn.me.actor):
        raise Refused("refused.moved_on")
    drafting.begin(turn, "answer", report.id)


def _fixed(d: Drawing) -> View:
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None or report.status is not Status.CLOSED:
        status = d.text(f"status.{report.status}") if report else ""
        return view(d.text("report.stands", number=report.number if report else "", status=status), live=False)
    text = d.text("feedback.fixed", number=report.number, problem=drafting.shortened(report.text, 60))
    if confirmed(d, report):
        return view(f"{text}\n{d.text('feedback.confirmed')}")
    if not may_reopen(d, report, d.reader):
        return view(text, live=False)
    buttons = [
        d.button("button.confirm_fix", "fine", report.id),
        d.button("button.not_fixed", "notfine", report.id),
    ]
    return view(f"{text}\n{d.text('feedback.is_it')}", buttons)


def _confirm(turn: Turn, tap: Tap) -> None:
    report = _own(turn, tap.id)
    last = history.last(turn.store, report.id)
    if last is not None and last.action is Action.CONFIRM:
        drafting.brief(turn, "feedback.confirmed")
        turn.refresh_card()
        return
    act(turn.desk, report.id, Act(Action.CONFIRM), turn.me)
    drafting.brief(turn, "feedback.confirmed")


def _window(turn: Turn, report: Report) -> int | None:
    if report.closed_at is None:
        return None
    plant = turn.desk.plant
    return clocks.reopen_until(report.closed_at, plant.zone, plant.programme.clocks)


def _not_fixed(turn: Turn, tap: Tap) -> None:
    report = _own(turn, tap.id)
    if not allowed(report, Action.REOPEN, turn.me.actor):
        raise Refused("refused.moved_on")
    until = _window(turn, report)
    if until is not None and turn.desk.now >= until:
        raise Refused("refused.reopen_too_late")
    drafting.begin(turn, "reopen", report.id)


def _draft_face(d: Drawing, draft: Draft) -> View:
    report = reports.get(d.desk.store, draft.report) if draft.report else None
    title = d.text(f"feedback.title_{draft.purpose}", number=report.number if report else "")
    lines = [title, *drafting.contents(d, draft)]
    if not draft.text and not evidence.of_draft(d.desk.store, draft.id):
        lines += ["", d.text(f"feedback.ask_{draft.purpose}")]
    verb = "anssend" if draft.purpose == "answer" else "resend"
    buttons = [d.button("button.submit", verb, draft.id)]
    if draft.purpose == "answer":
        buttons.append(d.button("button.other_report", "other", draft.id))
    else:
        buttons.append(drafting.anew_button(d, draft))
    return view("\n".join(lines), [*buttons, drafting.cancel_button(d, draft)])


def _draft_card(drawing: Drawing) -> View:
    return drafting.draw(drawing, _draft_face)


def _send_answer(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "answer")
    report = _own(turn, draft.report or 0)
    pieces = evidence.of_draft(turn.store, draft.id)
    evidence.submit(turn.store, draft.id, report.id, "answer")
    act(turn.desk, report.id, Act(Action.ANSWER, draft.text.strip(), evidence=len(pieces)), turn.me)
    _done(turn, draft, "feedback.answered", report)


def _send_reopen(turn: Turn, tap: Tap) -> None:
    draft = own(turn, tap.id, "reopen")
    report = _own(turn, draft.report or 0)
    plant = turn.desk.plant
    pieces = evidence.of_draft(turn.store, draft.id)
    what = Act(
        Action.REOPEN,
        draft.text.strip(),
        evidence=len(pieces),
        window_end=_window(turn, report),
        due=clocks.due_at(plant.programme, report.level, turn.desk.now, plant.zone),
    )
    evidence.submit(turn.store, draft.id, report.id, "reopen")
    act(turn.desk, report.id, what, turn.me)
    _done(turn, draft, "feedback.reopened", report)


def _done(turn: Turn, draft: Draft, key: str, report: Report) -> None:
    drafting.close(turn, draft, "submitted")
    turn.reply(key, number=report.number)
    drafting.come_back(turn)


def _other(turn: Turn, tap: Tap) -> None:
    """What was taken for an answer is a report of its own."""
    draft = own(turn, tap.id, "answer")
    drafts.turn_into_report(turn.store, draft.id, turn.desk.now)
    turn.desk.refresh(drafting.DRAFT_CARDS, draft.id)
    fresh = drafts.get(turn.store, draft.id) or draft
    where = taking.place_in(turn, fresh, fresh.text)
    drafting.show(turn, drafts.change(turn.store, draft.id, turn.desk.now, **where))


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "answer": _answer,
    "fine": _confirm,
    "notfine": _not_fixed,
    "anssend": _send_answer,
    "resend": _send_reopen,
    "other": _other,
}
QUESTIONS: Mapping[str, Callable[..., bool]] = {}
CARDS: Mapping[str, Draw] = {
    "query": _query,
    "feedback": _fixed,
    "ansdraft": _draft_card,
    "redraft": _draft_card,
}
