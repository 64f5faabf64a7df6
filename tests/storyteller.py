"""Plays a story: the lines of its ```story blocks are acted out, what the phones show is written under them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.settings_programme import ProgrammeSettings
from handlers.message import Event, Message
from storage.claims import CODE
from tests import roster_lines
from tests.admitted import admitted
from tests.worker_side import workers_read
from tests.world import DAY, HOUR, START, ZONE, Seen, World
from woodpecker.programme import Programme

_SPAN = re.compile(r"^⏰ \+(\d+) ?(m|h|d)$")
_MOMENT = re.compile(r"^⏰ (\d+)-(\d+) (\d+):(\d+)$")
_OFF = re.compile(r"^⏰ ✗ (?:(\d{4})-)?(\d+)-(\d+) (\d+):(\d+)$")


class Codes:
    """Every code of a report is drawn by lot; in a story the first one is always written K7M2-9QXD-4HTN."""

    WRITTEN = ("K7M2-9QXD-4HTN", "R3F8-W5BC-6JPY", "T9GA-2VKD-7MEX")

    def __init__(self) -> None:
        self._of: dict[str, str] = {}  # the real code → what is written

    def hidden(self, lines: list[str]) -> list[str]:
        """What the phones show, as it is written in the story."""
        for line in lines:
            for found in CODE.finditer(line):
                if found[0] not in self.WRITTEN:
                    self._of.setdefault(found[0], self.WRITTEN[len(self._of)])
        return [self._replaced(line, self._of) for line in lines]

    def meant(self, line: str) -> str:
        """A line of the story with the real codes."""
        return self._replaced(line, {written: real for real, written in self._of.items()})

    @staticmethod
    def _replaced(line: str, by: dict[str, str]) -> str:
        for old, new in by.items():
            line = line.replace(old, new)
        return line


def play(story: str, folder: Path, programme: Programme | None = None) -> str:
    """The story with everything that people saw; equal to the story if nothing has changed."""
    world = World(folder / "story.db", **setting(story, programme))
    workers_read(world)
    try:
        with counted_codes():
            return _played(world, story)
    finally:
        world.close()


def setting(story: str, programme: Programme | None = None) -> dict[str, Any]:
    """The plant's rules, and who has joined, as the story says."""
    rules = re.search(r"```toml\n(.*?)```", story, re.S)
    if rules and programme is None:
        programme = ProgrammeSettings(**tomllib.loads(rules[1])).build()
    starts = re.search(r"starts: (\d{4}-\d\d-\d\d \d\d:\d\d)", story)
    absent = re.search(r"not joined: (.+?)(?: -->)?$", story, re.M)
    return {
        "programme": programme,
        "join": "join: nobody" not in story,
        "absent": frozenset(absent[1].split()) if absent else frozenset(),
        "start": int(datetime.fromisoformat(starts[1]).replace(tzinfo=ZONE).timestamp() * 1000) if starts else START,
    }


def counted_codes() -> AbstractContextManager[object]:
    """Codes for a second account are counted instead of drawn by lot."""
    codes = (f"BIND{n:04d}" for n in count(1))
    return patch("storage.bindings.new_code", lambda length: next(codes))


def played_by(world: World, story: str) -> Iterator[list[Seen]]:
    """Plays a story in any plant, and yields what every line of it brought, whatever is written under it."""
    codes = Codes()
    with counted_codes():
        for block in re.findall(r"```story\n(.*?)```", story, re.S):
            for line in block.splitlines():
                if line.strip() and not line.startswith((" ", "|", "#")):
                    seen = act(world, codes.meant(line))
                    codes.hidden([one.message.text for one in seen])
                    yield seen


def _played(world: World, story: str) -> str:
    parts = re.split(r"(```story\n.*?```)", story, flags=re.S)
    codes = Codes()
    return "".join(_block(world, p, codes) if p.startswith("```story") else p for p in parts)


def _block(world: World, block: str, codes: Codes) -> str:
    lines = []
    for line in block.splitlines()[1:-1]:
        if not line.strip() or line.startswith((" ", "|")):
            continue
        lines.append(line)
        lines += codes.hidden(transcript(act(world, codes.meant(line)), world))
    return "```story\n" + "\n".join(lines) + "\n```"


def act(world: World, line: str) -> list[Seen]:
    """Does what a line says; what phones then show."""
    if line.startswith("#"):
        return []
    if line.startswith("⏰"):
        return _time(world, line)
    if line.startswith("⚙ 受理"):
        return admitted(world, *line.split()[2:])
    if line.startswith("⚙"):
        seen = roster_lines.change(world, *line.split()[1:])
        workers_read(world)
        return seen
    if match := re.match(r"^(\S+) 📷✗ (\S+)$", line):
        return roster_lines.bad_photo(world, *match.groups())
    if match := re.match(r"^(\S+?)(?:@(\S+))? ▶ (.+?)(?: \((.+)\))?$", line):
        name, chat, label, about = match.groups()
        return world.tap(name, label, about or "", chat=chat)
    if match := re.match(r"^(\S+) ((?:📷)+) ?(.*)$", line):
        name, cameras, caption = match.groups()
        return world.photo(name, caption, count=len(cameras))
    if match := re.match(r"^(\S+) 🚫$", line):
        return world.deliver(world.incoming(match[1], event=Event.BLOCKED))
    if match := re.match(r"^(\S+) 🎤$", line):
        return world.voice(match[1])
    if match := re.match(r"^(\S+) 📍 (\S+),(\S+)$", line):
        return world.deliver(world.incoming(match[1], location=(float(match[2]), float(match[3]))))
    if match := re.match(r"^(\S+) 📞 (\S+)$", line):
        return world.deliver(world.incoming(match[1], phone=match[2]))
    if match := re.match(r"^(\S+) ⇒ (\S+)$", line):
        world.phone(match[2], private=False)
        return world.deliver(world.incoming(match[1], match[2], event=Event.GROUP_JOINED, group_title=match[2]))
    if match := re.match(r"^(\S+?)(?:@(\S+))?: (.+)$", line):
        name, chat, text = match.groups()
        return world.say(name, text, chat=chat)
    raise AssertionError(f"nobody can act this out: {line!r}")


def _time(world: World, line: str) -> list[Seen]:
    if match := _SPAN.match(line):
        return world.advance(int(match[1]) * {"m": HOUR // 60, "h": HOUR, "d": DAY}[match[2]])
    if match := _OFF.match(line):
        year, *rest = (int(x) if x else 2026 for x in match.groups())
        return world.off_until(datetime(year, rest[0], rest[1], rest[2], rest[3], tzinfo=ZONE))
    match = _MOMENT.match(line)
    if match is None:
        raise AssertionError(f"no such time: {line!r}")
    month, day, hour, minute = map(int, match.groups())
    return world.until(day, hour, minute, month)


def transcript(seen: list[Seen], world: World) -> list[str]:
    """What phones show, as it stands under a line."""
    lines = []
    for one in seen:
        arrow = "✎" if one.edit else "→"
        first, *rest = _lines(one.message)
        lines.append(f"  {arrow} {one.phone}  {first}")
        lines += [f"      {line}".rstrip() for line in rest]
    for phone in world.phones.values():
        lines += [f"  ({phone.name}: {toast})" for toast in phone.toasts]
        phone.toasts.clear()
    return lines


def _lines(message: Message) -> list[str]:
    lines = []
    if message.media:
        sheet = "合成一张" if message.sheet else ""
        lines.append("".join({"photo": "📷", "voice": "🎤"}.get(m.kind.value, "📎") for m in message.media) + sheet)
    lines += message.text.splitlines()
    lines += ["  ".join(f"[{b.label}]" for b in row) for row in message.buttons]
    if message.ask_phone:
        lines.append(f"[☎ {message.ask_phone}]")
    return lines or [""]
