"""Power cuts in the middle of a running day: nothing is lost, nothing happens twice.

The seed is printed and can be given as KILL_SEED; `make soak` does the same two hundred times.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.plant_day import live


@pytest.mark.parametrize("mode, kills", [("polling", 7), ("webhook", 7), ("sandbox", 6)])
async def test_a_day_with_power_cuts(mode: str, kills: int, tmp_path: Path) -> None:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**9)))
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    day = await live(tmp_path, mode, kills, seed)
    assert day.marks
    assert day.photos
    assert day.taps
