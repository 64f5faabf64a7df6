"""`woodpecker check` asks Telegram too."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.fakes.telegram import FakeTelegram, Fault


def config(folder: Path, url: str) -> Path:
    path = folder / "config.toml"
    path.write_text(
        f'[[enterprise]]\ncode = "mill"\nname = "厂"\n[enterprise.telegram]\n'
        f'token = "123456789:{"A" * 35}"\napi_url = "{url}"\n'
    )
    return path


async def check(path: Path) -> tuple[int, str]:
    result = await asyncio.to_thread(CliRunner().invoke, main, ["check", "--config", str(path)])
    return result.exit_code, result.output


async def test_a_bot_that_telegram_knows_is_named(tmp_path):
    async with FakeTelegram(token=f"123456789:{'A' * 35}") as fake:
        code, output = await check(config(tmp_path, fake.url))
    assert code == 0
    assert "Telegram knows the bot as @" in output


async def test_a_wrong_token_is_a_warning_that_does_not_show_it(tmp_path):
    async with FakeTelegram(token=f"123456789:{'A' * 35}") as fake:
        fake.fault("getMe", Fault(status=401, description="Unauthorized"))
        code, output = await check(config(tmp_path, fake.url))
    assert code == 0
    assert "Warning: Telegram does not answer as it should" in output
    assert "AAAA" not in output


@pytest.mark.parametrize("url", ["http://127.0.0.1:9"])
async def test_telegram_out_of_reach_is_a_warning(tmp_path, url):
    code, output = await check(config(tmp_path, url))
    assert code == 0
    assert "Warning: Telegram" in output


@pytest.mark.parametrize(
    "address, warned",
    [("http://bot.example.com", True), ("https://bot.example.com", False), ("http://127.0.0.1:8080", False)],
)
async def test_an_address_that_others_can_read_along_is_a_warning(tmp_path, address, warned):
    path = tmp_path / "config.toml"
    path.write_text(f'[web]\npublic_url = "{address}"\n[[enterprise]]\ncode = "mill"\nname = "厂"\n')
    code, output = await check(path)
    assert code == 0
    assert ("Warning: web.public_url is not https" in output) == warned
