"""Enterprises: one plant each, with its own clock offset and the programme it last ran with."""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple

from storage import audit
from storage.database import Row, Tx
from storage.store import Store
from woodpecker.digest import canonical_json
from woodpecker.programme import Programme


class Enterprise(NamedTuple):
    """One plant; `clock_offset` is in milliseconds and moves only the sandbox's clock."""

    id: int
    code: str
    name: str
    language: str
    timezone: str
    clock_offset: int = 0


def _enterprise(row: Row) -> Enterprise:
    return Enterprise(row["id"], row["code"], row["name"], row["language"], row["timezone"], row["clock_offset"])


def ensure(tx: Tx, code: str, name: str, language: str, timezone: str) -> int:
    """Makes the enterprise, or brings its name, language and zone up to date, and returns its id."""
    found: int | None = tx.value(
        "SELECT id FROM enterprise WHERE code = $1 AND name = $2 AND language = $3 AND timezone = $4",
        code,
        name,
        language,
        timezone,
    )
    if found is not None:
        return found
    new: int = tx.value(
        "INSERT INTO enterprise (code, name, language, timezone) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name, language = excluded.language,"
        " timezone = excluded.timezone RETURNING id",
        code,
        name,
        language,
        timezone,
    )
    return new


def all(tx: Tx) -> builtins.list[Enterprise]:
    """All enterprises, in the order they were made."""
    return [_enterprise(r) for r in tx.all("SELECT * FROM enterprise ORDER BY id")]


def by_code(tx: Tx, code: str) -> Enterprise | None:
    """The enterprise of this code."""
    row = tx.one("SELECT * FROM enterprise WHERE code = $1", code)
    return _enterprise(row) if row else None


def clock_offset(store: Store) -> int:
    """How many milliseconds the enterprise's clock is ahead."""
    offset: int = store.value("SELECT clock_offset FROM enterprise WHERE id = $1")
    return offset


def set_clock_offset(store: Store, offset: int) -> None:
    """Moves the enterprise's clock to `offset` milliseconds ahead."""
    store.run("UPDATE enterprise SET clock_offset = $2 WHERE id = $1", offset)


def remember_programme(store: Store, programme: Programme, now: int) -> bool:
    """Keeps the settings this enterprise runs with; a change becomes a line of the audit log.

    Returns whether anything changed. Name, language and zone count as settings.
    """
    row = store.one("SELECT name, language, timezone, programme FROM enterprise WHERE id = $1")
    if row is None:
        raise KeyError(store.enterprise)
    new = plain(programme)
    new["enterprise"] = {k: row[k] for k in ("name", "language", "timezone")}
    text = canonical_json(new)
    if row["programme"] == text:
        return False
    old = json.loads(row["programme"]) if row["programme"] else {}
    store.run("UPDATE enterprise SET programme = $2 WHERE id = $1", text)
    action = "settings.changed" if old else "settings.first"
    audit.write(store, now, action, source="config", changes=_changes(_flat(old), _flat(new)))
    return True


def plain(value: Any) -> Any:
    """A programme's settings as JSON can hold them; money stays in fen."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):  # a record, not a row of values
        return plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple | builtins.list | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {path: value}
    found: dict[str, Any] = {}
    for key, inner in value.items():
        found |= _flat(inner, f"{path}.{key}" if path else key)
    return found


def _changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {k: [old.get(k), new.get(k)] for k in sorted(old.keys() | new.keys()) if old.get(k) != new.get(k)}
