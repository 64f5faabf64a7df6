"""Asks each platform whether it knows us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bot.platforms.base import Failure
from bot.platforms.wecom.settings import WeComSettings
from bot.settings import EnterpriseSettings, Settings
from storage import lock
from storage.database import Busy

PATIENCE = 10.0  # seconds


def probe(settings: Settings) -> Iterator[str]:
    """A sentence for each bot: the name it goes by, or why Telegram does not know it."""
    for of in settings.enterprise:
        if of.telegram is not None:
            yield f"{of.code}: {asyncio.run(_telegram(settings, of))}"
        if (app := settings.wecom(of, 0)) is not None:
            yield from (f"{of.code}: {said}" for said in asyncio.run(_wecom(app)))
        if of.wecom_bot is not None:
            yield f"{of.code}: {_wecom_bot(settings, of)}"


async def _wecom(app: WeComSettings) -> list[str]:
    from bot.platforms.wecom.probing import probe as ask

    said = []
    try:
        async with asyncio.timeout(2 * PATIENCE):
            async for sentence in ask(app):
                said.append(sentence)
    except TimeoutError:
        said.append("Warning: WeCom cannot be reached; check the network and api_url.")
    return said


def _wecom_bot(settings: Settings, of: EnterpriseSettings) -> str:
    """WeCom keeps one connection a bot, so that ours must not be cut off by asking."""
    try:
        with lock.hold(settings.database):
            return asyncio.run(_connect(settings, of))
    except Busy:
        return (
            "Woodpecker is running and holds the WeCom AI bot's only connection, so it is not tried;"
            " its log says whether WeCom accepts the bot."
        )


async def _connect(settings: Settings, of: EnterpriseSettings) -> str:
    from bot.platforms.wecom_bot.platform import WeComBot

    found = settings.wecom_bot(of, 0)
    assert found is not None
    try:
        async with asyncio.timeout(PATIENCE):
            await WeComBot(found).probe()
    except Failure as failure:
        return (
            f"Warning: the WeCom AI bot: {failure.reason}. In WeCom: 工作台, 智能机器人, your bot, API 模式; choose"
            " 使用长连接 and copy Bot ID (not the number in the address) and Secret."
        )
    except TimeoutError:
        return "Warning: WeCom cannot be reached for the AI bot; check the network, the proxy and ws_url."
    return "WeCom accepts the AI bot; whoever was connected as this bot from elsewhere has been cut off."


async def _telegram(settings: Settings, of: EnterpriseSettings) -> str:
    from bot.platforms.telegram.platform import Telegram

    found = settings.telegram(of, 0)
    assert found is not None
    bot = Telegram(found)
    try:
        async with asyncio.timeout(PATIENCE):
            return f"Telegram knows the bot as @{await bot.probe()}."
    except Failure as failure:
        return f"Warning: Telegram does not answer as it should: {failure.reason}."
    except TimeoutError:
        return "Warning: Telegram cannot be reached; check the network, the proxy and api_url."
    finally:
        await bot.close()
