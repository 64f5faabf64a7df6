"""Who cannot be reached: whose chats are all closed, who never joined though something waits, whose messages failed."""

from __future__ import annotations

from typing import NamedTuple

from storage.store import Store


class Missing(NamedTuple):
    """Somebody who cannot be reached: since when, and how many reports wait to be fixed by this person."""

    person: int
    since: int | None
    to_fix: int


_TO_FIX = (
    "(SELECT count(*) FROM report r WHERE r.enterprise = $1 AND r.owner = p.id"
    " AND r.status IN ('assigned', 'fixed') AND r.status = 'assigned') AS to_fix"
)


def cut_off(store: Store) -> list[Missing]:
    """Who has accounts, none of which the platforms deliver to any more; the last one first."""
    rows = store.all(
        f"SELECT p.id, max(a.unreachable_at) AS since, {_TO_FIX} FROM person p JOIN account a ON a.person = p.id"
        " WHERE p.enterprise = $1 AND p.left_on IS NULL AND p.id IN"
        " (SELECT person FROM account WHERE enterprise = $1 AND unreachable_at IS NOT NULL)"
        " GROUP BY p.id HAVING count(a.unreachable_at) = count(*) ORDER BY since DESC, p.id"
    )
    return [Missing(r["id"], r["since"], r["to_fix"]) for r in rows]


def never_joined(store: Store) -> list[Missing]:
    """Who has no account, though there is something to fix, a role, a department to lead or a place to look after."""
    rows = store.all(
        f"SELECT p.id, {_TO_FIX} FROM person p WHERE p.enterprise = $1 AND p.left_on IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person = p.id) AND ("
        " EXISTS (SELECT 1 FROM person_role r WHERE r.person = p.id AND r.role <> 'worker')"
        " OR EXISTS (SELECT 1 FROM report r WHERE r.enterprise = $1 AND r.owner = p.id"
        " AND r.status IN ('assigned', 'fixed'))"
        " OR p.id IN (SELECT leader FROM department WHERE enterprise = $1)"
        " OR p.id IN (SELECT owner FROM place WHERE enterprise = $1)) ORDER BY to_fix DESC, p.id"
    )
    return [Missing(r["id"], None, r["to_fix"]) for r in rows]


def failed(store: Store, since: int) -> list[Missing]:
    """Whose chats are open, but to whom a message could not be sent since then (real time)."""
    rows = store.all(
        f"SELECT p.id, f.at, {_TO_FIX} FROM person p JOIN"
        " (SELECT person, max(done_at) AS at FROM outbox WHERE enterprise = $1 AND state = 'failed'"
        " AND done_at >= $2 AND person IS NOT NULL GROUP BY person) f ON f.person = p.id"
        " WHERE p.left_on IS NULL AND EXISTS"
        " (SELECT 1 FROM account a WHERE a.person = p.id AND a.unreachable_at IS NULL) ORDER BY f.at DESC, p.id",
        since,
    )
    return [Missing(r["id"], r["at"], r["to_fix"]) for r in rows]
