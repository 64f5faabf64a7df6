"""`rules simulate`: what past months would have cost under other rules, as lines, two tables and a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.commands.outcome import OperationFailed, Outcome
from bot.commands.replayed import history_of
from bot.tables import write, yuan
from woodpecker import names
from woodpecker.programme import Programme
from woodpecker.simulation import Gain, Month
from woodpecker.simulation import Outcome as Simulated
from woodpecker.simulation import simulate as replay

Ask = Callable[..., Outcome]
MOST = 60  # months
SHOWN = 5  # who gains or loses most, on the screen
MONTHS = {
    "month": "月份",
    "awards": "按新规则的奖励（笔）",
    "lifted": "当时超预算放行（笔）",
    "held": "新规则下超预算（笔）",
    "then_points": "实际积分",
    "points": "按新规则的积分",
    "then": "实际（元）",
    "new": "按新规则（元）",
    "difference": "差额（元）",
    "then_cut": "当时到上限少发（元）",
    "cut": "新规则下到上限少发（元）",
    "held_yuan": "新规则下超预算（元）",
}
PEOPLE = {
    "employee_no": "工号",
    "name": "姓名",
    "department": "部门",
    "then_points": "实际积分",
    "points": "按新规则的积分",
    "then": "实际（元）",
    "new": "按新规则（元）",
    "difference": "差额（元）",
}
SECRET = {True: "保密的上报", False: "secret reports"}


@dataclass(frozen=True, slots=True)
class Simulation:
    """The outcome with who the persons are: number, name, department by id."""

    found: Simulated
    people: dict[int, tuple[str, str, str]]


def months_of(first: int, last: int) -> list[int]:
    """All months from 202601 to 202610. Raises OperationFailed."""
    if first > last:
        raise OperationFailed("--from is after --to: write the earlier month first.")
    found, year, month = [], first // 100, first % 100
    while year * 100 + month <= last:
        found.append(year * 100 + month)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    if len(found) > MOST:
        raise OperationFailed(f"{len(found)} months are too many: write at most {MOST}.")
    return found


def simulate(ask: Ask, now: Programme, new: Programme, months: Sequence[int]) -> Simulation:
    """Reads the history month by month, so that the bot is never held up for long, and replays it here."""
    rows: list[list[Any]] = []
    for month in months:
        rows += ask("rules.month", month=month, closed=now.propose_on == "close").rows
    known = ask("rules.people").rows
    history = history_of(rows, {row[0]: row[4] for row in known})
    people = {int(row[0]): (str(row[1]), str(row[2]), str(row[3])) for row in known}
    return Simulation(replay(now, new, history, months), people)


def lines(simulation: Simulation) -> list[str]:
    """The table and what to read from it; names are masked."""
    found = simulation.found
    rows = [_cells(month) for month in found.months]
    total = _total(found.months)
    head = ["month", "paid", "would be", "difference", "cut by caps", "held by budget"]
    grid = [head, *rows, _cells(total, "all")]
    wide = [max(len(row[i]) for row in grid) for i in range(len(head))]
    table = ["  ".join(cell.rjust(w) for cell, w in zip(row, wide, strict=True)) for row in grid]
    return [*table, "", *_sentences(simulation, total)]


def _cells(month: Month, name: str = "") -> list[str]:
    held = f"{month.held} ({yuan(month.held_fen)})" if month.held else "-"
    return [
        name or f"{month.month // 100}-{month.month % 100:02d}",
        yuan(month.then_fen),
        yuan(month.fen),
        _signed(month.fen - month.then_fen),
        f"{yuan(month.cut)} ({yuan(month.then_cut)})",
        held,
    ]


def _total(months: Sequence[Month]) -> Month:
    sums = {name: sum(getattr(m, name) for m in months) for name in Month.__slots__ if name != "month"}
    return Month(0, **sums)


def _signed(fen: int) -> str:
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def _sentences(simulation: Simulation, total: Month) -> list[str]:
    found = simulation.found
    more = total.fen - total.then_fen
    share = f" ({more * 100 / total.then_fen:+.1f} %)" if total.then_fen else ""
    said = [f"It would have cost {yuan(total.fen)} yuan instead of {yuan(total.then_fen)}: {_signed(more)}{share}."]
    if total.points or total.then_points:
        said.append(f"Points: {total.points} instead of {total.then_points}.")
    gains = sorted(found.persons.items(), key=lambda item: (-item[1].difference, item[0]))
    up = [item for item in gains if item[1].difference > 0]
    down = [item for item in reversed(gains) if item[1].difference < 0]
    said.append(f"{len(up)} people would have had more, {len(down)} less, {len(gains) - len(up) - len(down)} the same.")
    for word, group in (("more", up), ("less", down)):
        if group:
            listed = ", ".join(f"{_masked(simulation, p)} {_signed(gain.difference)}" for p, gain in group[:SHOWN])
            said.append(f"Most {word}: {listed}{' …' if len(group) > SHOWN else ''}")
    if found.secret != Gain():
        said.append(
            f"Among it from secret reports, of nobody in particular: {yuan(found.secret.fen)} instead of"
            f" {yuan(found.secret.then_fen)}."
        )
    if total.held:
        said.append(f"{total.held} awards would have been over the budget and wait for a leader: they are not in it.")
    if found.unpriced:
        said.append(f"{found.unpriced} reports are of days without a rate card: they cost nothing here.")
    said.append("What people decided stays: extras, what was added or taken off, refusals, reversals.")
    return said


def _masked(simulation: Simulation, person: int) -> str:
    return names.masked(simulation.people.get(person, ("", "?", ""))[1])


def month_table(found: Simulated, chinese: bool) -> tuple[list[str], list[list[Any]], int]:
    """Headers, a row for each month, and from which column on they hold fen."""
    rows = [
        [
            *(f"{m.month // 100}-{m.month % 100:02d}", m.awards, m.then_lifted, m.held, m.then_points, m.points),
            *(m.then_fen, m.fen, m.fen - m.then_fen, m.then_cut, m.cut, m.held_fen),
        ]
        for m in found.months
    ]
    return [zh if chinese else name for name, zh in MONTHS.items()], rows, 6


def people_table(simulation: Simulation, chinese: bool) -> tuple[list[str], list[list[Any]], int]:
    """Who gains most first, with names: for the operator alone; secret reports are one row without a name."""
    found = simulation.found
    order = sorted(found.persons, key=lambda p: (-found.persons[p].difference, simulation.people.get(p, ("", "", ""))))
    rows = [[*simulation.people.get(p, ("", "", "")), *_gain(found.persons[p])] for p in order]
    if found.secret != Gain():
        rows.append(["", SECRET[chinese], "", *_gain(found.secret)])
    return [zh if chinese else name for name, zh in PEOPLE.items()], rows, 5


def _gain(gain: Gain) -> list[int]:
    return [gain.then_points, gain.points, gain.then_fen, gain.fen, gain.difference]


def save(folder: Path, simulation: Simulation, picture: bytes, chinese: bool) -> list[str]:
    """Writes the tables and the picture into a folder and says where. Raises WrongTable, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "simulation-months.xlsx": month_table(simulation.found, chinese),
        "simulation-people.xlsx": people_table(simulation, chinese),
    }
    for name, (headers, rows, money) in tables.items():
        write(folder / name, headers, rows, money)
    (folder / "simulation.png").write_bytes(picture)
    written = [str(folder / name) for name in (*tables, "simulation.png")]
    return [f"Written: {', '.join(written)}.", "The people's table has names: keep it to those who decide about rules."]
