"""查找: reports by two-character pieces of their words, newest first, over the rarest piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from storage.reports import COLUMNS, from_row, grams
from storage.store import Store
from woodpecker.reports import Report

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM report WHERE enterprise = $1"
COMMON = 2000  # a piece in more reports than this is not counted further
LOOKED_AT = 4000  # entries of the rarest piece that are looked through
NEWEST = 1500  # reports a single character is looked for in
_BATCH = 250


class Found(NamedTuple):
    """Reports, newest first. `more`: there are others; `partly`: older ones were not looked at."""

    reports: tuple[Report, ...]
    more: bool = False
    partly: bool = False


def words_of(text: str) -> list[str]:
    """The words of a search, lower case, without what separates them."""
    return "".join(c.lower() if c.isalnum() else " " for c in text).split()


def search(store: Store, text: str, may_see: Callable[[Report], bool], limit: int = 20) -> Found:
    """The newest reports that hold every word and that the asker may see."""
    words = words_of(text)
    if not words:
        return Found(())
    pieces = _by_rarity(store, grams(" ".join(words)))
    if pieces and pieces[0][1] == 0:
        return Found(())
    found: list[Report] = []
    looked = 0
    steps = _indexed(store, pieces) if pieces else _newest(store)
    for batch, size in steps:
        found += [r for r in batch if _holds(r, words) and may_see(r)]
        if len(found) > limit:
            return Found(tuple(found[:limit]), more=True)
        looked += size
        if looked >= (LOOKED_AT if pieces else NEWEST):
            return Found(tuple(found), more=True, partly=True)
    return Found(tuple(found))


def _holds(report: Report, words: list[str]) -> bool:
    said = " ".join(words_of(f"{report.text} {report.place_text}"))
    return all(word in said for word in words)


def _by_rarity(store: Store, pieces: set[str]) -> list[tuple[str, int]]:
    counted = [
        (
            piece,
            store.value(
                "SELECT count(*) FROM (SELECT 1 FROM report_gram WHERE enterprise = $1 AND gram = $2 LIMIT $3) AS few",
                piece,
                COMMON,
            ),
        )
        for piece in sorted(pieces)[:12]
    ]
    return sorted(counted, key=lambda one: one[1])


def _indexed(store: Store, pieces: list[tuple[str, int]]) -> Iterator[tuple[list[Report], int]]:
    """Batches of the rarest piece's reports that have the next two pieces as well, and how many were looked at."""
    rarest, *others = [piece for piece, _ in pieces[:3]]
    also = "".join(
        f" AND EXISTS (SELECT 1 FROM report_gram g WHERE g.enterprise = $1 AND g.gram = ${i} AND g.report = c.report)"
        for i, _ in enumerate(others, 5)
    )
    before = 2**62
    while True:
        rows = store.all(
            "SELECT report FROM report_gram WHERE enterprise = $1 AND gram = $2 AND report < $3"
            " ORDER BY report DESC LIMIT $4",
            rarest,
            before,
            _BATCH,
        )
        if not rows:
            return
        least = rows[-1]["report"]
        found = store.all(
            f"SELECT {', '.join('r.' + c for c in COLUMNS)} FROM report_gram c JOIN report r ON r.id = c.report"
            " WHERE c.enterprise = $1 AND c.gram = $2 AND c.report < $3 AND c.report >= $4"
            f"{also} ORDER BY c.report DESC",
            rarest,
            before,
            least,
            *others,
        )
        yield [from_row(r) for r in found], len(rows)
        before = least


def _newest(store: Store) -> Iterator[tuple[list[Report], int]]:
    """Batches of all reports by number, which an index of this enterprise alone has in order."""
    before = "~"
    while rows := store.all(f"{_SELECT} AND number < $2 ORDER BY number DESC LIMIT $3", before, _BATCH):
        yield [from_row(r) for r in rows], len(rows)
        before = rows[-1]["number"]


def by_numbers(store: Store, numbers: list[str]) -> list[Report]:
    """The reports of these numbers, newest first."""
    marks = ", ".join(f"${i}" for i in range(2, len(numbers) + 2))
    if not numbers:
        return []
    rows = store.all(f"{_SELECT} AND number IN ({marks}) ORDER BY id DESC", *numbers)
    return [from_row(r) for r in rows]
