"""What a workbook is to the desk: an order, sheets with columns, and pages of rows.

What a book holds is read page by page when it is made, so that no long transaction holds up anybody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from handlers.desk import Desk
from handlers.formats import minute_text
from storage import departments
from woodpecker.clocks import local
from woodpecker.people import Person
from woodpecker.summaries import months, quarter_of

Row = list[Any]


class Order(NamedTuple):
    """A book that is wanted: its name, its months, for whom (None is the operator), in which language.

    `part` is "" for the workbook, "bare" for one without photos, "photos" for the zip of those that lie beside it.
    """

    book: str
    enterprise: int
    first: int
    last: int
    reader: int | None
    language: str
    part: str = ""


class Column(NamedTuple):
    """A heading, how wide in characters, and what stands below it.

    `kind` is "text", "money" (fen), "count", "day" or "time" (ISO, local), or "photos" (SHA-256 and small version).
    """

    heading: str
    kind: str = "text"
    width: float = 12


class Sheet(NamedTuple):
    """One sheet: its name, the line above, its columns; `total` stands before the sums,
    with the number of rows in place of {n}, "" for none."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    total: str = ""
    signed: str = ""  # the line below, to be signed
    stem: int | None = None  # the column that a photo's file is named after


class Page(NamedTuple):
    """Rows of a sheet, and where the next ones begin; None if there are no more."""

    rows: Sequence[Row]
    after: Any


class Book(Protocol):
    """A book: what it is called, its sheets, and their rows from a place on (None is the beginning)."""

    def file(self, desk: Desk, order: Order) -> str: ...
    def sheets(self, desk: Desk, order: Order) -> tuple[Sheet, ...]: ...
    def page(self, desk: Desk, order: Order, sheet: int, after: Any) -> Page: ...
    def photographed(self, desk: Desk, order: Order) -> int: ...


class Words:
    """The order in words: the plant's texts in its language, its reader, its times as a workbook holds them."""

    def __init__(self, desk: Desk, order: Order) -> None:
        self.desk = desk
        self.order = order
        self.reader: Person | None = desk.person(order.reader)
        self._units = {d.id: d.name for d in departments.all(desk.store)}

    def __call__(self, key: str, **args: object) -> str:
        return self.desk.text(self.order.language, key, **args)

    def column(self, name: str, kind: str = "text", width: float = 12) -> Column:
        """A column with its heading."""
        return Column(self(f"column.{name}"), kind, width)

    def period(self) -> str:
        """2026年11月, 2026年第3季度, 2026年, or from one month to another."""
        first, last = self.order.first, self.order.last
        year, _month = divmod(first, 100)
        spans = {3: "board.in_quarter", 12: "board.in_year"}
        if key := spans.get(len(months(first, last))):
            return self(key, year=year, quarter=quarter_of(first))
        ends = [self("board.in_month", year=m // 100, month=m % 100) for m in dict.fromkeys((first, last))]
        return "–".join(ends)

    def title(self, book: str) -> str:
        """What stands above the table."""
        return f"{self(f'book.{book}_title')} · {self.desk.plant.name} · {self.period()}"

    def file(self, book: str) -> str:
        """What the file is called."""
        return f"{self(f'book.{book}_title')}-{self.period()}.xlsx"

    def total(self) -> str:
        """What stands before the sums, with the number of rows for {n}."""
        return self("book.total", n="{n}")

    def as_of(self, **more: object) -> str:
        """When it was read."""
        return self("book.as_of", at=minute_text(self.desk.now, self.desk.plant.zone), **more)

    def time(self, ms: int | None) -> str | None:
        """The local minute, as ISO."""
        return None if ms is None else f"{local(ms, self.desk.plant.zone):%Y-%m-%dT%H:%M}"

    def day(self, ms: int | None) -> str | None:
        """The local day, as ISO."""
        return None if ms is None else f"{local(ms, self.desk.plant.zone):%Y-%m-%d}"

    def unit(self, department: int | None) -> str:
        """A department's name, "" without one."""
        return self._units.get(department or 0, "")

    def name(self, person: int | None) -> str:
        """Somebody's name in office: an officer's, an owner's; never that of who reported something."""
        who = self.desk.person(person)
        return who.name if who else ""


def to_json(order: Order) -> str:
    """The order as a piece of media carries it."""
    return json.dumps({"what": "book", **order._asdict()})


def from_json(spec: dict[str, Any]) -> Order:
    """The order that `to_json` wrote."""
    return Order(**{k: v for k, v in spec.items() if k != "what"})
