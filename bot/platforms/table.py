"""The platforms we speak, one literal table; a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from bot.plants import Plants
from bot.platforms.base import Platform
from bot.settings import EnterpriseSettings, Settings
from storage.database import Database


class Setting(NamedTuple):
    """What a platform is made from, for one enterprise."""

    settings: Settings
    of: EnterpriseSettings
    enterprise: int
    database: Database
    plants: Plants
    folder: Path  # where platforms may keep files of their own


def _telegram(setting: Setting) -> Platform | None:
    found = setting.settings.telegram(setting.of, setting.enterprise)
    if found is None:
        return None
    from bot.platforms.telegram.platform import Telegram

    return Telegram(found)


def _wecom(setting: Setting) -> Platform | None:
    found = setting.settings.wecom(setting.of, setting.enterprise)
    if found is None:
        return None
    from bot.platforms.wecom.platform import WeCom

    return WeCom(found, setting.database)


def _sandbox(setting: Setting) -> Platform | None:
    if not setting.of.sandbox_enabled:
        return None
    from bot.platforms.sandbox.platform import SandboxPlatform

    uploads = setting.folder / "sandbox" / setting.of.code
    return SandboxPlatform(
        setting.database, setting.enterprise, uploads, lambda: setting.plants.now(setting.enterprise)
    )


def _wecom_bot(setting: Setting) -> Platform | None:
    found = setting.settings.wecom_bot(setting.of, setting.enterprise)
    if found is None:
        return None
    from bot.platforms.wecom_bot.platform import WeComBot

    return WeComBot(found)


PLATFORMS: Mapping[str, Callable[[Setting], Platform | None]] = {
    "telegram": _telegram,
    "wecom": _wecom,
    "wecom_bot": _wecom_bot,
    "sandbox": _sandbox,
}
