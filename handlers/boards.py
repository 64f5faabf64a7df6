"""排行: who reported most that was admitted, by month and quarter; departments by how many take part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.drafting import brief
from handlers.message import Event
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import audit, boards, cards, people
from storage.boards import Board, Line
from woodpecker import clocks, names

PERIODS = ("month", "last", "quarter")
DEPARTMENTS = 8  # lines about departments


def show(turn: Turn, payload: str) -> None:
    """This month's board."""
    _open(turn, "month")


def _open(turn: Turn, period: str) -> None:
    for old in cards.of_subject(turn.store, ("board",), turn.me.id):
        cards.retire(turn.store, old.id)  # a typed label means the newest board
    turn.open_card("board", turn.me.id, {"period": period})


def choose(turn: Turn, tap: Tap) -> None:
    """Another period, on the same card."""
    period = tap.arg if tap.arg in PERIODS else "month"
    mine = turn.card is not None and turn.card.kind == "board" and turn.card.person == turn.me.id
    if turn.card is None or not mine or turn.incoming.event is not Event.TAP:
        _open(turn, period)
        return
    cards.set_args(turn.store, turn.card.id, {"period": period})
    turn.refresh_card()


def show_name(turn: Turn, tap: Tap) -> None:
    """Shows or masks one's own name on boards and in notices, by own choice."""
    shown = not turn.me.show_name
    people.update(turn.store, turn.me.id, show_name=shown)
    action = "name.shown" if shown else "name.hidden"
    audit.write(turn.store, turn.desk.now, action, turn.me.id, person=turn.me.id)
    turn.desk.refresh(("board",), turn.me.id)
    brief(turn, "board.now_shown" if shown else "board.now_masked")


def months_of(period: str, now_month: int) -> tuple[int, int]:
    """The first and last month of a period, as 202611."""
    year, month = divmod(now_month, 100)
    if period == "quarter":
        start = year * 100 + (month - 1) // 3 * 3 + 1
        return start, start + 2
    if period == "last":
        last = now_month - 1 if month > 1 else (year - 1) * 100 + 12
        return last, last
    return now_month, now_month


def draw(d: Drawing) -> View:
    """The board as its reader sees it now."""
    period = str(d.card.args.get("period", "month"))
    first, last = months_of(period, clocks.local_month(d.desk.now, d.desk.plant.zone))
    board = boards.board(d.desk.store, first, last, d.card.subject)
    text = text_of(
        d.text("board.title", period=_period(d, period, first)),
        *_places(d, board),
        _own(d, board),
        *_departments(d, first, last),
        d.text("board.note"),
    )
    buttons = [d.button(f"board.{p}", "brd", d.card.subject, arg=p) for p in PERIODS]
    own = d.reader is not None and d.reader.show_name
    buttons.append(d.button("board.mask_me" if own else "board.show_me", "brdname", d.card.subject))
    return view(text, buttons)


def _period(d: Drawing, period: str, first: int) -> str:
    year, month = divmod(first, 100)
    if period == "quarter":
        return d.text("board.in_quarter", year=year, quarter=(month + 2) // 3)
    return d.text("board.in_month", year=year, month=month)


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


def _own(d: Drawing, board: Board) -> str:
    if board.own is None:
        return d.text("board.own_none")
    if board.own in board.lines:
        return ""
    return d.text("board.own", rank=board.own.rank, count=board.own.count, people=board.people)


def _departments(d: Drawing, first: int, last: int) -> list[str]:
    found = sorted(boards.active(d.desk.store, first, last), key=lambda a: (-a.active / a.people, a.department))
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


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"brd": choose, "brdname": show_name}
QUESTIONS: Mapping[str, Callable[..., bool]] = {}
CARDS: Mapping[str, Draw] = {"board": draw}
