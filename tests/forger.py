"""Whoever tries the buttons of others: each genuine button that a story shows is forged in every way, and undone."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from handlers import outgoing, routes
from handlers.desk import Desk, Plant
from handlers.message import Event
from handlers.texts import LANGUAGES, texts
from handlers.turn import Tap, parse_tap, tap_data
from storage import accounts, enterprises, people
from storage.database import Tx, prepare
from storage.store import Store
from tests.template import fresh
from tests.world import Phone, Seen, World
from woodpecker.words import Role

FAR = 900_000  # an id that nothing has
# No two of these tables share an id, so that an id of the wrong kind can be told.
KINDS = {
    name: 1_000 * n
    for n, name in enumerate(
        ("person", "place", "report", "award", "draft", "danger_alert", "join_request", "absence", "evidence"), 1
    )
}
# What may change though a tap is refused: who wrote last, what was sent, how a card stands.
ASIDE = frozenset({"account", "outbox", "card", "inbox", "inbox_media"})


@cache
def refusal() -> re.Pattern[str]:
    """Every sentence that refuses, in any language."""
    said = [t for code in LANGUAGES for key, t in texts(code).items() if key.startswith("refused.")]
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", ".*", re.escape(t)) for t in said), re.S)


def prepared(path: Path) -> Path:
    """An empty database in which the ids of each table begin somewhere else."""
    connection = sqlite3.connect(fresh(path), isolation_level=None)
    prepare(connection)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for name, first in KINDS.items():
        columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
        needed = {c[1]: 0 if c[2] == "INTEGER" else "" for c in columns if c[3] and c[4] is None}
        needed |= {"id": first, "enterprise": 99}
        marks = ", ".join("?" * len(needed))
        connection.execute(f"INSERT INTO {name} ({', '.join(needed)}) VALUES ({marks})", list(needed.values()))
    connection.close()
    return path


@dataclass(frozen=True)
class Forged:
    """A forged tap that was not refused, or that changed something."""

    verb: str
    way: str
    said: str
    changed: tuple[str, ...]


class Forger(World):
    """A plant in which new verbs on a phone are forged at once; `tried` counts them, `wrong` says what went wrong."""

    def __init__(self, path: Path, *, tried: Counter[str], most: int, **more: Any) -> None:
        self.tried, self.most = tried, most
        self.wrong: list[Forged] = []
        super().__init__(prepared(path), **more)
        other = self._tx(lambda tx: enterprises.ensure(tx, "other", "南山矿业", "zh", "Asia/Shanghai"))
        self.other = replace(self.plant, id=other, code="other", name="南山矿业")

    def _show(self, ready: outgoing.Ready) -> Seen:
        seen = super()._show(ready)
        phone = self.phones[seen.phone]
        shown = phone.shown[-1] if not ready.ref else next(s for s in phone.shown if s.ref == ready.ref)
        for button in (b for row in shown.message.buttons for b in row):
            verb = button.data.partition(":")[0]
            if self.tried[verb] < self.most:
                self.tried[verb] += 1
                self.wrong += self._forgeries(phone, shown.ref, button.data)
        return seen

    def _forgeries(self, phone: Phone, ref: str, data: str) -> Iterator[Forged]:
        tap = parse_tap(data)
        assert tap is not None
        owner = "李静" if not phone.private else phone.name
        untouched = _domain(Tx(self.connection))
        for what, plant, stranger, forged in self._ways(tap):
            with Undone(self, plant) as desk:
                who = self._stranger(desk, plant) if stranger else self.phones[owner].user
                before = _domain(desk.store.tx) if stranger else untouched
                incoming = self.incoming(
                    owner, phone.name, event=Event.TAP, tap=forged, message_ref=ref, tap_ref="q"
                )._replace(account=who, chat=phone.chat if not phone.private or not stranger else f"c{who}")
                toast = routes.handle(desk, incoming).toast
                changed = tuple(name for name, rows in _domain(desk.store.tx).items() if rows != before[name])
            if changed or not refusal().fullmatch(toast):
                yield Forged(tap.verb, what, toast, changed)

    def _ways(self, tap: Tap) -> Iterator[tuple[str, Plant, bool, str]]:
        """What is tried: the way's name, in which plant, whether by somebody without a part in it, and the data."""

        def data(subject: int = tap.id, version: int | None = tap.version) -> str:
            return tap_data(tap.verb, subject, version, tap.arg)

        yield "a stranger's tap", self.plant, True, data()
        yield "a tap in another plant", self.other, True, data()
        yield "an id of nothing", self.plant, False, data(FAR)
        yield "an id of 0", self.plant, False, data(0)
        for name, first in KINDS.items():
            if tap.id // 1_000 * 1_000 != first:
                yield f"the id of a {name}", self.plant, False, data(first + 1)
        if tap.version is not None:
            yield "an older version", self.plant, False, data(version=tap.version - 1)
            yield "a version to come", self.plant, False, data(version=tap.version + 1)
            yield "no version", self.plant, False, data(version=None)

    def _stranger(self, desk: Desk, plant: Plant) -> str:
        """Somebody who has joined: here without a role, in the other plant with every one."""
        person = people.add(desk.store, "外人", desk.now, employee_no="9999")
        for role in Role if plant is self.other else ():
            people.set_roles(desk.store, person.id, role)
        account = accounts.touch(desk.store, self.platform, "stranger", "cstranger", "外人", "", desk.now)
        accounts.link(desk.store, account.id, person.id)
        return "stranger"


class Undone:
    """A transaction that leaves nothing behind."""

    def __init__(self, world: World, plant: Plant) -> None:
        self.world, self.plant = world, plant

    def __enter__(self) -> Desk:
        self.world.connection.execute("BEGIN IMMEDIATE")
        store = Store(Tx(self.world.connection), self.plant.id)
        return Desk(store, self.plant, self.world.now, self.world.real)

    def __exit__(self, *_: object) -> None:
        self.world.connection.execute("ROLLBACK")


def _domain(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that means something."""
    found = tx.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    names = [r["name"] for r in found]
    return {name: [tuple(r) for r in tx.all(f"SELECT * FROM {name}")] for name in names if name not in ASIDE}
