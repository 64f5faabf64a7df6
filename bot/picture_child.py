"""The child process that opens other people's pictures, with little memory, no files and no secrets.

It talks over its standard input and output in frames (`bot/frames.py`). It ends by itself when idle, or when its
parent is gone (Windows: only the latter, and no limits of memory; `select` and `resource` are missing there).
"""

from __future__ import annotations

import contextlib
import datetime
import io
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import pi_heif
from PIL import Image, ImageOps

from bot.frames import Frame, serve
from bot.picture_sheet import WIDTH, drawn

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAX_PIXELS = 40_000_000
FULL, THUMB, QUALITY = 1600, 320, 85
_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _OFFSET, _LATITUDE = 0x9003, 0x9011, 2
_WHITE = (255, 255, 255)


class Refused(Exception):
    """The picture cannot be used; the message is the reason's key."""


def opened(data: bytes, edge: int) -> Image.Image:
    """The first frame upright, RGB or grey, at most `edge` pixels a side. Raises Refused."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise Refused("too_many_pixels")
        image.draft("RGB", (edge, edge))
        image.load()
        small = _reduced(image, edge)
        return _flat(ImageOps.exif_transpose(small))
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Refused("too_many_pixels") from None
    except Exception:  # a broken file may raise anything; nothing of it is worth knowing
        raise Refused("unreadable") from None


def _reduced(image: Image.Image, edge: int) -> Image.Image:
    if image.mode in ("P", "1", "PA"):  # palettes have no colours in between
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode.startswith("I"):  # 16 bits a pixel
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _flat(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, (*_WHITE, 255))
        image = Image.alpha_composite(ground, image.convert("RGBA"))
    if image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    # A fresh image: nothing of the old one's metadata can travel on.
    fresh = Image.new(image.mode, image.size)
    fresh.paste(image)
    return fresh


def jpeg(image: Image.Image) -> bytes:
    """The image as JPEG without metadata."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def origin(data: bytes) -> tuple[int | None, bool]:
    """When the picture says it was taken (ms UTC, only with a time zone) and whether it says where."""
    with contextlib.suppress(Exception):
        exif = Image.open(io.BytesIO(data), formats=FORMATS).getexif()
        return _taken(exif.get_ifd(_EXIF)), _LATITUDE in exif.get_ifd(_GPS)
    return None, False


def _taken(tags: dict[int, Any]) -> int | None:
    with contextlib.suppress(KeyError, TypeError, ValueError):
        text = f"{tags[_TAKEN]}{tags[_OFFSET]}".replace("\0", "").strip()
        moment = datetime.datetime.strptime(text, "%Y:%m:%d %H:%M:%S%z")
        return int(moment.timestamp() * 1000)
    return None


def clean(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    """One picture in; full size and thumbnail out."""
    (data,) = blobs
    image = opened(data, FULL)
    taken, gps = origin(data)
    full = jpeg(image)
    width, height = image.size
    image.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS, reducing_gap=3.0)
    answer = {"width": width, "height": height, "taken": taken, "gps": gps}
    return answer, [full, jpeg(image)]


def sheet(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    """Pictures in; one contact sheet out. A picture that cannot be read leaves a grey tile."""
    tiles: list[Image.Image | None] = []
    for data in blobs:
        try:
            tiles.append(opened(data, WIDTH))
        except Refused:
            tiles.append(None)
    return {}, [jpeg(drawn(tiles, head["labels"]))]


WORK = {"clean": clean, "sheet": sheet}


def answered(head: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
    """The work's result, or the reason why there is none."""
    try:
        return WORK[head["work"]](head, blobs)
    except Refused as refused:
        return {"reason": str(refused)}, []
    except MemoryError:
        return {"reason": "too_many_pixels"}, []


def confine(memory: int) -> None:
    """Takes away what opening a picture does not need; `memory` is bytes of address space."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # One thread: each more would claim 64 MB of address space.
    pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    Image.init()
    if hasattr(os, "nice"):
        os.nice(5)
    try:
        import resource
    except ImportError:
        return
    for limit, most in (("RLIMIT_AS", memory), ("RLIMIT_CORE", 0), ("RLIMIT_FSIZE", 0)):
        if hasattr(resource, limit):
            with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
                resource.setrlimit(getattr(resource, limit), (most, most))


def main(memory: int, rest: float, limit: float) -> None:
    """Works until idle for `rest` seconds, the parent is gone, or a picture takes well over `limit`."""
    confine(memory)
    serve(answered, rest, limit)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
