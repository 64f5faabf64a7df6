"""The enterprises of this installation, and a desk for each transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from handlers.desk import Desk, Plant
from storage.database import Tx
from storage.store import Store


def real_clock() -> int:
    """The machine's time in milliseconds UTC."""
    return time.time_ns() // 1_000_000


class Plants:
    """All plants by id; `clock` is real time, which a sandbox's plant may be ahead of."""

    def __init__(self, clock: Callable[[], int] = real_clock) -> None:
        self.clock = clock
        self._plants: dict[int, Plant] = {}
        self._ahead: dict[int, int] = {}

    def add(self, plant: Plant, ahead: int = 0) -> None:
        """Adds a plant, or what is new about it; `ahead` is how far its clock was moved, in ms."""
        self._plants[plant.id] = plant
        self._ahead[plant.id] = ahead

    def move(self, enterprise: int, ahead: int) -> None:
        """The plant's clock was moved."""
        self._ahead[enterprise] = ahead

    def link(self, enterprise: int, platform: str, link: str) -> None:
        """A platform's link that takes join codes is known now."""
        plant = self._plants[enterprise]
        if link:
            self._plants[enterprise] = replace(plant, links={**plant.links, platform: link})

    def stopped(self, enterprise: int, platforms: frozenset[str]) -> None:
        """These of the enterprise's platforms have given up, and no others."""
        plant = self._plants.get(enterprise)
        if plant is not None and plant.stopped != platforms:
            self._plants[enterprise] = replace(plant, stopped=platforms)

    def now(self, enterprise: int) -> int:
        """The plant's time."""
        return self.clock() + self._ahead.get(enterprise, 0)

    def get(self, enterprise: int) -> Plant | None:
        """The plant, None if the configuration does not name it any more."""
        return self._plants.get(enterprise)

    def __iter__(self) -> Iterator[Plant]:
        return iter(tuple(self._plants.values()))

    def desk(self, tx: Tx, enterprise: int, now: int) -> Desk:
        """The plant's desk in a transaction that began at the real time `now`."""
        plant = self._plants[enterprise]
        return Desk(Store(tx, enterprise), plant, now + self._ahead[enterprise], now)

    def desks(self, tx: Tx, now: int) -> Iterable[Desk]:
        """All desks."""
        return (self.desk(tx, plant.id, now) for plant in self)
