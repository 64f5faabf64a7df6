"""Whom a company's own directory vouches for: the account's id there stands in the roster."""

from __future__ import annotations

from storage import people
from storage.store import Store
from woodpecker.people import Person


def by_userid(store: Store, userid: str, *, is_number: bool) -> Person | None:
    """The one person with this userid (or employee number) who has not left, whatever the case of its letters."""
    column = "employee_no" if is_number else "wecom_userid"
    rows = store.all(
        f"SELECT id FROM person WHERE enterprise = $1 AND lower({column}) = lower($2) AND left_on IS NULL", userid
    )
    return people.get(store, rows[0]["id"]) if len(rows) == 1 else None


def open_accounts(store: Store, platform: str, *, is_number: bool) -> int:
    """Makes the account of everybody on the roster who never wrote from it; returns how many were new."""
    column = "employee_no" if is_number else "wecom_userid"
    return store.run(
        "INSERT INTO account (enterprise, platform, user_ref, chat, person, name, language, seen_at)"
        f" SELECT $1, $2, lower({column}), min({column}), min(id), '', '', 0 FROM person"
        f" WHERE enterprise = $1 AND left_on IS NULL AND {column} <> '' AND NOT EXISTS (SELECT 1 FROM account a"
        f" WHERE a.enterprise = $1 AND a.platform = $2 AND a.user_ref = lower({column}))"
        f" GROUP BY lower({column}) HAVING count(*) = 1",
        platform,
    )
