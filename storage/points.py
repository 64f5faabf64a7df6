"""The points ledger as rows, what it adds up to, and what points were redeemed for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from storage import chained
from storage.chained import POINTS
from storage.database import Row
from storage.store import Store
from woodpecker.points import PointEntry, check_spending
from woodpecker.rewards import Had
from woodpecker.words import Handing, Kind, PointKind


class Redemption(NamedTuple):
    """A thing that somebody redeemed points for; `entry` is the key in the ledger."""

    id: int
    person: int
    entry: str
    item: str
    points: int
    state: Handing
    words: str
    done_by: int | None
    created_at: int


def append(store: Store, entries: Iterable[PointEntry]) -> int:
    """Writes entries that are not there yet and returns how many; a key that exists changes nothing."""
    return chained.append(store, POINTS, entries)


def spend(store: Store, entry: PointEntry) -> None:
    """Writes an entry that takes points away. Raises Refused if they are not there, whoever spends at this moment."""
    chained.hold(store, POINTS)
    check_spending(balance(store, entry.person), -entry.points)
    append(store, [entry])


def broken(store: Store) -> int | None:
    """The number of the first entry that is not what was written, or None; a missing tail counts."""
    return chained.broken(store, POINTS)


def _entry(row: Row) -> PointEntry:
    values = json.loads(row["body"])
    values["kind"] = PointKind(values["kind"])
    values["approvers"] = tuple(values["approvers"])
    return PointEntry(**values)


def get(store: Store, key: str) -> PointEntry | None:
    """The entry of this key, or None."""
    row = store.one("SELECT body FROM point WHERE enterprise = $1 AND key = $2", key)
    return _entry(row) if row else None


def of_award(store: Store, award: int) -> list[PointEntry]:
    """An award's entries, oldest first."""
    rows = store.all("SELECT body FROM point WHERE enterprise = $1 AND award = $2 ORDER BY seq", award)
    return [_entry(r) for r in rows]


def standing(store: Store, award: int) -> list[PointEntry]:
    """What an award gave and nobody has taken back."""
    entries = of_award(store, award)
    gone = {e.reverses for e in entries}
    return [e for e in entries if e.kind is PointKind.EARNED and e.key not in gone]


def of_person(store: Store, person: int, limit: int = 10) -> list[PointEntry]:
    """A person's newest entries, newest first."""
    rows = store.all(
        "SELECT body FROM point WHERE enterprise = $1 AND person = $2 ORDER BY month DESC, seq DESC LIMIT $3",
        person,
        limit,
    )
    return [_entry(r) for r in rows]


def balance(store: Store, person: int) -> int:
    """How many points a person has; negative if more were taken back than there were."""
    points: int = store.value(
        "SELECT coalesce(sum(points), 0) FROM point WHERE enterprise = $1 AND person = $2", person
    )
    return points


def earned(store: Store, person: int, month: int) -> int:
    """How many points a person earned in a month, less what was taken back."""
    points: int = store.value(
        "SELECT coalesce(sum(p.points), 0) FROM point p WHERE p.enterprise = $1 AND p.person = $2 AND p.month = $3"
        " AND (p.kind = 'earned' OR (p.kind = 'reversal' AND p.award IS NOT NULL))",
        person,
        month,
    )
    return points


def spendings(store: Store, person: int) -> int:
    """How often a person has spent points so far."""
    count: int = store.value(
        "SELECT count(*) FROM point WHERE enterprise = $1 AND person = $2 AND kind IN ('exchanged', 'redeemed')",
        person,
    )
    return count


def awaiting(store: Store, person: int) -> int:
    """How many points a person may get of awards that are not decided yet."""
    points: int = store.value(
        "SELECT coalesce(sum(s.points), 0) FROM award a JOIN award_share s ON s.award = a.id WHERE a.enterprise = $1"
        " AND a.status IN ('proposed', 'half_approved', 'held_budget') AND s.person = $2",
        person,
    )
    return points


def had(store: Store, person: int, month: int, kind: Kind | None) -> Had:
    """What points count against a person's caps in a month, in fen, in all and for a kind of report."""
    return chained.had(store, POINTS, person, month, kind)


def spent(store: Store, month: int) -> int:
    """What points count against a month's budget, in fen."""
    return chained.spent(store, POINTS, month)


def want(store: Store, entry: PointEntry) -> Redemption:
    """Notes what is to be handed out for an entry."""
    new = store.insert(
        "INSERT INTO redemption (enterprise, person, entry, item, points, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        entry.person,
        entry.key,
        entry.item,
        -entry.points,
        entry.at,
    )
    return Redemption(new, entry.person, entry.key, entry.item, -entry.points, Handing.OPEN, "", None, entry.at)


def _redemption(row: Row) -> Redemption:
    values = {name: row[name] for name in Redemption._fields}
    return Redemption(**{**values, "state": Handing(row["state"])})


def redemption(store: Store, wanted: int) -> Redemption | None:
    """The redemption, or None."""
    row = store.one("SELECT * FROM redemption WHERE enterprise = $1 AND id = $2", wanted)
    return _redemption(row) if row else None


def open_redemptions(store: Store, limit: int = 200) -> list[Redemption]:
    """What is still to be handed out, the oldest first."""
    rows = store.all("SELECT * FROM redemption WHERE enterprise = $1 AND state = 'open' ORDER BY id LIMIT $2", limit)
    return [_redemption(r) for r in rows]


def end(store: Store, wanted: int, state: Handing, by: int, words: str, now: int) -> bool:
    """Notes that it was handed out or cancelled; False if somebody was faster."""
    changed = store.run(
        "UPDATE redemption SET state = $3, done_by = $4, words = $5, done_at = $6"
        " WHERE enterprise = $1 AND id = $2 AND state = 'open'",
        wanted,
        state,
        by,
        words,
        now,
    )
    return changed == 1
