"""The application's menu, made from our commands: three buttons, two of them with five commands below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.platforms.wecom.text import head

TOP, SUB = 16, 40  # bytes of a label
BELOW = 5

Commands = Sequence[tuple[str, str]]


def menu(commands: Commands) -> dict[str, Any]:
    """The body of menu/create: the first command at once, the next five and again five behind their first one's label.

    Further commands are left out; they can be typed.
    """
    groups = [commands[:1], commands[1 : 1 + BELOW], commands[1 + BELOW : 1 + 2 * BELOW]]
    return {"button": [_top(group) for group in groups if group]}


def _top(group: Commands) -> dict[str, Any]:
    if len(group) == 1:
        return _button(group[0], TOP)
    return {"name": head(group[0][1], TOP), "sub_button": [_button(one, SUB) for one in group]}


def _button(command: tuple[str, str], limit: int) -> dict[str, Any]:
    name, label = command
    return {"type": "click", "name": head(label, limit), "key": f"/{name}"}
