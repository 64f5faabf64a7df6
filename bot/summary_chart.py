"""The picture of a month: four numbers, weeks, the way from reported to closed, where and what, who takes part."""

from __future__ import annotations

from typing import Any

from bot.chart_type import WIDE, Sheet, cut, width

GROUND, PAPER, INK, QUIET, FAINT, LINE = "#EEF1F4", "#FFFFFF", "#1C2733", "#64717F", "#9AA5B1", "#E3E8ED"
HEAD, RED, GREEN, AMBER, BLUE, PALE = "#17324D", "#C8402F", "#1F8A5B", "#D98E1F", "#2A6FB0", "#C3CFDB"
STEPS = ("#2A6FB0", "#3A8FB7", "#2E9E83", "#1F8A5B")
EDGE, GAP, PAD = 36, 28, 36
INNER = WIDE - 2 * EDGE
HEADING, TEXT, SMALL = 38, 34, 29
BAR = 62  # pixels that one bar of a list takes


def drawn(spec: dict[str, Any]) -> bytes:
    """The picture as PNG, as high as it needs to be."""
    lists = [spec["categories"], spec["places"], spec["departments"]]
    heights = [_list_high(one) for one in lists]
    high = 216 + 232 + GAP + 470 + GAP + 424 + sum(h + GAP for h in heights) + EDGE
    sheet = Sheet(high, GROUND)
    _head(sheet, spec)
    _tiles(sheet, 216, spec["tiles"])
    top: float = 216 + 232 + GAP
    _weeks(sheet, top, spec["weeks"])
    top += 470 + GAP
    _funnel(sheet, top, spec["funnel"])
    top += 424 + GAP
    for one, tall, colour in zip(lists, heights, (AMBER, BLUE, GREEN), strict=True):
        _bars(sheet, top, tall, one, colour, spec["empty"])
        top += tall + GAP
    return sheet.png()


def _head(sheet: Sheet, spec: dict[str, Any]) -> None:
    sheet.box(0, 0, WIDE, 330, HEAD)
    sheet.box(EDGE, 56, 10, 106, RED, 5)
    sheet.words(EDGE + 32, 80, cut(spec["title"], 52, INNER - 40), 52, PAPER, heavy=True)
    sheet.words(EDGE + 32, 146, cut(spec["plant"], 32, 640), 32, "#B9C8D6")
    sheet.words(WIDE - EDGE, 146, spec["as_of"], 28, "#8FA3B6", align="right")


def _tiles(sheet: Sheet, top: float, tiles: list[dict[str, Any]]) -> None:
    wide = (INNER - 3 * 18) / 4
    for n, tile in enumerate(tiles):
        x = EDGE + n * (wide + 18)
        sheet.box(x, top, wide, 232, PAPER, 20)
        sheet.words(x + 24, top + 44, cut(tile["label"], SMALL, wide - 40), SMALL, QUIET)
        size = min(66.0, 66 * (wide - 44) / (width(tile["value"], 66) + width(tile["unit"], 26) + 8))
        sheet.words(x + 24, top + 118, tile["value"], size, INK, heavy=True)
        sheet.words(x + 32 + width(tile["value"], size), top + 128, tile["unit"], 26, QUIET)
        mark = {1: "▲ ", -1: "▼ "}.get(tile["change"], "")
        good = tile["change"] * tile["better"]
        colour = GREEN if good > 0 else RED if good < 0 else FAINT
        sheet.words(x + 24, top + 190, mark, 22, colour)
        room = 30 if mark else 0
        sheet.words(x + 24 + room, top + 190, cut(tile["before"], 27, wide - 40 - room), 27, QUIET)


def _card(sheet: Sheet, top: float, high: float, title: str) -> None:
    sheet.box(EDGE, top, INNER, high, PAPER, 20)
    sheet.words(EDGE + PAD, top + 54, title, HEADING, INK, heavy=True)


def _weeks(sheet: Sheet, top: float, weeks: dict[str, Any]) -> None:
    _card(sheet, top, 470, weeks["title"])
    right: float = EDGE + INNER - PAD
    for colour, word in ((PALE, weeks["before"]), (BLUE, weeks["now"])):
        sheet.words(right, top + 56, word, SMALL, QUIET, align="right")
        right -= width(word, SMALL) + 40
        sheet.box(right, top + 43, 26, 26, colour, 6)
        right -= 30
    floor, tall = top + 396, 250
    most = max(1, *weeks["values"], *weeks["earlier"])
    room = (INNER - 2 * PAD) / len(weeks["labels"])
    sheet.box(EDGE + PAD, floor, INNER - 2 * PAD, 3, LINE)
    for n, label in enumerate(weeks["labels"]):
        middle = EDGE + PAD + room * (n + 0.5)
        pairs = ((weeks["values"][n], BLUE, INK, -62), (weeks["earlier"][n], PALE, FAINT, 4))
        for value, colour, ink, left in pairs:
            high = tall * value / most
            sheet.box(middle + left, floor - high, 58, high, colour, 8)
            sheet.box(middle + left, floor - min(high, 8), 58, min(high, 8), colour)
            sheet.words(middle + left + 29, floor - high - 24, str(value), SMALL, ink, align="center")
        sheet.words(middle, floor + 38, label, 27, QUIET, align="center")


def _funnel(sheet: Sheet, top: float, funnel: dict[str, Any]) -> None:
    _card(sheet, top, 424, funnel["title"])
    first = max(1, funnel["bars"][0][1])
    left, room = EDGE + PAD + 178, INNER - 2 * PAD - 178 - 196
    for n, (label, count, share) in enumerate(funnel["bars"]):
        y = top + 104 + n * 76
        sheet.words(EDGE + PAD, y + 28, cut(label, TEXT, 166), TEXT, INK)
        sheet.box(left, y, room, 56, "#F3F5F8", 12)
        sheet.box(left, y, max(room * count / first, 6 if count else 0), 56, STEPS[n % 4], 12)
        sheet.words(EDGE + INNER - PAD - 96, y + 28, str(count), 38, INK, align="right", heavy=True)
        sheet.words(EDGE + INNER - PAD, y + 30, share, 28, QUIET, align="right")


def _list_high(one: dict[str, Any]) -> float:
    return 112 + BAR * max(1, len(one["bars"])) + 14


def _bars(sheet: Sheet, top: float, high: float, one: dict[str, Any], colour: str, empty: str) -> None:
    _card(sheet, top, high, one["title"])
    if not one["bars"]:
        sheet.words(EDGE + PAD, top + 128, empty, TEXT, FAINT)
    share = bool(one["bars"]) and len(one["bars"][0]) > 2  # percent of all, with how many they are
    most = 100 if share else max((bar[1] for bar in one["bars"]), default=1)
    label_wide = min(400.0, max((width(bar[0], TEXT) for bar in one["bars"]), default=0) + 24)
    left = EDGE + PAD + label_wide
    room = INNER - 2 * PAD - label_wide - (300 if share else 110)
    for n, bar in enumerate(one["bars"]):
        y = top + 100 + n * BAR
        sheet.words(EDGE + PAD, y + 24, cut(bar[0], TEXT, label_wide - 20), TEXT, INK)
        sheet.box(left, y + 4, room, 38, "#F3F5F8", 10)
        sheet.box(left, y + 4, max(room * bar[1] / most, 6 if bar[1] else 0), 38, colour, 10)
        if share:
            sheet.words(left + room + 110, y + 24, f"{bar[1]}%", TEXT, INK, align="right", heavy=True)
            sheet.words(EDGE + INNER - PAD, y + 25, cut(bar[2], 27, 180), 27, QUIET, align="right")
        else:
            sheet.words(EDGE + INNER - PAD, y + 24, str(bar[1]), TEXT, INK, align="right", heavy=True)
