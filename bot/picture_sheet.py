"""Draws a contact sheet: several photos as one picture that reads well on a phone held upright."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import median

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

WIDTH = 1080
_GAP = 10
_SHAPE = 1.25  # height to width that a phone shows without cropping
_GROUND = (24, 26, 31)
_MISSING = (88, 92, 102)
_BADGE = (200, 45, 38)
_WHITE = (255, 255, 255)
# File name and number of the face; Pillow looks for them where the system keeps its fonts.
_FONTS = (
    ("NotoSansCJK-Medium.ttc", 2),
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansSC-Regular.otf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("wqy-microhei.ttc", 0),
    ("msyh.ttc", 0),
    ("PingFang.ttc", 0),
)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[int, int, int, int]


def drawn(tiles: Sequence[Image.Image | None], labels: Sequence[str]) -> Image.Image:
    """One picture, `WIDTH` wide, of at least one tile; None is a picture that cannot be shown.

    A tile bears its label, or its number from 1 where it has none or no font can write it.
    """
    boxes = _boxes(len(tiles), _aspect(tiles))
    sheet = Image.new("RGB", (WIDTH, boxes[-1][3]), _GROUND)
    for at, (tile, box) in enumerate(zip(tiles, boxes, strict=True)):
        sheet.paste(_tile(tile, (box[2] - box[0], box[3] - box[1])), box[:2])
        label = labels[at] if at < len(labels) else ""
        _mark(sheet, box, at + 1, label, alone=len(tiles) == 1)
    return sheet


def _aspect(tiles: Sequence[Image.Image | None]) -> float:
    """Width to height of a tile: the middle of the pictures', neither too tall nor too flat."""
    shapes = [tile.width / tile.height for tile in tiles if tile]
    return min(max(median(shapes), 3 / 4), 4 / 3) if shapes else 4 / 3


def _rows(count: int, columns: int) -> list[int]:
    """Tiles per row: a short row comes first, so that its pictures are the larger ones."""
    return [count % columns] * (count % columns > 0) + [columns] * (count // columns)


def _boxes(count: int, aspect: float) -> list[Box]:
    def miss(columns: int) -> float:
        tall = sum(1 / (row * aspect) for row in _rows(count, columns))
        return abs(math.log(tall / _SHAPE))

    boxes: list[Box] = []
    top = 0
    for row in _rows(count, min(range(1, min(count, 5) + 1), key=miss)):
        wide = (WIDTH - _GAP * (row - 1)) / row
        high = round(min(wide / aspect, WIDTH * (0.75 if count > 1 else _SHAPE)))
        for column in range(row):
            left = round(column * (wide + _GAP))
            boxes.append((left, top, round(left + wide), top + high))
        top += high + _GAP
    return boxes


def _tile(tile: Image.Image | None, size: tuple[int, int]) -> Image.Image:
    """The whole picture – evidence is never cropped – on a dark blur of itself."""
    if tile is None:
        return _missing(size)
    tile = tile.convert("RGB")
    whole = ImageOps.contain(tile, size, Image.Resampling.LANCZOS)
    if abs(whole.width - size[0]) <= 2 and abs(whole.height - size[1]) <= 2:
        return whole.resize(size)
    small = ImageOps.fit(tile, (max(1, size[0] // 8), max(1, size[1] // 8)))
    ground = small.filter(ImageFilter.GaussianBlur(5)).resize(size, Image.Resampling.BICUBIC)
    ground = ImageEnhance.Brightness(ground).enhance(0.45)
    ground.paste(whole, ((size[0] - whole.width) // 2, (size[1] - whole.height) // 2))
    return ground


def _missing(size: tuple[int, int]) -> Image.Image:
    tile = Image.new("RGB", size, _MISSING)
    middle, arm = (size[0] // 2, size[1] // 2), min(size) // 10
    pen = ImageDraw.Draw(tile)
    for side in (-1, 1):
        start, end = (middle[0] - arm, middle[1] - arm * side), (middle[0] + arm, middle[1] + arm * side)
        pen.line([start, end], fill=_WHITE, width=max(3, arm // 5))
    return tile


def _mark(sheet: Image.Image, box: Box, number: int, label: str, *, alone: bool) -> None:
    wide = box[2] - box[0]
    size = round(min(max(wide * 0.062, 24), 40))
    writer = _font_for(label, size) if label else None
    if writer is None and alone:
        return
    text = label if writer else str(number)
    font: Font = writer or ImageFont.load_default(size)
    text = _cut(text, font, wide - 3 * size)
    _badge(sheet, (box[0] + size // 2, box[1] + size // 2), text, font, size)


def _badge(sheet: Image.Image, corner: tuple[int, int], text: str, font: Font, size: int) -> None:
    high = round(size * 1.6)
    wide = max(high, round(font.getlength(text) + size * 1.1))
    scale = 3  # drawn large and reduced: smooth edges
    shape = Image.new("L", (wide * scale, high * scale))
    edge = (0, 0, wide * scale - 1, high * scale - 1)
    ImageDraw.Draw(shape).rounded_rectangle(edge, radius=high * scale // 2, fill=235)
    shape = shape.resize((wide, high), Image.Resampling.LANCZOS)
    sheet.paste(Image.new("RGB", (wide, high), _BADGE), corner, shape)
    middle = (corner[0] + wide / 2, corner[1] + high / 2)
    ImageDraw.Draw(sheet).text(middle, text, fill=_WHITE, font=font, anchor="mm")


def _cut(text: str, font: Font, wide: float) -> str:
    if font.getlength(text) <= wide:
        return text
    while text and font.getlength(text + "…") > wide:
        text = text[:-1]
    return text + "…"


def _font_for(text: str, size: int) -> ImageFont.FreeTypeFont | None:
    """A font that has every character of `text`, or None."""
    for name, face in _FONTS:
        font = _font(name, face, size)
        if font and _writes(font, text):
            return font
    plain = ImageFont.load_default(size)
    return plain if isinstance(plain, ImageFont.FreeTypeFont) and _writes(plain, text) else None


@cache
def _font(name: str, face: int, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, size, index=face)
    except OSError:
        return None


def _writes(font: ImageFont.FreeTypeFont, text: str) -> bool:
    hollow = _glyph(font, "\U0010fffd")  # no font has this one: what a missing character looks like
    return all(char.isspace() or _glyph(font, char) != hollow for char in text)


def _glyph(font: ImageFont.FreeTypeFont, char: str) -> tuple[bytes, tuple[int, int]]:
    mask = font.getmask(char)
    return bytes(mask), mask.size
