"""Group chats and what each is for."""

from __future__ import annotations

from typing import Literal, NamedTuple

from storage.database import Row
from storage.store import Store

Purpose = Literal["verify", "notice"]


class Group(NamedTuple):
    """A group chat; `purpose` is "verify" (cards to verify) or "notice" (public lists and summaries)."""

    id: int
    platform: str
    chat: str
    title: str
    purpose: Purpose
    set_by: int | None


def _group(row: Row) -> Group:
    return Group(row["id"], row["platform"], row["chat"], row["title"], row["purpose"], row["set_by"])


def set(store: Store, platform: str, chat: str, title: str, purpose: Purpose, by: int | None, now: int) -> Group:
    """Says what a group is for."""
    row = store.one(
        "INSERT INTO chat_group (enterprise, platform, chat, title, purpose, set_by, set_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (enterprise, platform, chat) DO UPDATE SET title = excluded.title,"
        " purpose = excluded.purpose, set_by = excluded.set_by, set_at = excluded.set_at RETURNING *",
        platform,
        chat,
        title,
        purpose,
        by,
        now,
    )
    if row is None:
        raise RuntimeError("the group was neither made nor found")
    return _group(row)


def get(store: Store, platform: str, chat: str) -> Group | None:
    """The group of this chat, if it has a purpose."""
    row = store.one("SELECT * FROM chat_group WHERE enterprise = $1 AND platform = $2 AND chat = $3", platform, chat)
    return _group(row) if row else None


def with_purpose(store: Store, purpose: Purpose) -> list[Group]:
    """All groups for this purpose."""
    rows = store.all("SELECT * FROM chat_group WHERE enterprise = $1 AND purpose = $2 ORDER BY id", purpose)
    return [_group(r) for r in rows]


def moved(store: Store, platform: str, old: str, new: str) -> bool:
    """Gives a group its new chat id (it became a supergroup); False if it was not known."""
    if get(store, platform, new) is not None:
        return removed(store, platform, old)
    return bool(
        store.run(
            "UPDATE chat_group SET chat = $4 WHERE enterprise = $1 AND platform = $2 AND chat = $3",
            platform,
            old,
            new,
        )
    )


def removed(store: Store, platform: str, chat: str) -> bool:
    """Forgets a group the bot is no longer in; False if it was not known."""
    return bool(
        store.run("DELETE FROM chat_group WHERE enterprise = $1 AND platform = $2 AND chat = $3", platform, chat)
    )
