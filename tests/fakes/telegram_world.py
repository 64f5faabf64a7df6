"""What the fake Telegram knows: chats, messages, files, waiting updates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]


class Refused(Exception):
    """The Bot API answers with an error."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str, **parameters: int) -> Refused:
    return Refused(400, f"Bad Request: {description}", **parameters)


@dataclass
class Fault:
    """What goes wrong at the next call of a method instead of (or after) its work."""

    status: int = 0
    description: str = "fault on purpose"
    retry_after: int = 0
    drop: str = ""  # "before" or "after" the work
    half: bool = False  # the work is done, half of the JSON comes back
    hang: bool = False  # no answer at all
    body: bytes | None = None  # answered as it is, with `status` or 200


@dataclass
class Call:
    """One request, as it came."""

    method: str
    params: Raw
    files: dict[str, bytes]
    at: float
    status: int = 0  # what was answered; 0 for a dropped connection
    description: str = ""


@dataclass
class Chat:
    id: int
    type: str
    title: str = ""
    started: bool = True  # a person who never wrote cannot be written to
    blocked: bool = False  # or, for a group: the bot is not in it
    moved_to: int = 0
    messages: dict[int, Raw] = field(default_factory=dict)

    def raw(self) -> Raw:
        if self.type == "private":
            return {"id": self.id, "type": "private", "first_name": self.title}
        return {"id": self.id, "type": self.type, "title": self.title}


@dataclass
class Query:
    """A tap that waits for its answer."""

    id: str
    user: int
    data: str
    answer: str | None = None
    too_old: bool = False


class World:
    """All state of one fake bot; nothing in here does I/O."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.username = username
        self.me: Raw = {"id": 700, "is_bot": True, "first_name": "Woodpecker", "username": username}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}  # a stated size that differs from the bytes kept
        self.queries: dict[str, Query] = {}
        self.updates: dict[int, Raw] = {}  # not confirmed yet
        self.commands: dict[tuple[str, str], list[Raw]] = {}
        self.webhook: Raw = {}
        self.next_update = 1001
        self.next_message = 1
        self.next_file = 1
        self.date = 1_795_000_000  # seconds; one more with every message

    def tick(self) -> int:
        self.date += 1
        return self.date

    def push(self, kind: str, content: Raw) -> int:
        number, self.next_update = self.next_update, self.next_update + 1
        self.updates[number] = {"update_id": number, kind: content}
        return number

    def keep(self, data: bytes, size: int = 0) -> Raw:
        """A file of ours: its file_id, unique id and size."""
        number, self.next_file = self.next_file, self.next_file + 1
        file_id = f"file-{number}"
        self.files[file_id] = data
        self.sizes[file_id] = size or len(data)
        return {"file_id": file_id, "file_unique_id": f"u{number}", "file_size": self.sizes[file_id]}

    def message(self, chat: Chat, sender: Raw, content: Raw) -> Raw:
        """Puts a message into the chat."""
        number, self.next_message = self.next_message, self.next_message + 1
        made = {
            "message_id": number,
            "from": sender,
            "chat": chat.raw(),
            "date": self.tick(),
            **content,
        }
        chat.messages[number] = made
        return made

    def own(self, chat: Chat) -> list[Raw]:
        """The bot's messages in the chat, oldest first."""
        return [one for one in chat.messages.values() if one["from"]["id"] == self.me["id"]]
