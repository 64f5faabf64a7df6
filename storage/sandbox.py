"""What the sandbox's phones show: its phones, groups and messages, and the order of their changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from storage.database import Row, Tx

Buttons = list[list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Phone:
    """One account; its id is its chat's too. `person` is an employee number, or empty."""

    chat: str
    name: str
    note: str
    person: str
    language: str
    created_at: int
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A chat of several phones and the bot."""

    chat: str
    title: str
    founder: str
    members: tuple[str, ...]
    created_at: int
    seq: int = 0


class Shown(NamedTuple):
    """A message as phones show it now; the bot's has no `author`. `version` counts its edits from 1."""

    id: int
    chat: str
    author: str
    key: str
    sent_at: int
    version: int
    text: str
    buttons: Buttons
    media: list[dict[str, Any]]
    extra: dict[str, Any]
    seq: int


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be shown: who wrote it where, under which key, and the content."""

    chat: str
    author: str
    key: str
    text: str = ""
    buttons: Buttons = field(default_factory=list)
    media: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


Change = Phone | Group | Shown


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _phone(row: Row) -> Phone:
    return Phone(*(row[f.name] for f in fields(Phone)))


def _group(row: Row) -> Group:
    values = {f.name: row[f.name] for f in fields(Group)}
    return Group(**values | {"members": tuple(json.loads(row["members"]))})


def _shown(row: Row) -> Shown:
    values = {name: row[name] for name in Shown._fields}
    return Shown(**values | {c: json.loads(row[c]) for c in ("buttons", "media", "extra")})


class Sandbox:
    """One enterprise's phones within a transaction; `changed` gathers what pages must be told."""

    def __init__(self, tx: Tx, enterprise: int) -> None:
        self._tx = tx
        self._enterprise = enterprise
        self.changed: list[Change] = []

    def seq(self) -> int:
        """The number of the latest change, 0 before the first."""
        n = self._tx.value("SELECT n FROM sandbox_counter WHERE enterprise = $1", self._enterprise)
        return int(n or 0)

    def _next(self) -> int:
        return int(
            self._tx.value(
                "INSERT INTO sandbox_counter (enterprise, n) VALUES ($1, 1)"
                " ON CONFLICT (enterprise) DO UPDATE SET n = sandbox_counter.n + 1 RETURNING n",
                self._enterprise,
            )
        )

    def phones(self, since: int = 0) -> list[Phone]:
        """Phones changed after `since`, the oldest first."""
        rows = self._tx.all(
            "SELECT * FROM sandbox_phone WHERE enterprise = $1 AND seq > $2 ORDER BY created_at, chat",
            self._enterprise,
            since,
        )
        return [_phone(r) for r in rows]

    def phone(self, chat: str) -> Phone | None:
        """The phone with this id."""
        row = self._tx.one(
            "SELECT * FROM sandbox_phone WHERE enterprise = $1 AND chat = $2",
            self._enterprise,
            chat,
        )
        return _phone(row) if row else None

    def add_phone(self, phone: Phone) -> Phone:
        """Adds a phone; one with this id that is there already stays as it is."""
        here = self.phone(phone.chat)
        if here:
            return here
        phone = replace(phone, seq=self._next())
        self._tx.run(
            "INSERT INTO sandbox_phone (enterprise, chat, name, note, person, language, created_at, seq)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            *(self._enterprise, phone.chat, phone.name, phone.note, phone.person),
            *(phone.language, phone.created_at, phone.seq),
        )
        self.changed.append(phone)
        return phone

    def set_language(self, chat: str, language: str) -> None:
        """Notes the language a phone has chosen."""
        self._tx.run(
            "UPDATE sandbox_phone SET language = $3, seq = $4 WHERE enterprise = $1 AND chat = $2",
            *(self._enterprise, chat, language, self._next()),
        )
        phone = self.phone(chat)
        if phone:
            self.changed.append(phone)

    def groups(self, since: int = 0, waiting: bool = False) -> list[Group]:
        """Groups changed after `since`, or only those whose founding nobody was told of."""
        rows = self._tx.all(
            "SELECT * FROM sandbox_group"
            " WHERE enterprise = $1 AND seq > $2 AND delivered <= $3 ORDER BY created_at, chat",
            *(self._enterprise, since, 0 if waiting else 1),
        )
        return [_group(r) for r in rows]

    def group(self, chat: str) -> Group | None:
        """The group with this id."""
        row = self._tx.one(
            "SELECT * FROM sandbox_group WHERE enterprise = $1 AND chat = $2",
            self._enterprise,
            chat,
        )
        return _group(row) if row else None

    def add_group(self, group: Group) -> Group:
        """Adds a group; one with this id that is there already stays as it is."""
        here = self.group(group.chat)
        if here:
            return here
        group = replace(group, seq=self._next())
        self._tx.run(
            "INSERT INTO sandbox_group"
            " (enterprise, chat, title, founder, members, created_at, delivered, seq)"
            " VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
            *(self._enterprise, group.chat, group.title, group.founder, _dump(group.members)),
            *(group.created_at, group.seq),
        )
        self.changed.append(group)
        return group

    def group_delivered(self, chat: str) -> None:
        """The group's founding has reached the inbox."""
        self._tx.run(
            "UPDATE sandbox_group SET delivered = 1 WHERE enterprise = $1 AND chat = $2",
            self._enterprise,
            chat,
        )

    def sees(self, phone: str, chat: str) -> bool:
        """Whether `chat` is shown on `phone`: its own, or a group it is in."""
        if phone == chat:
            return self.phone(phone) is not None
        group = self.group(chat)
        return group is not None and phone in group.members

    def put(self, written: Written, now: int) -> tuple[Shown, bool]:
        """Shows a message and says whether it is new; the same chat, author and key again change nothing."""
        w = written
        here = self._tx.one(
            "SELECT * FROM sandbox_message WHERE enterprise = $1 AND author = $2 AND chat = $3 AND key = $4",
            *(self._enterprise, w.author, w.chat, w.key),
        )
        if here:
            return _shown(here), False
        row = self._tx.one(
            "INSERT INTO sandbox_message (enterprise, chat, author, key, sent_at, version, text, buttons,"
            " media, extra, delivered, seq) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11)"
            " RETURNING *",
            *(self._enterprise, w.chat, w.author, w.key, now, w.text, _dump(w.buttons)),
            *(_dump(w.media), _dump(w.extra), 0 if w.author else 1, self._next()),
        )
        assert row is not None
        shown = _shown(row)
        self.changed.append(shown)
        return shown, True

    def edit(self, chat: str, message: int, text: str, buttons: Buttons) -> bool:
        """Changes the bot's message in place; False if it is not there. No difference, no new version."""
        here = self.message(message)
        if here is None or here.author or here.chat != chat:
            return False
        if here.text == text and here.buttons == buttons:
            return True
        row = self._tx.one(
            "UPDATE sandbox_message SET text = $3, buttons = $4, version = version + 1, seq = $5"
            " WHERE enterprise = $1 AND id = $2 RETURNING *",
            *(self._enterprise, message, text, _dump(buttons), self._next()),
        )
        assert row is not None
        self.changed.append(_shown(row))
        return True

    def message(self, message: int) -> Shown | None:
        """One message."""
        row = self._tx.one("SELECT * FROM sandbox_message WHERE enterprise = $1 AND id = $2", self._enterprise, message)
        return _shown(row) if row else None

    def visible(self, phone: str, message: int) -> Shown | None:
        """One message, if it is shown on this phone."""
        shown = self.message(message)
        return shown if shown and self.sees(phone, shown.chat) else None

    def last(self, chat: str, limit: int, before: int | None = None) -> list[Shown]:
        """The newest messages of a chat older than message `before`, the oldest first."""
        rows = self._tx.all(
            "SELECT * FROM sandbox_message WHERE enterprise = $1 AND chat = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
            *(self._enterprise, chat, before if before is not None else 2**62, limit),
        )
        return [_shown(r) for r in reversed(rows)]

    def since(self, seq: int, limit: int) -> list[Shown]:
        """Messages changed after `seq`, in the order of their changes."""
        rows = self._tx.all(
            "SELECT * FROM sandbox_message WHERE enterprise = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            *(self._enterprise, seq, limit),
        )
        return [_shown(r) for r in rows]

    def waiting(self, phone: str) -> list[Shown]:
        """What a phone sent and the inbox may not have, the oldest first."""
        rows = self._tx.all(
            "SELECT * FROM sandbox_message WHERE enterprise = $1 AND delivered = 0 AND author = $2 ORDER BY id",
            *(self._enterprise, phone),
        )
        return [_shown(r) for r in rows]

    def delivered(self, message: int) -> None:
        """The message has reached the inbox."""
        self._tx.run(
            "UPDATE sandbox_message SET delivered = 1 WHERE enterprise = $1 AND id = $2",
            self._enterprise,
            message,
        )
