"""How a program is loaded: as hard as it can take, or so many messages a second; and what that cost."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from bench.hooks import Hooks
from bench.program import Program

Play = Callable[[Hooks, int, int], Awaitable[object]]
"""Plays step `n` of player `i`; a turn is as many steps as `Players.steps`."""


@dataclass(frozen=True, slots=True)
class Players:
    """Who sends messages: so many players, each playing turns of so many steps."""

    count: int
    steps: int
    play: Play


@dataclass(frozen=True, slots=True)
class Cost:
    """What one phase of a run cost; times in seconds, memory in MB."""

    messages: int
    seconds: float
    cpu: float
    waits: tuple[float, ...]
    memory: float
    children: float
    calls: int

    @property
    def per_message(self) -> float:
        """CPU milliseconds a message."""
        return 1000 * self.cpu / self.messages


def quantile(values: Sequence[float], part: float) -> float:
    """The value that this part of all does not exceed, in the unit of the values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Meter:
    """Weighs a program between two moments."""

    def __init__(self, program: Program, hooks: Hooks, calls: Callable[[], int]) -> None:
        self._program = program
        self._hooks = hooks
        self._calls = calls
        self._cpu = program.cpu
        self._begun = perf_counter()
        self._seen = len(hooks.waits)
        self._called = calls()

    def read(self) -> Cost:
        """What happened since."""
        waits = tuple(self._hooks.waits[self._seen :])
        memory, children = self._program.memory
        return Cost(
            len(waits),
            perf_counter() - self._begun,
            self._program.cpu - self._cpu,
            waits,
            memory,
            children,
            self._calls() - self._called,
        )


async def saturate(
    program: Program, hooks: Hooks, players: Players, calls: Callable[[], int], *, warm: float, seconds: float
) -> Cost:
    """Every player goes on as soon as the last step is answered, for some seconds after a warm-up."""
    until = perf_counter() + warm + seconds

    async def one(i: int) -> None:
        for n in itertools.count():
            if perf_counter() >= until:
                return
            await players.play(hooks, i, n % players.steps)

    async with asyncio.TaskGroup() as group:
        for i in range(players.count):
            group.create_task(one(i))
        await asyncio.sleep(warm)
        meter = Meter(program, hooks, calls)
        await asyncio.sleep(seconds)
        return meter.read()


async def steady(
    program: Program, hooks: Hooks, players: Players, calls: Callable[[], int], *, rate: int, rounds: int
) -> Cost:
    """`rate` messages a second, evenly: each player takes `rounds` whole turns.

    Before that each is brought to another step of its turn.
    """

    async def forward(i: int) -> None:
        for n in range(i % players.steps):
            await players.play(hooks, i, n)

    await asyncio.gather(*(forward(i) for i in range(players.count)))
    await asyncio.sleep(1.0)
    meter = Meter(program, hooks, calls)
    begun = perf_counter()

    async def paced(i: int) -> None:
        for k in range(players.steps * rounds):
            await asyncio.sleep(begun + (k * players.count + i) / rate - perf_counter())
            await players.play(hooks, i, (i + k) % players.steps)

    await asyncio.gather(*(paced(i) for i in range(players.count)))
    return meter.read()
