"""What one AI bot of one enterprise needs to run."""

from __future__ import annotations

from dataclasses import dataclass, field

WECOM_BOT_URL = "wss://openws.work.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class WeComBotSettings:
    """One bot's settings; the fields that hold secrets never show in its repr."""

    enterprise: int
    code: str  # the enterprise's code, for the log
    bot_id: str
    secret: str = field(repr=False)
    ws_url: str = WECOM_BOT_URL  # or a private deployment's
    proxy: str = field(default="", repr=False)  # may hold a password
