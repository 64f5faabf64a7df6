"""What a Message becomes at the AI bot, part by part: files, then words, then one card for its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.platforms.base import Upload
from bot.platforms.telegram.text import split
from bot.platforms.wecom.cards import BOT, KEYS, card, fits, headed, kind, several
from bot.platforms.wecom_bot.markdown import TEXT, literal
from bot.platforms.wecom_bot.parse import GROUP
from handlers.message import Message

SINGLE_CHAT, GROUP_CHAT = 1, 2
Json = dict[str, Any]


class Words(NamedTuple):
    """One text message."""

    text: str


class Card(NamedTuple):
    """One card with its buttons."""

    message: Message


Part = Upload | Words | Card


def plan(chat: str, message: Message, uploads: Sequence[Upload]) -> list[Part]:
    """The messages that make up one of ours; what a card cannot show whole goes before it as words."""
    parts: list[Part] = list(uploads)
    if not message.buttons:
        return [*parts, *map(Words, split(message.text, TEXT))]
    if chat.startswith(GROUP):  # there are no cards in groups: the labels can be typed
        labels = " ".join(f"[{button.label}]" for row in message.buttons for button in row)
        return [*parts, *map(Words, split(f"{message.text}\n{labels}", TEXT))]
    if not fits(message, BOT):
        parts += map(Words, split(message.text, TEXT))
        message = headed(message, BOT)
    return [*parts, *map(Card, several(message))]


def prefix(part: Part) -> str:
    """How our id of a part begins."""
    return kind(part.message) if isinstance(part, Card) else KEYS


def words(text: str) -> Json:
    """The body of a text message."""
    return {"msgtype": "markdown", "markdown": {"content": literal(text)}}


def shown(message: Message, task: str) -> Json:
    """The body of a card."""
    return {"msgtype": "template_card", "template_card": card(message, task, BOT)}


def spent(message: Message, task: str) -> Json:
    """What is left of a card whose message stands somewhere else now."""
    return card(message._replace(buttons=()), task, BOT)


def to(chat: str, body: Json) -> Json:
    """The body addressed: WeCom would guess the kind of conversation otherwise."""
    group = chat.startswith(GROUP)
    where = {"chatid": chat.removeprefix(GROUP), "chat_type": GROUP_CHAT if group else SINGLE_CHAT}
    return {**where, **body}
