"""The chat platforms' sections of the configuration: their secrets are values, environment variables or files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from pydantic import Field, PrivateAttr, SecretStr, ValidationInfo, model_validator

from bot.platforms.telegram.settings import TELEGRAM_URL
from bot.platforms.wecom.settings import WECOM_URL
from bot.platforms.wecom_bot.settings import WECOM_BOT_URL
from bot.settings_base import Section
from bot.settings_errors import refuse

ENV = "the name of an environment variable"
FILE = "the path of a file that holds it"
PROXY = 'an address as "http://127.0.0.1:3128"'
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")


class Origin(NamedTuple):
    """Where a configuration stands: the folder its relative paths count from, and the environment."""

    folder: Path = Path()
    environ: Mapping[str, str] = os.environ
    sample: bool = False


class SecretSection(Section):
    """A section whose SECRETS are each a value, the name of an environment variable, or a file."""

    SECRETS: ClassVar[tuple[str, ...]] = ()
    _found: dict[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _read_secrets(self, info: ValidationInfo) -> SecretSection:
        problems = [p for name in self.SECRETS for p in self._read(name, info.context or Origin())]
        problems += self._unfit()
        if problems:
            refuse(*problems)
        return self

    def _unfit(self) -> list[tuple[str, str]]:
        """Key and complaint of every secret that is missing or cannot be one."""
        return []

    def _given(self, name: str) -> bool:
        return any(getattr(self, name + way) is not None for way in ("", "_env", "_file"))

    def _read(self, name: str, origin: Origin) -> list[tuple[str, str]]:
        ways = [name + way for way in ("", "_env", "_file") if getattr(self, name + way) is not None]
        if len(ways) > 1:
            return [(ways[1], f"{' and '.join(ways)} are both there; write only one of them")]
        if not ways:
            return []
        way, value = ways[0], getattr(self, ways[0])
        if way.endswith("_env"):
            self._found[name] = origin.environ.get(value, "").strip()
        elif way.endswith("_file"):
            try:
                self._found[name] = (origin.folder / value).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeError):
                return [(way, f"the file {value} cannot be read; write the path of a readable file")]
        else:
            self._found[name] = value.get_secret_value().strip()
        return [] if self._found[name] else [(way, _EMPTY[way.removeprefix(name)].format(value))]

    def secret_of(self, name: str) -> str:
        """One of SECRETS, from wherever it is; empty if there is none."""
        return self._found.get(name, "")

    @property
    def in_use(self) -> list[str]:
        """Every secret that is there."""
        return [s for s in map(self.secret_of, self.SECRETS) if s]


_EMPTY = {
    "": "is empty; write the secret, or leave the key out",
    "_env": "the environment variable {} is not set; set it before the start",
    "_file": "the file {} is empty; put the secret into it",
}


class TelegramSection(SecretSection):
    """`[enterprise.telegram]`."""

    SECRETS: ClassVar[tuple[str, ...]] = ("token", "webhook_secret", "proxy")

    token: SecretStr | None = Field(default=None, description="the token BotFather gave")
    token_env: str | None = Field(default=None, description=ENV)
    token_file: str | None = Field(default=None, description=FILE)
    mode: Literal["polling", "webhook"] = Field(default="polling", description='"polling" or "webhook"')
    api_url: str = Field(
        default=TELEGRAM_URL, pattern=r"^https?://[^/\s]+", description=f'an address as "{TELEGRAM_URL}"'
    )
    webhook_secret: SecretStr | None = Field(default=None, description="up to 256 of A-Z a-z 0-9 _ -")
    webhook_secret_env: str | None = Field(default=None, description=ENV)
    webhook_secret_file: str | None = Field(default=None, description=FILE)
    proxy: SecretStr | None = Field(default=None, description=PROXY)
    proxy_env: str | None = Field(default=None, description=ENV)
    proxy_file: str | None = Field(default=None, description=FILE)

    def _unfit(self) -> list[tuple[str, str]]:
        token, hook = self.secret_of("token"), self.secret_of("webhook_secret")
        problems = []
        if not self._given("token"):
            problems.append(("token", "missing; write the token BotFather gave, or token_env or token_file"))
        elif token and not _TOKEN.fullmatch(token):
            problems.append(("token", 'is not a bot token; write what BotFather gave, as "123456:ABC-…"'))
        if hook and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", hook):
            problems.append(("webhook_secret", "Telegram takes 1 to 256 of A-Z a-z 0-9 _ -; write such a text"))
        return problems


class WeComSection(SecretSection):
    """`[enterprise.wecom]`: a self-built application (自建应用) of WeCom."""

    SECRETS: ClassVar[tuple[str, ...]] = ("secret", "token", "aes_key", "proxy")

    corp_id: str = Field(pattern=r"^[A-Za-z0-9_-]{6,64}$", description='the CorpID, as "ww0123456789abcdef"')
    agent_id: int = Field(ge=1, description="the application's AgentId, a number")
    secret: SecretStr | None = Field(default=None, description="the application's Secret")
    secret_env: str | None = Field(default=None, description=ENV)
    secret_file: str | None = Field(default=None, description=FILE)
    token: SecretStr | None = Field(default=None, description="the callback's Token")
    token_env: str | None = Field(default=None, description=ENV)
    token_file: str | None = Field(default=None, description=FILE)
    aes_key: SecretStr | None = Field(default=None, description="the callback's EncodingAESKey")
    aes_key_env: str | None = Field(default=None, description=ENV)
    aes_key_file: str | None = Field(default=None, description=FILE)
    api_url: str = Field(default=WECOM_URL, pattern=r"^https?://[^/\s]+", description=f'an address as "{WECOM_URL}"')
    proxy: SecretStr | None = Field(default=None, description=PROXY)
    proxy_env: str | None = Field(default=None, description=ENV)
    proxy_file: str | None = Field(default=None, description=FILE)

    def _unfit(self) -> list[tuple[str, str]]:
        missing = "missing; write the {}, or {}_env or {}_file"
        names = {"secret": "application's Secret", "token": "callback's Token", "aes_key": "callback's EncodingAESKey"}
        problems = [(n, missing.format(what, n, n)) for n, what in names.items() if not self._given(n)]
        token, key = self.secret_of("token"), self.secret_of("aes_key")
        if token and not re.fullmatch(r"[A-Za-z0-9]{1,32}", token):
            problems.append(("token", "is no Token; write up to 32 letters and digits, the same as in WeCom's console"))
        if key and not _is_key(key):
            problems.append(("aes_key", "is no EncodingAESKey; copy its 43 letters and digits from WeCom's console"))
        return problems


def _is_key(text: str) -> bool:
    try:
        from bot.platforms.wecom.cipher import key_of  # brings cryptography, which only WeCom needs

        return len(text) == 43 and bool(key_of(text))
    except ValueError:
        return False


class WeComBotSection(SecretSection):
    """`[enterprise.wecom_bot]`: WeCom's AI bot (智能机器人) over its long connection."""

    SECRETS: ClassVar[tuple[str, ...]] = ("secret", "proxy")

    bot_id: str = Field(
        pattern=r"^[A-Za-z0-9_-]{1,128}$", description="the Bot ID of the bot's page 'API mode', not the number"
    )
    secret: SecretStr | None = Field(default=None, description="the long connection's Secret")
    secret_env: str | None = Field(default=None, description=ENV)
    secret_file: str | None = Field(default=None, description=FILE)
    ws_url: str = Field(
        default=WECOM_BOT_URL, pattern=r"^wss?://[^/\s]+", description=f'an address as "{WECOM_BOT_URL}"'
    )
    proxy: SecretStr | None = Field(default=None, description=PROXY)
    proxy_env: str | None = Field(default=None, description=ENV)
    proxy_file: str | None = Field(default=None, description=FILE)

    def _unfit(self) -> list[tuple[str, str]]:
        if self._given("secret"):
            return []
        return [("secret", "missing; write the long connection's Secret, or secret_env or secret_file")]
