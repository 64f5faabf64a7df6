"""`python -m bench.soak`: two hundred power cuts in running days, by polling, webhook and sandbox.

Ends with 0 if nothing was lost and nothing happened twice. A day that fails prints the seed that began it;
its folder stays.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.plant_day import live

MODES = ("polling", "webhook", "sandbox")
A_DAY = 10  # power cuts


def main() -> None:
    """Lives day after day until there were enough power cuts."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="kill -9 at random moments")
    parser.add_argument("--kills", type=int, default=200, help="how many in all (default: 200)")
    parser.add_argument("--seed", type=int, help="begins the same days again")
    parser.add_argument("--mode", choices=MODES, help="only this way of receiving")
    told = parser.parse_args()
    seed = random.SystemRandom().randrange(10**9) if told.seed is None else told.seed
    print(f"--seed {seed}", flush=True)
    modes = (told.mode,) if told.mode else MODES
    days = [modes[n % len(modes)] for n in range(-(-told.kills // A_DAY))]
    begun, left, failed = perf_counter(), told.kills, 0
    for n, mode in enumerate(days):
        kills = min(A_DAY, left)
        left -= kills
        failed += not _day(mode, kills, seed + n)
    print(f"{told.kills} power cuts in {len(days)} days, {perf_counter() - begun:.0f} s: {failed} days with a loss")
    sys.exit(1 if failed else 0)


def _day(mode: str, kills: int, seed: int) -> bool:
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        day = asyncio.run(live(folder, mode, kills, seed))
    except AssertionError as loss:
        print(f"{mode}, {kills} power cuts, seed {seed}: LOSS {str(loss)[:2000]}\nsee {folder}", flush=True)
        return False
    shutil.rmtree(folder)
    said = f"{len(day.marks)} sentences, {day.photos} photos, {day.taps} taps"
    print(f"{mode}, {kills} power cuts, seed {seed}: {said}, all there once", flush=True)
    return True


if __name__ == "__main__":
    main()
