"""The sentences, one file per language: `section.key` → text with {placeholders}.

A file may cover what a worker sees alone (`covers = "worker"` in its [language]): the rest is said in the plant's
language. Whatever is typed is understood in every language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = tuple(sorted((f.stem for f in HERE.glob("*.toml")), key=lambda code: (code != "zh", code)))
DEFAULT = "zh"


@cache
def texts(language: str) -> Mapping[str, str]:
    """All sentences of a language by key."""
    raw = tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, part in raw.items() for key, text in part.items()}


def text(language: str, key: str, fallback: str = DEFAULT, /, **args: object) -> str:
    """The sentence in a language, or where that has none in another, filled in. Raises KeyError for an unknown key."""
    known = texts(language if language in LANGUAGES else DEFAULT)
    found = known[key] if key in known else texts(fallback)[key]
    return found.format(**args) if args or "{" in found else found


def whole(language: str) -> bool:
    """Whether a language covers everything, so that a plant may be run in it."""
    return texts(language)["language.covers"] == "all"


@cache
def words(section: str) -> Mapping[str, str]:
    """Every language's word of a section → its key; words that people type, lower case.

    A text may hold several words, separated by `|`.
    """
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for key, value in texts(language).items():
            if key.startswith(f"{section}."):
                found.update({w.strip().lower(): key.removeprefix(f"{section}.") for w in value.split("|")})
    return found


def best(hint: str) -> str:
    """The language we have for a platform's hint such as `zh-hans`; "" if there is none."""
    prefix = hint.lower().split("-", maxsplit=1)[0]
    return prefix if prefix in LANGUAGES else ""
