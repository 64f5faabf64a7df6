"""The Bot API's methods with the limits that are documented or were seen in its server's source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram_world import Chat, Raw, Refused, World, bad

TEXT, CAPTION, ANSWER = 4096, 1024, 200
PHOTO, UPLOAD, DOWNLOAD = 10 * 1024 * 1024, 50 * 1024 * 1024, 20 * 1024 * 1024
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TAG = re.compile(r"<(/?)([^\s>/]*)[^>]*>?")
TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler", "strong", "em"}

Files = dict[str, bytes]
Method = Callable[[World, Raw, Files], Any]


def chat_of(world: World, params: Raw) -> Chat:
    """The chat to send to. Raises Refused where the real one would not deliver."""
    number = _int(params, "chat_id")
    chat = world.chats.get(number)
    if chat is None or not chat.started:
        if number > 0:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        raise bad("chat not found")
    if chat.moved_to:
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
    if chat.blocked:
        private = chat.type == "private"
        raise Refused(
            403,
            "Forbidden: bot was blocked by the user" if private else "Forbidden: bot was kicked from the group chat",
        )
    return chat


def send_message(world: World, params: Raw, files: Files) -> Raw:
    chat = chat_of(world, params)
    text = _text(params, "text", TEXT, "message is too long")
    if not text:
        raise bad("message text is empty")
    return world.message(chat, world.me, {"text": text, **_markup(chat, params)})


def edit_text(world: World, params: Raw, files: Files) -> Raw:
    return _edit(world, params, "text", TEXT)


def edit_caption(world: World, params: Raw, files: Files) -> Raw:
    return _edit(world, params, "caption", CAPTION)


def _edit(world: World, params: Raw, field: str, limit: int) -> Raw:
    chat = chat_of(world, params)
    message = chat.messages.get(_int(params, "message_id"))
    if message is None:
        raise bad("message to edit not found")
    markup = message.get("reply_markup", {})
    if message["from"]["id"] != world.me["id"] or "keyboard" in markup or "remove_keyboard" in markup:
        raise bad("message can't be edited")
    media = any(kind in message for kind in ("photo", "voice", "document", "video"))
    if media != (field == "caption"):
        raise bad(f"there is no {field} in the message to edit")
    text = _text(params, field, limit, "MESSAGE_TOO_LONG")
    new = {field: text, **_markup(chat, params)}
    if field == "text" and not text:
        raise bad("message text is empty")
    if message.get(field, "") == text and markup == new.get("reply_markup", {}):
        raise bad(SAME)
    message.pop("reply_markup", None)  # an edit without reply_markup takes the buttons away
    message.update(new, edit_date=world.tick())
    return message


def send_photo(world: World, params: Raw, files: Files) -> Raw:
    chat = chat_of(world, params)
    return world.message(chat, world.me, {**_photo(world, _file(params, files, "photo")), **_caption(params)})


def send_voice(world: World, params: Raw, files: Files) -> Raw:
    chat = chat_of(world, params)
    voice = {"voice": {**world.keep(_file(params, files, "voice")), "duration": 1, "mime_type": "audio/ogg"}}
    return world.message(chat, world.me, {**voice, **_caption(params)})


def send_document(world: World, params: Raw, files: Files) -> Raw:
    chat = chat_of(world, params)
    document = {"document": world.keep(_file(params, files, "document"))}
    return world.message(chat, world.me, {**document, **_caption(params)})


def send_group(world: World, params: Raw, files: Files) -> list[Raw]:
    chat = chat_of(world, params)
    items = params.get("media") or []
    if not 2 <= len(items) <= 10:
        raise bad("group must have 2-10 items")
    if len({item["type"] for item in items}) > 1:
        raise bad("documents and photos can't be mixed")
    contents = []
    for item in items:
        data = files.get(str(item["media"]).removeprefix("attach://"))
        if data is None:
            raise bad("wrong file identifier/HTTP URL specified")
        photo = item["type"] == "photo"
        contents.append({**(_photo(world, data) if photo else {"document": world.keep(data)}), **_caption(item)})
    album = f"album-{world.next_message}"
    return [world.message(chat, world.me, {"media_group_id": album, **content}) for content in contents]


def answer_query(world: World, params: Raw, files: Files) -> bool:
    text = str(params.get("text", ""))
    if len(text) > ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    query = world.queries.get(str(params.get("callback_query_id")))
    if query is None or query.too_old or query.answer is not None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    query.answer = text
    return True


def get_file(world: World, params: Raw, files: Files) -> Raw:
    file_id = str(params.get("file_id"))
    if file_id not in world.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if world.sizes[file_id] > DOWNLOAD:
        raise bad("file is too big")
    return {"file_id": file_id, "file_unique_id": file_id, "file_path": f"files/{file_id}"}


def get_me(world: World, params: Raw, files: Files) -> Raw:
    return world.me


def get_commands(world: World, params: Raw, files: Files) -> list[Raw]:
    return world.commands.get(_scope(world, params), [])


def set_commands(world: World, params: Raw, files: Files) -> bool:
    commands = params.get("commands", [])
    for one in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", one["command"]) or not 1 <= len(one["description"]) <= 256:
            raise bad("BOT_COMMAND_INVALID")
    world.commands[_scope(world, params)] = commands
    return True


def _scope(world: World, params: Raw) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    if scope["type"] == "chat" and int(scope["chat_id"]) not in world.chats:
        raise bad("chat not found")
    return json.dumps(scope, sort_keys=True), str(params.get("language_code", ""))


def _markup(chat: Chat, params: Raw) -> Raw:
    markup = params.get("reply_markup")
    if not markup:
        return {}
    if "inline_keyboard" in markup:
        _check_buttons([button for row in markup["inline_keyboard"] for button in row])
    keys = [key for row in markup.get("keyboard", []) for key in row]
    if chat.type != "private" and any(key.get("request_contact") for key in keys):
        raise bad("phone number can be requested in private chats only")
    return {"reply_markup": markup}


def _check_buttons(buttons: list[Raw]) -> None:
    if len(buttons) > 100:
        raise bad("reply markup is too long")
    for button in buttons:
        if not str(button.get("text", "")).strip():
            raise bad("text buttons are unallowed in the inline keyboard")
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")


def _text(params: Raw, field: str, limit: int, too_long: str) -> str:
    text = str(params.get(field, "")).strip()
    if params.get("parse_mode") == "HTML":
        text = _entities(text)
    if len(text) > limit:
        raise bad(too_long)
    return text


def _entities(text: str) -> str:
    for found in TAG.finditer(text):
        if found.group(2) not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{found.group(2)}"')
    return TAG.sub("", text)


def _caption(params: Raw) -> Raw:
    caption = _text(params, "caption", CAPTION, "message caption is too long")
    return {"caption": caption} if caption else {}


def _photo(world: World, data: bytes) -> Raw:
    if len(data) > PHOTO:
        raise bad(f"file of size {len(data)} bytes is too big for a photo; the maximum size is {PHOTO} bytes")
    if not data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")):
        raise bad("IMAGE_PROCESS_FAILED")
    return {"photo": [{**world.keep(data), "width": 1280, "height": 960}]}


def _file(params: Raw, files: Files, field: str) -> bytes:
    if field in files:
        data = files[field]
    else:
        data = files.get(str(params.get(field, "")).removeprefix("attach://"), b"")
    if not data:
        raise bad("file must be non-empty")
    if len(data) > UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    return data


def _int(params: Raw, field: str) -> int:
    try:
        return int(params[field])
    except (KeyError, ValueError):
        raise bad(f"{field} is invalid") from None


SEND = {"chat_id", "reply_markup", "disable_notification", "protect_content", "reply_parameters"}
MARKED = SEND | {"text", "parse_mode", "link_preview_options", "entities"}
MEDIA = SEND | {"caption", "parse_mode", "caption_entities"}
COMMANDS = {"commands", "scope", "language_code"}

# Method, and the parameters it knows: the real one ignores others silently, this one does not.
METHODS: dict[str, tuple[Method, set[str]]] = {
    "getMe": (get_me, set()),
    "sendMessage": (send_message, MARKED),
    "editMessageText": (edit_text, MARKED | {"message_id"}),
    "editMessageCaption": (edit_caption, MEDIA | {"message_id"}),
    "sendPhoto": (send_photo, MEDIA | {"photo"}),
    "sendVoice": (send_voice, MEDIA | {"voice"}),
    "sendDocument": (send_document, MEDIA | {"document"}),
    "sendMediaGroup": (send_group, {"chat_id", "media"}),
    "answerCallbackQuery": (answer_query, {"callback_query_id", "text", "show_alert"}),
    "getFile": (get_file, {"file_id"}),
    "getMyCommands": (get_commands, {"scope", "language_code"}),
    "setMyCommands": (set_commands, COMMANDS),
}
