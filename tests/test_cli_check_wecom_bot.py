"""`woodpecker check` asks WeCom about the AI bot, unless that would cut off the running program."""

from __future__ import annotations

import asyncio
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main
from bot.configuration import load
from storage import lock
from tests.fakes.wecom_bot import FakeWeComBot, Fault


def config(folder: Path, url: str, secret: str) -> Path:
    path = folder / "config.toml"
    path.write_text(
        '[[enterprise]]\ncode = "mill"\nname = "厂"\n[enterprise.wecom_bot]\n'
        f'bot_id = "aibTEST"\nsecret = "{secret}"\nws_url = "{url}"\n'
    )
    return path


async def check(path: Path) -> tuple[int, str]:
    result = await asyncio.to_thread(CliRunner().invoke, main, ["check", "--config", str(path)])
    return result.exit_code, result.output


async def test_a_bot_that_wecom_accepts(tmp_path):
    async with FakeWeComBot() as fake:
        code, output = await check(config(tmp_path, fake.url, fake.secret))
        assert fake.opened == 1
    assert code == 0
    assert "WeCom accepts the AI bot" in output
    assert "mill: 厂; WeCom AI bot" in output


async def test_a_wrong_secret_is_a_warning_that_says_what_to_click(tmp_path):
    async with FakeWeComBot() as fake:
        code, output = await check(config(tmp_path, fake.url, "wrong-secret"))
    assert code == 0
    assert "Warning: the WeCom AI bot: WeCom does not accept bot_id and secret (853000)" in output
    assert "使用长连接" in output
    assert "wrong-secret" not in output


async def test_other_trouble_is_a_warning(tmp_path):
    async with FakeWeComBot() as fake:
        fake.fault("aibot_subscribe", Fault(code=6000), Fault(drop="before"))
        for _ in range(2):
            code, output = await check(config(tmp_path, fake.url, fake.secret))
            assert code == 0
            assert "Warning: the WeCom AI bot" in output
    code, output = await check(config(tmp_path, "ws://127.0.0.1:9", "x"))
    assert code == 0
    assert "WeCom cannot be reached" in output


async def test_a_running_program_is_not_cut_off(tmp_path):
    async with FakeWeComBot() as fake:
        path = config(tmp_path, fake.url, fake.secret)
        with lock.hold(load(path).database):
            code, output = await check(path)
        assert fake.opened == 0
    assert code == 0
    assert "is not tried" in output
