"""The receipt: what arrived, how it stands, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.act import act
from handlers.choosing import full_name
from handlers.drafting import brief
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import evidence, reports
from woodpecker.errors import Refused
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

_KINDS = (("photo", "report.photos"), ("voice", "report.voices"), ("video", "report.videos"))


def what_arrived(drawing: Drawing, report: Report) -> str:
    """照片 2 张，文字 18 字"""
    kinds = [e.kind for e in evidence.of_report(drawing.desk.store, report.id, "before")]
    parts = [drawing.text(key, n=kinds.count(kind)) for kind, key in _KINDS if kind in kinds]
    parts.append(drawing.text("report.chars", n=len("".join(report.text.split()))))
    return drawing.text("report.comma").join(parts)


def _receipt(drawing: Drawing) -> View:
    report = reports.get(drawing.desk.store, drawing.card.subject)
    if report is None:
        return view(drawing.text("refused.no_report"), live=False)
    if report.status is Status.WITHDRAWN:
        return view(drawing.text("report.withdrawn", number=report.number), live=False)
    progress = drawing.button("button.progress", "case", report.id)
    place = drawing.text("report.at_place", place=report.place_text)
    place = "\n".join([place, *_in_whose_name(drawing, report)])
    if report.status is Status.REPORTED:
        hours = drawing.desk.plant.programme.clocks.verify_hours
        what = what_arrived(drawing, report)
        text = drawing.text("report.received", number=report.number, what=what, hours=hours)
        edit = drawing.button("button.edit", "ed", report.id)
        return view(f"{text}\n{place}", [progress, edit, drawing.button("button.withdraw", "undo", report.id)])
    if report.status is Status.QUERIED:
        stands = drawing.text("report.stands", number=report.number, status=drawing.text("status.queried"))
        return view(f"{stands}\n{place}", [progress, drawing.button("button.edit", "ed", report.id)])
    return view(f"{drawing.text('report.verified', number=report.number)}\n{place}", [progress])


def _in_whose_name(d: Drawing, report: Report) -> list[str]:
    """For whom it was logged, as the logger reads it; by whom, as the worker does; who found it too."""
    lines = []
    reader = d.reader.id if d.reader else None
    worker, logger = d.desk.person(report.reporter), d.desk.person(report.logger)
    if worker is not None and logger is not None:
        key = "report.for_whom" if reader == logger.id else "report.by_whom"
        lines.append(d.text(key, name=worker.name if reader == logger.id else logger.name))
    found = [full_name(d.desk, p) for p in (d.desk.person(i) for i in report.joint) if p is not None]
    if found:
        lines.append(d.text("joint.on_draft", names=d.text("word.comma").join(found)))
    return lines


def _withdraw(turn: Turn, tap: Tap) -> None:
    report = reports.get(turn.store, tap.id)
    if report is None or turn.me.id not in (report.reporter, report.logger):
        raise Refused("refused.no_report")
    act(turn.desk, report.id, Act(Action.WITHDRAW), turn.me)
    brief(turn, "report.withdrawn", number=report.number)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"undo": _withdraw}
CARDS: Mapping[str, Draw] = {"receipt": _receipt}
