"""People with phones, and the groups they are in: what a test does by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.telegram_world import Chat, Query, Raw

if TYPE_CHECKING:
    from tests.fakes.telegram import FakeTelegram

ANONYMOUS: Raw = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class Phone:
    """One person on Telegram. What they do becomes an update; every act returns its update_id."""

    def __init__(self, fake: FakeTelegram, number: int, name: str, language: str) -> None:
        self._fake = fake
        self.id = number
        self.user: Raw = {"id": number, "is_bot": False, "first_name": name, "language_code": language}
        self.chat = Chat(number, "private", name, started=False)
        fake.world.chats[number] = self.chat

    def start(self, payload: str = "") -> int:
        return self.text(f"/start {payload}".strip())

    def text(self, text: str, *, group: Group | None = None, reply_to: int = 0) -> int:
        content: Raw = {"text": text.strip()}
        if reply_to:
            content["reply_to_message"] = self._chat(group).messages[reply_to]
        return self.say(content, group=group)

    def say(self, content: Raw, *, group: Group | None = None) -> int:
        """Any message, as Telegram would put it."""
        chat = self._chat(group)
        if group is None:
            chat.started, chat.blocked = True, False
        message = self._fake.world.message(chat, self.user, content)
        return self._fake.push("message", message)

    def edit(self, message_id: int, text: str) -> int:
        message = self.chat.messages[message_id]
        message.update({"text": text, "edit_date": self._fake.world.tick()})
        return self._fake.push("edited_message", dict(message))

    def photo(self, data: bytes, *, caption: str = "", album: str = "", size: int = 0) -> int:
        world = self._fake.world
        small = {**world.keep(data[:64] or b"x"), "width": 90, "height": 67}
        large = {**world.keep(data, size), "width": 1280, "height": 960}
        return self.say(_titled({"photo": [small, large]}, caption, album))

    def document(self, data: bytes, name: str, mime: str, *, caption: str = "", size: int = 0) -> int:
        document = {**self._fake.world.keep(data, size), "file_name": name, "mime_type": mime}
        return self.say(_titled({"document": document}, caption))

    def voice(self, data: bytes) -> int:
        return self.say({"voice": {**self._fake.world.keep(data), "duration": 3, "mime_type": "audio/ogg"}})

    def video(self, data: bytes) -> int:
        return self.say({"video": {**self._fake.world.keep(data), "duration": 3, "mime_type": "video/mp4"}})

    def contact(self, phone: str, *, of: int | None = None) -> int:
        """Shares the own number, or somebody else's (`of`; 0 for one who is not on Telegram)."""
        contact: Raw = {"phone_number": phone, "first_name": "x", "user_id": self.id if of is None else of}
        if of == 0:
            del contact["user_id"]
        return self.say({"contact": contact})

    def location(self, latitude: float, longitude: float) -> int:
        return self.say({"location": {"latitude": latitude, "longitude": longitude}})

    def sticker(self) -> int:
        return self.say({"sticker": {**self._fake.world.keep(b"webp"), "emoji": "👍"}})

    def tap(self, label: str, *, group: Group | None = None) -> Query:
        """Taps the button on the newest message that has it."""
        for message in reversed(self._fake.world.own(self._chat(group))):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label:
                        return self.tap_data(button["callback_data"], message["message_id"], group=group)
        raise AssertionError(f"no button {label!r}; there are {self.buttons}")

    def tap_data(self, data: str, message_id: int, *, group: Group | None = None) -> Query:
        """A tap with any data: clients can forge it."""
        world = self._fake.world
        query = Query(f"q{len(world.queries) + 1}", self.id, data)
        world.queries[query.id] = query
        chat = self._chat(group)
        message = chat.messages.get(message_id) or {"chat": chat.raw(), "message_id": message_id, "date": 0}
        content = {"id": query.id, "from": self.user, "message": message, "chat_instance": "1", "data": data}
        self._fake.push("callback_query", content)
        return query

    def block(self) -> int:
        return self._member(left=True)

    def unblock(self) -> int:
        return self._member(left=False)

    def _member(self, *, left: bool) -> int:
        self.chat.blocked = left
        return self._fake.member(self.chat, self.user, "kicked" if left else "member")

    @property
    def screen(self) -> list[Raw]:
        """The bot's messages in the private chat, oldest first, as they look now."""
        return self._fake.world.own(self.chat)

    @property
    def texts(self) -> list[str]:
        """Their words."""
        return [str(message.get("text", message.get("caption", ""))) for message in self.screen]

    @property
    def buttons(self) -> list[str]:
        """The labels that can be tapped now, newest message first."""
        rows = [
            row
            for message in reversed(self.screen)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        ]
        return [button["text"] for row in rows for button in row]

    def _chat(self, group: Group | None) -> Chat:
        return self.chat if group is None else group.chat


class Group:
    """A group chat; people write in it with `phone.text(..., group=group)`."""

    def __init__(self, fake: FakeTelegram, number: int, title: str) -> None:
        self._fake = fake
        self.chat = Chat(number, "group", title, blocked=True)
        fake.world.chats[number] = self.chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def screen(self) -> list[Raw]:
        """The bot's messages in the group, oldest first."""
        return self._fake.world.own(self.chat)

    def add_bot(self, by: Phone) -> int:
        self.chat.blocked = False
        return self._fake.member(self.chat, by.user, "member")

    def remove_bot(self, by: Phone) -> int:
        self.chat.blocked = True
        return self._fake.member(self.chat, by.user, "kicked")

    def anonymous(self, text: str) -> int:
        """An admin who hides behind the group."""
        content = {"text": text, "sender_chat": self.chat.raw()}
        return self._fake.push("message", self._fake.world.message(self.chat, ANONYMOUS, content))

    def upgrade(self, by: Phone) -> Group:
        """Makes it a supergroup, which has a new id."""
        old, new = self.chat, Group(self._fake, -1000000000000 + self.chat.id, self.chat.title)
        new.chat.type, new.chat.blocked = "supergroup", False
        old.moved_to = new.id
        world = self._fake.world
        self._fake.push("message", world.message(old, by.user, {"migrate_to_chat_id": new.id}))
        told = world.message(new.chat, ANONYMOUS, {"migrate_from_chat_id": old.id})
        self._fake.push("message", told)
        return new


def _titled(content: Raw, caption: str, album: str = "") -> Raw:
    if caption:
        content["caption"] = caption
    if album:
        content["media_group_id"] = album
    return content
