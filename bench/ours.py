"""(c) Ours, saturated: the real program with Telegram's sending limits lifted (the bookkeeping stays).

Telegram takes 30 messages a second from a bot; a processor that is to be kept busy needs more.
At 50 messages a second the program runs as it is.
"""

from __future__ import annotations

from bot.cli import main
from bot.platforms.base import Window
from bot.platforms.telegram.platform import Telegram

PLENTY = 1_000_000


def _unlimited(telegram: Telegram, chat: str) -> tuple[Window, ...]:
    return (Window("", PLENTY, 1.0), Window(chat, PLENTY, 3.0))


if __name__ == "__main__":
    Telegram.windows = _unlimited  # type: ignore[method-assign]
    main()
