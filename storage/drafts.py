"""What a person is putting together: a report, a fix, an answer. One open draft a person, others parked."""

from __future__ import annotations

from typing import Any, NamedTuple

from storage.cells import cell, several
from storage.database import Row
from storage.memory import Part
from storage.store import Store
from woodpecker.words import Kind, Naming


class Draft(NamedTuple):
    """An open draft; `purpose` is report, fix, part, reopen or answer, and all but the first are about a report."""

    id: int
    person: int
    purpose: str
    report: int | None
    kind: Kind
    text: str
    place: int | None
    place_text: str
    found_at: int | None
    naming: Naming
    latitude: float | None
    longitude: float | None
    sent_at: int
    delivery: str
    touched_at: int
    joint: tuple[int, ...] = ()  # who found it too
    behalf: int | None = None  # the worker it is logged for


def _draft(row: Row) -> Draft:
    return Draft(
        row["id"],
        row["person"],
        _purpose(row),
        row["report"],
        Kind(row["kind"]),
        row["text"],
        row["place"],
        row["place_text"],
        row["found_at"],
        Naming(row["naming"]),
        row["latitude"],
        row["longitude"],
        row["sent_at"],
        row["delivery"],
        row["touched_at"],
        several(row["joint"]),
        row["behalf"],
    )


def _purpose(row: Row) -> str:
    purpose: str = row["purpose"]
    return "part" if row["interim"] else purpose


def open_of(store: Store, person: int) -> Draft | None:
    """The person's open draft, or None."""
    return store.recall((_of(person),), ("open draft of", person), lambda: _open_of(store, person))


def _open_of(store: Store, person: int) -> Draft | None:
    row = store.one("SELECT * FROM draft WHERE enterprise = $1 AND person = $2 AND state = 'open'", person)
    return _draft(row) if row else None


def get(store: Store, draft: int) -> Draft | None:
    """An open draft by id, or None."""
    return store.recall((("draft", draft),), ("draft", draft), lambda: _get(store, draft))


def _get(store: Store, draft: int) -> Draft | None:
    row = store.one("SELECT * FROM draft WHERE enterprise = $1 AND id = $2 AND state = 'open'", draft)
    return _draft(row) if row else None


def _kept(store: Store, draft: Draft) -> Draft:
    """The open draft as it was just written: nobody has to read it again."""
    _wrote(store, draft.id, draft.person)
    store.keep((("draft", draft.id),), ("draft", draft.id), draft)
    store.keep((_of(draft.person),), ("open draft of", draft.person), draft)
    return draft


def _of(person: int) -> Part:
    """All drafts of a person."""
    return "draft", ("of", person)


def _wrote(store: Store, draft: int, person: int) -> None:
    store.tx.wrote("draft", draft)
    store.tx.wrote(*_of(person))


def state_of(store: Store, draft: int) -> str | None:
    """What became of a draft: open, parked, submitted, cancelled, expired."""
    state: str | None = store.value("SELECT state FROM draft WHERE enterprise = $1 AND id = $2", draft)
    return state


class Fate(NamedTuple):
    """Whose a draft is and what became of it; `report` is what it is about or became."""

    person: int
    purpose: str
    state: str
    report: int | None


def fate(store: Store, draft: int) -> Fate | None:
    """What became of a draft, open or not."""
    return store.recall((("draft", draft),), ("fate", draft), lambda: _fate(store, draft))


def _fate(store: Store, draft: int) -> Fate | None:
    row = store.one(
        "SELECT person, purpose, interim, state, report FROM draft WHERE enterprise = $1 AND id = $2", draft
    )
    return Fate(row["person"], _purpose(row), row["state"], row["report"]) if row else None


def park(store: Store, draft: int) -> None:
    """Lays an open draft aside; it is open again after `unpark`."""
    store.run("UPDATE draft SET state = 'parked' WHERE enterprise = $1 AND id = $2 AND state = 'open'", draft)


def unpark(store: Store, draft: int, now: int) -> Draft | None:
    """Opens a parked draft; the caller has made sure that none is open."""
    store.run(
        "UPDATE draft SET state = 'open', touched_at = $3 WHERE enterprise = $1 AND id = $2 AND state = 'parked'",
        draft,
        now,
    )
    return get(store, draft)


def parked_of(store: Store, person: int) -> list[Draft]:
    """What a person has laid aside, the newest first."""
    return list(store.recall((_of(person),), ("parked drafts of", person), lambda: _parked_of(store, person)))


def _parked_of(store: Store, person: int) -> list[Draft]:
    rows = store.all(
        "SELECT * FROM draft WHERE enterprise = $1 AND person = $2 AND state = 'parked'"
        " ORDER BY touched_at DESC, id DESC",
        person,
    )
    return [_draft(r) for r in rows]


def start(store: Store, person: int, purpose: str, report: int | None, sent_at: int, delivery: str, now: int) -> Draft:
    """Opens a draft; the caller has made sure that none is open."""
    row = store.one(
        "INSERT INTO draft (enterprise, person, purpose, interim, report, sent_at, delivery, created_at, touched_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING *",
        person,
        "fix" if purpose == "part" else purpose,
        int(purpose == "part"),
        report,
        sent_at,
        delivery,
        now,
        part="new",
    )
    assert row is not None
    return _kept(store, _draft(row))


_CHANGEABLE = frozenset(
    {
        "kind",
        "text",
        "place",
        "place_text",
        "found_at",
        "naming",
        "latitude",
        "longitude",
        "sent_at",
        "delivery",
        "joint",
        "behalf",
    }
)


def change(store: Store, draft: int, now: int, **values: Any) -> Draft:
    """Sets columns of an open draft and returns it. Raises KeyError if it is not open."""
    if not values.keys() <= _CHANGEABLE:
        raise ValueError(f"not a draft's columns: {sorted(values.keys() - _CHANGEABLE)}")
    sets = "".join(f", {name} = ${i}" for i, name in enumerate(values, 4))
    row = store.one(
        f"UPDATE draft SET touched_at = $3{sets} WHERE enterprise = $1 AND id = $2 AND state = 'open' RETURNING *",
        draft,
        now,
        *map(cell, values.values()),
        part=draft,
    )
    if row is None:
        raise KeyError(draft)
    return _kept(store, _draft(row))


def turn_into_report(store: Store, draft: int, now: int) -> None:
    """What was taken for an answer is a report of its own."""
    store.run(
        "UPDATE draft SET purpose = 'report', report = NULL, touched_at = $3, found_at = coalesce(found_at, sent_at)"
        " WHERE enterprise = $1 AND id = $2 AND state = 'open'",
        draft,
        now,
    )


def end(store: Store, draft: int, state: str, report: int | None = None) -> bool:
    """Ends an open draft as submitted, cancelled or expired; False if it was not open."""
    person = store.value(
        "UPDATE draft SET state = $3, report = coalesce($4, report) WHERE enterprise = $1 AND id = $2"
        " AND state = 'open' RETURNING person",
        draft,
        state,
        report,
        part=draft,
    )
    if person is not None:
        _wrote(store, draft, person)
    return person is not None
