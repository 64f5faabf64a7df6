"""Power cuts in a burst of callbacks: what was answered 200 is in the database, once, and is handled afterwards.

The seed is printed and can be given as KILL_SEED.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.configuration import read
from bot.settings_platforms import Origin
from tests.cast import CAST
from tests.fakes.wecom import FakeWeCom, Phone
from tests.plant_process import START, Child, child
from tests.plant_program import staff
from tests.plant_wecom import configuration, hook_of, userid

CUTS = 4
BURST = 40


async def test_what_was_answered_is_stored(tmp_path: Path) -> None:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**9)))
    print(f"KILL_SEED={seed}")  # noqa: T201 - shown when the test fails
    chance, config = random.Random(seed), tmp_path / "config.toml"
    async with FakeWeCom() as fake, child(config) as program:
        config.write_text(configuration(fake.url), encoding="utf-8")
        settings = read(config.read_text(encoding="utf-8"), Origin(tmp_path))
        staff(settings, [("wecom", userid(name).lower(), name) for name, *_ in CAST])
        fake.pusher.hook, fake.pusher.together, fake.pusher.pause = hook_of(settings), True, 0.1
        phones = [fake.phone(name, userid=userid(name)) for name, *_ in CAST]
        for cut in range(CUTS):
            await _up(program, fake)
            await _burst(fake, phones, f"第{cut}次", program, chance.randint(1, BURST - 5))
        await _up(program, fake)
        fake.pusher.together = False
        await _quiet(settings.database)
        assert await program.end() == 0
    stored = [one for one in fake.pusher.callbacks if one.stored]
    assert len(stored) >= CUTS
    with closing(sqlite3.connect(settings.database)) as found:
        raws = [raw for (raw,) in found.execute("SELECT raw FROM inbox WHERE state = 'done'")]
        for one in stored:
            mark = one.inner.decode().split("#")[1]
            assert sum(f"#{mark}#" in raw for raw in raws) == 1, f"{mark} was answered 200"
        assert found.execute("SELECT count(*) FROM inbox WHERE state <> 'done'").fetchone() == (0,)
        assert found.execute("SELECT count(*) FROM outbox WHERE state = 'waiting' AND not_before = 0").fetchone() == (
            0,
        )


async def _up(program: Child, fake: FakeWeCom) -> None:
    await program.start()
    async with asyncio.timeout(START):
        while True:
            try:
                if (await fake.pusher.verify())[0] == 200:
                    return
            except OSError:
                pass
            await asyncio.sleep(0.05)


async def _burst(fake: FakeWeCom, phones: list[Phone], name: str, program: Child, answered: int) -> None:
    """Everybody writes at once; the power goes when so many were answered."""
    before = _stored(fake)
    for n in range(BURST):
        phones[n % len(phones)].text(f"3号球磨机漏油 #{name}{n}#")
    await fake.until(lambda: _stored(fake) >= before + answered)
    await program.kill()
    await fake.until(lambda: not fake.pending)


def _stored(fake: FakeWeCom) -> int:
    return sum(one.stored for one in fake.pusher.callbacks)


async def _quiet(database: Path) -> None:
    """Until everything that was stored has had its effect, and that was sent."""
    async with asyncio.timeout(60.0):
        while True:
            with closing(sqlite3.connect(database)) as found:
                waiting = found.execute(
                    "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
                    " + (SELECT count(*) FROM outbox WHERE state = 'waiting' AND not_before = 0)"
                ).fetchone()[0]
            if not waiting:
                return
            await asyncio.sleep(0.2)
