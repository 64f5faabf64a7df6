"""How a Message becomes a template card. Pure; used by the application and by the AI bot.

WeCom's lengths are advice: what is longer is cut on the phone, so nobody would read it. A card whose
text does not fit says so by `fits`, and its text travels before it as a message of its own.

Up to six buttons stand on a card of buttons. More are a list (WeCom's voting card) of which one is ticked, then sent;
ways back are lines of it like all others, last as on any card. A list shows two lines of text and no more. Each
card's task begins with its kind, since a card must not become one of the other kind: a list that is turned into
something else is not surely locked. Never more than one line is ticked: where several people may be meant (who found it
too, whom to nominate) each is checked and answered by itself.

A card of buttons has room for one drop-down. WeCom's card with several of them (multiple_interaction) has two lines of
text and a single button: the report, 换责任人, 类别 and 返回 would be lost beside them, so it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from handlers.message import Button, Message, Select

BUTTONS = 6
OPTIONS = 20  # of a list
LABEL = 10  # characters on a button, or twice as many letters: they are half as wide
LINE = 11  # characters of an option
TITLE = 13  # characters over a drop-down
CHOICES = 10  # of a drop-down
SET = "set:"  # how the question of a drop-down begins; the id of what it shows follows
LIST, KEYS = "v", "w"  # how the tasks of both kinds of card begin
PICK = "pick"  # the question of a list
NOTHING = f"{PICK}:0"  # the data of a list that was sent with nothing ticked
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


class Parts(NamedTuple):
    """A card's text, laid out; `whole` if nothing had to be cut."""

    title: str
    more: str
    body: str
    facts: tuple[tuple[str, str], ...]
    whole: bool


def kind(message: Message) -> str:
    """LIST or KEYS: with what the task of a new card for this message has to begin."""
    return LIST if len(_all_keys(message)) > BUTTONS else KEYS


def takes(task: str, message: Message) -> bool:
    """Whether the card of this task may become the message."""
    return not message.buttons or (kind(message) == LIST) == task.startswith(LIST)


def card(message: Message, task: str, limits: Limits = APP) -> Json:
    """A card with the message's buttons; `task` is unique for ever within the application or bot.

    Without buttons a grey one stands in their place that says `message.spent`.
    """
    if task.startswith(LIST):
        return _list(message, task, limits)
    parts = lay_out(message.text, limits)
    shown: Json = {"card_type": "button_interaction", **_heading_of(parts), "task_id": task}
    if parts.body:
        shown["sub_title_text"] = parts.body
    if parts.facts:
        shown["horizontal_content_list"] = [{"keyname": k, "value": v} for k, v in parts.facts]
    buttons = keys(message)
    if message.select is not None:
        shown["button_selection"] = {**_drop_down(message.select), **({} if buttons else {"disable": True})}
    if buttons:
        shown["button_list"] = [
            {"text": label(button.label), "style": OTHER if n else FIRST, "key": button.data}
            for n, button in enumerate(buttons)
        ]
        return shown
    # A grey button cannot be pressed, but a card of this kind must have one.
    grey = label(message.spent or "…")
    return {**shown, "button_list": [{"text": grey, "style": OTHER, "key": "-"}], "replace_text": grey}


def _list(message: Message, task: str, limits: Limits) -> Json:
    """A voting card of which one line is ticked, or without buttons one that is locked."""
    parts, options = _short(message, limits), _all_keys(message)[:OPTIONS]
    shown = {"card_type": "vote_interaction", **_heading_of(parts), "task_id": task}
    submit = {"text": label(message.submit or "✓"), "key": NOTHING}
    if options:
        lines = [{"id": one.data, "text": cut(one.label, LINE)} for one in options]
        box: Json = {"question_key": PICK, "mode": 0, "option_list": lines}
        return {**shown, "checkbox": box, "submit_button": submit}
    grey = label(message.spent or "…")
    box = {"question_key": PICK, "mode": 0, "disable": True, "option_list": [{"id": "-", "text": grey}]}
    return {**shown, "checkbox": box, "submit_button": {**submit, "text": grey}, "replace_text": grey}


def _heading_of(parts: Parts) -> Json:
    more = {"desc": parts.more} if parts.more else {}
    return {"main_title": {"title": parts.title, **more}}


def _drop_down(select: Select) -> Json:
    options = [{"id": one.data, "text": cut(one.label, LABEL)} for one in select.options[:CHOICES]]
    question = {"question_key": f"{SET}{select.chosen}", "title": cut(select.title, TITLE)}
    return {**question, "option_list": options, "selected_id": select.chosen}


def chosen(questions: Sequence[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """The data of what was chosen in drop-downs instead of what they showed."""
    found = [(question.removeprefix(SET), ids[0]) for question, ids in questions if question.startswith(SET) and ids]
    return tuple(now for shown, now in found if now != shown)


def picked(questions: Sequence[tuple[str, Sequence[str]]]) -> str:
    """The data of what was ticked in a list, of all questions that were answered; "" if it is none or nothing was."""
    return next((ids[0] for question, ids in questions if question == PICK and ids), "")


def fits(message: Message, limits: Limits = APP, task: str = "") -> bool:
    """Whether a new card, or the one of this task, shows the whole text, or what a list is to show of it."""
    listed = (task or kind(message)).startswith(LIST)
    return (_short(message, limits) if listed else lay_out(message.text, limits)).whole


def headed(message: Message, limits: Limits = APP) -> Message:
    """What the card of a message says whose text stands above it."""
    if kind(message) == LIST:
        return message
    return message._replace(text=cut(message.text.strip().splitlines()[0], limits.title))


def _short(message: Message, limits: Limits) -> Parts:
    """The two lines of a list: the first and the last, which asks."""
    lines = [line.strip() for line in (message.brief or message.text).splitlines() if line.strip()] or ["…"]
    title, more = _heading(lines[0], limits) if len(lines) == 1 else (lines[0], lines[-1])
    whole = len(lines) <= 2 and len(title) <= limits.title and len(more) <= limits.more
    return Parts(cut(title, limits.title), cut(more, limits.more), "", (), whole)


def keys(message: Message) -> list[Button]:
    """The card's buttons: at most six, no two with the same data."""
    return _all_keys(message)[:BUTTONS]


def _all_keys(message: Message) -> list[Button]:
    found: dict[str, Button] = {}
    for row in message.buttons:
        for button in row:
            found.setdefault(button.data, button)
    return list(found.values())


def several(message: Message) -> list[Message]:
    """The message as it is, or with more buttons than a list takes as several with the same text."""
    buttons = _all_keys(message)
    if len(buttons) <= OPTIONS:
        return [message]
    groups = [buttons[at : at + OPTIONS] for at in range(0, len(buttons), OPTIONS)]
    return [message._replace(buttons=(tuple(group),)) for group in groups]


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
    return Parts(title, more, _shortened(others, limits.body), tuple(facts), whole=len(body) <= limits.body)


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


def _shortened(lines: Sequence[str], limit: int) -> str:
    """The lines; where they are too long the last one, which says what was decided, and as many before it as fit."""
    body = "\n".join(lines)
    left = limit - len(lines[-1]) - 1 if lines else 0
    if len(body) <= limit or left < 2:
        return cut(body, limit)
    return f"{cut(body, left)}\n{lines[-1]}"


def label(text: str) -> str:
    """What stands on a button: the text, or its beginning and `…` where it is too wide."""
    ends = [n for n in range(len(text) + 1) if _wide(text[:n]) <= 2 * LABEL]
    return text if ends[-1] == len(text) else cut(text, ends[-1])


def _wide(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


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
