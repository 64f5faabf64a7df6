"""Model workers chosen by a few taps, for tests of what follows."""

from __future__ import annotations

from storage import models
from storage.models import Round
from tests.world import World
from woodpecker.models import Model


def newest(world: World) -> Round | None:
    """The round of the latest quarter."""
    return world.transaction(lambda d: models.newest(d.store))


def listed(world: World) -> list[Model]:
    """Everybody on its list, best first."""
    found = newest(world)
    return world.transaction(lambda d: models.listed(d.store, found.id)) if found else []


def choose(world: World, *people: int) -> None:
    """李静 nominates, 刘洋 confirms and publishes."""
    found = newest(world)
    assert found is not None
    for person in people:
        for actor, verb in (("李静", "mdnom"), ("刘洋", "mdyes")):
            one = next(m for m in listed(world) if m.person == person)
            world.tap_data(actor, f"{verb}:{one.id}:{one.version}")
    world.tap_data("刘洋", f"mdpub:{found.id}::y")
