"""Finds and reads the configuration; without one there is a sample plant in a sandbox."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.settings import REAL, Settings
from bot.settings_errors import WrongSettings, place, sentences
from bot.settings_platforms import Origin

CONFIG = Path("config.toml")
SAMPLE: dict[str, Any] = {
    "enterprise": [{"code": "demo", "name": "示例矿业选矿厂", "language": "zh", "timezone": "Asia/Shanghai"}]
}


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a file; of config.toml here if none is named; of the sample plant if that is not there.

    Raises WrongSettings with a sentence for everything that is wrong.
    """
    found = path or (CONFIG if CONFIG.exists() else None)
    if found is None:
        return Settings.model_validate(SAMPLE, context=Origin(Path(), environ, sample=True))
    return read(_text(found), Origin(found.parent, environ), found.name)


def raw_programme(path: Path | None, code: str) -> dict[str, Any]:
    """What a configuration that loads says of an enterprise's programme, as it is written there."""
    found = path or (CONFIG if CONFIG.exists() else None)
    raw = tomllib.loads(_text(found)) if found else SAMPLE
    plants = [plant for plant in raw.get("enterprise", []) if plant.get("code") == code]
    return dict(plants[0].get("programme", {})) if plants else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongSettings([f"{path}: {(error.strerror or 'cannot be read').lower()}."]) from None
    except UnicodeError:
        raise WrongSettings([f"{path}: is not UTF-8 text; save it as UTF-8."]) from None


def read(text: str, origin: Origin, name: str = "config.toml") -> Settings:
    """The settings of a TOML text. Raises WrongSettings."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings([f"{name} is not TOML: {error}."]) from None
    problems: list[str] = []
    settings = None
    try:
        settings = Settings.model_validate(raw, context=origin)
    except ValidationError as error:
        problems = sentences(error, Settings, raw)
    problems += _across(raw)
    if settings is not None and not problems:
        problems = _shared_bots(settings)
    if problems or settings is None:
        raise WrongSettings(problems)
    return settings


def _across(raw: dict[str, Any]) -> list[str]:
    """What is wrong between sections; asked of the raw file, so that one run names it all."""
    web = _table(raw, "web")
    enterprises = [e for e in _list(raw, "enterprise") if isinstance(e, dict)]
    codes = [e.get("code") for e in enterprises]
    found = [
        f"enterprise[{c}].code: is there twice; write each code once."
        for c in dict.fromkeys(codes)
        if isinstance(c, str) and codes.count(c) > 1
    ]
    for n, enterprise in enumerate(enterprises):
        where = place(("enterprise", n), raw)
        found += [f"{where}.{said}" for said in _within(enterprise, web)]
    return found


def _within(enterprise: dict[str, Any], web: dict[str, Any]) -> Iterator[str]:
    bot, sandbox = enterprise.get("telegram"), _table(enterprise, "sandbox")
    if not any(name in enterprise for name in REAL) and sandbox.get("enabled") is False:
        yield (
            "sandbox.enabled: the enterprise has no platform at all; write true, or add [enterprise.telegram]"
            " or [enterprise.wecom_bot]."
        )
    if not isinstance(bot, dict) or bot.get("mode") != "webhook":
        return
    public = web.get("public_url", "")
    if not public:
        yield 'telegram.mode: a webhook needs web.public_url; write it, or mode = "polling".'
    elif "api_url" not in bot and not str(public).startswith("https://"):
        yield "telegram.mode: Telegram calls https addresses only; write web.public_url with https://."
    if sandbox.get("enabled") and sandbox.get("listen", "127.0.0.1:8765") == web.get("listen", "127.0.0.1:8080"):
        yield "sandbox.listen: is the listener of webhooks; write another port."


def _shared_bots(settings: Settings) -> list[str]:
    owners: dict[tuple[str, str], str] = {}
    found = []
    for enterprise in settings.enterprise:
        token = enterprise.telegram.secret_of("token") if enterprise.telegram else ""
        bot_id = enterprise.wecom_bot.bot_id if enterprise.wecom_bot else ""
        for where, what, own in (("telegram.token", token, "token"), ("wecom_bot.bot_id", bot_id, "bot")):
            if what and (where, what) in owners:
                found.append(
                    f"enterprise[{enterprise.code}].{where}: {owners[where, what]} has the same bot;"
                    f" write a {own} of its own."
                )
            owners.setdefault((where, what), enterprise.code)
    return found


def _table(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: dict[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []
