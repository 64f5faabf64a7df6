"""隐患排查治理台账 as a workbook: every hazard one row, as the law wants it; an internal and a public copy."""

from __future__ import annotations

from typing import Any

from handlers.book import Column, Order, Page, Row, Sheet, Words
from handlers.choosing import full_name
from handlers.desk import Desk
from handlers.report_text import alias_of
from storage import departments, hazard_ledger
from storage.hazard_ledger import VERIFIED, Line, Step
from woodpecker import names
from woodpecker.people import Person
from woodpecker.reports import Report, relations
from woodpecker.summaries import after as month_after
from woodpecker.summaries import months
from woodpecker.words import Action, Level, Naming, Point, Relation, Role

_POINTS = tuple(Point)
# name, kind, width; what is "internal" stands in that copy alone
COLUMNS = (
    ("number", "text", 11), ("found", "time", 16), ("reported", "time", 16), ("place", "text", 22),
    ("unit", "text", 12), ("description", "text", 36), ("photo_before", "photos", 17), ("category", "text", 12),
    ("level", "text", 7), ("lec", "text", 7), ("clause", "text", 10), ("verifier", "text", 10),
    ("verified_at", "time", 16), ("verdict", "text", 14), ("measures", "text", 28), ("owner_unit", "text", 12),
    ("owner", "text", 10), ("due", "day", 12), ("funds", "text", 10), ("interim", "text", 22),
    ("fixed_at", "time", 16), ("photo_after", "photos", 17), ("acceptor", "text", 14), ("accepted_at", "time", 16),
    ("acceptance", "text", 10), ("closed", "day", 12), ("amount", "money", 11), ("awarded_to", "text", 14),
    ("batch", "text", 10), ("paid_on", "day", 12), ("noticed", "text", 8),
)  # fmt: skip
ROWS = hazard_ledger.PAGE  # read in one transaction
NUMBER = 0  # the column that photos are named after


class Internal:
    """For those who handle hazards: all reports, with the reporter as this reader may know him."""

    name = "hazards"
    whose: tuple[str, ...] = ("hazards", "others")

    def file(self, desk: Desk, order: Order) -> str:
        """What the file is called."""
        return Words(desk, order).file(self.name)

    def sheets(self, desk: Desk, order: Order) -> tuple[Sheet, ...]:
        """Hazards, and apart from them everything else that was reported."""
        words = Words(desk, order)
        title, note = words.title(self.name), words.as_of()
        if scope := _scope(words.reader):
            found = (departments.get(desk.store, d) for d in sorted(scope))
            note += words("book.only", departments=words("word.comma").join(d.name for d in found if d))
        columns = self.columns(words)
        return tuple(
            Sheet(words(f"book.sheet_{whose}"), title, note, columns, words.total(), stem=NUMBER)
            for whose in self.whose
        )

    def photographed(self, desk: Desk, order: Order) -> int:
        """How many rows with photos there will be at most."""
        every = months(order.first, order.last)
        return sum(hazard_ledger.count(desk.store, month, whose) for month in every for whose in self.whose)

    def columns(self, words: Words) -> tuple[Column, ...]:
        """What the law asks for, then who reported it."""
        return (*(words.column(*column) for column in COLUMNS), words.column("reporter", "text", 14))

    def page(self, desk: Desk, order: Order, sheet: int, after: Any) -> Page:
        """The next reports, month by month."""
        words = Words(desk, order)
        month, last = after or (order.first, 0)
        lines = hazard_ledger.page(desk.store, month, self.whose[sheet], last, ROWS)
        rows = [self.row(words, line) for line in lines if _may_read(words.reader, line.report)]
        if len(lines) == ROWS:
            return Page(rows, (month, lines[-1].report.id))
        following = month_after(month)
        return Page(rows, (following, 0) if following <= order.last else None)

    def row(self, words: Words, line: Line) -> Row:
        """A line of the internal copy."""
        return [*_row(words, line, self.awarded_to(words, line)), _reporters(words, line.report)]

    def awarded_to(self, words: Words, line: Line) -> str:
        """Who got the money, as far as this reader may know who reported it."""
        known = _known(words, line.report)
        if known is None or known == _alias(words, line.report):
            return known or ""
        people = [words.desk.person(p.person) for p in line.paid]
        return words("word.comma").join(full_name(words.desk, p) for p in people if p)


class Public(Internal):
    """For the wall: admitted hazards, nobody's name who reported one unless shown by own choice."""

    name = "public"
    whose = ("admitted",)

    def columns(self, words: Words) -> tuple[Column, ...]:
        """What the law asks for."""
        return tuple(words.column(*column) for column in COLUMNS)

    def row(self, words: Words, line: Line) -> Row:
        """A line of the public copy."""
        return _row(words, line, self.awarded_to(words, line))

    def awarded_to(self, words: Words, line: Line) -> str:
        """Masked names; of secret ones nothing but that they are."""
        if names.secret(line.report.kind, line.report.naming):
            return words("book.secret") if line.paid else ""
        people = [words.desk.person(p.person) for p in line.paid]
        shown = [p.name if p.show_name else names.masked(p.name) for p in people if p]
        return words("word.comma").join(shown)


def _scope(reader: Person | None) -> frozenset[int] | None:
    """The departments that an officer is limited to; None for everybody who is not."""
    if reader is None or any(reader.has(r) for r in (Role.LEADER, Role.APPROVER, Role.SECOND_APPROVER)):
        return None
    return reader.actor.departments


def _may_read(reader: Person | None, report: Report) -> bool:
    """Nobody finds what is said to be the own violation; an officer of some departments reads of these."""
    if reader is None:
        return True
    scope = _scope(reader)
    if Relation.ACCUSED in relations(report, reader.id):
        return False
    return scope is None or report.department in scope


def _alias(words: Words, report: Report) -> str:
    if report.naming is Naming.ANONYMOUS:
        return words("naming.anonymous")
    return alias_of(words.desk.plant, report, words("word.reporter"))


def _known(words: Words, report: Report) -> str | None:
    """The reporter's name, or what stands for it; None where this reader may know nothing."""
    person = words.desk.person(report.reporter)
    mine = relations(report, words.order.reader)
    return names.reporter_name(
        names.View.HANDLER, report.kind, report.naming, person.name if person else "", relations=mine,
        alias=_alias(words, report),
    )  # fmt: skip


def _reporters(words: Words, report: Report) -> str:
    known = _known(words, report)
    if known is None or known == _alias(words, report):
        return known or ""
    people = (words.desk.person(p) for p in report.people)
    return words("word.comma").join(full_name(words.desk, p) for p in people if p)


def _row(words: Words, line: Line, awarded_to: str) -> Row:
    report = line.report
    judged = next((s for s in reversed(line.steps) if s.action in VERIFIED), None)
    fixes = [s for s in line.steps if s.action in (Action.FIX, Action.FIXED_ON_SPOT, Action.ADMIT_CLOSED)]
    fix = fixes[-1] if fixes and report.fixed_at is not None else None
    owner = words.desk.person(report.owner)
    return [
        report.number, words.time(report.found_at), words.time(report.submitted_at), report.place_text,
        words.unit(report.department), report.text, [list(p) for p in line.before],
        words(f"category.{report.category}") if report.category else None, _level(words, report), None, None,
        words.name(judged.person) if judged else None, words.time(judged.at) if judged else None,
        _verdict(words, judged), _measures(report, fix), words.unit(owner.department if owner else None),
        words.name(report.owner), words.day(report.due), _point(report, Point.FUNDS), _interim(report),
        words.time(report.fixed_at), [list(p) for p in line.after], *_accepted(words, line),
        words.day(report.closed_at) if report.status == "closed" else None,
        sum(p.fen for p in line.paid) if line.paid else None, awarded_to, *_payment(words, line),
    ]  # fmt: skip


def _level(words: Words, report: Report) -> str | None:
    return words(f"level.{report.level}") if report.level else None


def _verdict(words: Words, judged: Step | None) -> str | None:
    if judged is None:
        return None
    said = words(f"book.verdict_{judged.action}", original=judged.detail.get("original", ""))
    reason = judged.detail.get("reason")
    return f"{said}：{words(f'reject.{reason}')}" if reason else said


def _measures(report: Report, fix: Step | None) -> str:
    done = str(fix.detail.get("words", "")) if fix else ""
    return done or _point(report, Point.MEASURES)


def _point(report: Report, point: Point) -> str:
    at = _POINTS.index(point)
    return report.plan[at] if report.level is Level.MAJOR and len(report.plan) > at else ""


def _interim(report: Report) -> str:
    return "；".join(part for part in (report.interim, _point(report, Point.EMERGENCY)) if part)


def _accepted(words: Words, line: Line) -> list[str | None]:
    """Who looked at the fix last, two of a major hazard; when, and what they said."""
    looked = [s for s in line.steps if s.action in (Action.ACCEPT_FIX, Action.RETURN_FIX)]
    if not looked:
        return [None, None, None]
    last = looked[-1]
    by = [s for s in looked[-2:] if s.action is last.action and (s is last or s.detail.get("first"))]
    said = words("book.accepted" if last.action is Action.ACCEPT_FIX else "book.returned")
    return [words("word.comma").join(words.name(s.person) for s in by), words.time(last.at), said]


def _payment(words: Words, line: Line) -> list[str | None]:
    """The batch, the day of payment, and whether it stood in a notice."""
    batched = next((p for p in line.paid if p.batch is not None), None)
    if batched is None or batched.batch is None:
        return [None, None, None]
    batch = f"{batched.batch // 100}-{batched.batch % 100:02d}"
    return [batch, words.day(batched.paid_at), words("book.yes")]
