"""Which characters the pictures' fonts have, read from the fonts themselves: nothing that draws is loaded for it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont

SHOWN = 8  # characters a sentence names


def fonts() -> tuple[Path, Path]:
    """Noto Sans SC, and the font that matplotlib brings for what it lacks."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(pylopdf_fonts_zh_cn.sans_path()), Path(found.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf"


@cache
def _known() -> frozenset[int]:
    found: set[int] = set()
    for path in fonts():
        with TTFont(path, lazy=True) as font:
            found |= font["cmap"].getBestCmap().keys()
    return frozenset(found)


def lacking(text: str) -> list[str]:
    """The characters that would be drawn as an empty box, each once."""
    return sorted({c for c in text if not c.isspace() and ord(c) not in _known()})


def unwritable(names: Iterable[str]) -> str:
    """A sentence about names that pictures cannot show whole; "" if they can show all."""
    found = {c: name for name in names for c in lacking(name)}
    if not found:
        return ""
    said = ", ".join(f"{c} (U+{ord(c):04X}, as in {name})" for c, name in sorted(found.items())[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"pictures and certificates cannot show {said}{more}: write these names with other characters."
