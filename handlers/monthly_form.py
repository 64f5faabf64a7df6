"""“一月一张表”: what the plant's own table of a month may ask for by name, and the book that is the filled table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.desk import Desk
from storage import summaries
from woodpecker.clocks import local
from woodpecker.summaries import OfLevel, percent
from woodpecker.words import Level

Value = str | int | float


def values(desk: Desk, month: int) -> dict[str, Value]:
    """Every name a table may hold, in Chinese and English, with what stands there for a month."""
    plant = desk.plant
    counts = summaries.counts(desk.store, month, plant.zone, desk.now)
    money = summaries.money(desk.store, month, plant.programme.person_times)
    of = {one.level: one for one in summaries.levels(desk.store, month, month)}
    major = of[Level.MAJOR]
    general = [one for level, one in of.items() if level is not Level.MAJOR]
    found, fixed = sum(one.found for one in general), sum(one.fixed for one in general)
    named: Mapping[tuple[str, str], Value] = {
        ("企业名称", "plant"): plant.name,
        ("年", "year"): month // 100,
        ("月", "month"): month % 100,
        ("统计日期", "as_of"): f"{local(desk.now, plant.zone):%Y-%m-%d}",
        ("上报", "reported"): counts.reported,
        ("受理", "admitted"): counts.admitted,
        ("已整改", "fixed"): counts.fixed,
        ("按期整改", "on_time"): counts.on_time,
        ("已销号", "closed"): counts.closed,
        ("逾期", "late"): counts.late,
        ("逾期未改", "late_open"): counts.late_open,
        ("整改率", "fixed_share"): f"{percent(counts.fixed, counts.admitted)}%",
        ("一般隐患", "general_found"): found,
        ("一般隐患已整改", "general_fixed"): fixed,
        ("一般隐患未整改", "general_open"): found - fixed,
        ("一般隐患整改率", "general_share"): f"{percent(fixed, found)}%",
        ("重大隐患", "major_found"): major.found,
        ("重大隐患已整改", "major_fixed"): major.fixed,
        ("重大隐患未整改", "major_open"): major.found - major.fixed,
        ("重大隐患整改率", "major_share"): _share(major),
        ("奖励金额", "awarded"): money.fen / 100,
        ("奖励条数", "items"): money.items,
        ("奖励人数", "people"): money.people,
        ("奖励人次", "person_times"): money.person_times,
    }
    return {name: value for both, value in named.items() for name in both}


def _share(of: OfLevel) -> str:
    return f"{percent(of.fixed, of.found)}%"


def unknown(desk: Desk, month: int) -> list[str]:
    """What the plant's table asks for that nobody here knows."""
    known: dict[str, Any] = values(desk, month)
    return [name for name in desk.plant.form or () if name not in known]
