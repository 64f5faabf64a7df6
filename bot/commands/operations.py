"""What the command line can have done: one table, used directly or through the running process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands import departments_import, people_import, places_import
from bot.commands.leave import leave
from bot.commands.ledger_export import export_ledger, month_number
from bot.commands.out_of_reach import out_of_reach
from bot.commands.outcome import OperationFailed, Outcome
from bot.commands.parked import list_parked, replay, replay_all
from bot.commands.payout_export import export_payout
from bot.commands.people_set import invite, set_person
from bot.commands.replayed import month_rows, people_rows
from bot.commands.staffing import staffing
from bot.tables import Columns
from storage import enterprises, looks, people
from storage.database import Tx
from storage.enterprises import Enterprise
from storage.store import Store

Params = dict[str, Any]
Operation = Callable[[Tx, Params, int], Outcome]


def _plant(tx: Tx, params: Params, now: int) -> tuple[Store, Enterprise, int, date]:
    """The store, the enterprise, its own time in milliseconds and its local day."""
    plant = enterprises.by_code(tx, params["enterprise"])
    if plant is None:
        known = ", ".join(e.code for e in enterprises.all(tx))
        raise OperationFailed(f"There is no enterprise {params['enterprise']}: write one of {known or '-'}.")
    own = now + plant.clock_offset
    today = datetime.fromtimestamp(own / 1000, ZoneInfo(plant.timezone)).date()
    return Store(tx, plant.id), plant, own, today


def _rows(params: Params) -> list[tuple[int, dict[str, str]]]:
    return [(int(n), dict(values)) for n, values in params["rows"]]


def _invite(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, own, today = _plant(tx, params, now)
    return invite(store, params, plant.language, today, own)


def _people_import(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, own, today = _plant(tx, params, now)
    new = bool(params.get("add_departments"))
    return people_import.import_people(store, _rows(params), today, plant.language, own, new)


def _people_export(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, _, _ = _plant(tx, params, now)
    return people_import.export_people(store, plant.language == "zh")


def _people_set(tx: Tx, params: Params, now: int) -> Outcome:
    store, _, own, today = _plant(tx, params, now)
    return set_person(store, params, today, own)


def _people_unreachable(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, _, _ = _plant(tx, params, now)
    return out_of_reach(store, ZoneInfo(plant.timezone), now)


def _people_leave(tx: Tx, params: Params, now: int) -> Outcome:
    store, _, own, today = _plant(tx, params, now)
    return leave(store, params, today, own)


def _departments_import(tx: Tx, params: Params, now: int) -> Outcome:
    store, _, own, _ = _plant(tx, params, now)
    return departments_import.import_departments(store, _rows(params), own)


def _places_import(tx: Tx, params: Params, now: int) -> Outcome:
    store, _, own, _ = _plant(tx, params, now)
    return places_import.import_places(store, _rows(params), own)


def _places_links(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, _, _ = _plant(tx, params, now)
    return places_import.export_links(store, params.get("links", ()), plant.language == "zh")


def _ledger_export(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, own, _ = _plant(tx, params, now)
    month = month_number(params["month"])
    if looks.secret_money(store, month):
        looks.write(store, own, "export", source="cli", month=month)
    return export_ledger(store, month, plant.language == "zh")


def _payout_export(tx: Tx, params: Params, now: int) -> Outcome:
    store, _, own, _ = _plant(tx, params, now)
    return export_payout(store, month_number(params["month"]), own)


def _names(tx: Tx, params: Params, now: int) -> Outcome:
    store, _, _, _ = _plant(tx, params, now)
    return Outcome(rows=[[name] for name in people.names(store)])


def _staffing(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, _, _ = _plant(tx, params, now)
    return Outcome([f"{plant.code}: {line}" for line in staffing(store)])


def _rules_month(tx: Tx, params: Params, now: int) -> Outcome:
    store, plant, _, _ = _plant(tx, params, now)
    return month_rows(store, ZoneInfo(plant.timezone), int(params["month"]), bool(params["closed"]))


def _rules_people(tx: Tx, params: Params, now: int) -> Outcome:
    store, _, _, _ = _plant(tx, params, now)
    return people_rows(store)


OPERATIONS: Mapping[str, Operation] = {
    "invite": _invite,
    "people.import": _people_import,
    "people.export": _people_export,
    "people.set": _people_set,
    "people.unreachable": _people_unreachable,
    "people.leave": _people_leave,
    "departments.import": _departments_import,
    "places.import": _places_import,
    "places.links": _places_links,
    "ledger.export": _ledger_export,
    "ledger.payout": _payout_export,
    "rules.month": _rules_month,
    "rules.people": _rules_people,
    "replay.list": list_parked,
    "replay": replay,
    "replay.all": replay_all,
    "staffing": _staffing,
    "names": _names,
}


COLUMNS: Mapping[str, Columns] = {
    "people": people_import.COLUMNS,
    "departments": departments_import.COLUMNS,
    "places": places_import.COLUMNS,
}


def execute(
    tx: Tx,
    name: str,
    params: Params,
    now: int,
    links: Mapping[str, Sequence[str]] | None = None,
) -> Outcome:
    """Does one operation inside a transaction; `links` are prefixes that a join code follows, by enterprise code.

    Raises OperationFailed, and then nothing may be committed.
    """
    operation = OPERATIONS.get(name)
    if operation is None:
        raise OperationFailed(f"The running program does not know {name}: restart it with this version.")
    prefixes = list((links or {}).get(params.get("enterprise", ""), ()))
    return operation(tx, {**params, "links": prefixes}, now)
