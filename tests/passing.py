"""How time passes for a plant in a test: the clock looks every quarter of an hour, where there is something to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers import schedule
from handlers.desk import Desk
from storage import sending
from storage.database import Tx
from storage.store import Store

if TYPE_CHECKING:
    from tests.world import Seen, World

HOUR, QUARTER = 3_600_000, 900_000  # ms


def pass_time(world: World, ms: int) -> list[Seen]:
    """Lets time pass and returns what was shown meanwhile.

    What is due stays due until it is done: an hour at whose end nothing is due is passed over in one look.
    """
    end = world.real + ms
    seen: list[Seen] = []
    while world.real < end:
        until = min(end, world.real + HOUR)
        if until - world.real > QUARTER and _idle(world, until):
            world.real = until
        while world.real < until:
            world.real = min(until, world.real + QUARTER)
            world.transaction(schedule.run)
            seen += world.drain()
    return seen


def _idle(world: World, until: int) -> bool:
    """Whether a look at the clock at this instant (ms) would change nothing and find nothing to send."""
    connection = world.connection
    connection.execute("BEGIN IMMEDIATE")
    try:
        tx, changes = Tx(connection), connection.total_changes
        schedule.run(Desk(Store(tx, world.plant.id), world.plant, until + world.offset, until))
        return connection.total_changes == changes and not sending.waiting(tx, until)
    finally:
        connection.execute("ROLLBACK")
