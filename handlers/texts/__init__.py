"""The sentences, one file per language: `section.key` → text with {placeholders}.

A file may cover what a worker sees alone (`covers = "worker"` in its [language]): the rest is said in the plant's
language. Whatever is typed is understood in every language.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LANGUAGES = tuple(sorted((f.stem for f in HERE.glob("*.toml")), key=lambda code: (code != "zh", code)))
DEFAULT = "zh"


class _Forms(string.Formatter):
    """`{days:day|days}` is the form of a word that goes with a number: two forms as in English, three as in Russian."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        forms, number = format_spec.split("|"), str(value).replace(",", "")
        return forms[_form(int(number), len(forms)) if number.isdigit() else len(forms) - 1]


def _form(n: int, forms: int) -> int:
    """Which form a number takes: of two the first is for 1; of three the first for 1, 21 …, the second for 2 to 4 …."""
    if forms == 2:
        return 0 if n == 1 else 1
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else 2


_FORMS = _Forms()


@cache
def texts(language: str) -> Mapping[str, str]:
    """All sentences of a language by key."""
    raw = tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, part in raw.items() for key, text in part.items()}


def text(language: str, key: str, fallback: str = DEFAULT, /, **args: object) -> str:
    """The sentence in a language, or where that has none in another, filled in. Raises KeyError for an unknown key."""
    known = texts(language if language in LANGUAGES else DEFAULT)
    found = known[key] if key in known else texts(fallback)[key]
    if "|" in found and args:
        return _FORMS.vformat(found, (), args)
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
