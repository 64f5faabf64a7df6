"""Places from a table, by code; all of it or none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.commands.outcome import Outcome, fail_if
from storage import audit, departments, people, places
from storage.store import Store
from woodpecker.lengths import NAME

COLUMNS = {
    "code": ("编号", "地点编号", "编码"),
    "name": ("名称", "地点", "地点名称"),
    "department": ("部门",),
    "owner_no": ("默认责任人", "责任人工号", "责任人"),
    "coordinates": ("坐标", "经纬度"),
    "zone_rules": ("区域规定", "区域要求"),
}

Row = tuple[int, dict[str, str]]


def import_places(store: Store, rows: Iterable[Row], now: int) -> Outcome:
    """Adds and changes places by code. Raises OperationFailed by row."""
    reading = _Reading(store)
    wanted = [(values.get("code", ""), reading.row(row, values)) for row, values in rows]
    fail_if(reading.problems)
    lines: list[str] = []
    added = changed = 0
    for code, fields in wanted:
        old = places.by_code(store, code)
        if old is None:
            new = places.add(store, code, **fields)
            audit.write(store, now, "place.added", new.id, source="cli", code=code)
            lines.append(f"{code} {new.name}: added")
            added += 1
            continue
        differ = {k: v for k, v in fields.items() if getattr(old, k) != v}
        if differ:
            places.update(store, old.id, **differ)
            detail = {k: [getattr(old, k), v] for k, v in differ.items()}
            audit.write(store, now, "place.changed", old.id, source="cli", changes=detail)
            lines.append(f"{old.code} {old.name}: {', '.join(sorted(differ))} changed")
            changed += 1
    lines.append(f"{added} added, {changed} changed, {len(wanted) - added - changed} as before.")
    return Outcome(lines)


def export_links(store: Store, links: Sequence[str], chinese: bool) -> Outcome:
    """Every place with the message and the links that its QR code may hold: a report begun with one knows where."""
    found = places.all(store)
    rows = [[p.code, p.name, f"/start {p.code}", *(f"{prefix}{p.code}" for prefix in links)] for p in found]
    headers = ["编号", "名称", "消息", *("链接" for _ in links)] if chinese else ["code", "name", "message"]
    headers += [] if chinese else ["link" for _ in links]
    note = [] if links else ["The bot is not running, so its links are not known: run it first, or print the message."]
    return Outcome([f"{len(rows)} places.", *note], rows, headers)


class _Reading:
    """Understands rows; gathers every problem by row."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.departments = {d.name: d.id for d in departments.all(store)}
        self.numbers = {p.employee_no: p.id for p in people.all(store) if p.employee_no}
        self.codes = {p.code.lower() for p in places.all(store)}
        self.seen: dict[str, int] = {}
        self.problems: list[str] = []

    def row(self, row: int, values: dict[str, str]) -> dict[str, Any]:
        """The fields a row gives a place."""
        code = values.get("code", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", code):
            self.problems.append(f"Row {row}, code: write 1 to 32 of A-Z a-z 0-9 _ -; it stands in a QR code.")
        elif self.seen.setdefault(code.lower(), row) != row:
            first = self.seen[code.lower()]
            self.problems.append(f"Row {row} is the same place as row {first}; write each once.")
        if not values.get("name") and ("name" in values or code.lower() not in self.codes):
            self.problems.append(f"Row {row}, name: is empty; write the place's name.")
        if len(values.get("name", "")) > NAME:
            self.problems.append(f"Row {row}, name: is longer than {NAME} characters.")
        fields: dict[str, Any] = {k: values[k] for k in ("name", "zone_rules") if k in values}
        if "department" in values:
            fields["department"] = self._one(
                row, "department", values["department"], self.departments, "there is no department"
            )
        if "owner_no" in values:
            fields["owner"] = self._one(row, "owner_no", values["owner_no"], self.numbers, "nobody has the number")
        if "coordinates" in values:
            fields["latitude"], fields["longitude"] = self._point(row, values["coordinates"])
        return fields

    def _one(self, row: int, column: str, text: str, known: dict[str, int], missing: str) -> int | None:
        if text and text not in known:
            self.problems.append(f'Row {row}, {column}: {missing} "{text}"; import it first.')
        return known.get(text)

    def _point(self, row: int, text: str) -> tuple[float | None, float | None]:
        if not text:
            return None, None
        try:
            latitude, longitude = (float(part) for part in re.split(r"[,，\s]+", text))
            if not (abs(latitude) <= 90 and abs(longitude) <= 180):
                raise ValueError
        except ValueError:
            said = 'write latitude and longitude as "30.1234, 114.5678" (WGS 84)'
            self.problems.append(f"Row {row}, coordinates: {said}.")
            return None, None
        return latitude, longitude
