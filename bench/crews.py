"""Many plants with crews of five, and the report turn that each crew plays over and over."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.botapi import Phone
from bench.hooks import SECRET, Hooks
from bench.plant import fill
from bot.configuration import load
from bot.ready import make_ready
from handlers import schedule
from handlers.desk import Desk, Plant
from storage import accounts, departments, enterprises, people, places
from storage.database import Tx, prepare, transaction
from storage.key import read_key
from storage.store import Store
from woodpecker.words import Role

CAST = ("王磊", "李静", "张强", "赵敏")  # reports, officer, fixes, approves
ROLES = {"李静": Role.OFFICER, "赵敏": Role.APPROVER}
HAZARDS = (
    "联轴器防护罩没装，检修后忘了装回去",
    "护栏断了一截，人能掉下去",
    "配电箱门开着，里面有积水",
    "安全带挂钩磨损，锁不紧",
    "通道堆了备件，消防栓被挡住",
)

Step = Callable[[Hooks, "Crew"], object]


@dataclass(frozen=True, slots=True)
class Layout:
    """How many plants, and crews in each: a crew is a department with a place of its own."""

    plants: int = 10
    crews: int = 10

    @property
    def all(self) -> Iterator[tuple[int, int]]:
        """Every crew as (plant, number)."""
        return itertools.product(range(self.plants), range(self.crews))


@dataclass(frozen=True, slots=True)
class Crew:
    """The phones of one crew, by the cast's names."""

    number: int
    place: str
    phones: dict[str, Phone]


def _user(plant: int, crew: int, name: str) -> int:
    return 1_000_000 + plant * 10_000 + (crew if name != "赵敏" else 999) * 10 + CAST.index(name)


def _code(plant: int) -> str:
    return f"p{plant:02}"


def crews(layout: Layout) -> list[Crew]:
    """All crews; neighbours in the list belong to different plants. An approver serves a whole plant."""
    found: list[Crew] = []
    approvers: dict[int, Phone] = {}
    for crew, plant in itertools.product(range(layout.crews), range(layout.plants)):
        hook = f"/telegram/{_code(plant)}"
        phones = {name: Phone(_user(plant, crew, name), name, hook) for name in CAST}
        phones["赵敏"] = approvers.setdefault(plant, phones["赵敏"])
        found.append(Crew(len(found), f"第{crew}台球磨机", phones))
    return found


def write_config(folder: Path, api: str, port: int, layout: Layout) -> Path:
    """Writes config.toml of all plants into a folder and returns its path."""
    parts = [f'[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n']
    for plant in range(layout.plants):
        parts.append(
            f'[[enterprise]]\ncode = "{_code(plant)}"\nname = "第{plant}选矿厂"\n'
            f'[enterprise.telegram]\ntoken = "{200000 + plant}:AABenchBenchBenchBenchBenchBenchBen"\n'
            f'mode = "webhook"\napi_url = "{api}"\nwebhook_secret = "{SECRET}"\n'
            # Pushes must go at any time of day: equal ends mean no quiet hours.
            '[enterprise.programme.clocks]\nquiet_from = "12:00"\nquiet_until = "12:00"\n'
            # A crew stands for many people.
            "[enterprise.programme.limits]\nreports_hour = 100000\nreports_day = 100000\nmessages_minute = 100000\n"
        )
    path = folder / "config.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def settle(config: Path, layout: Layout, now: int, reports: int) -> None:
    """Makes the database of a configuration, with everybody joined.

    With `reports` the first plant has 3,000 people more and ten years of so many reports.
    """
    settings = load(config)
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(settings.database, isolation_level=None)
    prepare(connection)
    make_ready(connection, settings, now)
    read_key(settings.database)
    if reports:
        first = settings.enterprise[0]
        connection.execute("PRAGMA synchronous = OFF")
        made = fill(connection, 1, reports=reports, until=now - 60_000, zone=ZoneInfo(first.timezone))
        _apart(connection, made.people)
    transaction(connection, lambda tx: _populate(tx, layout, now))
    if reports:
        plant = Plant(1, first.code, first.name, "zh", ZoneInfo(first.timezone), first.rules, b"bench")
        transaction(connection, lambda tx: caught_up(tx, plant, now))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def caught_up(tx: Tx, plant: Plant, now: int) -> None:
    """The plant has run until now: whatever was due was done, and what it told was sent."""
    told = 1
    while told:  # some jobs tell a part of the people at a time
        schedule.run(Desk(Store(tx, plant.id), plant, now, now))
        told = tx.run("UPDATE outbox SET state = 'sent', done_at = $1 WHERE state = 'waiting'", now)


def _apart(connection: sqlite3.Connection, people: range) -> None:
    """Each of them has an office in a department only: no phone here shows what their chats would be sent."""
    connection.execute(
        "UPDATE OR REPLACE person_role SET role = 'officer',"
        " department = (SELECT department FROM person p WHERE p.id = person_role.person) WHERE person BETWEEN ? AND ?",
        (people.start, people[-1]),
    )


def _populate(tx: Tx, layout: Layout, now: int) -> None:
    ids = {enterprise.code: enterprise.id for enterprise in enterprises.all(tx)}
    for plant, crew in layout.all:
        _crew(Store(tx, ids[_code(plant)]), plant, crew, now)


def _crew(store: Store, plant: int, crew: int, now: int) -> None:
    department = departments.add(store, f"第{crew}车间")
    of: dict[str, int] = {}
    for name in CAST[: 3 if crew else 4]:
        person = people.add(store, name, now, employee_no=f"B{crew}-{CAST.index(name)}", department=department.id)
        of[name] = person.id
        if name in ROLES:
            people.set_roles(store, person.id, ROLES[name], [department.id] if name == "李静" else [])
        user = str(_user(plant, crew, name))
        account = accounts.touch(store, "telegram", user, user, name, "zh", now)
        accounts.link(store, account.id, person.id)
    departments.update(store, department.id, leader=of["张强"])
    places.add(store, f"B{crew}", f"第{crew}台球磨机", department.id, of["张强"], 30.0, 115.0)


def says(name: str, text: str) -> Step:
    """Somebody sends a text; {hazard} and {place} are filled in."""

    def step(hooks: Hooks, crew: Crew) -> object:
        hazard = HAZARDS[crew.number % len(HAZARDS)]
        return hooks.say(crew.phones[name], text.format(hazard=hazard, place=crew.place))

    return step


def taps(name: str, *labels: str) -> Step:
    """Somebody taps a button."""
    return lambda hooks, crew: hooks.tap(crew.phones[name], *(label.format(place=crew.place) for label in labels))


TURN: tuple[Step, ...] = (
    says("王磊", "{hazard}"),
    taps("王磊", "地点"),
    taps("王磊", "{place}"),
    taps("王磊", "提交"),
    taps("李静", "受理"),
    taps("李静", "B"),
    taps("李静", "确认"),
    taps("张强", "已整改"),
    says("张强", "装好了，试过了，螺栓也紧了"),
    taps("张强", "提交"),
    taps("李静", "验收通过"),
    taps("王磊", "确认"),
    taps("赵敏", "批准"),
)
