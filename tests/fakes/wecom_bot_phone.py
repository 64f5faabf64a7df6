"""People and groups at the fake of WeCom's AI bot: what they send, see and tap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.wecom_bot import FakeWeComBot

Raw = dict[str, Any]
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>|~<&=])")


@dataclass
class Shown:
    """A message as it stands in a conversation now."""

    kind: str
    text: str = ""
    card_type: str = ""
    task: str = ""
    buttons: dict[str, str] = field(default_factory=dict)  # label → key
    edits: int = 0
    media: str = ""
    grey: str = ""  # what stands where buttons were
    options: dict[str, str] = field(default_factory=dict)  # of a list: line → id
    question: str = ""
    submit: str = ""  # the key of what sends a list
    title: str = ""  # of a drop-down, its options and the one that is chosen now
    choices: dict[str, str] = field(default_factory=dict)
    chosen: str = ""
    facts: tuple[str, ...] = ()  # those of the text's lines that stand in rows

    def become(self, card: Raw) -> None:
        """Shows a template card."""
        rows = [f"{row['keyname']}：{row['value']}" for row in card.get("horizontal_content_list", [])]
        heading = card["main_title"]
        parts = [heading.get("title", ""), heading.get("desc", ""), *rows, card.get("sub_title_text", "")]
        self.kind, self.text, self.task = "card", "\n".join(filter(None, parts)), card["task_id"]
        self.grey, self.facts, self.card_type = card.get("replace_text", ""), tuple(rows), card["card_type"]
        self.buttons = {} if self.grey else {b["text"]: b["key"] for b in card.get("button_list", [])}
        box = card.get("checkbox", {})
        self.options = {} if self.grey else {o["text"]: o["id"] for o in box.get("option_list", [])}
        below = {} if self.grey else card.get("button_selection", {})
        self.choices = {o["text"]: o["id"] for o in below.get("option_list", [])}
        self.title, self.chosen = below.get("title", ""), below.get("selected_id", "")
        box = box or below
        self.question, self.submit = box.get("question_key", ""), card.get("submit_button", {}).get("key", "")


def shown(body: Raw) -> Shown:
    """What a pushed message looks like."""
    kind = body["msgtype"]
    made = Shown(kind)
    if kind == "markdown":
        made.text = ESCAPED.sub(r"\1", body["markdown"]["content"]).replace("\u00a0", " ")
    elif kind == "text":
        made.text = body["text"]["content"]
    elif kind == "template_card":
        made.become(body["template_card"])
    else:
        made.media = body[kind]["media_id"]
    return made


class Conversation:
    """Somebody's single chat with the bot, or a group."""

    def __init__(self, fake: FakeWeComBot, chat: str, *, group: bool) -> None:
        self.fake = fake
        self.chat = chat
        self.group = group
        self.screen: list[Shown] = []
        self.written = False  # the bot may push

    @property
    def texts(self) -> list[str]:
        """What can be read, oldest first."""
        return [one.text for one in self.screen if one.text]

    @property
    def buttons(self) -> list[str]:
        """Labels that can be tapped or ticked, newest card last."""
        return [label for one in self.screen for label in [*one.buttons, *one.options]]

    @property
    def pictures(self) -> list[Shown]:
        """Messages with a file."""
        return [one for one in self.screen if one.media]

    def body(self, userid: str, kind: str, **content: Any) -> Raw:
        """The body of a callback from somebody here."""
        where: Raw = {"chattype": "group", "chatid": self.chat} if self.group else {"chattype": "single"}
        number = self.fake.next()
        return {
            "msgid": f"MSG{number}",
            "aibotid": self.fake.bot_id,
            **where,
            "from": {"userid": userid},
            "create_time": self.fake.seconds(),
            "msgtype": kind,
            **content,
        }


class Phone(Conversation):
    """One member of the company."""

    def __init__(self, fake: FakeWeComBot, userid: str) -> None:
        super().__init__(fake, userid, group=False)
        self.userid = userid

    def _says(self, kind: str, into: Conversation | None = None, **content: Any) -> Raw:
        where = into or self
        where.written = True
        body = where.body(self.userid, kind, **content)
        self.fake.callback("aibot_msg_callback", body)
        return body

    def text(self, words: str, *, group: Conversation | None = None, quote: Raw | None = None) -> Raw:
        """Types something; in a group the bot has to be addressed."""
        more = {"quote": quote} if quote else {}
        content = f"@啄木鸟 {words}" if group else words
        return self._says("text", group, text={"content": content}, **more)

    def photo(self, data: bytes, caption: str = "", *, group: Conversation | None = None) -> Raw:
        """Sends a picture; with words it is a mixed message, as always in groups."""
        image = self.fake.file(data)
        if not caption and group is None:
            return self._says("image", image=image)
        words = f"@啄木鸟 {caption}" if group else caption
        items = [{"msgtype": "text", "text": {"content": words}}, {"msgtype": "image", "image": image}]
        return self._says("mixed", group, mixed={"msg_item": items})

    def voice(self, transcript: str) -> Raw:
        """Speaks; the bot gets words."""
        return self._says("voice", voice={"content": transcript})

    def send_file(self, kind: str, data: bytes) -> Raw:
        """Sends a file or video."""
        return self._says(kind, **{kind: self.fake.file(data)})

    def enter(self) -> Raw:
        """Opens the conversation, the first time that day."""
        return self._event("enter_chat", {})

    def _event(self, kind: str, content: Raw) -> Raw:
        body = self.body(self.userid, "event", event={"eventtype": kind, kind: content})
        self.fake.callback("aibot_event_callback", body)
        return body

    def tap(self, label: str, about: str = "") -> Shown:
        """Taps the newest button of this label, or ticks the line of a list and sends it."""
        for one in reversed(self.screen):
            if label in one.buttons and about in one.text:
                answer = {"question_key": one.question, "option_ids": {"option_id": [one.chosen]}}
                self.tap_on(one.task, one.buttons[label], chosen=[answer] if one.choices else [])
                return one
            if label in one.options and about in one.text:
                self.send_list(one, one.options[label])
                return one
        raise AssertionError(f"{self.userid} has no button {label!r}; there are {self.buttons}")

    def choose(self, label: str) -> None:
        """Chooses in the newest drop-down that has this option; nobody hears of it before a button is tapped."""
        for one in reversed(self.screen):
            if label in one.choices:
                one.chosen = one.choices[label]
                return
        raise AssertionError(f"no drop-down has {label!r}")

    def send_list(self, one: Shown, *ticked: str) -> None:
        """Sends a list with these lines ticked, also none, also such as it does not have."""
        answer = {"question_key": one.question, "option_ids": {"option_id": list(ticked)}}
        self.tap_on(one.task, one.submit, "vote_interaction", [answer] if ticked else [])

    def tap_on(self, task: str, key: str, kind: str = "button_interaction", chosen: Sequence[Raw] = ()) -> None:
        """Taps, also what no card shows."""
        items = {"selected_item": list(chosen)} if chosen else {}
        content = {"card_type": kind, "event_key": key, "task_id": task, "selected_items": items}
        self._event("template_card_event", content)

    def leave_feedback(self) -> None:
        """Presses thumbs up."""
        self._event("feedback_event", {"id": "f", "type": 1})
