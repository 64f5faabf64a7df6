"""The history of a month on its way to whoever replays it: read here, in plain rows; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.outcome import Outcome
from storage import departments, people, replay
from storage.store import Store
from woodpecker.simulation import Entered, Grant, History, TakeBack
from woodpecker.words import Kind, Level, Role


def month_rows(store: Store, zone: ZoneInfo, month: int, closed: bool) -> Outcome:
    """What was approved, taken back and entered in a month; `closed`: awards wait for a report's closing."""
    grants = [*replay.grants(store, month, zone), *replay.unearned(store, month, zone, closed=closed)]
    found: list[tuple[str, Any]] = [("grant", grant) for grant in grants]
    found += [("back", back) for back in replay.backs(store, month)]
    found += [("entered", entry) for entry in replay.entered(store, month)]
    return Outcome(rows=[[word, _plain(asdict(value))] for word, value in found])


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _json(value) for key, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def people_rows(store: Store) -> Outcome:
    """Everybody: id, number, name, department, roles."""
    units = {unit.id: unit.name for unit in departments.all(store)}
    return Outcome(
        rows=[
            [p.id, p.employee_no or "", p.name, units.get(p.department or 0, ""), sorted(p.roles)]
            for p in people.all(store)
        ]
    )


def history_of(rows: Iterable[list[Any]], roles: Mapping[int, Iterable[str]]) -> History:
    """The history that the rows of some months came from."""
    grants, backs, entered = [], [], []
    for word, values in rows:
        if word == "grant":
            grants.append(_grant(values))
        elif word == "back":
            backs.append(TakeBack(**values))
        else:
            entered.append(Entered(**values))
    known = {person: frozenset(Role(role) for role in held) for person, held in roles.items()}
    return History(tuple(grants), tuple(backs), tuple(entered), known)


def _grant(values: dict[str, Any]) -> Grant:
    return Grant(
        **values
        | {
            "persons": tuple(values["persons"]),
            "kind": Kind(values["kind"]) if values["kind"] else None,
            "level": Level(values["level"]) if values["level"] else None,
            "day": date.fromisoformat(values["day"]) if values["day"] else None,
            "no_money": frozenset(values["no_money"]),
            "nothing": frozenset(values["nothing"]),
        }
    )
