"""The configuration file and what stands for it when there is none."""

from __future__ import annotations

import ipaddress
import os
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr, ValidationInfo, model_validator

from bot.platforms.telegram.settings import TELEGRAM_URL, TelegramSettings
from bot.settings_errors import refuse, wrong
from bot.settings_programme import ProgrammeSettings, Section
from handlers.texts import DEFAULT, LANGUAGES, whole
from woodpecker.programme import Programme

SECRETS = ("token", "webhook_secret", "proxy")
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")


def _zone(value: Any) -> Any:
    try:
        zoneinfo.ZoneInfo(str(value))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(f'{value!r} is not a time zone; write one as "Asia/Shanghai"') from None
    return value


def _language(value: Any) -> Any:
    complete = [code for code in LANGUAGES if whole(code)]
    if str(value) not in complete:
        raise wrong(f"{value!r} is not a language a plant can be run in; write one of {', '.join(complete)}")
    return value


def split_address(listen: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:8080" or "[::1]:8080". Raises ValueError."""
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(listen)
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(value: Any) -> Any:
    try:
        split_address(str(value))
    except ValueError:
        raise wrong(f'{value!r} is not an address; write host and port as "127.0.0.1:8080"') from None
    return value


Listen = Annotated[str, BeforeValidator(_address)]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a configuration stands: the folder its relative paths count from, and the environment."""

    folder: Path = Path()
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    sample: bool = False


class StorageSettings(Section):
    """`[storage]`: where everything lasts; relative paths count from the configuration file's folder."""

    url: str = Field(
        default="sqlite:///data/woodpecker.db",
        pattern=r"^sqlite:///.+",
        description='a SQLite file as "sqlite:///data/woodpecker.db"',
    )
    photos: str = Field(default="", description="a folder; empty is the folder photos beside the database")


class WebSettings(Section):
    """`[web]`: the listener for webhooks, and under which address the world reaches it."""

    listen: Listen = Field(default="127.0.0.1:8080", description='host and port as "127.0.0.1:8080"')
    public_url: str = Field(
        default="", pattern=r"^(https?://[^/\s]+.*)?$", description='an address as "https://bot.example.com"'
    )


class TelegramSection(Section):
    """`[enterprise.telegram]`; a secret is a value, the name of an environment variable, or a file."""

    token: SecretStr | None = Field(default=None, description="the token BotFather gave")
    token_env: str | None = Field(default=None, description="the name of an environment variable")
    token_file: str | None = Field(default=None, description="the path of a file that holds it")
    mode: Literal["polling", "webhook"] = Field(default="polling", description='"polling" or "webhook"')
    api_url: str = Field(
        default=TELEGRAM_URL, pattern=r"^https?://[^/\s]+", description=f'an address as "{TELEGRAM_URL}"'
    )
    webhook_secret: SecretStr | None = Field(default=None, description="up to 256 of A-Z a-z 0-9 _ -")
    webhook_secret_env: str | None = Field(default=None, description="the name of an environment variable")
    webhook_secret_file: str | None = Field(default=None, description="the path of a file that holds it")
    proxy: SecretStr | None = Field(default=None, description='an address as "http://127.0.0.1:3128"')
    proxy_env: str | None = Field(default=None, description="the name of an environment variable")
    proxy_file: str | None = Field(default=None, description="the path of a file that holds it")
    _found: dict[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _read_secrets(self, info: ValidationInfo) -> TelegramSection:
        problems = [p for name in SECRETS for p in self._read(name, info.context or Origin())]
        given = any(getattr(self, f"token{way}") is not None for way in ("", "_env", "_file"))
        token, hook = self.secret("token"), self.secret("webhook_secret")
        if not given:
            problems.append(("token", "missing; write the token BotFather gave, or token_env or token_file"))
        elif token and not _TOKEN.fullmatch(token):
            problems.append(("token", 'is not a bot token; write what BotFather gave, as "123456:ABC-…"'))
        if hook and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", hook):
            problems.append(("webhook_secret", "Telegram takes 1 to 256 of A-Z a-z 0-9 _ -; write such a text"))
        if problems:
            refuse(*problems)
        return self

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

    def secret(self, name: str) -> str:
        """The secret `token`, `webhook_secret` or `proxy`, from wherever it is; empty if there is none."""
        return self._found.get(name, "")


_EMPTY = {
    "": "is empty; write the secret, or leave the key out",
    "_env": "the environment variable {} is not set; set it before the start",
    "_file": "the file {} is empty; put the secret into it",
}


class SandboxSettings(Section):
    """`[enterprise.sandbox]`: the phones in the browser; on by default only without another platform."""

    enabled: bool | None = Field(default=None, description="true or false")
    listen: Listen = Field(default="127.0.0.1:8765", description='host and port as "127.0.0.1:8765"')
    allow_remote: bool = Field(default=False, description="true or false")

    @model_validator(mode="after")
    def _stay_here(self) -> SandboxSettings:
        if not is_loopback(split_address(self.listen)[0]) and not self.allow_remote:
            refuse(("listen", "other machines could reach it; write 127.0.0.1, or allow_remote = true beside it"))
        return self


class EnterpriseSettings(Section):
    """`[[enterprise]]`: one plant."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description='a short word as "north-mill" (a-z 0-9 -)')
    name: str = Field(min_length=1, max_length=100, description="the plant's name")
    language: Annotated[str, BeforeValidator(_language)] = Field(default=DEFAULT, description='a language as "zh"')
    timezone: Annotated[str, BeforeValidator(_zone)] = Field(
        default="Asia/Shanghai", description='a zone as "Asia/Shanghai"'
    )
    telegram: TelegramSection | None = Field(default=None, description="a table with a token")
    programme: ProgrammeSettings = Field(default=ProgrammeSettings(), description="a table")
    sandbox: SandboxSettings = Field(default=SandboxSettings(), description="a table")

    @property
    def sandbox_enabled(self) -> bool:
        """Whether this enterprise has phones in the browser."""
        return self.telegram is None if self.sandbox.enabled is None else self.sandbox.enabled

    @property
    def rules(self) -> Programme:
        """The plant's programme."""
        return self.programme.build()


class Settings(Section):
    """The whole configuration."""

    storage: StorageSettings = Field(default=StorageSettings(), description="a table")
    web: WebSettings = Field(default=WebSettings(), description="a table")
    enterprise: tuple[EnterpriseSettings, ...] = Field(min_length=1, description="at least one [[enterprise]]")
    _folder: Path = PrivateAttr(default=Path())
    _sample: bool = PrivateAttr(default=False)

    @model_validator(mode="after")
    def _stand_in(self, info: ValidationInfo) -> Settings:
        origin = info.context or Origin()
        self._folder, self._sample = origin.folder, origin.sample
        return self

    @property
    def sample(self) -> bool:
        """Whether this is the sample plant, running without a configuration file."""
        return self._sample

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self._folder / self.storage.url.removeprefix("sqlite:///")

    @property
    def photos(self) -> Path:
        """The folder of photos."""
        return self._folder / self.storage.photos if self.storage.photos else self.database.parent / "photos"

    @property
    def folders(self) -> dict[str, Path]:
        """Every folder of files that must outlast us, with its name in a backup."""
        return {"photos": self.photos, "sandbox": self.database.parent / "sandbox"}

    @property
    def socket(self) -> Path:
        """The Unix socket through which commands reach the running process."""
        return self.database.with_name(self.database.name + ".sock")

    def of(self, code: str) -> EnterpriseSettings | None:
        """The enterprise of this code."""
        return next((e for e in self.enterprise if e.code == code), None)

    def secrets(self) -> list[str]:
        """Every secret in use, so that logs can leave them out."""
        bots = [e.telegram for e in self.enterprise if e.telegram is not None]
        found = [s for bot in bots for s in map(bot.secret, SECRETS) if s]
        passwords = [urlsplit(bot.secret("proxy")).password for bot in bots]
        return found + [p for p in passwords if p]

    def telegram(self, of: EnterpriseSettings, enterprise: int) -> TelegramSettings | None:
        """What an enterprise's bot needs to run; `enterprise` is its id in the database."""
        if of.telegram is None:
            return None
        return TelegramSettings(
            enterprise,
            of.code,
            of.telegram.secret("token"),
            of.telegram.mode,
            of.telegram.api_url,
            self.web.public_url,
            of.telegram.secret("webhook_secret"),
            of.telegram.secret("proxy"),
        )
