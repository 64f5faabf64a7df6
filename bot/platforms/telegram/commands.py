"""The command menu people see beside the text field."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import (
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from bot.platforms.base import Failure, Menus
from bot.platforms.telegram.library import Library

log = logging.getLogger(__name__)

DESCRIPTION = 256  # characters


async def publish(library: Library, menus: Menus) -> None:
    """Sets the menus that differ from what Telegram has, by scope; failures are logged only.

    A scope is "default", "private", "groups" or "chat:ID".
    """
    for scope, menu in menus.items():
        for language, commands in menu.items():
            try:
                await _publish_one(library, _scope(scope), language, commands)
            except Failure as failure:
                log.warning("Telegram: commands for %s %r not set: %s", scope, language, failure.reason)


async def _publish_one(
    library: Library, scope: BotCommandScope, language: str, commands: Sequence[tuple[str, str]]
) -> None:
    wanted = [(name, description[:DESCRIPTION]) for name, description in commands]
    with library.guarded() as bot:
        found = await bot.get_my_commands(scope=scope, language_code=language or None)
        if [(one.command, one.description) for one in found] != wanted:
            await bot.set_my_commands(wanted, scope=scope, language_code=language or None)


def _scope(name: str) -> BotCommandScope:
    kind, _, chat = name.partition(":")
    if kind == "chat":
        return BotCommandScopeChat(chat)
    return {
        "default": BotCommandScopeDefault,
        "private": BotCommandScopeAllPrivateChats,
        "groups": BotCommandScopeAllGroupChats,
    }[kind]()
