"""The picture of rules tried out: totals, months, who gains or loses, caps and budget; no names.

All in yuan, with points beside them where there are some; in points where there is no yuan at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from bot.chart_type import WIDE, Sheet, cut, width
from bot.tables import yuan
from handlers.texts import text
from woodpecker.simulation import Gain, Month, Outcome

GROUND, PAPER, INK, QUIET, LINE = "#EEF1F4", "#FFFFFF", "#1C2733", "#64717F", "#E3E8ED"
HEAD, RED, GREEN, AMBER, BLUE, PALE = "#17324D", "#C8402F", "#1F8A5B", "#D98E1F", "#2A6FB0", "#A9B8C6"
EDGE, GAP, PAD = 36, 28, 36
INNER = WIDE - 2 * EDGE
STEPS = (20, 100)  # yuan or points: the spread's two borders on each side
ROW = 58

Say = Callable[..., str]


class Unit(NamedTuple):
    """What the picture counts in: "yuan" (in fen) or "points"."""

    name: str
    of_one: int

    def of(self, found: Month | Gain) -> tuple[int, int]:
        """What it was and what it would have been."""
        if self.name == "points":
            return found.then_points, found.points
        return found.then_fen, found.fen

    def show(self, amount: int) -> str:
        """The amount in words."""
        return f"{amount:,}" if self.name == "points" else yuan(amount)

    def title(self, say: Say, key: str) -> str:
        """A heading with the unit."""
        return say(f"{key}_points" if self.name == "points" else key)


YUAN, POINTS = Unit("yuan", 100), Unit("points", 1)


def unit_of(found: Outcome) -> Unit:
    """Points where there were and would be no yuan, but points."""
    every: list[Month | Gain] = [*found.months, *found.persons.values(), found.secret]
    money, points = (any(any(unit.of(one)) for one in every) for unit in (YUAN, POINTS))
    return POINTS if points and not money else YUAN


def draw(found: Outcome, plant: str, language: str) -> bytes:
    """The picture as PNG, in the plant's language where there is one."""

    def say(key: str, **args: object) -> str:
        return text(language, f"simulation.{key}", "zh", **args)

    unit = unit_of(found)
    rows = _spread(found, unit, say)
    heights = (560, 216, 130 + ROW * len(rows), 268)
    high = 216 + 200 + sum(h + GAP for h in heights) + GAP + 20
    sheet = Sheet(high, GROUND)
    _head(sheet, found, plant, say)
    _tiles(sheet, 196, found, unit, say)
    top: float = 196 + 200 + GAP
    _months(sheet, top, heights[0], found.months, unit, say)
    top += heights[0] + GAP
    _people(sheet, top, heights[1], found, unit, say)
    top += heights[1] + GAP
    _bars(sheet, top, heights[2], rows, unit.title(say, "spread"), say)
    top += heights[2] + GAP
    _limits(sheet, top, heights[3], found.months, say)
    return sheet.png()


def _name(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"


def _head(sheet: Sheet, found: Outcome, plant: str, say: Say) -> None:
    sheet.box(0, 0, WIDE, 300, HEAD)
    sheet.box(EDGE, 52, 10, 100, RED, 5)
    sheet.words(EDGE + 32, 76, say("title"), 52, PAPER, heavy=True)
    sheet.words(EDGE + 32, 138, cut(plant, 32, 560), 32, "#B9C8D6")
    first, last = found.months[0].month, found.months[-1].month
    sheet.words(WIDE - EDGE, 138, say("period", first=_name(first), last=_name(last)), 30, "#B9C8D6", align="right")


def _sums(months: Iterable[Month], unit: Unit) -> tuple[int, int]:
    both = [unit.of(m) for m in months]
    return sum(then for then, _ in both), sum(new for _, new in both)


def _beside(amount: int, shown: bool, say: Say, sign: str = "") -> str:
    """The unit below a sum in yuan, with the points that come beside it."""
    return say("yuan_points", points=f"{amount:{sign},}") if shown else say("yuan")


def _tiles(sheet: Sheet, top: float, found: Outcome, unit: Unit, say: Say) -> None:
    then, new = _sums(found.months, unit)
    old_points, new_points = _sums(found.months, POINTS)
    beside = unit is YUAN and bool(old_points or new_points)
    units = [say("points")] * 3 if unit is POINTS else [
        _beside(old_points, beside, say), _beside(new_points, beside, say),
        _beside(new_points - old_points, beside, say, "+"),
    ]  # fmt: skip
    held = sum(m.held for m in found.months)
    percent = say("percent", percent=f"{(new - then) * 100 / then:+.1f}") if then and not beside else ""
    tiles = (
        (say("then"), unit.show(then), units[0], "", INK),
        (say("new"), unit.show(new), units[1], "", BLUE),
        (
            say("difference"),
            f"{'+' if new > then else ''}{unit.show(new - then)}",
            units[2],
            percent,
            _colour(new - then),
        ),
        (say("held"), str(held), say("entries"), "", AMBER if held else INK),
    )
    wide = (INNER - 3 * 18) / 4
    for n, (label, value, of, below, colour) in enumerate(tiles):
        x = EDGE + n * (wide + 18)
        sheet.box(x, top, wide, 200, PAPER, 20)
        sheet.words(x + 24, top + 42, label, 29, QUIET)
        size = min(52.0, 52 * (wide - 44) / max(1, width(value, 52)))
        sheet.words(x + 24, top + 106, value, size, colour, heavy=True)
        room = wide - 48 - (width(below, 27) + 12 if below else 0)
        sheet.words(x + 24, top + 164, of, min(26.0, 26 * room / width(of, 26)), QUIET)
        sheet.words(x + wide - 24, top + 164, below, 27, colour, align="right")


def _colour(fen: int) -> str:
    return RED if fen > 0 else GREEN if fen < 0 else INK


def _card(sheet: Sheet, top: float, high: float, title: str) -> None:
    sheet.box(EDGE, top, INNER, high, PAPER, 20)
    sheet.words(EDGE + PAD, top + 54, title, 38, INK, heavy=True)


def _months(sheet: Sheet, top: float, high: float, months: Sequence[Month], unit: Unit, say: Say) -> None:
    _card(sheet, top, high, unit.title(say, "months"))
    amounts = [(*unit.of(m), m.held_fen if unit is YUAN else 0) for m in months]  # what is held is known in yuan
    held = any(over for *_, over in amounts)
    legend = [(PALE, say("then")), (BLUE, say("new"))] + ([(AMBER, say("over"))] if held else [])
    x: float = EDGE + PAD
    for colour, word in legend:
        sheet.box(x, top + 95, 26, 26, colour, 6)
        sheet.words(x + 38, top + 108, word, 28, QUIET)
        x += 38 + width(word, 28) + 44
    floor, tall = top + high - 70, high - 270
    most = max(1, *(max(then, new + over) for then, new, over in amounts))
    room = (INNER - 2 * PAD) / len(months)
    sheet.box(EDGE + PAD, floor, INNER - 2 * PAD, 3, LINE)
    every = -(-len(months) // 12)  # labels that still stand apart
    for n, month in enumerate(months):
        middle = EDGE + PAD + room * (n + 0.5)
        wide = min(46.0, room * 0.36)
        old, new, over = (max(0, amount) * tall / most for amount in amounts[n])
        sheet.box(middle - wide - 2, floor - old, wide, old, PALE, 5)
        sheet.box(middle + 2, floor - new, wide, new, BLUE, 5)
        sheet.box(middle + 2, floor - new - over - 2, wide, over, AMBER, 5)
        if len(months) <= 12:
            above = floor - max(old, new + over)
            label = unit.show(amounts[n][1]).removesuffix(".00")  # narrow: whole yuan where there are no fen
            fits = min(25.0, 25 * (room - 10) / width(label, 25))
            sheet.words(middle, above - 22, label, fits, INK, align="center")
        if n % every == 0:
            sheet.words(
                middle, floor + 32, _name(month.month)[2:], min(26.0, room * 0.33 * every), QUIET, align="center"
            )


def _gains(found: Outcome, unit: Unit) -> list[int]:
    return [new - then for then, new in map(unit.of, found.persons.values())]


def _people(sheet: Sheet, top: float, high: float, found: Outcome, unit: Unit, say: Say) -> None:
    _card(sheet, top, high, say("people"))
    gains = _gains(found, unit)
    parts = (
        (sum(g > 0 for g in gains), "more", BLUE),
        (sum(g == 0 for g in gains), "same", PALE),
        (sum(g < 0 for g in gains), "less", RED),
    )
    x, whole = float(EDGE + PAD), INNER - 2 * PAD
    for count, _, colour in parts:
        wide = whole * count / max(1, len(gains))
        sheet.box(x, top + 96, wide - (3 if wide > 3 else 0), 40, colour, 6)
        x += wide
    for (count, key, colour), middle, align in zip(
        parts, (EDGE + PAD, WIDE / 2, WIDE - EDGE - PAD), ("left", "center", "right"), strict=True
    ):
        sheet.words(middle, top + 172, say(key, n=count), 32, QUIET if key == "same" else colour, align=align)


def _spread(found: Outcome, unit: Unit, say: Say) -> list[tuple[str, int, str]]:
    """How many persons differ by how much: label, count, colour; what nobody has is left out."""
    gains, (a, b) = _gains(found, unit), STEPS
    low, high = a * unit.of_one, b * unit.of_one
    rows = [
        (say("above", a=b), sum(g >= high for g in gains), BLUE),
        (say("between_more", a=a, b=b), sum(low <= g < high for g in gains), BLUE),
        (say("little_more", a=a), sum(0 < g < low for g in gains), BLUE),
        (say("unchanged"), sum(g == 0 for g in gains), PALE),
        (say("little_less", a=a), sum(-low < g < 0 for g in gains), RED),
        (say("between_less", a=a, b=b), sum(-high < g <= -low for g in gains), RED),
        (say("below", a=b), sum(g <= -high for g in gains), RED),
    ]
    return [row for row in rows if row[1]] or rows[3:4]


def _bars(sheet: Sheet, top: float, high: float, rows: Sequence[tuple[str, int, str]], title: str, say: Say) -> None:
    _card(sheet, top, high, title)
    most = max(1, *(count for _, count, _ in rows), 1)
    left: float = EDGE + PAD + 290
    room = WIDE - EDGE - PAD - 130 - left
    for n, (label, count, colour) in enumerate(rows):
        y = top + 122 + n * ROW
        sheet.words(EDGE + PAD, y, cut(label, 31, 280), 31, INK)
        sheet.box(left, y - 17, room, 34, LINE, 8)
        sheet.box(left, y - 17, max(room * count / most, 10 if count else 0), 34, colour, 8)
        sheet.words(WIDE - EDGE - PAD, y, say("count", n=count), 31, INK, align="right")


def _limits(sheet: Sheet, top: float, high: float, months: Sequence[Month], say: Say) -> None:
    _card(sheet, top, high, say("limits"))
    cuts = say("cut_line", then=yuan(sum(m.then_cut for m in months)), new=yuan(sum(m.cut for m in months)))
    fen = yuan(sum(m.held_fen for m in months))
    held = say(
        "held_line", then=sum(m.then_lifted for m in months), new=sum(m.held for m in months), fen=fen
    )  # fmt: skip
    for n, (line, size, colour) in enumerate(((cuts, 30, INK), (held, 30, INK), (say("note"), 26, QUIET))):
        fits = min(float(size), size * (INNER - 2 * PAD) / width(line, size))
        sheet.words(EDGE + PAD, top + 112 + n * 54, line, fits, colour)
