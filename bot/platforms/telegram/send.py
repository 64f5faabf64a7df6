"""What a Message becomes on Telegram, part by part, and the sending of one part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.platforms.base import Failure, Upload
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.text import CAPTION, TEXT, cut, split
from handlers.message import MediaKind, Message

ALBUM = 10
PHOTO_BYTES = 10 * 1024 * 1024  # larger pictures go as files
LARGEST = 50_000_000  # bytes of a file
UNFIT = ("PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED", "PHOTO_EXT_INVALID", "too big for a photo")


class Words(NamedTuple):
    """One text message."""

    text: str
    markup: dict[str, Any] | None = None


class Files(NamedTuple):
    """One upload, or 2-10 photos as an album; the caption stands at the first."""

    uploads: tuple[Upload, ...]
    caption: str = ""


Part = Words | Files


def plan(message: Message, uploads: Sequence[Upload]) -> tuple[Part, ...]:
    """The Telegram messages that make up one of ours: files first, buttons on the last text."""
    files = _bundles(uploads)
    caption = message.text if files and _captioned(message) else ""
    if caption:
        files[0] = Files(files[0].uploads, caption)
    texts = [] if caption else split(message.text)
    markup = keyboard(message)
    words = [Words(text, markup if text is texts[-1] else None) for text in texts]
    return (*files, *words)


def keyboard(message: Message) -> dict[str, Any] | None:
    """The reply_markup; a message carries one kind only, and its own buttons come first."""
    if message.buttons:
        return {
            "inline_keyboard": [
                [{"text": button.label, "callback_data": button.data} for button in row] for row in message.buttons
            ]
        }
    if message.ask_phone:
        key = {"text": message.ask_phone, "request_contact": True}
        return {"keyboard": [[key]], "resize_keyboard": True, "one_time_keyboard": True}
    return {"remove_keyboard": True} if message.drop_keyboard else None


async def send_part(api: Api, chat: str, part: Part) -> str:
    """Sends one part; returns the id of its (first) message. Raises Failure."""
    if isinstance(part, Words):
        return await _send_words(api, chat, part)
    library = await api.library()
    from bot.platforms.telegram.uploads import send_files

    try:
        return await send_files(library, chat, part, as_photo=_fit(part))
    except Failure as failure:
        if not _says(failure, *UNFIT):
            raise
        return await send_files(library, chat, part, as_photo=False)


async def edit_words(api: Api, chat: str, ref: str, message: Message) -> None:
    """Makes the sent message `ref` read like `message`. Raises Failure."""
    parameters: dict[str, Any] = {"chat_id": chat, "message_id": int(ref) if ref.isdigit() else 0}
    if message.media and _captioned(message):
        method, parameters["caption"] = "editMessageCaption", cut(message.text, CAPTION)
    else:
        method, parameters["text"] = "editMessageText", cut(message.text, TEXT)
        parameters["link_preview_options"] = {"is_disabled": True}
    # Without reply_markup the buttons go away, which is what a card without buttons wants.
    if message.buttons:
        parameters["reply_markup"] = keyboard(message)
    try:
        await api.call(method, parameters)
    except Failure as failure:
        if not _says(failure, "message is not modified"):
            raise


async def _send_words(api: Api, chat: str, words: Words) -> str:
    parameters: dict[str, Any] = {
        "chat_id": chat,
        "text": words.text,
        "link_preview_options": {"is_disabled": True},
    }
    if words.markup:
        parameters["reply_markup"] = words.markup
    sent = await api.call("sendMessage", parameters)
    return _ref(sent)


def _bundles(uploads: Sequence[Upload]) -> list[Files]:
    photos = [upload for upload in uploads if upload.media.kind is MediaKind.PHOTO]
    others = [upload for upload in uploads if upload.media.kind is not MediaKind.PHOTO]
    albums = [Files(tuple(photos[at : at + ALBUM])) for at in range(0, len(photos), ALBUM)]
    return [*albums, *(Files((upload,)) for upload in others)]


def _captioned(message: Message) -> bool:
    return len(message.text) <= CAPTION and not message.buttons


def _fit(part: Files) -> bool:
    return all(upload.media.kind is MediaKind.PHOTO and len(upload.data) <= PHOTO_BYTES for upload in part.uploads)


def _says(failure: Failure, *words: str) -> bool:
    # PTB makes the first letter a capital.
    return any(word.lower() in failure.reason.lower() for word in words)


def _ref(sent: Any) -> str:
    try:
        return str(sent["message_id"])
    except (KeyError, TypeError):
        raise Failure("Telegram's answer to a message makes no sense") from None
