"""Draws photos of a plant for stories and demos: a hazard, and the same place put right.

The same seed always gives the same picture; `seed % len(SCENES)` chooses the place.
"""

from __future__ import annotations

import contextlib
import io
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.machines import BLACK, FLOOR, GREEN, ORANGE, SCENES, STEEL, Colour, H, Pen, W, shade


def hazard_photo(seed: int, text: str = "") -> bytes:
    """A JPEG of 1280 x 960 of something wrong in a plant; `text` stands in its stamp where a font has it."""
    return _photo(seed, text, repaired=False)


def repaired_photo(seed: int, text: str = "") -> bytes:
    """The same place as `hazard_photo(seed)`, put right and taken from a step aside."""
    return _photo(seed, text, repaired=True)


def _photo(seed: int, text: str, *, repaired: bool) -> bytes:
    chance = random.Random(seed)
    image = _room(chance)
    SCENES[seed % len(SCENES)](image, chance, repaired)
    image = _lens(image, chance, repaired)
    _stamp(image, seed, text, repaired)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


# -- the light and the camera


def _room(chance: random.Random) -> Image.Image:
    tone = chance.choice([(150, 158, 160), (168, 164, 152), (140, 152, 148), (160, 160, 166)])
    image = Image.new("RGB", (W, H), tone)
    pen = ImageDraw.Draw(image)
    for x in range(-40 + chance.randrange(40), W, 86):  # corrugated sheet
        pen.rectangle((x, 0, x + 40, FLOOR), fill=shade(tone, 0.94))
        pen.line((x, 0, x, FLOOR), fill=shade(tone, 0.78), width=3)
    pen.rectangle((0, FLOOR - 150, W, FLOOR), fill=shade(GREEN, 0.95))
    pen.line((0, FLOOR - 150, W, FLOOR - 150), fill=shade(GREEN, 0.6), width=5)
    floor = (118, 114, 108)
    pen.rectangle((0, FLOOR, W, H), fill=floor)
    for step in range(-12, 26):  # slabs run towards the eye
        pen.line((W / 2 + (step - 6) * 70, FLOOR, W / 2 + (step - 6) * 240, H), fill=shade(floor, 0.86), width=2)
    for y in (FLOOR + 46, FLOOR + 120, FLOOR + 240):
        pen.line((0, y, W, y), fill=shade(floor, 0.86), width=2)
    pen.rectangle((0, FLOOR - 6, W, FLOOR + 6), fill=shade(floor, 0.55))
    pen.polygon([(0, H), (0, H - 70), (W, H - 150), (W, H - 100), (250, H)], fill=(206, 168, 44))  # walkway line
    for y, colour in ((70, STEEL), (118, ORANGE)):
        _pipe(pen, y, shade(colour, 0.9), chance)
    _stains(image, chance)
    return image


def _pipe(pen: Pen, y: int, colour: Colour, chance: random.Random) -> None:
    for row in range(36):
        pen.line((0, y + row, W, y + row), fill=shade(colour, 1.25 - abs(row - 11) / 24))
    for x in range(chance.randrange(200), W, 330):
        pen.rectangle((x, y - 6, x + 22, y + 41), fill=shade(colour, 0.62))


def _stains(image: Image.Image, chance: random.Random) -> None:
    dirt = Image.new("L", (W, H))
    pen = ImageDraw.Draw(dirt)
    for _ in range(60):
        x, y, size = chance.randrange(W), chance.randrange(FLOOR, H), chance.randrange(10, 90)
        pen.ellipse((x, y, x + size * 2, y + size // 2), fill=chance.randrange(20, 70))
    image.paste((54, 50, 46), (0, 0), dirt.filter(ImageFilter.GaussianBlur(9)))


def _lens(image: Image.Image, chance: random.Random, repaired: bool) -> Image.Image:
    """A hand-held phone: a slight tilt, a lamp's glow, dark corners, grain."""
    tilt = chance.uniform(-2.2, 2.2) + (1.4 if repaired else 0)
    zoom = 1.07 + (0.03 if repaired else 0)
    image = image.transform((W, H), Image.Transform.AFFINE, _tilted(tilt, zoom), Image.Resampling.BILINEAR)
    glow = Image.radial_gradient("L").resize((W * 2, H * 2), Image.Resampling.BICUBIC)
    x, y = chance.randrange(W // 3, W), chance.randrange(H // 4, H * 3 // 4)
    glow = glow.crop((x, y, x + W, y + H)) if x + W <= W * 2 else glow.crop((0, y, W, y + H))
    light = glow.point(lambda value: 255 - value * 0.62 + (12 if repaired else 0))
    image = ImageChops.multiply(image, Image.merge("RGB", (light, light, light.point(lambda v: v * 0.96))))
    noise = _grain(chance)
    return ImageChops.overlay(image, noise)


def _tilted(degrees: float, zoom: float) -> tuple[float, ...]:
    cos, sin = math.cos(math.radians(degrees)) / zoom, math.sin(math.radians(degrees)) / zoom
    x, y = W / 2, H / 2
    return cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y


def _grain(chance: random.Random) -> Image.Image:
    noise = Image.frombytes("L", (W // 2, H // 2), chance.randbytes(W * H // 4))
    noise = noise.point(lambda value: 128 + (value - 128) * 0.14).resize((W, H), Image.Resampling.BILINEAR)
    return Image.merge("RGB", (noise, noise, noise))


def _stamp(image: Image.Image, seed: int, text: str, repaired: bool) -> None:
    pen = ImageDraw.Draw(image)
    clock = f"2026-11-{seed % 27 + 1:02d} {8 + seed % 9:02d}:{seed * 7 % 60:02d}"
    line = f"{clock}  {text}".strip() if not repaired else f"{clock}  {text} OK".strip()
    font, line = _font(34, line)
    while font.getlength(line) > W - 60:
        line = line[:-1]
    pen.text((W - 30, H - 30), line, font=font, anchor="rs", fill=(255, 214, 92), stroke_width=2, stroke_fill=BLACK)


def _font(size: int, line: str) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, str]:
    """A font and what of the line it can write."""
    for name, face in (("NotoSansCJK-Regular.ttc", 2), ("wqy-microhei.ttc", 0), ("msyh.ttc", 0)):
        with contextlib.suppress(OSError):
            return ImageFont.truetype(name, size, index=face), line
    return ImageFont.load_default(size), line.encode("ascii", "ignore").decode()
