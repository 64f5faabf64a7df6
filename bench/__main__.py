"""`make bench`: what a message costs, beside a bare PTB echo and a naive PTB bot, in one run that ends by itself."""

from __future__ import annotations

import argparse
import asyncio
import compileall
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from bench.botapi import BotApi, Phone
from bench.crews import TURN, Layout, crews
from bench.driver import Cost, Players, saturate, steady
from bench.hooks import Hooks
from bench.program import Program, copy_of, make_model, start_echo, start_naive, start_ours
from bench.report import NAMES, Runs, Target, table, targets, verdicts

RATE = 50  # messages a second
BUSY = 32  # players at a time when saturated
LAYOUT = Layout()
ONE = Layout(1, 40)  # a single plant, for its database's growth
FEW = 2_000  # reports

Start = Callable[[bool], Awaitable[Program]]


class Bench:
    """One run: the fake Bot API, a folder for data, and what is measured."""

    def __init__(self, api: BotApi, address: str, folder: Path, options: argparse.Namespace) -> None:
        self.api = api
        self.address = address
        self.folder = folder
        self.options = options
        self.runs = {key: Runs() for key in options.only}

    async def all(self) -> None:
        """Every program in turn, again and again, so that what else the machine does hits all alike."""
        model = make_model(self.folder, LAYOUT, time.time_ns() // 1_000_000)
        starts: dict[str, Start] = {
            "a": lambda limits: start_echo(self.folder, self.address),
            "b": lambda limits: start_naive(self.folder, self.address),
            "c": lambda limits: start_ours(copy_of(model), self.address, LAYOUT, limits=limits),
        }
        for n in range(self.options.rounds):
            for key, runs in self.runs.items():
                cost = await self.measure(starts[key], self.players(key), full=True, ready=runs.ready)
                runs.full.append(cost)
                say(f"round {n + 1}: {NAMES[key]}, saturated: {cost.per_message:.2f} ms CPU a message")
                cost = await self.measure(starts[key], self.players(key), full=False, ready=runs.ready)
                runs.even.append(cost)
                say(f"round {n + 1}: {NAMES[key]}, {RATE} a second: {cost.per_message:.2f} ms CPU a message")

    async def grown(self, reports: int) -> float:
        """What a message costs in a plant with so many reports, over what it costs in one with few."""
        small, large = (make_model(self.folder, ONE, time.time_ns() // 1_000_000, n) for n in (FEW, reports))
        found: dict[Path, list[float]] = {small: [], large: []}
        for n in range(self.options.rounds):
            for home, costs in found.items():
                cost = await self.measure(
                    lambda limits, home=home: start_ours(home, self.address, ONE, limits=limits),  # type: ignore[misc]
                    self.reports(ONE),
                    full=True,
                )
                costs.append(cost.per_message)
                many = reports if home == large else FEW
                say(f"round {n + 1}: {many:,} reports, saturated: {cost.per_message:.2f} ms CPU a message")
        return median(found[large]) / median(found[small])

    async def measure(self, start: Start, players: Players, *, full: bool, ready: list[float] | None = None) -> Cost:
        """One program under one load; how long it took to start goes into `ready`."""
        program = await start(not full)
        if ready is not None:
            ready.append(program.ready)
        hooks = Hooks(program.port)
        try:
            if full:
                busy = Players(min(BUSY, players.count), players.steps, players.play)
                return await saturate(
                    program, hooks, busy, lambda: self.api.calls, warm=2.0, seconds=self.options.seconds
                )
            return await steady(program, hooks, players, lambda: self.api.calls, rate=RATE, rounds=1)
        except BaseException:
            say(program.log.read_text(errors="replace")[-3000:])
            raise
        finally:
            hooks.close()
            await program.stop()

    def players(self, key: str) -> Players:
        """Who loads a program; new phones each time, on which nothing is left of the last run."""
        return self.reports(LAYOUT) if key == "c" else self.texts()

    def texts(self) -> Players:
        """As many accounts as ours has crews; each sends a text and waits for the answer."""
        phones = [Phone(5_000_000 + i, "王磊", "/hook") for i in range(LAYOUT.plants * LAYOUT.crews)]
        self.api.phones = {phone.user: phone for phone in phones}
        return Players(len(phones), len(TURN), lambda hooks, i, n: hooks.say(phones[i], "3号球磨机联轴器防护罩没装"))

    def reports(self, layout: Layout) -> Players:
        """Crews that play report turns."""
        found = crews(layout)
        self.api.phones = {phone.user: phone for crew in found for phone in crew.phones.values()}

        async def play(hooks: Hooks, i: int, n: int) -> None:
            await TURN[n](hooks, found[i])

        return Players(len(found), len(TURN), play)


def say(line: str) -> None:
    """Prints at once."""
    print(line, flush=True)


async def run(options: argparse.Namespace, folder: Path) -> list[Target]:
    """Measures, prints, and returns the targets."""
    api = BotApi()
    bench = Bench(api, await api.start(), folder, options)
    await bench.all()
    say("")
    say(table(bench.runs))
    if len(bench.runs) < len(NAMES):
        return []
    large = await bench.grown(options.reports) if options.reports else None
    found = targets(bench.runs, large)
    say("")
    say(verdicts(found))
    return found


def main() -> int:
    """0 if every target is met."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often each program is measured")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each is saturated")
    parser.add_argument("--reports", type=int, default=1_000_000, help="how large a database grows; 0: leave it out")
    parser.add_argument("--only", default="abc", help="which programs, as ac")
    options = parser.parse_args()
    for package in ("woodpecker", "storage", "handlers", "bot", "bench"):
        compileall.compile_dir(package, quiet=1)  # as pip did with all else, even where Python may not write them
    build = Path("build").resolve()  # not /tmp, which may be memory: fsync must mean something
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build) as folder:
        found = asyncio.run(run(options, Path(folder)))
    return 0 if all(target.met for target in found) else 1


if __name__ == "__main__":
    sys.exit(main())
