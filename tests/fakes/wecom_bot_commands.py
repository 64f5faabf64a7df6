"""The commands of WeCom's AI bot: pushes, answers to callbacks, uploads."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.wecom_bot_phone import Conversation, shown
from tests.fakes.wecom_bot_rules import PIECE, SIZES, No, Rate, check_card, check_push, need

Raw = dict[str, Any]
IN_TIME = 5.0  # seconds for welcomes and updates


@dataclass
class Call:
    """A command that came."""

    cmd: str
    body: Raw
    req_id: str
    code: int = 0


@dataclass
class Callback:
    """What the bot may answer."""

    kind: str
    chat: str
    at: float
    task: str = ""
    answered: bool = False


@dataclass
class Link:
    """A connection."""

    socket: web.WebSocketResponse
    request: web.Request
    subscribed: bool = False
    callbacks: dict[str, Callback] = field(default_factory=dict)


class Commands:
    """What the bot has done so far; `media` holds what was uploaded whole."""

    def __init__(self, clock: Callable[[], float], chats: dict[str, Conversation], *, rate: bool) -> None:
        self.clock = clock
        self.chats = chats
        self.media: dict[str, bytes] = {}
        self._rate = Rate() if rate else None
        self._uploads: dict[str, tuple[Raw, dict[int, bytes]]] = {}
        self._tasks: set[str] = set()
        self._numbers = itertools.count(1)

    def work(self, link: Link, call: Call) -> Raw | None:
        """Does what a subscribed connection asks for. Raises No."""
        body = call.body
        if call.cmd == "ping":
            return None
        if call.cmd == "aibot_send_msg":
            self._push(body)
        elif call.cmd == "aibot_respond_welcome_msg":
            found = self._answered(link, call, "enter_chat")
            need(body.get("msgtype") in {"text", "template_card"}, 40008, "invalid message type")
            self._show(found.chat, body)
        elif call.cmd == "aibot_respond_update_msg":
            self._update(self._answered(link, call, "template_card_event"), body)
        elif call.cmd.startswith("aibot_upload_media_"):
            return self._upload(call.cmd.removeprefix("aibot_upload_media_"), body)
        else:
            raise No(40008, f"the fake knows no {call.cmd}")
        return None

    def _answered(self, link: Link, call: Call, kind: str) -> Callback:
        found = link.callbacks.get(call.req_id)
        if found is None or found.kind != kind or found.answered or self.clock() - found.at > IN_TIME:
            raise No(846605, "invalid req_id")
        found.answered = True
        return found

    def _push(self, body: Raw) -> None:
        need(body.get("chat_type") in {1, 2}, 40058, "the fake wants chat_type said")
        chat = self.chats.get(body.get("chatid", ""))
        if chat is None or not chat.written:
            raise No(93006, "invalid chatid")
        need(chat.group == (body["chat_type"] == 2), 93006, "invalid chatid")
        check_push(body, set(self.media), self._tasks)
        self._show(chat.chat, body)

    def _show(self, chat: str, body: Raw) -> None:
        if self._rate is not None:
            self._rate.count(chat, self.clock())
        if body["msgtype"] == "template_card":
            check_card(body["template_card"], self._tasks)
            self._tasks.add(body["template_card"]["task_id"])
        self.chats[chat].screen.append(shown(body))

    def _update(self, found: Callback, body: Raw) -> None:
        need(body.get("response_type") == "update_template_card", 40008, "response_type")
        check_card(body["template_card"], self._tasks, update=found.task)
        if self._rate is not None:
            self._rate.count(found.chat, self.clock())
        one = next((s for s in self.chats[found.chat].screen if s.task == found.task), None)
        if one is not None:
            need(one.card_type == body["template_card"]["card_type"], 40058, "the fake wants cards to stay of a kind")
            one.become(body["template_card"])
            one.edits += 1

    def _upload(self, step: str, body: Raw) -> Raw | None:
        if step == "init":
            kind, size, pieces = body["type"], body["total_size"], body["total_chunks"]
            need(kind in SIZES and 5 <= size <= SIZES[kind], 40006, "size")
            need(1 <= pieces <= 100 and len(body["filename"].encode()) <= 256, 40058, "pieces or name")
            number = f"U{next(self._numbers)}"
            self._uploads[number] = (body, {})
            return {"upload_id": number}
        told, parts = self._uploads[body["upload_id"]]
        if step == "chunk":
            piece = base64.b64decode(body["base64_data"], validate=True)
            need(0 < len(piece) <= PIECE and 0 <= body["chunk_index"] < told["total_chunks"], 40058, "piece")
            parts[body["chunk_index"]] = piece
            return None
        data = b"".join(parts[n] for n in range(told["total_chunks"]))
        need(len(data) == told["total_size"], 40058, "pieces are missing")
        number = f"MEDIA{next(self._numbers)}"
        self.media[number] = data
        return {"type": told["type"], "media_id": number, "created_at": str(int(time.time()))}
