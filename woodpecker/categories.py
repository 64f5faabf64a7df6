"""GB/T 13861-2022: four groups of what is wrong, each with its classes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CATEGORIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1": ("11", "12"),
        "2": ("21", "22", "23"),
        "3": ("31", "32", "33", "39"),
        "4": ("41", "42", "43", "44", "45", "46", "49"),
    }
)
CODES = frozenset(code for group in CATEGORIES.values() for code in group)
