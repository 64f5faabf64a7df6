"""The certificate of a model worker, as PNG for the chat or as PDF to print: A4 across, red and gold, with the seal."""

from __future__ import annotations

import io
import math
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.image import imread
from matplotlib.patches import Circle, Polygon, Rectangle
from matplotlib.patheffects import Normal, Stroke

WIDE, HIGH = 297.0, 210.0  # millimetres
INCH = 25.4
POINTS = 72 / INCH  # of one millimetre
PAPER, GOLD, PALE, RED, INK, QUIET = "#FFFDF6", "#B8893B", "#E9D6A8", "#B3261E", "#2B2622", "#6E6457"
LINE = 30  # Chinese characters of the running text on a line


@cache
def _font(serif: bool) -> FontProperties:
    path = pylopdf_fonts_zh_cn.serif_path() if serif else pylopdf_fonts_zh_cn.sans_path()
    fontManager.addfont(str(path))
    return FontProperties(family=[FontProperties(fname=str(path)).get_name(), "DejaVu Sans"])


class _Page:
    """A sheet of A4 in millimetres; x goes right, y goes down."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=(WIDE / INCH, HIGH / INCH), facecolor=PAPER)
        self.axes: Any = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, WIDE)
        self.axes.set_ylim(HIGH, 0)
        self.axes.axis("off")

    def frame(self, edge: float, colour: str, line: float) -> None:
        self.axes.add_patch(
            Rectangle(
                (edge, edge), WIDE - 2 * edge, HIGH - 2 * edge, fill=False, edgecolor=colour, linewidth=line * POINTS
            )
        )

    def words(self, x: float, y: float, text: str, size: float, colour: str = INK, **more: Any) -> None:
        """A line of text, `size` millimetres high, its middle at `y`."""
        align, serif = more.pop("align", "center"), more.pop("serif", True)
        if more.pop("heavy", False):  # the fonts have one weight only
            more["path_effects"] = [Stroke(linewidth=size * POINTS * 0.035, foreground=colour), Normal()]
        self.axes.text(
            x, y, text, fontproperties=_font(serif), fontsize=size * POINTS, color=colour, ha=align,
            va="center_baseline", parse_math=False, **more,
        )  # fmt: skip


def drawn(spec: dict[str, Any]) -> bytes:
    """The certificate in the form the spec asks for."""
    page = _Page()
    _ornament(page)
    page.words(WIDE / 2, 43, _spaced(spec["title"]), 19, RED, heavy=True)
    page.axes.plot([112, 185], [58, 58], color=GOLD, linewidth=0.5 * POINTS)
    page.axes.add_patch(_star(WIDE / 2, 58, 2.6, RED))
    size = _fitting(spec["name"], 11, 200)
    page.words(38, 76, spec["name"], size, align="left", heavy=True)
    top = 94.0
    for line in _lines(spec["body"], LINE):
        page.words(38, top, line, 7, align="left")
        top += 11.5
    page.words(WIDE / 2, top + 6, spec["honour"], _fitting(spec["honour"], 14.5, 200), RED, heavy=True)
    page.words(38 + (14 if _chinese(spec["close"]) else 0), top + 24, spec["close"], 7, align="left")
    _signed(page, spec)
    return _saved(page.figure, spec["form"])


def _spaced(title: str) -> str:
    return " ".join(title) if _chinese(title) else title


def _chinese(text: str) -> bool:
    return any(ord(c) > 0x2E7F for c in text)


def _width(text: str) -> float:
    """In characters as wide as a Chinese one."""
    return sum(1.0 if ord(c) > 0x2E7F or c in "“”" else 0.3 if c in " .,:;ilI'" else 0.56 for c in text)


def _fitting(text: str, size: float, wide: float) -> float:
    """The size at which a line is no wider than that, in millimetres."""
    return min(size, wide / max(1.0, _width(text)))


NOT_FIRST = "，。、；：？！”）》"


def _lines(body: str, most: float) -> list[str]:
    """The running text in lines; a Chinese one is indented by two characters, and no line begins with a comma."""
    pieces = list(f"\u3000\u3000{body}") if _chinese(body) else [w + " " for w in body.split()]
    lines, line = [], ""
    for piece in pieces:
        if _width(line + piece.rstrip(" ")) > most and piece not in NOT_FIRST:
            lines.append(line.rstrip(" "))
            line = ""
        line += piece
    return [*lines, line.rstrip(" ")]


def _signed(page: _Page, spec: dict[str, Any]) -> None:
    middle = 222.0
    seal = _seal(spec.get("seal", ""))
    if seal is not None:  # over the name, as a seal is set
        high, wide = seal.shape[:2]
        half_high = 19.0 * min(1.0, high / wide)
        half_wide = 19.0 * min(1.0, wide / high)
        box = (middle - half_wide, middle + half_wide, 170 + half_high, 170 - half_high)
        page.axes.imshow(seal, extent=box, aspect="auto", zorder=3, alpha=0.9, interpolation="lanczos")
        page.axes.set_xlim(0, WIDE)
        page.axes.set_ylim(HIGH, 0)
    page.words(middle, 165, spec["plant"], _fitting(spec["plant"], 7.5, 110))
    page.words(middle, 177, spec["day"], 6.2)
    page.words(38, 177, spec["number"], 4.2, QUIET, align="left", serif=False)
    if spec.get("unit"):
        page.words(38, 169, spec["unit"], _fitting(spec["unit"], 4.2, 120), QUIET, align="left", serif=False)


def _seal(path: str) -> Any:
    """The picture of the seal, or None: a lost file spoils no certificate."""
    if not path or not Path(path).is_file():
        return None
    from PIL import Image

    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
            image.thumbnail((900, 900))
            out = io.BytesIO()
            image.convert("RGBA").save(out, "PNG")
    except (OSError, ValueError):
        return None
    return imread(io.BytesIO(out.getvalue()), format="png")


def _ornament(page: _Page) -> None:
    page.frame(9, GOLD, 1.6)
    page.frame(12.2, GOLD, 0.35)
    page.frame(16, PALE, 0.35)
    for x in (16.0, WIDE - 16):
        for y in (16.0, HIGH - 16):
            _corner(page, x, y, 1 if x < WIDE / 2 else -1, 1 if y < HIGH / 2 else -1)
    for n in range(3):
        page.axes.add_patch(
            Circle((WIDE / 2, 122), 38 + 7 * n, fill=False, edgecolor=PALE, linewidth=0.25 * POINTS, alpha=0.5)
        )
    page.axes.add_patch(_star(WIDE / 2, 122, 30, PALE, alpha=0.22))


def _corner(page: _Page, x: float, y: float, right: int, down: int) -> None:
    for far, line in ((24, 1.0), (15, 0.6)):
        gap = (24 - far) * 0.35
        xs = [x + right * gap, x + right * gap, x + right * far]
        ys = [y + down * far, y + down * gap, y + down * gap]
        page.axes.plot(xs, ys, color=GOLD, linewidth=line * POINTS * 0.6, solid_capstyle="round")
    page.axes.add_patch(_star(x + right * 8.2, y + down * 8.2, 2.4, RED))


def _star(x: float, y: float, size: float, colour: str, **more: Any) -> Polygon:
    points = []
    for n in range(10):
        reach = size if n % 2 == 0 else size * 0.382
        angle = math.pi / 5 * n - math.pi / 2
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return Polygon(points, closed=True, facecolor=colour, linewidth=0, **more)


def _saved(figure: Figure, form: str) -> bytes:
    out = io.BytesIO()
    if form == "pdf":
        with rc_context({"pdf.fonttype": 42}):
            figure.savefig(out, format="pdf", facecolor=PAPER, metadata={"Creator": None, "Producer": None,
                                                                         "CreationDate": None})  # fmt: skip
    else:
        figure.savefig(out, format="png", dpi=150, facecolor=PAPER, metadata={"Software": None})
    return out.getvalue()
