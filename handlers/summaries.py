"""月报: a month in one picture and five lines for those who lead, in three lines for whoever took part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import books, summary_picture
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.message import Message
from handlers.periods import months_of, period_of
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import summaries
from woodpecker import clocks
from woodpecker.clocks import local
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.rewards import earning_of
from woodpecker.summaries import Own, Summary, before
from woodpecker.words import Earning, Role


def may_read(person: Person) -> bool:
    """Whether the plant's month is for this person's eyes."""
    return person.has(Role.LEADER) or person.has(Role.OFFICER)


def show(turn: Turn, payload: str) -> None:
    """This month so far, or another one in words: 上月, 10月, 2026年9月; a quarter or a year as a table."""
    now_month = clocks.local_month(turn.desk.now, turn.desk.plant.zone)
    first, last = months_of(_meant(turn, payload, now_month), now_month)
    if first != last and not may_read(turn.me):
        raise Refused("refused.no_month")
    if first != last:
        books.send(turn, "statistics", first, last)
    else:
        _send(turn, first)


def _meant(turn: Turn, words: str, now_month: int) -> str:
    said = words.strip().lower()
    named = {turn.text(f"board.{period}").lower(): period for period in ("month", "last", "quarter", "lastq")}
    try:
        return named.get(said) or (period_of(said, now_month) if said else "month")
    except Refused:
        raise Refused("refused.no_month") from None


def _send(turn: Turn, month: int) -> None:
    """The plant's month for those who lead, else the own one; then the tables that this person gets."""
    if may_read(turn.me):
        turn.send(message(turn.desk, turn.language, month))
    else:
        turn.send(Message(own_text(turn.desk, turn.me, month)))
    if books.offered(turn.desk, turn.me):
        turn.open_card("summary", month)


def previous(turn: Turn, tap: Tap) -> None:
    """The month before."""
    if not books.offered(turn.desk, turn.me) or not 200001 <= tap.id <= 999912:
        raise Refused("refused.not_summary")
    _send(turn, before(tap.id))


def of(desk: Desk, month: int) -> Summary:
    """The month's numbers as they stand now."""
    plant = desk.plant
    return summaries.summary(desk.store, month, plant.zone, desk.now, plant.programme.person_times)


def message(desk: Desk, language: str, month: int) -> Message:
    """The month as a picture with five lines below; both say the same numbers."""
    found = of(desk, month)
    picture = summary_picture.media(desk, language, found)
    return Message(text_of(title(desk, language, found), *lines(desk, language, found)), media=(picture,))


def title(desk: Desk, language: str, found: Summary) -> str:
    """Which month of which plant, and until when if it is not over."""
    return desk.text(language, "summary.title", month=month_name(desk, language, found), plant=desk.plant.name)


def month_name(desk: Desk, language: str, found: Summary) -> str:
    """2026年11月, or 2026年11月（到 11-26） while it lasts."""
    name = named(desk, language, found.month)
    if clocks.local_month(found.as_of, desk.plant.zone) != found.month:
        return name
    return desk.text(language, "summary.so_far", month=name, day=f"{local(found.as_of, desk.plant.zone):%m-%d}")


def named(desk: Desk, language: str, month: int) -> str:
    """2026年11月"""
    return desk.text(language, "board.in_month", year=month // 100, month=month % 100)


def lines(desk: Desk, language: str, found: Summary) -> tuple[str, ...]:
    """Reported, admitted, fixed on time, awarded, overdue; each against the month before."""
    now, then = found.counts, found.before

    def said(key: str, **args: object) -> str:
        return desk.text(language, f"summary.{key}", **args)

    return (
        said("reported", n=now.reported, before=then.reported),
        said("admitted", n=now.admitted, before=then.admitted)
        + (said("waiting", n=now.waiting) if now.waiting else ""),
        said("on_time", n=now.on_time, before=then.on_time)
        + (said("fixed_late", n=now.fixed - now.on_time) if now.fixed > now.on_time else ""),
        _awarded(desk, language, found),
        said("late", n=now.late, before=then.late) + (said("late_open", n=now.late_open) if now.late_open else ""),
    )


def _awarded(desk: Desk, language: str, found: Summary) -> str:
    """What was awarded in all; of what, where it was not for reports alone."""
    money, before_that = found.money, yuan(found.money_before.fen)
    args = {"people": money.people, "times": money.person_times, "before": before_that, "amount": yuan(money.fen)}
    if not money.activities and not money.models and not money.exchanged:
        return desk.text(language, "summary.awarded", **args)
    parts = []
    if money.items or money.reports_fen:
        parts.append(desk.text(language, "summary.for_reports", **args | {"amount": yuan(money.reports_fen)}))
    others = (
        ("activities", money.activities, money.activities_fen),
        ("models", money.models, money.models_fen),
        ("exchanged", money.exchanged, money.exchanged_fen),
    )
    parts += [desk.text(language, f"summary.for_{what}", n=n, amount=yuan(fen)) for what, n, fen in others if n]
    return desk.text(language, "summary.awarded_in_all", **args, parts=desk.text(language, "word.comma").join(parts))


def own_text(desk: Desk, person: Person, month: int) -> str:
    """A person's own month in three lines, or one if there was nothing."""
    mine = summaries.own(desk.store, person.id, month)

    def said(key: str, **args: object) -> str:
        return desk.text(person.language, f"summary.{key}", **args)

    name = named(desk, person.language, month)
    if mine == Own():
        return said("own_none", month=name)
    counts_only = earning_of(desk.plant.programme, person.roles) is not Earning.FULL
    nothing = said("own_counted") if counts_only else said("own_waits")
    if mine.points > 0:
        nothing = said("own_points", points=mine.points)
    earned = said("own_both" if mine.points > 0 else "own_earned", amount=yuan(mine.earned), points=mine.points)
    return "\n".join(
        (
            said("own", month=name, reported=mine.reported, admitted=mine.admitted),
            said("own_closed", closed=mine.closed) if mine.closed else said("own_open"),
            earned if mine.earned else nothing,
        )
    )


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The month for whoever leads, pushed; None for somebody who no longer does."""
    return message(desk, person.language, body["month"]) if may_read(person) else None


def put_own(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The own month, pushed; None if there is nothing to tell any more."""
    if summaries.own(desk.store, person.id, body["month"]) == Own():
        return None
    return Message(own_text(desk, person, body["month"]))


def notice(d: Drawing) -> View:
    """The month for a group: sums, nobody's name."""
    return View(message(d.desk, d.language, d.card.subject), live=False)


def files(d: Drawing) -> View:
    """Which tables of the month there are."""
    if d.reader is None or not books.offered(d.desk, d.reader):
        return view(d.text("refused.not_summary"), live=False, moot=True)
    month = d.card.subject
    buttons = [d.button(f"book.{name}", "bk", month, None, name) for name in books.offered(d.desk, d.reader)]
    buttons.append(d.button("board.last", "sumprev", month))
    return view(d.text("summary.files", month=named(d.desk, d.language, month)), buttons)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"sumprev": previous, "bk": books.choose}
CARDS: Mapping[str, Draw] = {"summary": files, "summary_notice": notice}
