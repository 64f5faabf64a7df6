"""Model workers as rows: a quarter's round, everybody on its list, what was said about them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from storage.cells import cell, several
from storage.database import Row
from storage.store import Store
from woodpecker.models import Model, Score, Tally
from woodpecker.words import ModelStatus

_KEPT = (
    "round", "quarter", "number", "status", "version", "person", "department", "unit", "place", "score",
    "nominators", "confirmer", "judges", "words", "confirmed_at", "honoured_at", "in_public",
    "notice_until", "vacancy",
)  # fmt: skip
_SELECT = f"SELECT id, {', '.join(_KEPT)}, parts FROM model_worker WHERE enterprise = $1"


class Round(NamedTuple):
    """A quarter's choosing: open, then a notice, then done; times in ms."""

    id: int
    quarter: int
    status: str
    version: int
    made_at: int
    notice_by: int | None = None
    notice_at: int | None = None
    notice_until: int | None = None


class Note(NamedTuple):
    """A comment or an objection about somebody on the list."""

    id: int
    model: int
    kind: str
    person: int
    words: str
    at: int
    decided_by: int | None = None
    upheld: bool | None = None
    answer: str = ""
    decided_at: int | None = None


def _round(row: Row) -> Round:
    return Round(**{name: row[name] for name in Round._fields})


def start(store: Store, quarter: int, now: int) -> Round | None:
    """Begins a quarter's round; None if it was begun already."""
    row = store.one(
        "INSERT INTO model_round (enterprise, quarter, status, version, made_at) VALUES ($1, $2, 'open', 1, $3)"
        " ON CONFLICT DO NOTHING RETURNING *",
        quarter,
        now,
    )
    return _round(row) if row else None


def round_of(store: Store, round: int) -> Round | None:
    """A round by id."""
    row = store.one("SELECT * FROM model_round WHERE enterprise = $1 AND id = $2", round)
    return _round(row) if row else None


def newest(store: Store) -> Round | None:
    """The round of the latest quarter."""
    row = store.one("SELECT * FROM model_round WHERE enterprise = $1 ORDER BY quarter DESC LIMIT 1")
    return _round(row) if row else None


def unfinished(store: Store) -> list[Round]:
    """Rounds whose notice is out, the oldest first."""
    rows = store.all("SELECT * FROM model_round WHERE enterprise = $1 AND status = 'notice' ORDER BY id")
    return [_round(r) for r in rows]


def save_round(store: Store, before: Round, **values: Any) -> bool:
    """Moves a round on if nobody was faster; False if somebody was."""
    sets = "".join(f", {name} = ${i}" for i, name in enumerate(values, 4))
    changes = store.run(
        f"UPDATE model_round SET version = version + 1{sets} WHERE enterprise = $1 AND id = $2 AND version = $3",
        before.id,
        before.version,
        *values.values(),
    )
    return changes == 1


def _model(row: Row) -> Model:
    values = {name: row[name] for name in ("id", *_KEPT)}
    parts = json.loads(row["parts"])
    values["number"] = values["number"] or ""
    values["status"] = ModelStatus(values["status"])
    values["in_public"] = None if values["in_public"] is None else bool(values["in_public"])
    for name in ("nominators", "judges"):
        values[name] = several(values[name])
    tally = Tally(values["person"], values["department"], **parts["tally"])
    return Model(**values, tally=tally, parts=Score(**parts["score"]), weights=parts["weights"])


def _value(model: Model, name: str) -> Any:
    value = getattr(model, name)
    if name == "number":
        return value or None
    return cell(value)


def add(store: Store, model: Model) -> Model:
    """Puts somebody on a round's list (the id is ignored)."""
    marks = ", ".join(f"${i}" for i in range(3, len(_KEPT) + 3))
    tally = {"counts": dict(model.tally.counts), "fixed": model.tally.fixed, "judged": model.tally.judged}
    new = store.insert(
        f"INSERT INTO model_worker (enterprise, parts, {', '.join(_KEPT)}) VALUES ($1, $2, {marks})",
        json.dumps({"tally": tally, "score": model.parts._asdict(), "weights": dict(model.weights)}),
        *(_value(model, name) for name in _KEPT),
    )
    return model._replace(id=new)


def get(store: Store, model: int) -> Model | None:
    """Somebody on a list, by id."""
    row = store.one(f"{_SELECT} AND id = $2", model)
    return _model(row) if row else None


def listed(store: Store, round: int) -> list[Model]:
    """A round's list, best first."""
    return [_model(r) for r in store.all(f"{_SELECT} AND round = $2 ORDER BY place, id", round)]


def vacant(store: Store) -> list[Model]:
    """Whose place a leader has still to fill or to leave, the oldest first."""
    return [_model(r) for r in store.all(f"{_SELECT} AND vacancy = 'open' ORDER BY id")]


def of_person(store: Store, person: int) -> list[Model]:
    """A person's honours, newest first."""
    rows = store.all(f"{_SELECT} AND person = $2 AND status = 'honoured' ORDER BY id DESC", person)
    return [_model(r) for r in rows]


def save(store: Store, before: Model, after: Model) -> Model | None:
    """Writes what changed if nobody was faster; None if somebody was."""
    new = after._replace(version=before.version + 1)
    changed = [name for name in _KEPT if getattr(before, name) != getattr(new, name)]
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(changed, 4))
    changes = store.run(
        f"UPDATE model_worker SET {sets} WHERE enterprise = $1 AND id = $2 AND version = $3",
        before.id,
        before.version,
        *(_value(new, name) for name in changed),
    )
    return new if changes == 1 else None


def _note(row: Row) -> Note:
    values = {name: row[name] for name in Note._fields}
    values["upheld"] = None if values["upheld"] is None else bool(values["upheld"])
    return Note(**values)


def add_note(store: Store, model: int, kind: str, person: int, words: str, now: int) -> int:
    """Keeps a comment or an objection and returns its id."""
    return store.insert(
        "INSERT INTO model_note (enterprise, model, kind, person, words, at) VALUES ($1, $2, $3, $4, $5, $6)",
        model,
        kind,
        person,
        words,
        now,
    )


def note(store: Store, note: int) -> Note | None:
    """A comment or objection by id."""
    row = store.one("SELECT * FROM model_note WHERE enterprise = $1 AND id = $2", note)
    return _note(row) if row else None


def notes(store: Store, model: int) -> list[Note]:
    """What was said about somebody, oldest first."""
    return [
        _note(r) for r in store.all("SELECT * FROM model_note WHERE enterprise = $1 AND model = $2 ORDER BY id", model)
    ]


def objections(store: Store) -> list[Note]:
    """Objections that nobody has decided yet, the oldest first."""
    rows = store.all(
        "SELECT * FROM model_note WHERE enterprise = $1 AND kind = 'objection' AND decided_at IS NULL ORDER BY id"
    )
    return [_note(r) for r in rows]


def decide_note(store: Store, note: int, upheld: bool, by: int, answer: str, now: int) -> bool:
    """Decides an objection; False if somebody has already."""
    changes = store.run(
        "UPDATE model_note SET decided_by = $3, upheld = $4, answer = $5, decided_at = $6"
        " WHERE enterprise = $1 AND id = $2 AND decided_at IS NULL",
        note,
        by,
        int(upheld),
        answer,
        now,
    )
    return changes == 1


_WEIGHT = "CASE WHEN r.kind = 'hazard' THEN coalesce(r.level, '') ELSE r.kind END"
_YES = "('assigned', 'fixed', 'closed')"


def tallies(store: Store, first: int, last: int) -> list[Tally]:
    """What everybody's open reports of the months `first` to `last` came to; who has left is not among them.

    Secret reports and violations are left out in SQL already: nobody's score can give one away.
    """
    rows = store.all(
        f"SELECT r.reporter, p.department, {_WEIGHT} AS weight, count(*) AS judged,"
        f" sum(CASE WHEN r.status IN {_YES} THEN 1 ELSE 0 END) AS admitted,"
        " sum(CASE WHEN r.status = 'closed' THEN 1 ELSE 0 END) AS fixed"
        " FROM report r JOIN person p ON p.id = r.reporter WHERE r.enterprise = $1 AND r.month BETWEEN $2 AND $3"
        " AND r.status IN ('assigned', 'fixed', 'closed', 'rejected', 'void')"
        " AND r.naming = 'shown' AND r.kind <> 'violation' AND p.left_on IS NULL"
        f" GROUP BY r.reporter, p.department, {_WEIGHT} ORDER BY r.reporter, weight",
        first,
        last,
    )
    found: dict[int, Tally] = {}
    for row in rows:
        old = found.get(row["reporter"], Tally(row["reporter"], row["department"], {}, 0, 0))
        counts = {**old.counts, row["weight"]: row["admitted"]} if row["admitted"] else old.counts
        found[row["reporter"]] = old._replace(
            counts=counts, fixed=old.fixed + row["fixed"], judged=old.judged + row["judged"]
        )
    return list(found.values())
