"""Files on their way to Telegram."""

from __future__ import annotations

from telegram import InputFile, InputMediaDocument, InputMediaPhoto

from bot.platforms.base import Upload
from bot.platforms.telegram.library import Library
from bot.platforms.telegram.send import Files
from handlers.message import MediaKind

UPLOAD_WAIT = 60.0  # seconds until Telegram has digested a file
SUFFIXES = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic",
    "audio/ogg": "ogg", "video/mp4": "mp4", "text/csv": "csv", "application/pdf": "pdf", "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip


async def send_files(library: Library, chat: str, part: Files, *, as_photo: bool) -> str:
    """Sends a file or an album, as pictures or as files; returns the id of its (first) message. Raises Failure."""
    caption, wait = part.caption or None, UPLOAD_WAIT
    first = part.uploads[0]
    with library.guarded() as bot:
        if len(part.uploads) > 1:
            shape = InputMediaPhoto if as_photo else InputMediaDocument
            group = [
                shape(file_of(upload, attach=True), caption=caption if upload is first else None)
                for upload in part.uploads
            ]
            sent = await bot.send_media_group(chat, group, read_timeout=wait)
            return str(sent[0].message_id)
        if as_photo:
            photo = await bot.send_photo(chat, file_of(first), caption=caption, read_timeout=wait)
            return str(photo.message_id)
        if first.media.kind is MediaKind.VOICE:
            voice = await bot.send_voice(chat, file_of(first), caption=caption, read_timeout=wait)
            return str(voice.message_id)
        document = await bot.send_document(chat, file_of(first), caption=caption, read_timeout=wait)
        return str(document.message_id)


def file_of(upload: Upload, *, attach: bool = False) -> InputFile:
    """The file as Telegram shall name it; `attach` is for one of an album."""
    suffix = SUFFIXES.get(upload.media.mime, "jpg" if upload.media.kind is MediaKind.PHOTO else "bin")
    name = upload.media.name or f"{upload.media.kind.value}.{suffix}"
    return InputFile(upload.data, filename=name, attach=attach)
