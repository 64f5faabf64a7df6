"""What the picture of a month says: every word and number of it, for whoever draws it at sending."""

from __future__ import annotations

import json
from typing import Any

from handlers.desk import Desk
from handlers.formats import minute_text, yuan
from handlers.message import Media, MediaKind
from woodpecker import clocks
from woodpecker.summaries import Summary, percent, week_starts

DEPARTMENTS = 8
LONG = 100_000_00  # fen from which on the picture says no more fen


def media(desk: Desk, language: str, found: Summary) -> Media:
    """The picture as a piece of media that is drawn when it is sent."""
    make = json.dumps(spec(desk, language, found), ensure_ascii=False)
    return Media(MediaKind.PHOTO, "", mime="image/png", name=f"{found.month}.png", make=make)


def spec(desk: Desk, language: str, found: Summary) -> dict[str, Any]:
    """The picture in words and numbers."""
    words = _Words(desk, language, found)
    over = clocks.local_month(found.as_of, desk.plant.zone) != found.month
    at = minute_text(found.as_of, desk.plant.zone)
    return {
        "what": "summary",
        "plant": desk.plant.name,
        "title": words("title", month=words.month),
        "as_of": words("as_of" if over else "so_far", at=at),
        "tiles": words.tiles(),
        "weeks": words.weeks(),
        "funnel": words.funnel(),
        "categories": words.categories(),
        "places": {"title": words("places"), "bars": [[t.name, t.count] for t in found.places]},
        "departments": words.departments(),
        "empty": words("empty"),
    }


class _Words:
    """The parts of the picture in one language."""

    def __init__(self, desk: Desk, language: str, found: Summary) -> None:
        self.desk, self.language, self.found = desk, language, found
        self.month = desk.text(language, "board.in_month", year=found.month // 100, month=found.month % 100)

    def __call__(self, key: str, **args: object) -> str:
        return self.desk.text(self.language, f"picture.{key}", **args)

    def tiles(self) -> list[dict[str, Any]]:
        """Four numbers, each with the month before; `better` says which way is good, 0 neither."""
        now, then, money, spent = self.found.counts, self.found.before, self.found.money, self.found.money_before
        return [
            self._tile("reported", str(now.reported), now.reported, then.reported, str(then.reported), 0),
            self._tile("on_time", str(now.on_time), now.on_time, then.on_time, str(then.on_time), 0),
            self._tile("late", str(now.late), now.late, then.late, str(then.late), -1),
            self._tile("awarded", _short(money.fen), money.fen, spent.fen, _short(spent.fen), 0),
        ]

    def _tile(self, key: str, value: str, now: int, then: int, before: str, better: int) -> dict[str, Any]:
        return {
            "label": self(key),
            "unit": self("yuan" if key == "awarded" else "unit"),
            "value": value,
            "before": self("before", n=before),
            "change": (now > then) - (now < then),
            "better": better,
        }

    def weeks(self) -> dict[str, Any]:
        """Reports by week beside those of the month before; the fifth week is what is left of a month."""
        starts = [1, *(day.day if day.month == self.found.month % 100 else 29 for day in week_starts(self.found.month))]
        ends = [start - 1 for start in starts[1:]]
        labels = [self("days", first=first, last=last) for first, last in zip(starts, ends, strict=False)]
        return {
            "title": self("weeks"),
            "now": self("this_month"),
            "before": self("last_month"),
            "labels": [*labels, self("days_from", first=starts[-1])],
            "values": list(self.found.counts.weeks),
            "earlier": list(self.found.before.weeks),
        }

    def funnel(self) -> dict[str, Any]:
        """From reported to closed: of all that was reported, how far it came."""
        now = self.found.counts
        steps = (("reported", now.reported), ("admitted", now.admitted), ("on_time", now.on_time),
                 ("closed", now.closed))  # fmt: skip
        bars = [[self(key), n, f"{percent(n, now.reported)}%"] for key, n in steps]
        return {"title": self("funnel"), "bars": bars}

    def categories(self) -> dict[str, Any]:
        """The most frequent categories of admitted hazards."""
        bars = [[self.desk.text(self.language, f"category.{t.name or 'none'}"), t.count] for t in self.found.categories]
        return {"title": self("categories"), "bars": bars}

    def departments(self) -> dict[str, Any]:
        """Where most people take part; nobody is put on show for having found nothing."""
        active = [s for s in self.found.departments if s.active]
        active.sort(key=lambda s: (-s.active / s.people, s.department))
        bars = [[s.department, s.percent, self("of", active=s.active, people=s.people)] for s in active[:DEPARTMENTS]]
        return {"title": self("departments"), "bars": bars}


def _short(fen: int) -> str:
    """Yuan for a tile: fen only where there are any, none above LONG."""
    whole = yuan(fen)
    return whole[:-3] if whole.endswith(".00") or abs(fen) >= LONG else whole
