"""查阅记录: the union reads who looked at a hidden name and why, and may look itself, which its bearer is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.formats import minute_text
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import cards, looks, reports
from storage.looks import Look
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.names import check_look
from woodpecker.reports import Report, relations
from woodpecker.words import Naming, Role

PAGE = 8  # looks a card shows
ASKED_FOR = 30 * 60_000  # ms within which a sentence is taken as the reason
WITHOUT_WORDS = {"export", "no_number", "payout"}  # reasons that the program itself wrote down


def show(turn: Turn, payload: str) -> None:
    """Lists the looks, or with a report's number asks why its name is to be seen."""
    if not turn.me.has(Role.UNION):
        raise Refused("refused.not_union")
    if payload:
        _ask(turn, payload)
        return
    turn.open_card("looks", turn.me.id, {"skip": 0})


def _draw(d: Drawing) -> View:
    if d.reader is None or not d.reader.has(Role.UNION):
        return view(d.text("refused.not_union"), live=False)
    skip = int(d.card.args.get("skip", 0))
    found = looks.newest(d.desk.store, PAGE + 1, skip)
    lines = [_line(d, look) for look in found[:PAGE]] or [d.text("looks.none")]
    buttons = [d.button("button.newer", "lk", max(0, skip - PAGE))] if skip else []
    buttons += [d.button("button.older", "lk", skip + PAGE)] if len(found) > PAGE else []
    return view(text_of(d.text("looks.title"), *lines, d.text("looks.how")), buttons)


def _line(d: Drawing, look: Look) -> str:
    who = d.desk.person(look.person)
    report = reports.get(d.desk.store, look.report) if look.report else None
    month = f"{look.month // 100}-{look.month % 100:02d}" if look.month else ""
    return d.text(
        "looks.line",
        at=minute_text(look.at, d.desk.plant.zone),
        who=who.name if who else d.text("looks.operator"),
        what=report.number if report else d.text("looks.of_month", month=month),
        why=d.text(f"looks.why_{look.why}") if look.why in WITHOUT_WORDS else look.why,
    )


def _page(turn: Turn, tap: Tap) -> None:
    if not turn.me.has(Role.UNION):
        raise Refused("refused.not_union")
    if turn.card is None or turn.card.kind != "looks":
        turn.open_card("looks", turn.me.id, {"skip": tap.id})
        return
    cards.set_args(turn.store, turn.card.id, {"skip": tap.id})
    turn.refresh_card()


def _ask(turn: Turn, number: str) -> None:
    report = reports.by_number(turn.store, number.strip())
    if report is None:
        raise Refused("refused.no_report")
    _check(turn, report)
    turn.ask("look", report=report.id)
    turn.reply("looks.ask", number=report.number)


def _check(turn: Turn, report: Report) -> None:
    check_look(turn.me.actor.roles, relations(report, turn.me.id))
    if report.naming is Naming.ANONYMOUS or report.reporter is None:
        raise Refused("refused.look_nameless")


def _looked(turn: Turn, question: Question) -> bool:
    """The reason: the name is shown, the look is noted, and whoever bears the name is told."""
    why = turn.incoming.text.strip()
    if turn.desk.now - question.asked_at > ASKED_FOR or turn.incoming.media or not why:
        turn.settle()
        return False
    turn.settle()
    report = reports.get(turn.store, question.args["report"])
    if report is None:
        raise Refused("refused.no_report")
    _check(turn, report)
    looks.write(turn.store, turn.desk.now, why[:200], person=turn.me.id, report=report.id)
    person = turn.desk.person(report.reporter)
    turn.reply("looks.name", number=report.number, name=person.name if person else "")
    args = {"number": report.number, "who": turn.me.name, "why": why[:200]}
    for one in report.people:
        turn.desk.push(one, "notice", {"key": "looks.told", "args": args})
    return True


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"lk": _page}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"look": _looked}
CARDS: Mapping[str, Draw] = {"looks": _draw}
