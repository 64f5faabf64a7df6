"""How a Message becomes a template card. Pure; used by the application and by the AI bot.

WeCom's lengths are advice: what is longer is cut on the phone, so nobody would read it. A card whose
text does not fit says so by `fits`, and its text travels before it as a message of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.message import Button, Message

BUTTONS = 6
LABEL = 10  # characters on a button
KEYNAME = 5
ROWS = 6
FIRST, OTHER = 1, 2  # styles: filled, and plain
WORD = re.compile(r"[A-Za-z0-9.,:%+-]+$", re.ASCII)
BORDER = re.compile(r" · |[。！？；，：、]|[.!?;,:] ")
FACT = re.compile(r"([^\s：:]{1,5})：(\S.*)")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many characters each part of a card shows."""

    title: int
    more: int  # of the title's second line
    body: int
    value: int


APP = Limits(title=36, more=44, body=160, value=30)
BOT = Limits(title=26, more=30, body=112, value=26)


@dataclass(frozen=True, slots=True)
class Parts:
    """A card's text, laid out; `whole` if nothing had to be cut."""

    title: str
    more: str
    body: str
    facts: tuple[tuple[str, str], ...]
    whole: bool


def card(message: Message, task: str, limits: Limits = APP) -> Json:
    """A card with the message's buttons; `task` is unique for ever within the application or bot.

    Without buttons a grey one stands in their place that says `message.spent`.
    """
    parts = lay_out(message.text, limits)
    shown: Json = {"card_type": "button_interaction", "main_title": {"title": parts.title}, "task_id": task}
    if parts.more:
        shown["main_title"]["desc"] = parts.more
    if parts.body:
        shown["sub_title_text"] = parts.body
    if parts.facts:
        shown["horizontal_content_list"] = [{"keyname": k, "value": v} for k, v in parts.facts]
    buttons = keys(message)
    if buttons:
        shown["button_list"] = [
            {"text": cut(button.label, LABEL), "style": OTHER if n else FIRST, "key": button.data}
            for n, button in enumerate(buttons)
        ]
        return shown
    # A grey button cannot be pressed, but a card of this kind must have one.
    grey = cut(message.spent or "…", LABEL)
    return {**shown, "button_list": [{"text": grey, "style": OTHER, "key": "-"}], "replace_text": grey}


def fits(message: Message, limits: Limits = APP) -> bool:
    """Whether a card shows the whole text."""
    return lay_out(message.text, limits).whole


def keys(message: Message) -> list[Button]:
    """The card's buttons: at most six, no two with the same data."""
    found: dict[str, Button] = {}
    for row in message.buttons:
        for button in row:
            found.setdefault(button.data, button)
    return list(found.values())[:BUTTONS]


def several(message: Message) -> list[Message]:
    """The message as it is, or with more than six buttons as several with the same text."""
    buttons = list({button.data: button for row in message.buttons for button in row}.values())
    if len(buttons) <= BUTTONS:
        return [message]
    groups = [buttons[at : at + BUTTONS] for at in range(0, len(buttons), BUTTONS)]
    return [replace(message, buttons=(tuple(group),)) for group in groups]


def lay_out(text: str, limits: Limits) -> Parts:
    """First line above, facts like 地点：破碎车间 in rows where that makes it fit, the rest between."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return Parts("…", "", "", (), whole=True)
    title, more = _heading(lines[0], limits)
    rest = lines[1:]
    if len(more) > limits.more:
        rest, more = [more, *rest], ""
    body = "\n".join(rest)
    if len(body) <= limits.body:
        return Parts(title, more, body, (), whole=True)
    facts, others = _facts(rest, limits)
    body = "\n".join(others)
    return Parts(title, more, cut(body, limits.body), tuple(facts), whole=len(body) <= limits.body)


def _heading(line: str, limits: Limits) -> tuple[str, str]:
    """The line broken in two where it is too long, at the last border that fits."""
    if len(line) <= limits.title:
        return line, ""
    ends = [found.end() for found in BORDER.finditer(line, 0, limits.title + 1) if found.end() <= limits.title]
    end = ends[-1] if ends else _between_words(line, limits.title)
    return line[:end].rstrip(" ·"), line[end:].lstrip(" ·")


def _between_words(line: str, end: int) -> int:
    """Where to break at most there: not within 1,000.00 or a word of Latin letters, unless it is all there is."""
    begun = WORD.search(line[:end])
    if begun is None or begun.start() == 0 or not WORD.match(line[end]):
        return end
    return begun.start()


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and `…`."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _facts(lines: Sequence[str], limits: Limits) -> tuple[list[tuple[str, str]], list[str]]:
    facts: list[tuple[str, str]] = []
    others: list[str] = []
    for line in lines:
        found = FACT.fullmatch(line)
        if found and len(found[2]) <= limits.value and len(facts) < ROWS:
            facts.append((found[1], found[2]))
        else:
            others.append(line)
    return facts, others
