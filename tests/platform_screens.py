"""What a story says that phones show, and what they show on a platform: where the two differ, in the story's notation.

A difference is told phone by phone: `≡` stands for a text as in the story, what stands under it are buttons that are
other ones; `≡¶` is a text as in the story with a card for its buttons below it; `‹…›` is what is left of a card's
buttons; `✗ ✎ 王磊` is a card that did not change there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.carried import OnScreen
from tests.world import ELSEWHERE, Seen

_HEAD = re.compile(r"^  ([→✎]) (\S+)  (.*)$")
_TOAST = re.compile(r"^  \((\S+?): (.*)\)$")
_MEDIA = re.compile(r"^(?:📷|🎤|📎)+(?:合成一张)?$")
_BUTTONS = re.compile(r"^\[[^\[\]]+\](?:  \[[^\[\]]+\])*$")
_SPACE = re.compile(r"[\s·]+")


@dataclass(frozen=True)
class Unit:
    """One thing on a phone: pictures, or words with what can be tapped below them."""

    arrow: str
    lines: tuple[str, ...]
    controls: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    grey: str = ""

    def reads_like(self, told: Unit, *, splits: bool) -> bool:
        """Whether it says the same as the story does; with `splits` lines may be broken and facts stand below."""
        if not splits:
            return self.lines == told.lines
        rest = [line.strip() for line in told.lines]
        for fact in self.facts:
            if fact not in rest:
                return False
            rest.remove(fact)
        return _flat(rest) == _flat(self.lines)


@dataclass
class Told:
    """What the story says of one step, by phone."""

    units: dict[str, list[Unit]]
    toasts: list[tuple[str, str]]


def told(lines: Iterable[str]) -> Told:
    """The lines under a step, read."""
    blocks: list[tuple[str, str, list[str]]] = []
    toasts: list[tuple[str, str]] = []
    for line in lines:
        if found := _HEAD.match(line):
            blocks.append((found[1], found[2], [found[3]]))
        elif found := _TOAST.match(line):
            toasts.append((found[1], found[2]))
        else:
            assert blocks, f"nobody sees {line!r}"
            blocks[-1][2].append(line[6:])
    units: dict[str, list[Unit]] = {}
    for arrow, phone, shown in blocks:
        units.setdefault(phone, []).extend(_told_units(arrow, shown))
    return Told(units, toasts)


def _told_units(arrow: str, shown: list[str]) -> list[Unit]:
    found = []
    if shown and _MEDIA.match(shown[0]):
        found = _pictures(arrow, shown.pop(0))
    controls: list[str] = []
    while shown and _BUTTONS.match(shown[-1]):
        controls = [*shown.pop().split("  "), *controls]
    if shown or controls:
        found.append(Unit(arrow, tuple(shown), tuple(controls)))
    return found


def _pictures(arrow: str, sign: str) -> list[Unit]:
    return [Unit(arrow, (one,)) for one in ([sign] if "合" in sign else sign)]


def screens(seen: Sequence[Seen]) -> dict[str, list[tuple[Unit, Seen]]]:
    """What came and changed, by phone."""
    found: dict[str, list[tuple[Unit, Seen]]] = {}
    for one in seen:
        if not isinstance(one, OnScreen):  # of a phone on another platform
            found.setdefault(one.phone, []).extend((unit, one) for unit in _plain(one))
            continue
        arrow, look = "✎" if one.edit else "→", one.look
        units = _pictures(arrow, look.media) if look.media else []
        if look.lines or look.controls:
            units.append(Unit(arrow, look.lines, look.controls, look.facts, look.grey))
        found.setdefault(one.phone, []).extend((unit, one) for unit in units)
    return found


def _plain(one: Seen) -> list[Unit]:
    arrow = "✎" if one.edit else "→"
    labels = tuple(f"[{b.label}]" for row in one.message.buttons for b in row)
    return [Unit(arrow, tuple(one.message.text.splitlines()), labels)]


def differences(story: Told, seen: Sequence[Seen], toasts: list[str], *, splits: bool) -> list[str]:
    """The lines that say what phones show otherwise than in the story; none if nothing."""
    shown = screens(seen)
    still: list[str] = []
    lines: list[str] = []
    for phone in dict.fromkeys([*story.units, *(who for who, _ in story.toasts), *shown]):
        wanted = story.units.get(phone, [])
        said = ["\n".join(unit.lines) for unit in wanted]
        answers = [words for who, words in story.toasts if who == phone and splits and words not in said]
        mine = _without_answers(shown.get(phone, []), answers)
        units = [unit for unit, _ in mine]
        answered = bool(shown.get(phone)) or not answers or phone.endswith(ELSEWHERE)
        if _same(units, wanted, splits=splits) and answered:
            continue
        if answered and _same(units, [unit for unit in wanted if unit.arrow == "→"], splits=splits):
            still.append(phone)
            continue
        lines += _lines(phone, mine, wanted, splits=splits)
        lines += [] if mine else [f"  ✗ {phone}"]
    if not splits and toasts != [f"  ({who}: {words})" for who, words in story.toasts]:
        lines += toasts or ["  ✗ ()"]
    return [*([f"  ✗ ✎ {'、'.join(still)}"] if still else []), *lines]


def _without_answers(mine: list[tuple[Unit, Seen]], answers: list[str]) -> list[tuple[Unit, Seen]]:
    """What is shown beside the messages that stand for the brief answers to a tap."""
    left = list(answers)
    found = []
    for unit, one in mine:
        words = "\n".join(unit.lines)
        if unit.arrow == "→" and words in left and not unit.controls:
            left.remove(words)
        else:
            found.append((unit, one))
    return found


def _same(mine: list[Unit], wanted: list[Unit], *, splits: bool) -> bool:
    return len(mine) == len(wanted) and all(
        one.arrow == other.arrow and one.controls == other.controls and one.reads_like(other, splits=splits)
        for one, other in zip(mine, wanted, strict=True)
    )


def _lines(phone: str, mine: list[tuple[Unit, Seen]], wanted: list[Unit], *, splits: bool) -> list[str]:
    """What a phone shows; a text with a card for its buttons below it is one line."""
    lines: list[str] = []
    n = 0
    while n < len(mine):
        unit, one = mine[n]
        below = mine[n + 1][0] if n + 1 < len(mine) else None
        if unit.grey and below is not None and _begins(unit, below):
            lines.append(f"  {unit.arrow} {phone}  ‹{unit.grey}› {unit.lines[0]}")
            n += 1
        elif below is not None and (on_two := [told for told in wanted if splits and _on_two(unit, below, told)]):
            lines.append(f"  {unit.arrow} {phone}  ≡¶ {unit.lines[0]}")
            if below.controls != on_two[0].controls:
                chosen = [f"      {one}" for one in below.controls if one[0] in "▾☐"]
                lines += chosen or [f"      {'  '.join(below.controls)}"]
            n += 2
        else:
            lines += _line(phone, unit, one, wanted, splits=splits)
            n += 1
    return lines


def _on_two(unit: Unit, below: Unit, told: Unit) -> bool:
    """Whether the words are the story's, and a card below them has its first line, perhaps its last, and buttons."""
    card = below.arrow == "→" and not below.facts and below.controls != () and _first(below, told)
    return card and unit.arrow == "→" and not unit.controls and unit.reads_like(told, splits=True)


def _first(card: Unit, told: Unit) -> bool:
    """Whether a card shows the first line, or it and the last, as much of them as goes on it."""
    shown = (_flat(card.lines), _flat(card.lines[:1]))
    ends = (_flat(told.lines[:1]), _flat([told.lines[0], told.lines[-1]]))
    return any(one == end or (one.endswith("…") and end.startswith(one[:-1])) for one in shown for end in ends)


def _begins(unit: Unit, below: Unit) -> bool:
    """Whether a spent card shows only a part of what stands below it."""
    part = any(line.endswith("…") for line in unit.lines)
    return unit.arrow == "✎" and part and _flat(below.lines).startswith(_flat(unit.lines[:1]).removesuffix("…"))


def _line(phone: str, unit: Unit, one: Seen, wanted: list[Unit], *, splits: bool) -> list[str]:
    """One thing on a phone, as short as may be."""
    head = unit.lines[0] if unit.lines else ""
    was = one.before if isinstance(one, OnScreen) else None
    if was is not None and unit.grey and (was.lines, was.facts) == (unit.lines, unit.facts):
        return [f"  {unit.arrow} {phone}  ‹{unit.grey}› {head}"]
    alike = [other for other in wanted if unit.reads_like(other, splits=splits)]
    if any(other.controls == unit.controls for other in alike):
        return [f"  {unit.arrow} {phone}  ≡ {head}"]
    below = [f"      {one}" for one in unit.controls if one.startswith("▾")]
    buttons = tuple(one for one in unit.controls if not one.startswith("▾"))
    if below and any(other.controls == buttons for other in alike):
        return [f"  {unit.arrow} {phone}  ≡ {head}", *below]
    controls = [*([f"      {'  '.join(buttons)}"] if buttons else []), *below]
    if unit.grey:
        controls = [f"      ‹{unit.grey}›"]
    if alike:
        return [f"  {unit.arrow} {phone}  ≡ {head}", *(controls or ["      ‹›"])]
    rest = [f"      {line}".rstrip() for line in (*unit.lines[1:], *unit.facts)]
    return [f"  {unit.arrow} {phone}  {head}", *rest, *controls]


def _flat(lines: Iterable[str]) -> str:
    return _SPACE.sub("", "".join(lines))
