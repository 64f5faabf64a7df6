"""The configuration file and what stands for it when there is none."""

from __future__ import annotations

import ipaddress
import zoneinfo
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zipfile import is_zipfile

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, model_validator

from bot.platforms.telegram.settings import TelegramSettings
from bot.platforms.wecom.settings import WeComSettings
from bot.platforms.wecom_bot.settings import WeComBotSettings
from bot.settings_base import Section
from bot.settings_errors import refuse, wrong
from bot.settings_platforms import Origin, SecretSection, TelegramSection, WeComBotSection, WeComSection
from bot.settings_programme import ProgrammeSettings
from handlers.texts import DEFAULT, LANGUAGES, whole
from woodpecker.programme import Programme

# Fields of an enterprise that hold the sections of its real platforms.
REAL = ("telegram", "wecom", "wecom_bot")
# On these an account's id is the roster's `wecom_userid`.
DIRECTORY = frozenset({"wecom", "wecom_bot"})
BUTTONS_ONLY = frozenset({"telegram", "sandbox"})  # no drop-downs there


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


class StorageSettings(Section):
    """`[storage]`: where everything lasts; relative paths count from the configuration file's folder."""

    url: str = Field(
        default="sqlite:///data/woodpecker.db",
        pattern=r"^sqlite:///.+",
        description='a SQLite file as "sqlite:///data/woodpecker.db"',
    )
    photos: str = Field(default="", description="a folder; empty is the folder photos beside the database")


class WebSettings(Section):
    """`[web]`: the listener for webhooks and links, and under which address the world reaches it."""

    listen: Listen = Field(default="127.0.0.1:8080", description='host and port as "127.0.0.1:8080"')
    public_url: str = Field(
        default="", pattern=r"^(https?://[^/\s]+.*)?$", description='an address as "https://bot.example.com"'
    )

    @property
    def open_to_read(self) -> bool:
        """Whether what goes through the public address can be read on its way."""
        address = urlsplit(self.public_url)
        return address.scheme == "http" and not is_loopback(address.hostname or "")


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
    wecom: WeComSection | None = Field(default=None, description="a table with corp_id, agent_id and three secrets")
    wecom_bot: WeComBotSection | None = Field(default=None, description="a table with bot_id and secret")
    wecom_userid_is_number: bool = Field(default=False, description="true or false")
    monthly_template: str = Field(default="", description='the path of an .xlsx file as "month.xlsx"')
    programme: ProgrammeSettings = Field(default=ProgrammeSettings(), description="a table")
    sandbox: SandboxSettings = Field(default=SandboxSettings(), description="a table")
    _form: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _find_form(self, info: ValidationInfo) -> EnterpriseSettings:
        if self.monthly_template:
            self._form = (info.context or Origin()).folder / self.monthly_template
            if not self._form.is_file() or not is_zipfile(self._form):
                refuse(("monthly_template", f"{self._form} is no .xlsx file; write the path of one, or leave it out"))
        return self

    @property
    def form(self) -> Path | None:
        """Where the plant's own table of a month lies, if it has one."""
        return self._form

    @property
    def sandbox_enabled(self) -> bool:
        """Whether this enterprise has phones in the browser."""
        return not self.real_platforms if self.sandbox.enabled is None else self.sandbox.enabled

    @property
    def real_platforms(self) -> tuple[str, ...]:
        """The names of the platforms this enterprise has beside the sandbox."""
        return tuple(name for name in REAL if getattr(self, name) is not None)

    @property
    def groups(self) -> bool:
        """Whether one of its real platforms can be in a group; the WeCom application cannot."""
        return set(self.real_platforms) != {"wecom"}

    @property
    def sections(self) -> list[SecretSection]:
        """The sections of its real platforms."""
        return [getattr(self, name) for name in self.real_platforms]

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
        sections = [section for e in self.enterprise for section in e.sections]
        passwords = [urlsplit(section.secret_of("proxy")).password for section in sections]
        return [s for section in sections for s in section.in_use] + [p for p in passwords if p]

    def telegram(self, of: EnterpriseSettings, enterprise: int) -> TelegramSettings | None:
        """What an enterprise's bot needs to run; `enterprise` is its id in the database."""
        if of.telegram is None:
            return None
        return TelegramSettings(
            enterprise,
            of.code,
            of.telegram.secret_of("token"),
            of.telegram.mode,
            of.telegram.api_url,
            self.web.public_url,
            of.telegram.secret_of("webhook_secret"),
            of.telegram.secret_of("proxy"),
        )

    def wecom(self, of: EnterpriseSettings, enterprise: int) -> WeComSettings | None:
        """What an enterprise's application on WeCom needs to run; `enterprise` is its id in the database."""
        app = of.wecom
        if app is None:
            return None
        secret, token, aes_key, proxy = map(app.secret_of, app.SECRETS)
        ours = (secret, token, aes_key, app.api_url, self.web.public_url, proxy)
        return WeComSettings(enterprise, of.code, app.corp_id, app.agent_id, *ours)

    def wecom_bot(self, of: EnterpriseSettings, enterprise: int) -> WeComBotSettings | None:
        """What an enterprise's AI bot on WeCom needs to run; `enterprise` is its id in the database."""
        bot = of.wecom_bot
        if bot is None:
            return None
        return WeComBotSettings(
            enterprise, of.code, bot.bot_id, bot.secret_of("secret"), bot.ws_url, bot.secret_of("proxy")
        )
