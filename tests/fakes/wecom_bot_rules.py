"""What WeCom checks in what an AI bot sends: cards, kinds of message, sizes, pace."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from typing import Any

from tests.fakes.wecom_choices import wrong_choices

Raw = dict[str, Any]
TASK = re.compile(r"[A-Za-z0-9_@-]{1,128}")
PUSHED = frozenset({"markdown", "template_card", "file", "image", "voice", "video"})
MARKDOWN = 20_480  # bytes
PIECE = 512 * 1024
SIZES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}


class No(Exception):
    """The command is refused with this code."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


def need(true: object, code: int, said: str) -> None:
    """Refuses unless something holds."""
    if not true:
        raise No(code, said)


def check_card(card: Raw, tasks: set[str], *, update: str = "") -> None:
    """A template card as the bot may send it, or with `update` as the answer to a tap on that task."""
    kind = card.get("card_type")
    need(kind in {"button_interaction", "vote_interaction"}, 42031, "the fake knows no such card_type")
    task = card.get("task_id", "")
    need(isinstance(task, str) and TASK.fullmatch(task), 42014, "task_id")
    need(task == update if update else task not in tasks, 42016, "task_id of another card, or used before")
    need(card.get("main_title", {}).get("title") or card.get("sub_title_text"), 42033, "title missing")
    if kind == "button_interaction":
        _check_buttons(card)
    strange = [o["text"] for o in card.get("button_selection", {}).get("option_list", []) if len(o["text"]) > 10]
    need(not strange, 40058, f"the fake wants short options, not {strange}")
    wrong = wrong_choices(card, new=not update)
    need(wrong is None, *(wrong or (0, "")))
    rows = card.get("horizontal_content_list", [])
    need(len(rows) <= 6, 42035, "horizontal list length")
    need(all(row.get("keyname") for row in rows), 42027, "keyname missing")
    need("replace_text" not in card or update or card["replace_text"], 40058, "replace_text")


def _check_buttons(card: Raw) -> None:
    buttons = card.get("button_list", [])
    need(1 <= len(buttons) <= 6, 40058, "1 to 6 buttons")
    for button in buttons:
        need(set(button) <= {"text", "style", "key"}, 40058, "the bot's buttons have text, style and key alone")
        need(button.get("text"), 42038, "button text")
        need(button.get("key") and len(button["key"].encode()) <= 1024, 42039, "button key")
    need(len({b["key"] for b in buttons}) == len(buttons), 42039, "button keys are not unique")


def check_push(body: Raw, media: set[str], tasks: set[str]) -> None:
    """What a push may hold."""
    kind = body.get("msgtype")
    need(kind in PUSHED, 40008, "invalid message type")
    if kind == "markdown":
        content = body["markdown"]["content"]
        need(content, 93017, "empty content")
        need(len(content.encode()) <= MARKDOWN, 40058, "content exceed max length")
    elif kind == "template_card":
        need(body["chat_type"] == 1, 40008, "template_card in single chats only")
        check_card(body["template_card"], tasks)
    else:
        need(body[kind].get("media_id") in media, 40007, "invalid media_id")


class Rate:
    """30 a minute and 1000 an hour in a conversation."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[float]] = defaultdict(deque)

    def count(self, chat: str, now: float) -> None:
        """Refuses what is too much."""
        sent = self._sent[chat]
        while sent and sent[0] <= now - 3600:
            sent.popleft()
        need(len(sent) < 1000, 45009, "api freq out of limit")
        need(sum(at > now - 60 for at in sent) < 30, 45009, "api freq out of limit")
        sent.append(now)
