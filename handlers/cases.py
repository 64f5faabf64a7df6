"""One report opened: how it stands, its whole history, its photos, and what the reporter can still do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import accusing, appealing, mending, reversing, ruling, talking
from handlers.evidence import may_hear, may_see
from handlers.formats import minute_text
from handlers.judging import may_take
from handlers.message import Button
from handlers.plan_card import plan_button
from handlers.report_text import pieces_button
from handlers.steps import history_lines
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import awards, evidence, history, reports
from storage.evidence import Evidence
from woodpecker import clocks
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Level, Status

LONGEST = 3_000  # characters: the platforms' limit leaves room


def visible(turn: Turn, report_id: int) -> Report:
    """The report, for somebody who may see it. Raises the same refusal for a hidden one and for none."""
    report = reports.get(turn.store, report_id)
    if report is None or not may_see(turn.me, report):
        raise Refused("refused.no_report")
    return report


def may_reopen(d: Drawing, report: Report, person: Person) -> bool:
    """Whether the reporter may still say that it is not fixed."""
    if report.closed_at is None or not allowed(report, Action.REOPEN, person.actor):
        return False
    return d.desk.now < clocks.reopen_until(report.closed_at, d.desk.plant.zone, d.desk.plant.programme.clocks)


def confirmed(d: Drawing, report: Report) -> bool:
    """Whether the reporter has confirmed the fix since it was closed."""
    last = history.last(d.desk.store, report.id)
    return last is not None and last.action is Action.CONFIRM


def _open(turn: Turn, tap: Tap) -> None:
    turn.open_card("case", visible(turn, tap.id).id)


def _case(d: Drawing) -> View:
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or d.reader is None or not may_see(d.reader, report):
        return view(d.text("refused.no_report"), live=False)
    pieces = seen_by(d.reader, report, evidence.of_report(d.desk.store, report.id))
    lines = [
        d.text("mine.head", number=report.number, status=d.text(f"status.{report.status}")),
        d.text("draft.problem", words=report.text),
        d.text("draft.place", place=report.place_text),
        d.text("draft.kind", kind=d.text(f"kind.{report.kind}")),
    ]
    lines += [said] if (said := accusing.line(d, report)) else []
    if report.found_at // 60_000 != report.sent_at // 60_000:
        lines.append(d.text("draft.found", at=minute_text(report.found_at, d.desk.plant.zone)))
    known = [k for k in ("photo", "voice", "video") if k in {p.kind for p in pieces}]
    lines += [d.text(f"draft.count_{k}", n=[p.kind for p in pieces].count(k)) for k in known]
    lines += ["", d.text("mine.history"), *history_lines(d.desk, d.reader, report)]
    return view(_whole(lines), _buttons(d, report, d.reader, pieces))


def _whole(lines: list[str]) -> str:
    """A very long history loses its middle, never its newest steps."""
    text = "\n".join(lines)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n…\n{text[-LONGEST // 2 :]}"


def _buttons(d: Drawing, report: Report, reader: Person, pieces: list[Evidence]) -> list[Button]:
    buttons = pieces_button(d, report)
    if allowed(report, Action.DECLINE_JOINT, reader.actor):
        buttons.append(d.button("button.not_me", "notme", report.id))
    if allowed(report, Action.EDIT, reader.actor):
        buttons.append(d.button("button.edit", "ed", report.id))
    if allowed(report, Action.WITHDRAW, reader.actor):
        buttons.append(d.button("button.withdraw", "undo", report.id))
    if allowed(report, Action.ANSWER, reader.actor):
        buttons.append(d.button("button.answer", "answer", report.id))
    if appealing.may_appeal(d, report, reader):
        buttons.append(d.button("button.appeal", "ap", report.id))
    if talking.may_write(d.desk, reader, report):
        buttons.append(d.button("talk.write", "tk", report.id))
    if accusing.may(d.desk, reader, report):
        buttons.append(d.button("accused.note", "ac", report.id))
    if report.claimed_by is None and may_take(d.desk, reader, report, Action.CLAIM):
        buttons.append(d.button("taken_up.take", "vy", report.id, report.version))
    if mending.may_mend(d.desk, reader, report):
        buttons.append(d.button("button.more", "md", report.id, report.version))
    if report.level is Level.MAJOR and may_take(d.desk, reader, report, Action.PLAN):
        buttons.append(plan_button(d, report))
    if ruling.may_rule(d.desk, reader, report):
        buttons.append(d.button("rule.open", "rl", report.id, report.version))
    if reversing.may_open(reader, report) and awards.of_report(d.desk.store, report.id):
        buttons.append(d.button("award.open", "aw", report.id))
    if may_reopen(d, report, reader) and report.status is Status.CLOSED:
        if not confirmed(d, report):
            buttons.append(d.button("button.confirm_fix", "fine", report.id))
        buttons.append(d.button("button.not_fixed", "notfine", report.id))
    return buttons


def seen_by(person: Person, report: Report, pieces: list[Evidence]) -> list[Evidence]:
    """The pieces this person may have: a voice gives its speaker away."""
    hears = may_hear(person, report)
    return [p for p in pieces if p.kind != "voice" or hears]


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"case": _open}
CARDS: Mapping[str, Draw] = {"case": _case}
