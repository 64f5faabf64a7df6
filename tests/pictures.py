"""Pictures to test with: good ones that carry much, and bad ones of every kind."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageDraw, PngImagePlugin

from tests.scenes import hazard_photo, repaired_photo

__all__ = ["GOOD", "POISON", "hazard_photo", "repaired_photo"]

RED, BLUE = (200, 30, 30), (30, 30, 200)
TAKEN = 1_793_664_930_000  # 2026-11-03 08:15:30 at +08:00
SECRETS = (b"27.123", b"Exif", b"GPS", b"secret words", b"xpacket", b"Phone-4711", b"ICC_PROFILE")

# 96 x 64, left half red, right half blue, with EXIF and GPS; zlib and base64.
_HEIC = (
    "eNpjYGCQSSupLMhIzUxmAILczDRDEDs3MzGNgYGxOTe1JJEBAhQzUnKKoGyGgszkEgY0YJKZkw82xMWBgYmBEcRiXA6hgaAQKAYE"
    "TBJwkUdAbJGZmZcG5oFkRYGcVLAyoJqMsmRDBiRBRpAS14pMsHK+gsySXAaoSoZDmQVFBUB6SWZBcj6QrgDqdWZkBglNACuS+8Dw"
    "5++PHwwM/MwJQB0SDow8jP//gxQwg1Qwg5DcLiaHRKCkthMjI5rMAoNG1mmvPDXX5TFJ8XCAhE6ACA6HJKB6dhfGg0UblByA1ohk"
    "FhekQn2XAMQgMYGCzIpMkAAzBwdQK4NYZkEuLEgZGRiZG5mAdjBIZRalpkFF+ZJTipPBIQj0G2N0bkoiKKhzNRjXCzeEnOieWP//"
    "Q9Di/3ezbezZAytU5/+VTn5/PF3/T0z2A63b1/1spriad+r/ZVrznWlpxqsvs9ZP/PNL/6FZv6zPk/0H/2+5kixkqB/ikt/nEvRo"
    "Y/HLt1t3z5c62Fbt3VDrNUFXP8l/tu4FHYd5Z4AWskHC2teXQQvI42BgZuQHRxIbEBu1ZzKwQAPfokMVzganj4CM/DxgKDBNYAar"
    "FwHisAmCYDY7EGeB1BgZGJlZGRpaGRgrGFhYGZpaGRswaANZBgZASRZIXDMw+UESBisDOCIYVjBATGRyZQCrgokfgAacNNQVWlAa"
    "ljzyobQ0sjgAHEGN+Q=="
)


def halves(size: tuple[int, int] = (1200, 900), mode: str = "RGB") -> Image.Image:
    """The left half red, the right half blue: any turn shows."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return image.convert(mode)


def exif(orientation: int = 1, offset: str = "+08:00", where: bool = True) -> bytes:
    """What a phone writes: maker, time, time zone and place."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = orientation, "Phone-4711"
    tags.get_ifd(0x8769)[0x9003] = "2026:11:03 08:15:30"
    if offset:
        tags.get_ifd(0x8769)[0x9011] = offset
    if where:
        place = {1: "N", 2: (27.0, 42.0, 7.123), 3: "E", 4: (111.0, 27.0, 0.0), 29: "2026:11:03"}
        tags.get_ifd(0x8825).update(place)
    return tags.tobytes()


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The image as a file's bytes."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def phone_jpeg(orientation: int = 1, offset: str = "+08:00", where: bool = True) -> bytes:
    """A JPEG with EXIF, GPS, XMP, a comment and a colour profile."""
    return saved(
        halves(),
        exif=exif(orientation, offset, where),
        comment=b"secret words",
        xmp=b"<?xpacket begin='' ?>",
        icc_profile=b"ICC_PROFILE of a phone" + b"x" * 200,
    )


def phone_png() -> bytes:
    """A PNG with EXIF and words."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret words")
    return saved(halves(), "PNG", exif=exif(), pnginfo=words)


def heic() -> bytes:
    """A HEIC of 96 x 64 with EXIF and GPS."""
    return zlib.decompress(base64.b64decode("".join(_HEIC)))


def _animated(kind: str) -> bytes:
    frames = [halves((300, 200)), Image.new("RGB", (300, 200), "green")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def _palette() -> bytes:
    return saved(halves().quantize(16), "PNG", transparency=3)


GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg of a phone": phone_jpeg,
    "progressive jpeg": lambda: saved(halves(), progressive=True),
    "cmyk jpeg": lambda: saved(halves(mode="CMYK")),
    "grey jpeg": lambda: saved(halves(mode="L")),
    "png of a phone": phone_png,
    "transparent png": lambda: saved(halves(mode="RGBA"), "PNG"),
    "grey transparent png": lambda: saved(halves(mode="LA"), "PNG"),
    "palette png": _palette,
    "one bit png": lambda: saved(halves(mode="1"), "PNG"),
    "16 bit png": lambda: saved(Image.new("I;16", (64, 48), 40_000), "PNG"),
    "webp of a phone": lambda: saved(halves(), "WEBP", exif=exif(), xmp=b"<?xpacket begin='' ?>"),
    "animated webp": lambda: _animated("WEBP"),
    "animated png": lambda: _animated("PNG"),
    "two pictures in a jpeg": lambda: saved(halves(), "MPO", save_all=True, append_images=[halves((64, 48))]),
    "heic of a phone": heic,
    "one pixel": lambda: saved(Image.new("RGB", (1, 1)), "PNG"),
    "a ribbon": lambda: saved(Image.new("RGB", (9000, 3)), "PNG"),
    "exif of nonsense": lambda: saved(halves((64, 48)), exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\x99" * 50),
}


def png_of(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that claims a size and holds `rows`, whatever they are."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    start = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", start) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def text_bomb() -> bytes:
    """A PNG whose compressed comment unfolds to 100 MB."""
    body = b"Comment\0\0" + zlib.compress(bytes(100 << 20))
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    whole = saved(halves((64, 48)), "PNG")
    return whole[:33] + chunk + whole[33:]


def scan_bomb(scans: int = 1500) -> bytes:
    """A small JPEG of 36 megapixels that repeats its last scan: minutes of work for a decoder."""
    whole = saved(Image.new("L", (6000, 6000), 77), progressive=True, quality=50)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + b"\xff\xd9"


def huge_heic() -> bytes:
    """A HEIC that claims 20,000 x 20,000."""
    small = struct.pack(">II", 96, 64)
    return heic().replace(b"ispe\0\0\0\0" + small, b"ispe\0\0\0\0" + struct.pack(">II", 20_000, 20_000))


def _flipped(seed: int) -> bytes:
    """A JPEG with its header spoiled."""
    data = bytearray(phone_jpeg())
    for at in range(2 + seed, 600, 7):
        data[at] ^= 0x5A
    return bytes(data)


# What is wrong with it, the file, and the reason a person is told.
POISON: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "unreadable"),
    "one byte": (lambda: b"\xff", "unreadable"),
    "text": (lambda: b"I am a photo, honestly." * 40, "unreadable"),
    "zeros": (lambda: bytes(100_000), "unreadable"),
    "a pdf named .jpg": (lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF", "unreadable"),
    "a zip": (lambda: b"PK\x03\x04" + bytes(60), "unreadable"),
    "an svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "unreadable"),
    "a gif": (lambda: saved(halves((64, 48)), "GIF"), "unreadable"),
    "a tiff": (lambda: saved(halves((64, 48)), "TIFF"), "unreadable"),
    "a bmp": (lambda: saved(halves((64, 48)), "BMP"), "unreadable"),
    "a truncated jpeg": (lambda: phone_jpeg()[:3000], "unreadable"),
    "only a jpeg's start": (lambda: phone_jpeg()[:20], "unreadable"),
    "a truncated png": (lambda: phone_png()[:-400], "unreadable"),
    "a truncated webp": (lambda: saved(halves(), "WEBP")[:-300], "unreadable"),
    "a truncated heic": (lambda: heic()[:-100], "unreadable"),
    "a spoiled jpeg": (lambda: _flipped(0), "unreadable"),
    "a png without rows": (lambda: png_of(500, 500), "unreadable"),
    "a png with a text bomb": (text_bomb, "unreadable"),
    "a png of 45 megapixels": (lambda: saved(Image.new("L", (9000, 5000)), "PNG"), "too_many_pixels"),
    "a png of 1,600 megapixels": (lambda: png_of(40_000, 40_000, bytes(1 << 20)), "too_many_pixels"),
    "a png of 2 gigapixels a side": (lambda: png_of(2**31 - 1, 2**31 - 1), "too_many_pixels"),
    "a jpeg of 42 megapixels": (lambda: saved(Image.new("L", (7000, 6000))), "too_many_pixels"),
    "a heic of 400 megapixels": (huge_heic, "too_many_pixels"),
    "a file of 21 MB": (lambda: phone_jpeg() + bytes(21_000_000), "too_big"),
}
