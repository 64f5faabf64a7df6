"""What a file is, by its first bytes: what a browser claims is not believed."""

from __future__ import annotations

from handlers.message import MediaKind

# Only these may be shown inside a page; everything else is handed out as a download.
SHOWABLE = {
    *("image/jpeg", "image/png", "image/webp", "image/gif"),
    *("audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav", "video/mp4", "video/webm"),
}

_HEIF = {b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"}
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)


def _mime(data: bytes, voice: bool) -> str:
    for start, mime in _STARTS:
        if data.startswith(start):
            return mime
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return "audio/webm" if voice else "video/webm"
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        if data[8:12] in _HEIF:
            return "image/heic"
        return "audio/mp4" if voice else "video/mp4"
    return ""


def kind_of(data: bytes, *, voice: bool = False) -> tuple[MediaKind, str]:
    """The kind and the MIME type of a file; `voice` says that it was recorded by the page."""
    mime = _mime(data, voice)
    if mime.startswith("image/"):
        return MediaKind.PHOTO, mime
    if mime.startswith("audio/"):
        return MediaKind.VOICE, mime
    if mime.startswith("video/"):
        return MediaKind.VIDEO, mime
    return MediaKind.FILE, "application/octet-stream"
