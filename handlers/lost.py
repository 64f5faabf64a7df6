"""Two people at the same moment: the second one hears who was faster, and how things stand."""

from __future__ import annotations

from handlers.evidence import may_see
from handlers.steps import history_lines
from handlers.turn import Turn, parse_tap
from storage import awards, history, reports
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.people import Person

OF_REPORTS = frozenset(
    {
        "verify",
        "task",
        "accept",
        "feedback",
        "query",
        "case",
        "receipt",
        "verdict",
        "appeal",
        "mend",
        "joint",
        "edit",
        "major",
        "plan",
        "offer",
        "ruling",
    }
)


def why(turn: Turn, refusal: Refused) -> str:
    """The sentence of a refusal; for a button drawn before somebody else's step it names that step."""
    plain = turn.text(refusal.key, **refusal.args_for_text)
    tap, card = parse_tap(turn.incoming.tap or ""), turn.card
    if tap is None or card is None or turn.person is None or tap.id != card.subject:
        return plain
    stale = refusal.key in {"refused.moved_on", "refused.award_moved_on"}
    if card.kind in OF_REPORTS:
        report = reports.get(turn.store, tap.id)
        moved = report is not None and (stale if tap.version is None else tap.version != report.version)
        return (told(turn, turn.person, tap.id) if moved else "") or plain
    if card.kind in {"award", "dispute", "earned"} and stale:
        return told_award(turn, turn.person, tap.id) or plain
    return plain


def too_late(turn: Turn, question: Question) -> str:
    """The same for a typed answer to a card's question."""
    said = told(turn, turn.person, question.args["report"]) if turn.person is not None else ""
    return said or turn.text("refused.moved_on")


def told(turn: Turn, reader: Person, report_id: int) -> str:
    """Who took a report's last step and where it stands now; "" for whoever may not see it."""
    report = reports.get(turn.store, report_id)
    last = history.last(turn.store, report_id)
    if report is None or last is None or not may_see(reader, report):
        return ""
    status = turn.text(f"status.{report.status}")
    if last.person == reader.id:
        return turn.text("refused.moved_on_by_you", status=status)
    did = history_lines(turn.desk, reader, report)[-1]
    return turn.text("refused.moved_on_by", did=did, status=status)


def told_award(turn: Turn, reader: Person, award_id: int) -> str:
    """Who took an award's last step and where it stands now; "" for whom it is none of."""
    kept = awards.get(turn.store, award_id)
    report = reports.get(turn.store, kept.award.report) if kept and kept.award.report else None
    who = turn.desk.person(kept.acted_by) if kept else None
    if kept is None or report is None or who is None or not (reader.roles or reader.id in report.people):
        return ""
    status = turn.text(f"award_now.{'appealed' if kept.award.appealed_at else kept.award.status}")
    if who.id == reader.id:
        return turn.text("refused.award_moved_on_by_you", status=status)
    name = turn.text("word.reporter") if who.id in report.people else who.name
    return turn.text("refused.award_moved_on_by", who=name, status=status)
