"""Reports set down in any status, and acts that fit it, for the tests of two people at the same moment."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from handlers.desk import Desk
from storage import history, reports
from storage.database import Tx, prepare, transaction
from storage.store import Store
from tests.world import DAY, World
from woodpecker.decisions import decide
from woodpecker.errors import Refused
from woodpecker.people import CLOCK, Actor, Person
from woodpecker.reports import Act, Decision, Report
from woodpecker.transitions import TRANSITIONS
from woodpecker.words import Action, Kind, Level, Naming, RejectReason, Status

# What may be open about a report; two acts race in the first of these in which both are legal.
STATES: tuple[dict[str, Any], ...] = (
    {},
    {"receiver": "周涛"},
    {"extension": 30 * DAY},
    {"disclaimed": True},
    {"receiver": "周涛", "extension": 30 * DAY},
    {"receiver": "周涛", "disclaimed": True},
    {"extension": 30 * DAY, "disclaimed": True},
    {"appealed": True, "appealed_at": 0},
    {"claimed_by": "吴桐"},
    {"kind": Kind.SUGGESTION, "level": None},
)
BROUGHT = frozenset(Act._fields)
KNOWN = frozenset(Report._fields)
PLAYERS: dict[str, tuple[str, ...]] = {
    "reporter": ("王磊",),
    "joint reporter": ("孙芳",),
    "officer": ("李静", "吴桐"),
    "claimer": ("吴桐", "李静"),
    "owner": ("张强",),
    "owner or officer": ("张强", "李静"),
    "receiver": ("周涛",),
    "acceptor": ("李静", "吴桐"),
    "leader": ("刘洋",),
    "clock": ("",),
}


class Races:
    """A plant in which reports stand wherever a test wants them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.original = self.put(Status.ASSIGNED)

    def put(self, status: Status, **fields: Any) -> Report:
        """A report of 王磊's in this status, owned by 张强 once it is somebody's."""
        ids = self.world.ids
        named = {"owner", "receiver", "claimed_by", "fixer", "level_setter", "rejecter"}
        known = {k: ids[v] if k in named and isinstance(v, str) else v for k, v in fields.items()}
        if "extension" in known:
            known["extension"] += self.world.now

        def work(desk: Desk) -> Report:
            verified = status not in {Status.REPORTED, Status.QUERIED, Status.DUPLICATE, Status.REJECTED}
            place = desk.store.one("SELECT * FROM place WHERE enterprise = $1 ORDER BY id LIMIT 1")
            assert place is not None
            over = desk.now if status in {Status.CLOSED, Status.REJECTED} else None
            new = Report(
                0, reports.next_number(desk.store, 202611), Kind.HAZARD, status, 1, "接线盒没盖", place["id"],
                place["name"], place["department"], Naming.SHOWN, ids["王磊"], desk.now, desk.now, "d", desk.now,
                202611, level=Level.B if verified else None, owner=ids["张强"] if verified else None,
                fixer=ids["张强"] if status is Status.FIXED else None, due=desk.now + 3 * DAY if verified else None,
                level_setter=ids["李静"] if verified else None, closed_at=over,
                rejecter=ids["刘洋"] if status is Status.REJECTED else None,
                joint=(ids["孙芳"],),
                original=self.original.id if status is Status.DUPLICATE else None,
            )  # fmt: skip
            saved = reports.add(desk.store, new._replace(**known))
            history.append(desk.store, Decision(saved, saved, Action.SUBMIT, {}), saved.reporter, desk.now)
            return saved

        return self.world.transaction(work)

    def brings(self, action: Action) -> Act:
        """The act with everything it could need."""
        now, ids = self.world.now, self.world.ids
        everything: dict[str, Any] = {
            "words": "话", "level": Level.A, "category": "21", "owner": ids["周涛"], "receiver": ids["孙芳"],
            "due": now + 20 * DAY, "plan": ("点",) * 5, "reason": RejectReason.KNOWN,
            "original": self.original, "evidence": 1, "window_end": now + DAY,
            "text": "改了" if action is Action.EDIT else None,
        }  # fmt: skip
        return Act(action, **{k: v for k, v in everything.items() if k in BROUGHT})

    def who(self, name: str) -> Person | Actor:
        """The person of this name; "" is the clock."""
        if not name:
            return CLOCK

        def work(desk: Desk) -> Person:
            person = desk.person(self.world.ids[name])
            assert person is not None
            return person

        return self.world.transaction(work)

    def legal(self, report: Report, action: Action, name: str) -> bool:
        """Whether the rules let this person do this now."""
        who = self.who(name)
        actor = who.actor if isinstance(who, Person) else who
        try:
            decide(report, self.brings(action), actor, self.world.now)
        except Refused:
            return False
        return True

    def events(self, report: Report) -> list[history.Event]:
        """The report's history, once its chain is checked."""

        def work(desk: Desk) -> list[history.Event]:
            assert history.broken(desk.store, report.id) is None
            return history.of_report(desk.store, report.id)

        return self.world.transaction(work)


def pairs(status: Status) -> Iterator[tuple[Action, str, Action, str]]:
    """Every two acts that the table knows for a status, by one person or by two."""
    known = [(a, step.who) for (s, a), step in TRANSITIONS.items() if s is status]
    for first, one in known:
        for second, other in known:
            mine = PLAYERS[one][0]
            for theirs in PLAYERS[other]:
                yield first, mine, second, theirs


def standing(races: Races, status: Status, *wanted: tuple[Action, str]) -> Report | None:
    """A fresh report in which each of these acts is legal; None if they exclude each other."""
    for fields in STATES:
        if not KNOWN.issuperset(fields):
            continue
        report = races.put(status, **fields)
        if all(races.legal(report, action, name) for action, name in wanted):
            return report
    return None


def beside(world: World, path: Any, work: Callable[[Desk], Any]) -> Any:
    """Work at a desk of a connection of its own."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=20)
    prepare(connection)
    try:

        def at(tx: Tx) -> Any:
            return work(Desk(Store(tx, world.plant.id), world.plant, world.now, world.real))

        return transaction(connection, at)
    finally:
        connection.close()


def at_once(world: World, path: Any, works: Iterable[Callable[[Desk], Any]]) -> list[str]:
    """Works that start at the same moment, each on a connection of its own: "won", or why it was refused."""
    world.memory = None  # it holds for one connection
    todo, outcomes = list(works), list[str]()
    gate = threading.Barrier(len(todo))

    def run(work: Callable[[Desk], Any]) -> None:
        gate.wait()
        try:
            beside(world, path, work)
            outcomes.append("won")
        except Refused as refusal:
            outcomes.append(refusal.key)

    threads = [threading.Thread(target=run, args=(work,)) for work in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
