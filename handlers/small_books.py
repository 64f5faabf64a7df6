"""Workbooks that fit into one page: what comes again at the same place, and the figures of a quarter or year."""

from __future__ import annotations

from typing import Any

from handlers.book import Order, Page, Sheet, Words
from handlers.desk import Desk
from storage import summaries
from woodpecker.summaries import Counts, Money, months, percent


class Repeats:
    """重复隐患: hazards of one category at one place, again within three months."""

    def file(self, desk: Desk, order: Order) -> str:
        """What the file is called."""
        return Words(desk, order).file("repeats")

    def photographed(self, desk: Desk, order: Order) -> int:
        """None."""
        return 0

    def sheets(self, desk: Desk, order: Order) -> tuple[Sheet, ...]:
        """One sheet."""
        words = Words(desk, order)
        columns = (
            words.column("place", "text", 30),
            words.column("category", "text", 16),
            words.column("in_month", "count", 12),
            words.column("in_three_months", "count", 14),
        )
        note = words.as_of() + words("book.repeats_note")
        return (Sheet(words("book.repeats_title"), words.title("repeats"), note, columns, words("book.sum")),)

    def page(self, desk: Desk, order: Order, sheet: int, after: Any) -> Page:
        """All of them."""
        words = Words(desk, order)
        found = summaries.repeats(desk.store, order.last)
        return Page([[r.place, words(f"category.{r.category}"), r.month, r.count] for r in found], None)


class Statistics:
    """The figures of a quarter or year, month by month and by level, with lines to sign on."""

    def file(self, desk: Desk, order: Order) -> str:
        """What the file is called."""
        return Words(desk, order).file("statistics")

    def photographed(self, desk: Desk, order: Order) -> int:
        """None."""
        return 0

    def sheets(self, desk: Desk, order: Order) -> tuple[Sheet, ...]:
        """By month, and by level."""
        words = Words(desk, order)
        title, note, signed = words.title("statistics"), words.as_of(), words("book.signed")
        counts = ("reported", "admitted", "fixed", "on_time", "closed", "late", "late_open", "major_found")
        by_month = (
            words.column("month", "text", 12),
            *(words.column(f"n_{name}", "count", 11) for name in counts),
            *(words.column(f"n_{name}", "count", 11) for name in ("items", "person_times")),
            words.column("amount", "money", 14),
        )
        by_level = (
            words.column("level", "text", 12),
            *(words.column(f"n_{name}", "count", 12) for name in ("found", "fixed", "on_time", "open")),
            words.column("fixed_share", "text", 12),
        )
        total = words("book.sum")
        return (
            Sheet(words("book.sheet_months"), title, note, by_month, total, signed),
            Sheet(words("book.sheet_levels"), title, note, by_level, total, signed),
        )

    def page(self, desk: Desk, order: Order, sheet: int, after: Any) -> Page:
        """All of it."""
        words = Words(desk, order)
        if sheet == 1:
            rows = summaries.levels(desk.store, order.first, order.last)
            return Page(
                [
                    [words(f"level.{r.level}"), r.found, r.fixed, r.on_time, r.found - r.fixed,
                     f"{percent(r.fixed, r.found)}%"]
                    for r in rows
                ],
                None,
            )  # fmt: skip
        plant = desk.plant
        every = [
            (
                month,
                summaries.counts(desk.store, month, plant.zone, desk.now),
                summaries.money(desk.store, month, plant.programme.person_times),
            )
            for month in months(order.first, order.last)
        ]
        return Page([_month(month, counts, money) for month, counts, money in every], None)


def _month(month: int, counts: Counts, money: Money) -> list[Any]:
    return [
        f"{month // 100}-{month % 100:02d}", counts.reported, counts.admitted, counts.fixed, counts.on_time,
        counts.closed, counts.late, counts.late_open, counts.major, money.items, money.person_times, money.fen,
    ]  # fmt: skip
