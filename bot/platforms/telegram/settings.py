"""What one Telegram bot of one enterprise needs to run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

TELEGRAM_URL = "https://api.telegram.org"


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """One bot's settings; the fields that hold secrets never show in its repr."""

    enterprise: int
    code: str  # the enterprise's code, the last part of the webhook's path
    token: str = field(repr=False)
    mode: Literal["polling", "webhook"] = "polling"
    api_url: str = TELEGRAM_URL  # or one's own Bot API server
    public_url: str = ""  # where Telegram reaches us, for webhooks only
    webhook_secret: str = field(default="", repr=False)  # empty: a new one at each start
    proxy: str = field(default="", repr=False)  # may hold a password

    @property
    def base_url(self) -> str:
        """Where methods are called; PTB appends the token."""
        return f"{self.api_url.rstrip('/')}/bot"

    @property
    def file_url(self) -> str:
        """Where files are fetched from; PTB appends the token."""
        return f"{self.api_url.rstrip('/')}/file/bot"

    @property
    def hook_path(self) -> str:
        """The path under which this enterprise's updates are taken."""
        return f"/telegram/{self.code}"

    @property
    def hook_url(self) -> str:
        """The address given to Telegram."""
        return f"{self.public_url.rstrip('/')}{self.hook_path}"
