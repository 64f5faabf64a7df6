"""A platform that has given up is told to the admins on another one, once a day."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.trouble import tell_admins
from handlers.desk import Desk
from handlers.unreachable import platform_stopped
from storage import accounts
from tests.core import core
from tests.world import DAY, SECOND, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The admin 陈丽 wrote last on the first platform, and has the second one too."""
    made = World(tmp_path / "plant.db")

    def second(desk: Desk) -> None:
        phone = made.phone("陈丽²")
        account = accounts.touch(desk.store, SECOND, phone.user, phone.chat, "", "", 1)
        accounts.link(desk.store, account.id, made.ids["陈丽"])

    made.transaction(second)
    return made


def stop(world: World) -> None:
    # The name stands in the texts; which platform it is does not matter here.
    world.transaction(lambda desk: platform_stopped(desk, "wecom_bot"))
    world.drain()


def test_the_admin_hears_of_it_once_a_day(world: World) -> None:
    for _ in range(3):
        stop(world)
    assert len(world.phones["陈丽"].shown) == 1
    assert "企业微信机器人断开了" in world.phones["陈丽"].last
    world.real += DAY
    stop(world)
    assert len(world.phones["陈丽"].shown) == 2
    assert world.phones["周涛"].shown == []


def test_it_is_not_said_on_the_platform_that_stopped(world: World) -> None:
    world.transaction(
        lambda desk: desk.store.run(
            "UPDATE account SET platform = 'wecom_bot' WHERE enterprise = $1 AND platform = 'story'"
        )
    )
    stop(world)
    assert world.phones["陈丽"].shown == []
    assert "企业微信机器人断开了" in world.phones["陈丽²"].last


async def test_a_platform_that_runs_is_no_trouble(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        platforms = {(1, "fake"): c.platform}
        await tell_admins(c.exchange, platforms)
        assert await c.ask("SELECT count(*) FROM job_run") == [(0,)]
        c.platform.stopped = "the secret is wrong"
        await tell_admins(c.exchange, platforms)
        assert await c.ask("SELECT job FROM job_run") == [("platform_stopped",)]
