"""`woodpecker check` tries the application and says what to click."""

from __future__ import annotations

import asyncio
from pathlib import Path

from click.testing import CliRunner

from bot.cli import main
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_world import AES_KEY, SECRET, TOKEN
from tests.plant_wecom import configuration, running


async def check(folder: Path) -> str:
    arguments = ["check", "--config", str(folder / "config.toml")]
    result = await asyncio.to_thread(CliRunner().invoke, main, arguments)
    assert result.exit_code == 0
    assert not any(secret in result.output for secret in (SECRET, TOKEN, AES_KEY))
    return result.output


async def test_while_it_runs_everything_can_be_tried(tmp_path: Path) -> None:
    async with FakeWeCom() as fake, running(tmp_path, fake):
        fake.world.departments = {1: "北山矿业", 2: "磨矿车间"}
        output = await check(tmp_path)
    assert "WeCom accepts corp_id, secret and this machine's address." in output
    assert "visible range has 10 members" in output
    assert "/wecom/demo answers as WeCom wants" in output


async def test_what_is_wrong_is_named_with_what_to_click(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    async with FakeWeCom() as fake:
        config.write_text(configuration(fake.url, secret="wrong"), encoding="utf-8")
        assert "40001: the secret is wrong" in await check(tmp_path)
        config.write_text(configuration(fake.url), encoding="utf-8")
        output = await check(tmp_path)
        assert "可见范围" in output
        assert "/wecom/demo does not answer" in output
        fake.allowed = False
        output = await check(tmp_path)
        assert "企业可信IP" in output
        assert "203.0.113.7" in output
    assert "Warning: WeCom cannot be reached" in await check(tmp_path)


async def test_without_an_address_there_is_nowhere_to_call(tmp_path: Path) -> None:
    async with FakeWeCom() as fake:
        text = "\n".join(line for line in configuration(fake.url).splitlines() if "public_url" not in line)
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        assert "web.public_url is missing" in await check(tmp_path)
