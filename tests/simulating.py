"""What a plant's history comes to under other rules, for the tests of simulating."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from handlers.desk import Desk
from storage import people, replay
from tests.world import World
from woodpecker.programme import Programme
from woodpecker.simulation import History, Outcome, simulate

MONTHS = (202610, 202611, 202612, 202701, 202702)


def history(desk: Desk, months: Iterable[int] = MONTHS) -> History:
    """Everything of these months."""
    store, zone = desk.store, desk.plant.zone
    closed = desk.plant.programme.propose_on == "close"
    found: list[Any] = []
    for month in months:
        found.append(
            (
                [*replay.grants(store, month, zone), *replay.unearned(store, month, zone, closed=closed)],
                replay.backs(store, month),
                replay.entered(store, month),
            )
        )
    grants, backs, entered = (tuple(x for part in found for x in part[i]) for i in range(3))
    return History(grants, backs, entered, {p.id: p.roles for p in people.all(store)})


def under(world: World, new: Programme, months: tuple[int, ...] = MONTHS) -> Outcome:
    """The plant's history under other rules."""
    present = world.plant.programme
    return world.transaction(lambda d: simulate(present, new, history(d, months), months))


def same(outcome: Outcome) -> None:
    """Nothing would have been otherwise."""
    for month in outcome.months:
        assert (month.fen, month.points) == (month.then_fen, month.then_points), month
        assert (month.held, month.cut) == (0, month.then_cut), month
    for person, gain in {**outcome.persons, 0: outcome.secret}.items():
        assert (gain.fen, gain.points) == (gain.then_fen, gain.then_points), person
