"""What stands in the drawn plant: five things that are wrong, and the same put right."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

W, H = 1280, 960
FLOOR = 560  # where wall and floor meet
YELLOW, BLACK, STEEL, DARK = (236, 178, 30), (32, 32, 34), (126, 134, 140), (58, 63, 68)
GREEN, RED, ORANGE = (46, 118, 86), (190, 42, 36), (214, 104, 32)
Colour = tuple[int, int, int]
Pen = ImageDraw.ImageDraw


def shade(colour: Colour, by: float) -> Colour:
    """The colour, lighter if `by` is above 1."""
    red, green, blue = (max(0, min(255, round(part * by))) for part in colour)
    return red, green, blue


def shadow(image: Image.Image, box: tuple[int, int, int, int]) -> None:
    """A soft shadow on the floor."""
    dark = Image.new("L", (W // 4, H // 4))  # small, for soft edges cost by the pixel
    ImageDraw.Draw(dark).ellipse(tuple(side // 4 for side in box), fill=150)
    image.paste((20, 20, 22), (0, 0), dark.filter(ImageFilter.GaussianBlur(4)).resize((W, H)))


def cylinder(pen: Pen, box: tuple[int, int, int, int], colour: Colour) -> None:
    """Lying on its side, lit from above."""
    left, top, right, bottom = box
    for y in range(top, bottom):
        part = (y - top) / (bottom - top)
        pen.line((left, y, right, y), fill=shade(colour, 1.3 - abs(part - 0.28) * 1.15))


def stripes(pen: Pen, box: tuple[int, int, int, int]) -> None:
    """Yellow and black: mind this."""
    left, top, right, bottom = box
    pen.rectangle(box, fill=YELLOW)
    high = bottom - top
    for x in range(left, right - high, 44):
        pen.polygon([(x, bottom), (x + high, top), (x + high + 20, top), (x + 20, bottom)], fill=BLACK)


def sign(pen: Pen, x: int, y: int) -> None:
    """Danger, electricity; `x`, `y` is its middle."""
    pen.polygon([(x, y - 58), (x - 62, y + 48), (x + 62, y + 48)], fill=BLACK)
    pen.polygon([(x, y - 44), (x - 50, y + 41), (x + 50, y + 41)], fill=YELLOW)
    pen.polygon(
        [(x + 6, y - 22), (x - 14, y + 10), (x, y + 10), (x - 6, y + 34), (x + 16, y - 2), (x + 2, y - 2)],
        fill=BLACK,
    )


def coupling(image: Image.Image, chance: random.Random, repaired: bool) -> None:
    """A motor drives a pump; the guard of the coupling is missing."""
    shadow(image, (180, 720, 1120, 850))
    pen = ImageDraw.Draw(image)
    paint = chance.choice([(42, 92, 150), (60, 110, 96), (96, 104, 116)])
    pen.polygon([(200, 740), (1080, 740), (1110, 800), (170, 800)], fill=DARK)
    pen.rectangle((170, 800, 1110, 820), fill=shade(DARK, 0.7))
    cylinder(pen, (230, 450, 560, 740), paint)
    for x in range(250, 550, 24):
        pen.line((x, 470, x, 730), fill=shade(paint, 0.72), width=5)
    pen.rectangle((330, 410, 450, 462), fill=shade(paint, 0.85))
    cylinder(pen, (560, 570, 800, 612), (176, 180, 184))
    for x, half in ((612, 74), (690, 74), (650, 52)):
        cylinder(pen, (x, 592 - half, x + 34, 592 + half), (150, 128, 104))
    cylinder(pen, (800, 470, 1040, 740), shade(paint, 0.8))
    pen.ellipse((850, 500, 1010, 690), fill=shade(paint, 0.62), outline=shade(paint, 1.15), width=8)
    pen.rectangle((890, 300, 970, 480), fill=shade(paint, 0.75))
    pen.rectangle((872, 300, 988, 330), fill=shade(paint, 0.55))
    if repaired:
        pen.pieslice((566, 470, 794, 730), 180, 360, fill=YELLOW, outline=shade(YELLOW, 0.6), width=4)
        pen.rectangle((566, 598, 794, 740), fill=YELLOW, outline=shade(YELLOW, 0.6), width=4)
        for x in range(590, 780, 22):
            pen.line((x, 560, x, 720), fill=shade(YELLOW, 0.55), width=4)
    else:
        for x in (575, 785):
            pen.ellipse((x - 7, 742, x + 7, 756), fill=BLACK)


def oil(image: Image.Image, chance: random.Random, repaired: bool) -> None:
    """A gearbox leaks onto the walkway."""
    shadow(image, (360, 640, 1000, 740))
    pen = ImageDraw.Draw(image)
    paint = chance.choice([(70, 118, 92), (108, 112, 118), (52, 96, 140)])
    pen.polygon([(420, 330), (900, 330), (960, 690), (360, 690)], fill=paint)
    pen.polygon([(420, 330), (900, 330), (860, 280), (460, 280)], fill=shade(paint, 1.25))
    for x in range(440, 900, 80):
        pen.line((x, 340, x - 8, 680), fill=shade(paint, 0.76), width=8)
    pen.ellipse((570, 420, 740, 590), fill=STEEL, outline=DARK, width=10)
    pen.ellipse((625, 475, 685, 535), fill=shade(STEEL, 1.3), outline=DARK, width=5)
    if repaired:
        stripes(pen, (380, 690, 940, 716))
        return
    pool = Image.new("L", (W, H))
    spill = ImageDraw.Draw(pool)
    spill.rectangle((648, 580, 664, 760), fill=235)
    for _ in range(16):
        x, y = 560 + chance.randrange(-190, 160), 760 + chance.randrange(-30, 70)
        size = chance.randrange(60, 170)
        spill.ellipse((x, y, x + size * 2, y + size * 0.55), fill=235)
    pool = pool.filter(ImageFilter.GaussianBlur(5)).point(lambda value: 235 if value > 118 else value // 3)
    image.paste((26, 22, 18), (0, 0), pool)
    shine = ImageChops.multiply(ImageChops.offset(pool, 14, -9).filter(ImageFilter.GaussianBlur(26)), pool)
    image.paste((120, 112, 96), (0, 0), shine.point(lambda value: max(0, value - 150)))


def railing(image: Image.Image, chance: random.Random, repaired: bool) -> None:
    """A platform's railing lacks a stretch."""
    pen = ImageDraw.Draw(image)
    top = 470
    pen.rectangle((0, top, W, H), fill=(36, 38, 42))
    for level in range(5):
        pen.line((0, 740 + level * 60, W, 700 + level * 60), fill=(48, 50, 55), width=10)
    pen.polygon([(0, top - 20), (W, top - 20), (W, top + 130), (0, top + 130)], fill=(112, 110, 104))
    for x in range(0, W, 26):
        pen.line((x, top - 20, x - 60, top + 130), fill=(86, 84, 80), width=3)
    stripes(pen, (0, top + 130, W, top + 162))
    gap = (520, 850) if chance.random() < 0.5 else (430, 730)
    for x in range(40, W, 110):
        missing = not repaired and gap[0] < x < gap[1]
        pen.rectangle((x, top + 40 if missing else 150, x + 16, top + 132), fill=shade(YELLOW, 0.55 if missing else 1))
    for y in (150, 290, 410):
        spans = [(0, W)] if repaired else [(0, gap[0] - 24), (gap[1] + 24, W)]
        for left, right in spans:
            cylinder(pen, (left, y, right, y + 18), YELLOW)
    if not repaired:
        pen.line((gap[0] - 24, 158, gap[0] + 50, 205), fill=YELLOW, width=16)


def cabinet(image: Image.Image, chance: random.Random, repaired: bool) -> None:
    """An electrical cabinet stands open, its wires bare."""
    shadow(image, (330, 770, 960, 860))
    pen = ImageDraw.Draw(image)
    grey = (178, 182, 178)
    pen.rectangle((400, 190, 860, 810), fill=grey, outline=shade(grey, 0.6), width=5)
    if repaired:
        pen.rectangle((424, 214, 836, 786), fill=shade(grey, 1.06), outline=shade(grey, 0.7), width=4)
        pen.rectangle((796, 470, 816, 560), fill=DARK)
        for row in range(5):
            pen.line((560, 690 + row * 14, 700, 690 + row * 14), fill=shade(grey, 0.6), width=4)
        sign(pen, 630, 360)
        return
    pen.rectangle((424, 214, 836, 786), fill=(50, 52, 54))
    pen.polygon([(400, 190), (400, 810), (205, 880), (205, 150)], fill=shade(grey, 0.84))
    sign(pen, 300, 420)
    for row in range(3):
        for column in range(5):
            x, y = 452 + column * 76, 250 + row * 150
            pen.rectangle((x, y, x + 56, y + 82), fill=(214, 214, 208), outline=DARK, width=3)
            pen.rectangle((x + 20, y + 24, x + 36, y + 56), fill=BLACK)
    for _ in range(9):
        x, colour = chance.randrange(450, 800), chance.choice([RED, YELLOW, (40, 84, 160), GREEN])
        points = [(x + chance.randrange(-60, 60), y) for y in range(330, 800, 60)]
        pen.line(points, fill=colour, width=8, joint="curve")
        end = points[-1]
        pen.line((*end, end[0] + 14, end[1] + 34), fill=(206, 140, 78), width=7)


def extinguisher(image: Image.Image, chance: random.Random, repaired: bool) -> None:
    """Crates stand in front of the fire extinguishers."""
    pen = ImageDraw.Draw(image)
    pen.rectangle((470, 240, 810, 330), fill=RED)
    for x, wide in ((500, 120), (640, 60), (720, 60)):
        pen.rectangle((x, 274, x + wide, 296), fill=(240, 236, 228))
    shadow(image, (480, 690, 800, 760))
    pen = ImageDraw.Draw(image)
    for x in (520, 670):
        for column in range(96):
            light = 1.25 - abs(column - 30) / 70
            pen.line((x + column, 450, x + column, 720), fill=shade(RED, light))
        pen.pieslice((x, 410, x + 95, 490), 180, 360, fill=shade(RED, 1.1))
        pen.rectangle((x + 36, 380, x + 60, 416), fill=BLACK)
        pen.line((x + 60, 392, x + 118, 440, x + 112, 560), fill=BLACK, width=9, joint="curve")
        pen.rectangle((x + 18, 540, x + 78, 630), fill=(236, 230, 214))
    if repaired:
        stripes(pen, (430, 760, 860, 784))
        return
    for left, top, size in ((380, 600, 240), (600, 640, 220), (470, 420, 200)):
        wood = shade((176, 132, 82), chance.uniform(0.85, 1.1))
        pen.rectangle((left, top, left + size, top + size), fill=wood, outline=shade(wood, 0.6), width=6)
        for plank in range(1, 4):
            y = top + plank * size // 4
            pen.line((left, y, left + size, y), fill=shade(wood, 0.66), width=5)
        pen.line((left + 6, top + size - 6, left + size - 6, top + 6), fill=shade(wood, 0.78), width=16)


SCENES: tuple[Callable[[Image.Image, random.Random, bool], None], ...] = (
    coupling,
    oil,
    railing,
    cabinet,
    extinguisher,
)
