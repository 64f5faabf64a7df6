"""What the fake WeCom knows: members and their screens, cards and codes, tokens, files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.wecom_choices import turned, wide, wrong_choices

Raw = dict[str, Any]

CORP, AGENT = "ww0123456789abcdef", 1000002
SECRET, TOKEN = "s3cret-of_nobody", "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CODE_LIFE = 72 * 3600.0
TASK = re.compile(r"[A-Za-z0-9_@-]{1,128}")
KINDS = {"text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction"}


SIZES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}  # bytes


class Refused(Exception):
    """The API answers with an error code."""

    def __init__(self, code: int, text: str = "refused by the fake") -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text


@dataclass
class Fault:
    """What goes wrong at the next call of a path instead of (or after) its work."""

    code: int = 0
    text: str = "fault on purpose"
    status: int = 0  # an HTTP status
    drop: str = ""  # the connection ends "before" or "after" the work
    hang: bool = False  # no answer at all; with drop="after" the work is done


@dataclass
class Shown:
    """One message on a member's screen; of a card `card` is how it looks now."""

    kind: str
    text: str = ""
    card: Raw = field(default_factory=dict)
    file: bytes = b""
    grey: str = ""  # what stands where the buttons were
    updates: int = 0
    chosen: str = ""  # the option that somebody chose in its drop-down

    @property
    def drop_down(self) -> Raw:
        """The drop-down beside its buttons, if there is one that is not locked."""
        return {} if self.grey else dict(self.card.get("button_selection", {}))

    @property
    def buttons(self) -> list[Raw]:
        return [] if self.grey else list(self.card.get("button_list", []))

    @property
    def options(self) -> list[Raw]:
        """The lines of a list that can be ticked."""
        return [] if self.grey else list(self.card.get("checkbox", {}).get("option_list", []))


@dataclass
class Code:
    """A code to change a card, good for one use."""

    task: str
    at: float
    used: bool = False


@dataclass
class Member:
    userid: str
    name: str
    department: list[int]
    visible: bool = True
    licensed: bool = True
    screen: list[Shown] = field(default_factory=list)
    got: list[float] = field(default_factory=list)


class World:
    """One corp with one application. `strange` holds whatever a real WeCom would show badly."""

    def __init__(self, clock: Callable[[], float], *, flood: bool) -> None:
        self.clock = clock
        self.flood = flood
        self.members: dict[str, Member] = {}
        self.departments: dict[int, str] = {}
        self.tasks: dict[str, list[tuple[str, Shown]]] = {}
        self.codes: dict[str, Code] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.sent: list[tuple[float, Raw]] = []
        self.menu: Raw = {}
        self.verified = False
        self.strange: list[str] = []
        self.dropped: list[Raw] = []  # what WeCom swallowed without a word
        self.doubles: list[Raw] = []  # what the duplicate check held back
        self._number = 0

    def number(self, what: str) -> str:
        self._number += 1
        return f"{what}{self._number:06d}"

    def code(self, task: str) -> str:
        name = self.number("RC")
        self.codes[name] = Code(task, self.clock())
        return name

    # -- message/send

    def send(self, body: Raw) -> Raw:
        if body.get("agentid") != AGENT or isinstance(body.get("agentid"), str):
            raise Refused(301002, "agentid")
        if not body.get("touser"):
            raise Refused(82001)
        shown = self._content(body)
        listed = str(body["touser"]).split("|")
        found = [self.members.get(one.lower()) for one in listed]
        wrong = [name.lower() for name, m in zip(listed, found, strict=True) if m is None or not m.visible]
        if len(wrong) == len(listed):
            raise Refused(81013)
        task = str(body["template_card"]["task_id"]) if shown.card else ""
        answer = {"msgid": self.number("msg"), "invaliduser": "|".join(wrong)}
        if self._double(body):
            self.doubles.append(body)
            return {**answer, **({"response_code": self.code(task)} if task else {})}
        if task and task in self.tasks:
            raise Refused(40058, "task_id was used before")
        self.sent.append((self.clock(), _bare(body)))
        unlicensed = [m.userid for m in found if m is not None and m.visible and not m.licensed]
        for member in found:
            if member is not None and member.visible and member.licensed and self._room(member, body):
                member.screen.append(shown)
                if task:
                    self.tasks.setdefault(task, []).append((member.userid, shown))
        answer["unlicenseduser"] = "|".join(unlicensed)
        return {**answer, **({"response_code": self.code(task)} if task else {})}

    def _content(self, body: Raw) -> Shown:
        kind = body.get("msgtype")
        if kind in {"text", "markdown"}:
            text = str(body[kind]["content"])
            if not text:
                raise Refused(44004)
            if len(text.encode()) > 2048:
                self.strange.append(f"a text of {len(text.encode())} bytes")
            return Shown(str(kind), text.encode()[:2048].decode(errors="ignore"))
        if kind in {"image", "voice", "video", "file"}:
            found = self.files.get(str(body[kind]["media_id"]))
            if found is None or found[0] != kind:
                raise Refused(40007)
            return Shown(kind, file=found[1])
        if kind == "template_card":
            if not self.verified:
                raise Refused(43012)
            card = body["template_card"]
            self.check(card, new=True)
            return Shown("template_card", words(card), card)
        raise Refused(40008, str(kind))

    def _double(self, body: Raw) -> bool:
        if not body.get("enable_duplicate_check"):
            return False
        since = self.clock() - float(body.get("duplicate_check_interval", 1800))
        return any(at >= since and other == _bare(body) for at, other in self.sent)

    def _room(self, member: Member, body: Raw) -> bool:
        now = self.clock()
        member.got = [at for at in member.got if at > now - 3600]
        lately = sum(at > now - 60 for at in member.got)
        if self.flood and (lately >= 30 or len(member.got) >= 1000):
            self.dropped.append(body)
            return False
        member.got.append(now)
        return True

    # -- cards

    def check(self, card: Raw, *, new: bool) -> None:
        """Refuses what WeCom would refuse; notes what it would cut."""
        if card.get("card_type") not in KINDS:
            raise Refused(42031)
        if not card.get("main_title", {}).get("title") and not card.get("sub_title_text"):
            raise Refused(42033)
        if new and not TASK.fullmatch(str(card.get("task_id", ""))):
            raise Refused(42014)
        facts = card.get("horizontal_content_list", [])
        if len(facts) > 6:
            raise Refused(42035)
        if not all(fact.get("keyname") for fact in facts):
            raise Refused(42027)
        if card["card_type"] == "button_interaction":
            self._check_buttons(card)
        if wrong := wrong_choices(card, new=new):
            raise Refused(*wrong)
        limits = [(card.get("main_title", {}).get("title", ""), 36), (card.get("sub_title_text", ""), 160)]
        limits += [(card.get("main_title", {}).get("desc", ""), 44)]
        limits += [(fact.get("value", ""), 30) for fact in facts] + [(fact["keyname"], 5) for fact in facts]
        limits += [(one["text"], 11) for one in card.get("checkbox", {}).get("option_list", [])]
        below = card.get("button_selection", {})
        limits += [(one["text"], 10) for one in below.get("option_list", [])] + [(below.get("title", ""), 13)]
        self.strange += [f"{text!r} is longer than {most}" for text, most in limits if len(text) > most]
        labels = [one["text"] for one in [*card.get("button_list", []), card.get("submit_button", {"text": ""})]]
        self.strange += [f"{label!r} is too wide" for label in labels if wide(label) > 20]

    def _check_buttons(self, card: Raw) -> None:
        buttons = card.get("button_list") or []
        if not 1 <= len(buttons) <= 6:
            raise Refused(40058, "button_list")
        if not all(button.get("text") for button in buttons):
            raise Refused(42038)
        keys = [button.get("key", "") for button in buttons]
        if not all(0 < len(key.encode()) <= 1024 for key in keys) or len(set(keys)) < len(keys):
            raise Refused(42039)

    def update(self, body: Raw) -> Raw:
        if body.get("agentid") != AGENT:
            raise Refused(301002)
        if not isinstance(body.get("userids"), list):
            raise Refused(40058, "userids is a list here")
        code = self.codes.get(str(body.get("response_code")))
        if code is None:
            raise Refused(40058, "response_code")
        if code.used:
            raise Refused(42022)
        if self.clock() - code.at > CODE_LIFE:
            raise Refused(42003)
        card, grey = body.get("template_card"), body.get("button", {}).get("replace_name", "")
        if card is not None:
            self.check(card, new=False)
        elif not grey:
            raise Refused(40058, "nothing to change")
        code.used = True
        wanted = {str(one).lower() for one in body["userids"]}
        for userid, shown in self.tasks.get(code.task, []):
            if userid in wanted:
                self._change(shown, card, grey)
        return {}

    def _change(self, shown: Shown, card: Raw | None, grey: str) -> None:
        shown.updates += 1
        shown.chosen = ""
        if card is not None and turned(shown.card, card):
            self.strange.append(f"a {shown.card['card_type']} that became a {card['card_type']}")
        if card is None and shown.options:
            self.strange.append("a list whose button alone was greyed")
        if card is None:
            shown.grey = grey
            return
        task = shown.card["task_id"]
        shown.card, shown.text, shown.grey = {**card, "task_id": task}, words(card), card.get("replace_text", "")

    # -- files

    def upload(self, kind: str, name: str, data: bytes) -> Raw:
        most = SIZES.get(kind)
        if most is None:
            raise Refused(40005)
        if len(data) <= 5:
            raise Refused(44001)
        if len(data) > most:
            raise Refused(40006)
        if kind == "image" and not data.startswith((b"\xff\xd8", b"\x89PNG")):
            raise Refused(40004)
        if kind == "voice" and not data.startswith(b"#!AMR"):
            raise Refused(301017)
        if not name.isascii() or not name:
            self.strange.append(f"a file called {name!r}")
        media = self.keep(data, kind)
        return {"type": kind, "media_id": media, "created_at": "1767000000"}

    def keep(self, data: bytes, kind: str = "in") -> str:
        media = self.number("MEDIA_")
        self.files[media] = (kind, data)
        return media


def words(card: Raw) -> str:
    """All that stands on a card, as somebody reads it."""
    facts = [f"{f['keyname']}：{f['value']}" for f in card.get("horizontal_content_list", [])]
    heading = card.get("main_title", {})
    lines = [heading.get("title", ""), heading.get("desc", ""), card.get("sub_title_text", ""), *facts]
    return "\n".join(line for line in lines if line)


def _bare(body: Raw) -> Raw:
    return {k: v for k, v in body.items() if not k.startswith(("enable_duplicate", "duplicate"))}
