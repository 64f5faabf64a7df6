"""Accounts at chat platforms and the person each belongs to."""

from __future__ import annotations

from itertools import starmap
from typing import NamedTuple

from storage.memory import Source
from storage.store import Store

MISSES = 5
PAUSE = 15 * 60_000  # milliseconds without a try after too many wrong codes
NOTED_ANEW = 60_000  # milliseconds after which it is noted again that somebody is there
JOINED: tuple[Source, ...] = (("account", "joined"),)  # whose accounts are: that somebody wrote does not change it


class Account(NamedTuple):
    """One account at one platform; `person` is None until it is joined, `chat` is its private chat."""

    id: int
    platform: str
    user_ref: str
    chat: str
    person: int | None
    name: str
    language: str
    seen_at: int
    unreachable_at: int | None = None
    code_misses: int = 0
    missed_at: int = 0
    place: int | None = None  # whose code was scanned before joining, at `place_at`
    place_at: int = 0
    burst: int = 0  # messages within the minute of the newest one


_COLUMNS = ", ".join(Account._fields)
_SELECT = f"SELECT {_COLUMNS} FROM account"


def find(store: Store, platform: str, user_ref: str) -> Account | None:
    """The account with the platform's id `user_ref`."""
    row = store.one(f"{_SELECT} WHERE enterprise = $1 AND platform = $2 AND user_ref = $3", platform, user_ref)
    return Account(*row) if row else None


def get(store: Store, account: int) -> Account | None:
    """The account by our id."""
    row = store.one(f"{_SELECT} WHERE enterprise = $1 AND id = $2", account)
    return Account(*row) if row else None


def touch(
    store: Store,
    platform: str,
    user_ref: str,
    chat: str,
    name: str,
    language: str,
    now: int,
    *,
    sent_at: int | None = None,
) -> Account:
    """Notes that an account wrote, making it if it is new; what it says of being reached stays.

    Empty `chat` (a message in a group) or `name` leave what is known; `language` is a hint for the first time.
    `sent_at` counts it as a message of the minute in which it was sent, not in which it came. What does not count is
    noted once a minute, unless something else of the account changes with it.
    """
    ref = ("ref", platform, user_ref)
    known: Account | None = store.known((("account", ref),), ref)
    if sent_at is None and known is not None and _says_nothing_new(store, known, chat, name, language, now):
        return known
    row = store.one(
        "INSERT INTO account (enterprise, platform, user_ref, chat, name, language, seen_at, burst, burst_from)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN CAST($8 AS BIGINT) IS NULL THEN 0 ELSE 1 END, coalesce($8, 0))"
        " ON CONFLICT (enterprise, platform, user_ref) DO UPDATE SET"
        " chat = CASE WHEN excluded.chat = '' THEN account.chat ELSE excluded.chat END,"
        " name = CASE WHEN excluded.name = '' THEN account.name ELSE excluded.name END,"
        " language = CASE WHEN account.language = '' THEN excluded.language ELSE account.language END,"
        " burst = CASE WHEN excluded.burst = 0 THEN account.burst"
        " WHEN excluded.burst_from BETWEEN account.burst_from AND account.burst_from + 59999 THEN account.burst + 1"
        " ELSE 1 END,"
        " burst_from = CASE WHEN excluded.burst = 0"
        " OR excluded.burst_from BETWEEN account.burst_from AND account.burst_from + 59999 THEN account.burst_from"
        " ELSE excluded.burst_from END,"
        f" seen_at = excluded.seen_at RETURNING {_COLUMNS}",
        platform,
        user_ref,
        chat,
        name,
        language,
        now,
        sent_at,
        part=ref,
    )
    if row is None:
        raise RuntimeError("the account was neither made nor found")
    found = Account(*row)
    store.tx.wrote("account", found.person)  # of nobody: then everything counts as touched
    store.keep((("account", ref),), ref, found)
    return found


def _says_nothing_new(store: Store, known: Account, chat: str, name: str, language: str, now: int) -> bool:
    same = chat in ("", known.chat) and name in ("", known.name) and (known.language or not language)
    if not same or known.person is None or not 0 <= now - known.seen_at < NOTED_ANEW:
        return False
    return of_person(store, known.person)[0].id == known.id


def link(store: Store, account: int, person: int) -> None:
    """Joins an account to a person; wrong codes are forgotten."""
    store.run(
        "UPDATE account SET person = $3, code_misses = 0, missed_at = 0 WHERE enterprise = $1 AND id = $2",
        account,
        person,
    )


def at_place(store: Store, account: int, place: int, now: int) -> None:
    """Remembers the place whose code an account scanned that has not joined."""
    store.run("UPDATE account SET place = $3, place_at = $4 WHERE enterprise = $1 AND id = $2", account, place, now)


def set_language(store: Store, account: int, language: str) -> None:
    """Remembers the language an account chose."""
    store.run("UPDATE account SET language = $3 WHERE enterprise = $1 AND id = $2", account, language)


def unlink_person(store: Store, person: int) -> int:
    """Takes all accounts away from a person (a lost phone) and returns how many there were."""
    return store.run("UPDATE account SET person = NULL WHERE enterprise = $1 AND person = $2", person)


def of_person(store: Store, person: int) -> list[Account]:
    """A person's accounts, the one last written from first."""
    return list(store.recall((("account", person),), ("accounts", person), lambda: _of_person(store, person)))


def _of_person(store: Store, person: int) -> list[Account]:
    rows = store.all(f"{_SELECT} WHERE enterprise = $1 AND person = $2", person)
    return sorted(starmap(Account, rows), key=lambda account: (account.seen_at, account.id), reverse=True)


def unreachable(store: Store, account: int, now: int) -> None:
    """Notes that the platform will not deliver to this account (blocked, never started)."""
    store.run("UPDATE account SET unreachable_at = $3 WHERE enterprise = $1 AND id = $2", account, now)


def reachable(store: Store, account: int) -> None:
    """Notes that the account can be written to again."""
    store.run("UPDATE account SET unreachable_at = NULL WHERE enterprise = $1 AND id = $2", account)


def miss_code(store: Store, account: int, now: int) -> int:
    """Counts a wrong code and returns how many there were since the last pause."""
    count: int = store.value(
        "UPDATE account SET code_misses = CASE WHEN missed_at > $3 THEN code_misses + 1 ELSE 1 END,"
        " missed_at = $4 WHERE enterprise = $1 AND id = $2 RETURNING code_misses",
        account,
        now - PAUSE,
        now,
    )
    return count


def may_try_code(account: Account, now: int) -> bool:
    """Whether the account may try a code now: five wrong ones mean a pause of 15 minutes."""
    return account.code_misses < MISSES or now - account.missed_at >= PAUSE


def of_chat(store: Store, platform: str, chat: str) -> Account | None:
    """The account that can be reached in a private chat, if it is one."""
    row = store.one(
        f"{_SELECT} WHERE enterprise = $1 AND platform = $2 AND chat = $3 AND unreachable_at IS NULL",
        platform,
        chat,
    )
    return Account(*row) if row else None
