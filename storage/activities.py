"""Team activities as rows: a draft is one as well; saved only if the version is unchanged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from storage.cells import cell, several
from storage.database import Row
from storage.store import Store
from woodpecker.activities import Activity
from woodpecker.words import ActivityStatus

_COLUMNS = tuple(name for name in Activity._fields if name != "id")
_SELECT = f"SELECT id, {', '.join(_COLUMNS)} FROM activity WHERE enterprise = $1"


class Photo(NamedTuple):
    """A piece of media of an activity."""

    kind: str
    sha: str
    thumb: str
    mime: str


def _activity(row: Row) -> Activity:
    values = {c: row[c] for c in ("id", *_COLUMNS)}
    values["status"] = ActivityStatus(values["status"])
    values["people"] = several(values["people"])
    values["number"] = values["number"] or ""
    return Activity(**values)


def _value(activity: Activity, column: str) -> Any:
    value = getattr(activity, column)
    if column == "number":
        return value or None
    return cell(value)


def add(store: Store, activity: Activity) -> Activity:
    """Inserts an activity (its id is ignored) and returns it with its id."""
    marks = ", ".join(f"${i}" for i in range(2, len(_COLUMNS) + 2))
    new = store.insert(
        f"INSERT INTO activity (enterprise, {', '.join(_COLUMNS)}) VALUES ($1, {marks})",
        *(_value(activity, c) for c in _COLUMNS),
    )
    return activity._replace(id=new)


def get(store: Store, activity: int) -> Activity | None:
    """The activity, or None."""
    row = store.one(f"{_SELECT} AND id = $2", activity)
    return _activity(row) if row else None


def draft_of(store: Store, person: int) -> Activity | None:
    """What a person is putting together, or None."""
    row = store.one(f"{_SELECT} AND logger = $2 AND status = 'draft' ORDER BY touched_at DESC, id DESC", person)
    return _activity(row) if row else None


def save(store: Store, before: Activity, after: Activity) -> Activity | None:
    """Writes what changed if nobody was faster; None if somebody was."""
    new = after._replace(version=before.version + 1)
    changed = [c for c in _COLUMNS if getattr(before, c) != getattr(new, c)]
    sets = ", ".join(f"{c} = ${i}" for i, c in enumerate(changed, 5))
    changes = store.run(
        f"UPDATE activity SET {sets} WHERE enterprise = $1 AND id = $2 AND version = $3 AND status = $4",
        before.id,
        before.version,
        before.status,
        *(_value(new, c) for c in changed),
    )
    return new if changes == 1 else None


def logged(store: Store, limit: int = 200) -> list[Activity]:
    """What waits to be confirmed, the oldest first."""
    rows = store.all(f"{_SELECT} AND status = 'logged' ORDER BY id LIMIT $2", limit)
    return [_activity(r) for r in rows]


def stale(store: Store, before: int) -> list[Activity]:
    """Drafts that nobody has touched since an instant (ms)."""
    return [_activity(r) for r in store.all(f"{_SELECT} AND status = 'draft' AND touched_at < $2", before)]


def of_person(store: Store, person: int, limit: int = 8) -> list[Activity]:
    """The newest activities that a person logged or took part in, newest first; no drafts."""
    rows = store.all(
        f"{_SELECT} AND status IN ('logged', 'confirmed')"
        " AND (logger = $2 OR replace(replace(people, '[', ', '), ']', ', ') LIKE $4)"
        " ORDER BY day DESC, id DESC LIMIT $3",
        person,
        limit,
        f"%, {person}, %",
    )
    return [_activity(r) for r in rows]


def teammates(store: Store, department: int | None, team: str, limit: int = 60) -> tuple[int, ...]:
    """Everybody of a team who has not left; without a team's name of the department."""
    rows = store.all(
        "SELECT id FROM person WHERE enterprise = $1 AND department = $2 AND left_on IS NULL"
        " AND ($3 = '' OR team = $3) ORDER BY id LIMIT $4",
        department,
        team,
        limit,
    )
    return tuple(r["id"] for r in rows)


def add_photos(store: Store, activity: int, photos: Iterable[Photo], at: int) -> None:
    """Keeps media; the same again changes nothing."""
    for photo in photos:
        store.run(
            "INSERT INTO activity_photo (enterprise, activity, kind, sha, thumb, mime, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            activity,
            photo.kind,
            photo.sha,
            photo.thumb,
            photo.mime,
            at,
        )


def photos(store: Store, activity: int) -> list[Photo]:
    """An activity's media, in the order they came."""
    rows = store.all("SELECT * FROM activity_photo WHERE enterprise = $1 AND activity = $2 ORDER BY id", activity)
    return [Photo(r["kind"], r["sha"], r["thumb"], r["mime"]) for r in rows]


class Count(NamedTuple):
    """How many activities were confirmed and how many different people took part."""

    activities: int
    people: int


def count(store: Store, first: int, last: int) -> Count:
    """The confirmed activities logged in the months `first` to `last` (202611)."""
    rows = store.all(
        "SELECT people FROM activity WHERE enterprise = $1 AND status = 'confirmed' AND month BETWEEN $2 AND $3",
        first,
        last,
    )
    return Count(len(rows), len({p for r in rows for p in several(r["people"])}))
