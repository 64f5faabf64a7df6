"""The program as a whole: how it starts, ends, and shares the machine with its commands."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter

import aiohttp
import pytest

from bot import program as program_module
from bot.commands.perform import back_up, perform
from bot.configuration import read
from bot.platforms.telegram.platform import Telegram
from bot.program import Program, run
from bot.settings import Settings
from bot.settings_platforms import Origin
from handlers.tables import COMMANDS
from handlers.turn import Turn
from storage import enterprises, lock
from storage.backup import DATABASE
from storage.database import Busy
from storage.migrations import WrongSchema
from tests.fakes.telegram import FakeTelegram, Fault
from tests.plant_day import live
from tests.plant_process import START
from tests.plant_program import Plant, configuration, no_limits, running, staff

HOUR = 3_600_000


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Telegram, "windows", no_limits)
    monkeypatch.setattr(program_module, "BALLAST", 1 << 16)


def given(folder: Path, text: str) -> Settings:
    return read(text, Origin(folder))


async def test_told_to_end_under_load_it_ends_soon_and_loses_nothing(tmp_path: Path) -> None:
    day = await live(tmp_path, "polling", 0, 7, ends=2)
    assert day.marks


async def test_an_answer_that_never_comes_does_not_keep_it_alive(
    tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module, "STOP", 0.2)
    async with FakeTelegram() as fake:
        async with running(tmp_path, fake) as plant:
            fake.fault("sendMessage", Fault(hang=True))
            plant["王磊"].text("谢谢")
            await fake.until(lambda: fake.made("sendMessage"))
            begun = perf_counter()
        assert perf_counter() - begun < 5
        async with running(tmp_path, fake) as again:
            await again.sees("王磊", "不客气")


async def test_a_restart_goes_on_where_it_ended(tmp_path: Path, fast: None) -> None:
    async with FakeTelegram() as fake:
        async with running(tmp_path, fake) as plant:
            fake.fault("file", *(Fault(502) for _ in range(30)))
            plant["王磊"].voice(b"OggS")
            plant["王磊"].text("谢谢")
            await fake.until(lambda: fake.made("file") and not fake.pending)
            assert await plant.ask("SELECT DISTINCT state FROM inbox") == [("new",)]
        fake._faults.clear()
        async with running(tmp_path, fake) as again:
            await again.sees("王磊", "不客气")
            assert await again.ask("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_a_port_that_is_taken_is_said_and_leaves_nothing_running(tmp_path: Path, fast: None) -> None:
    async with FakeTelegram() as fake:
        settings = given(tmp_path, configuration(fake.url, fake.world.token, mode="webhook"))
        host, port = settings.web.listen.split(":")
        server = await asyncio.start_server(lambda r, w: None, host, int(port))
        with pytest.raises(OSError, match="address already in use"):
            async with AsyncExitStack() as stack:
                await Program.start(settings, stack)
        server.close()
        await server.wait_closed()
        await fake.until(lambda: not [t for t in threading.enumerate() if "connection_worker" in t.name])
        assert [task for task in asyncio.all_tasks() if "program" in repr(task.get_coro())] == []


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
async def test_from_the_command_line_it_starts_and_ends_without_a_word_too_much(
    told: signal.Signals, tmp_path: Path
) -> None:
    async with FakeTelegram() as fake:
        config = tmp_path / "config.toml"
        config.write_text(configuration(fake.url, fake.world.token), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from bot.cli import main; main()", "run", "--config", str(config)),
            stderr=asyncio.subprocess.PIPE,
        )
        fake.phone("路人").text("你好")
        await fake.until(lambda: fake.made("sendMessage") and not fake.pending, START)
        process.send_signal(told)
        _, log = await asyncio.wait_for(process.communicate(), 30)
        (tmp_path / "data" / "ballast").unlink(missing_ok=True)  # 64 MB
    said = log.decode()
    assert (process.returncode, "Traceback" in said, fake.world.token in said) == (0, False, False), said
    assert "你好" not in said
    assert "路人" not in said


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    settings = given(tmp_path, configuration("http://127.0.0.1:9", "123456:AAtest-token_of_nobody"))
    with lock.hold(settings.database), pytest.raises(Busy, match="another process"):
        run(settings)


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, fast: None) -> None:
    settings = given(tmp_path, configuration("http://127.0.0.1:9", "123456:AAtest-token_of_nobody"))
    staff(settings, (), lambda tx: tx.run("INSERT INTO migration VALUES ('9999_later', '', 0)") and None)
    with pytest.raises(WrongSchema, match="9999_later"):
        async with AsyncExitStack() as stack:
            await Program.start(settings, stack)


async def test_health_is_told_where_webhooks_are_taken(tmp_path: Path, fast: None) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake, mode="webhook") as plant:
        url = f"http://{plant.settings.web.listen}/healthz"
        async with aiohttp.ClientSession() as web, web.get(url) as answer:
            assert (answer.status, (await answer.json())["alive"]) == (200, True)


async def test_a_part_that_dies_ends_the_program(tmp_path: Path, fast: None) -> None:
    async def dies() -> None:
        raise RuntimeError("a part died")

    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        plant.program._spawn("broken", dies())
        with pytest.raises(RuntimeError, match="a part died"):
            await asyncio.wait_for(plant.program.watch(), 30)


async def test_a_parked_delivery_is_replayed_by_a_command(
    tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = COMMANDS["thanks"], [True]

    def thanks(turn: Turn, payload: str) -> None:
        if broken:
            raise RuntimeError("broken")
        real(turn, payload)

    monkeypatch.setitem(COMMANDS, "thanks", thanks)  # type: ignore[arg-type]
    monkeypatch.setattr("bot.intake.AGAIN", (0.01,))
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        plant["王磊"].text("谢谢")
        await plant.sees("王磊", "这条消息没处理好")
        await plant.sees("陈丽", "没能处理")
        listed = await asyncio.to_thread(perform, plant.settings, "replay.list")
        assert "RuntimeError" in listed.lines[0]
        assert "谢谢" not in listed.lines[0]
        assert "王磊" not in listed.lines[0]
        broken.clear()
        await asyncio.to_thread(perform, plant.settings, "replay", id=int(listed.lines[0].split()[0]))
        await plant.sees("王磊", "刚才没处理好，现在处理了")
        await plant.sees("王磊", "不客气")
        assert (await asyncio.to_thread(perform, plant.settings, "replay.list")).lines == ["Nothing is parked."]


async def test_a_backup_is_made_while_it_runs(tmp_path: Path, fast: None) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        backup = asyncio.create_task(asyncio.to_thread(back_up, plant.settings, tmp_path / "copy"))
        for _ in range(5):
            plant["王磊"].text("谢谢")
        await backup
        await plant.rest()
        assert len(plant["王磊"].texts) == 5
        assert (tmp_path / "copy" / DATABASE).exists()


async def test_a_moved_clock_outlasts_the_process(tmp_path: Path, fast: None) -> None:
    async def move(plant: Plant) -> int:
        from bot.operations import Operations

        await Operations(plant.program).advance(1, 5 * HOUR)
        return plant.program.plants.now(1) - plant.program.plants.clock()

    async with FakeTelegram() as fake:
        async with running(tmp_path, fake) as plant:
            assert abs(await move(plant) - 5 * HOUR) < 100
        async with running(tmp_path, fake) as again:
            assert await again.store(enterprises.clock_offset) == 5 * HOUR
            assert abs(await move(again) - 10 * HOUR) < 100


async def test_a_plant_that_is_no_longer_configured_holds_up_nobody(tmp_path: Path, fast: None) -> None:
    async with FakeTelegram() as fake:
        async with running(tmp_path, fake) as plant:
            await plant.program.exchange.run(
                lambda tx: [
                    tx.run(
                        "INSERT INTO enterprise (id, code, name, language, timezone)"
                        " VALUES (2, 'gone', 'x', 'zh', 'UTC')"
                    ),
                    *(
                        tx.run(
                            "INSERT INTO outbox (enterprise, platform, chat, op, body, created_at)"
                            " VALUES (2, 'telegram', '5', 'send', '{}', 0)"
                        )
                        for _ in range(150)
                    ),
                ]
            )
        async with running(tmp_path, fake) as again:
            again["王磊"].text("谢谢")
            await again.sees("王磊", "不客气")
            assert await again.ask("SELECT count(*) FROM outbox WHERE state = 'waiting' AND enterprise = 2") == [(150,)]


async def test_a_clock_that_jumps_over_days_stops_on_each(tmp_path: Path, fast: None) -> None:
    from bot.operations import Operations

    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        before = plant.program.plants.now(1) - plant.program.plants.clock()
        await Operations(plant.program).advance(1, 3 * 24 * HOUR)
        assert plant.program.plants.now(1) - plant.program.plants.clock() == before + 3 * 24 * HOUR
        days = "SELECT count(*) FROM job_run WHERE enterprise = $1 AND job = 'plans'"
        assert await plant.store(lambda s: s.value(days)) >= 3
