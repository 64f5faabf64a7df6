"""A sheet to draw on in pixels, with type that has every Chinese character of names: fonts, boxes, words."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.patheffects import Normal, Stroke

from bot.glyphs import fonts

DPI = 100
POINTS = 72 / DPI  # of one pixel
WIDE = 1080


@cache
def type_face() -> FontProperties:
    """Noto Sans SC, and for what it lacks the font that matplotlib brings."""
    path, _ = fonts()
    fontManager.addfont(str(path))
    return FontProperties(family=[FontProperties(fname=str(path)).get_name(), "DejaVu Sans"])


class Sheet:
    """`high` pixels of paper, WIDE across; x goes right, y goes down."""

    def __init__(self, high: float, ground: str) -> None:
        self._figure = Figure(figsize=(WIDE / DPI, high / DPI), dpi=DPI, facecolor=ground)
        self._axes: Any = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDE)
        self._axes.set_ylim(high, 0)
        self._axes.axis("off")

    def box(self, x: float, y: float, wide: float, high: float, colour: str, radius: float = 0) -> None:
        """A filled box, with round corners if there is a radius."""
        if wide <= 0 or high <= 0:
            return
        radius = min(radius, wide / 2, high / 2)
        shape: Any = Rectangle((x, y), wide, high, facecolor=colour, linewidth=0)
        if radius:
            style = f"round,pad=0,rounding_size={radius}"
            shape = FancyBboxPatch((x, y), wide, high, boxstyle=style, facecolor=colour, linewidth=0)
        self._axes.add_patch(shape)

    def words(
        self, x: float, y: float, text: str, size: float, colour: str, *, align: str = "left", heavy: bool = False
    ) -> None:
        """A line of text, `size` pixels high, its middle at `y`; heavy is made of the one weight that there is."""
        effects = [Stroke(linewidth=size * POINTS * 0.032, foreground=colour), Normal()] if heavy else None
        self._axes.text(
            x, y, text, fontproperties=type_face(), fontsize=size * POINTS, color=colour, ha=align,
            va="center_baseline", path_effects=effects, parse_math=False,
        )  # fmt: skip

    def png(self) -> bytes:
        """The sheet as a PNG."""
        out = io.BytesIO()
        self._figure.savefig(out, format="png", metadata={"Software": None}, facecolor=self._figure.get_facecolor())
        return out.getvalue()


def width(text: str, size: float) -> float:
    """About how wide a line is, in pixels."""
    return sum(size if ord(c) > 0x2E7F or c in "·…" else size * 0.3 if c in " .,:ilI'" else size * 0.57 for c in text)


def cut(text: str, size: float, wide: float) -> str:
    """The line, shortened with … if it is wider."""
    if width(text, size) <= wide:
        return text
    while text and width(text + "…", size) > wide:
        text = text[:-1]
    return text.rstrip() + "…"
