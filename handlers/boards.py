"""排行: who reported most that was admitted, by named period and scope; departments by how many take part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from handlers.desk import Desk
from handlers.drafting import brief
from handlers.message import Event
from handlers.periods import NAMED, months_of, period_of
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import audit, boards, cards, departments, people
from storage.boards import Board, Line
from woodpecker import clocks, names
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

PERIODS = ("month", "last", "quarter", "lastq")  # on buttons; others are typed
SMALL = 5  # people a department must have to have a board of its own
DEPARTMENTS = 8  # lines about departments


def show(turn: Turn, payload: str) -> None:
    """This month's board, or that of a period in words: 上月, 10月, 三季度, 今年."""
    _open(turn, {"period": _meant(turn, payload) if payload else "month"})


def _meant(turn: Turn, words: str) -> str:
    said = words.strip().lower()
    named = {turn.text(f"board.{period}").lower(): period for period in NAMED}
    return named.get(said) or period_of(said, clocks.local_month(turn.desk.now, turn.desk.plant.zone))


def _open(turn: Turn, args: dict[str, Any]) -> None:
    for old in cards.of_subject(turn.store, ("board",), turn.me.id):
        cards.retire(turn.store, old.id)  # a typed label means the newest board
    turn.open_card("board", turn.me.id, args)


def choose(turn: Turn, tap: Tap) -> None:
    """Another period, on the same card."""
    _mine(turn, tap)
    _turn_to(turn, {"period": tap.arg if tap.arg in PERIODS else "month"})


def choose_scope(turn: Turn, tap: Tap) -> None:
    """One's own department, or the whole plant again."""
    _mine(turn, tap)
    _turn_to(turn, {"own": tap.arg == "own"})


def _mine(turn: Turn, tap: Tap) -> None:
    """A board's buttons name its reader: a card passed on turns nothing of somebody else's."""
    if tap.id != turn.me.id:
        raise Refused("refused.unknown_button")


def _turn_to(turn: Turn, changed: dict[str, Any]) -> None:
    mine = turn.card is not None and turn.card.kind == "board" and turn.card.person == turn.me.id
    if turn.card is None or not mine or turn.incoming.event is not Event.TAP:
        _open(turn, {**(turn.card.args if turn.card and mine else {"period": "month"}), **changed})
        return
    cards.set_args(turn.store, turn.card.id, {**turn.card.args, **changed})
    turn.refresh_card()


def show_name(turn: Turn, tap: Tap) -> None:
    """Shows or masks one's own name on boards and in notices, by own choice."""
    _mine(turn, tap)
    shown = not turn.me.show_name
    people.update(turn.store, turn.me.id, show_name=shown)
    action = "name.shown" if shown else "name.hidden"
    audit.write(turn.store, turn.desk.now, action, turn.me.id, person=turn.me.id)
    turn.desk.refresh(("board",), turn.me.id)
    brief(turn, "board.now_shown" if shown else "board.now_masked")


class Scope(NamedTuple):
    """Whose reports a board counts; None is the whole plant. `switch` says whether the reader may choose."""

    departments: frozenset[int] | None
    switch: bool = False


def scope_of(desk: Desk, reader: Person | None, own: bool) -> Scope:
    """An officer limited to departments sees these; everybody else the plant, or the own department.

    In a small one a masked name would be none: there is no board of it.
    """
    if reader is None:
        return Scope(None)
    if reader.has(Role.OFFICER) and reader.actor.departments is not None:
        return Scope(reader.actor.departments)
    home = reader.department
    if home is None or boards.size(desk.store, home) < SMALL:
        return Scope(None)
    return Scope(frozenset({home}) if own else None, switch=True)


def draw(d: Drawing) -> View:
    """The board as its reader sees it now."""
    period = str(d.card.args.get("period", "month"))
    first, last = months_of(period, clocks.local_month(d.desk.now, d.desk.plant.zone))
    own = bool(d.card.args.get("own"))
    scope = scope_of(d.desk, d.reader, own)
    board = boards.board(d.desk.store, first, last, d.card.subject, departments=scope.departments)
    text = text_of(
        d.text("board.title", period=_period(d, first, last) + _where(d, scope)),
        *_places(d, board),
        _own(d, board, scope),
        *_departments(d, first, last, scope),
        d.text("board.note"),
    )
    buttons = [d.button(f"board.{p}", "brd", d.card.subject, arg=p) for p in PERIODS]
    if scope.switch:
        buttons.append(d.button("board.plant" if own else "board.own_department", "brdof", d.card.subject,
                                arg="" if own else "own"))  # fmt: skip
    shown = d.reader is not None and d.reader.show_name
    buttons.append(d.button("board.mask_me" if shown else "board.show_me", "brdname", d.card.subject))
    return view(text, buttons)


def _period(d: Drawing, first: int, last: int) -> str:
    year, month = divmod(first, 100)
    if last - first == 11:
        return d.text("board.in_year", year=year)
    if last != first:
        return d.text("board.in_quarter", year=year, quarter=(month + 2) // 3)
    return d.text("board.in_month", year=year, month=month)


def _where(d: Drawing, scope: Scope) -> str:
    if scope.departments is None:
        return ""
    found = [departments.get(d.desk.store, i) for i in sorted(scope.departments)]
    names = d.text("award.and").join(f.name for f in found if f is not None)
    return d.text("word.dot") + names


def _places(d: Drawing, board: Board) -> list[str]:
    if not board.lines:
        return [d.text("board.empty")]
    lines = [d.text("board.line", rank=one.rank, name=_name(d, one), count=one.count) for one in board.lines]
    last = board.lines[-1]
    more = board.ties[last.rank].people - sum(one.rank == last.rank for one in board.lines)
    if more:
        lines.append(d.text("board.tied", rank=last.rank, people=more, count=last.count))
    return lines


def _name(d: Drawing, line: Line) -> str:
    if line.person == d.card.subject:
        return d.text("board.me", name=line.name)
    return line.name if line.show_name else names.masked(line.name)


def _own(d: Drawing, board: Board, scope: Scope) -> str:
    home = d.reader.department if d.reader else None
    if board.own is None and scope.departments is not None and home not in scope.departments:
        return ""
    if board.own is None:
        return d.text("board.own_none")
    if board.own in board.lines:
        return ""
    return d.text("board.own", rank=board.own.rank, count=board.own.count, people=board.people)


def _departments(d: Drawing, first: int, last: int, scope: Scope) -> list[str]:
    everywhere = boards.active(d.desk.store, first, last, scope.departments)
    found = sorted(everywhere, key=lambda a: (-a.active / a.people, a.department))
    taking_part = [a for a in found if a.active][:DEPARTMENTS]
    if not taking_part:
        return []
    return [d.text("board.taking_part")] + [
        d.text(
            "board.department",
            name=a.department,
            percent=round(100 * a.active / a.people),
            active=a.active,
            people=a.people,
        )
        for a in taking_part
    ]


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"brd": choose, "brdof": choose_scope, "brdname": show_name}
QUESTIONS: Mapping[str, Callable[..., bool]] = {}
CARDS: Mapping[str, Draw] = {"board": draw}
