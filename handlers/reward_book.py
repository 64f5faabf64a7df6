"""奖励台账 as a workbook: what the ledger awarded in a month and took back, one entry a row."""

from __future__ import annotations

from typing import Any

from handlers.book import Order, Page, Row, Sheet, Words
from handlers.desk import Desk
from storage import reward_ledger
from storage.reward_ledger import Line
from woodpecker.summaries import after as month_after

COLUMNS = (
    ("entry", "text", 9), ("entered", "time", 16), ("entry_kind", "text", 9), ("for", "text", 13), ("rule", "text", 16),
    ("card", "text", 12), ("amount", "money", 12), ("awarded_to", "text", 12), ("employee_no", "text", 11),
    ("department", "text", 14), ("approved_by", "text", 16), ("batch", "text", 10), ("paid_on", "day", 12),
    ("words", "text", 30),
)  # fmt: skip


class Rewards:
    """For those who decide on money and pay it."""

    def file(self, desk: Desk, order: Order) -> str:
        """What the file is called."""
        return Words(desk, order).file("rewards")

    def photographed(self, desk: Desk, order: Order) -> int:
        """None."""
        return 0

    def sheets(self, desk: Desk, order: Order) -> tuple[Sheet, ...]:
        """One sheet."""
        words = Words(desk, order)
        columns = tuple(words.column(*column) for column in COLUMNS)
        name, title = words("book.rewards_title"), words.title("rewards")
        return (Sheet(name, title, words.as_of(), columns, words.total()),)

    def page(self, desk: Desk, order: Order, sheet: int, after: Any) -> Page:
        """The next entries, month by month."""
        words = Words(desk, order)
        month, last = after or (order.first, 0)
        lines = reward_ledger.page(desk.store, month, last)
        rows = [_row(words, line) for line in lines]
        if len(lines) == reward_ledger.PAGE:
            return Page(rows, (month, lines[-1].seq))
        following = month_after(month)
        return Page(rows, (following, 0) if following <= order.last else None)


def _row(words: Words, line: Line) -> Row:
    person = words.desk.person(line.person)
    whose: list[str | None] = [words("book.secret"), None, None]
    if not line.secret and person is not None:
        whose = [person.name, person.employee_no, words.unit(person.department)]
    batch = f"{line.batch // 100}-{line.batch % 100:02d}" if line.batch else None
    return [
        str(line.seq), words.time(line.at), words(f"book.entry_{line.kind}"), line.number, _rule(words, line),
        line.card_version, line.fen, *whose, words("word.comma").join(words.name(p) for p in line.approvers),
        batch, words.day(line.paid_at), line.words,
    ]  # fmt: skip


def _rule(words: Words, line: Line) -> str:
    """What it was awarded for: a level, a kind of report, an activity, a model worker's quarter."""
    if line.cause != "report":
        return words(f"book.cause_{line.cause}")
    rate = line.rule.removeprefix("rate.").partition(".")[0]
    if rate in {"C", "B", "A", "major"}:
        return words(f"level.{rate}")
    return words(f"kind.{rate}") if rate in {"violation", "near_miss", "suggestion"} else ""
