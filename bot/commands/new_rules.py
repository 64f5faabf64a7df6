"""Other rules to try out: a file with the keys of `[enterprise.programme]` that differ from the present ones."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.commands.outcome import OperationFailed
from bot.configuration import raw_programme
from bot.settings_errors import sentences
from bot.settings_programme import ProgrammeSettings
from woodpecker.programme import Programme, RateCard

ALWAYS = RateCard().effective


def rules_of(file: Path, config: Path | None, code: str) -> tuple[Programme, list[str]]:
    """The rules with what the file changes, and lines to print about them. Raises OperationFailed.

    A file with one rate card is about this card: it holds for every day, whenever it is to begin.
    """
    changes, lines = _read(file, code), []
    cards = changes.get("rate_card")
    if isinstance(cards, list) and len(cards) == 1 and isinstance(cards[0], dict):
        day = cards[0].get("effective")
        if day is not None and str(day) != str(ALWAYS):
            lines.append(f"The card of {day} is tried for every day.")
        version = cards[0].get("version") or (str(day) if day is not None else "")
        changes = {**changes, "rate_card": [{**cards[0], "effective": ALWAYS, "version": version or "new"}]}
    merged = _merged(raw_programme(config, code), changes)
    try:
        return ProgrammeSettings.model_validate(merged).build(), lines
    except ValidationError as error:
        raise OperationFailed(*(f"{file}: {line}" for line in sentences(error, ProgrammeSettings, merged))) from None


def _read(file: Path, code: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise OperationFailed(f"{file}: {(error.strerror or 'cannot be read').lower()}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OperationFailed(f"{file} is not TOML in UTF-8: {error}.") from None
    plants = found.get("enterprise")
    if plants is None:
        return found
    listed = plants if isinstance(plants, list) else [plants]
    fits = [p for p in listed if isinstance(p, dict) and p.get("code", code) == code]
    if not fits:
        raise OperationFailed(f"{file}: there is no enterprise {code} in it.")
    programme = fits[0].get("programme", {})
    return programme if isinstance(programme, dict) else {}


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    both = {k: _merged(old[k], v) for k, v in new.items() if isinstance(v, dict) and isinstance(old.get(k), dict)}
    return {**old, **new, **both}
