"""Plays a story through the whole program and a fake WeCom; what the phones then show is written under each line.

The notation is that of tests/stories/README.md, and besides: `& ` before a line has it come before anything is
answered, `王磊 ⌂` opens the application, `王磊 ☰ 我的上报` taps an entry of its menu, `‹已处理›` is a grey button,
`(○ 破碎车间)` a line of a list: `▶` ticks it and sends the list, `{等级 ▾ A · B}` a drop-down:
`李静 ▾ B` chooses in it, which does nothing before a button is tapped.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from bot.plants import Plants
from bot.platforms.wecom.platform import WeCom
from tests.fakes.wecom import FakeWeCom
from tests.fakes.wecom_world import Shown
from tests.plant_wecom import WeComPlant, no_limits, running
from tests.scenes import hazard_photo
from tests.storyteller import Codes
from tests.world import ZONE

START = datetime(2026, 11, 2, 10, 32, tzinfo=ZONE).timestamp()
HOLD = 1500  # ms; less than in real life
MARK = {"image": "📷", "voice": "🎤", "video": "🎬", "file": "📎"}

Look = tuple[str, str, tuple[str, ...], str]


async def play(story: str, folder: Path) -> str:
    """The story with everything that people saw; equal to the story if nothing has changed."""
    with at_start() as clock:
        async with FakeWeCom() as fake, running(folder, fake, hold=HOLD) as plant:
            fake.pusher.clock = clock
            await fake.until(lambda: fake.world.menu)
            parts = re.split(r"(```story\n.*?```)", story, flags=re.S)
            codes = Codes()
            told = "".join([await _block(plant, p, codes) if p.startswith("```story") else p for p in parts])
            assert plant.well
            return told


@contextmanager
def at_start() -> Iterator[Telling]:
    """The program's clocks begin at half past ten of a Monday and go on from there."""
    clock = Telling()
    kwdefaults = {**(WeCom.__init__.__kwdefaults__ or {}), "clock": clock.ms}
    with ExitStack() as stack:
        stack.enter_context(patch.object(Plants.__init__, "__defaults__", (clock.ms,)))
        stack.enter_context(patch.object(WeCom.__init__, "__kwdefaults__", kwdefaults))
        stack.enter_context(patch.object(WeCom, "windows", no_limits))
        yield clock


class Telling:
    """A clock that began at START; a story stays within its first minute."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self) -> float:
        return START + (time.monotonic() - self._began)

    def ms(self) -> int:
        return int(self() * 1000)


async def _block(plant: WeComPlant, block: str, codes: Codes) -> str:
    lines: list[str] = []
    acts = [line for line in block.splitlines()[1:-1] if line.strip() and not line.startswith(" ")]
    before = _screens(plant)
    for n, line in enumerate(acts):
        lines.append(line)
        _act(plant, codes.meant(line.removeprefix("& ")))
        if n + 1 < len(acts) and acts[n + 1].startswith("& "):
            continue
        await plant.rest()
        after = _screens(plant)
        lines += codes.hidden(_changes(before, after))
        before = after
    return "```story\n" + "\n".join(lines) + "\n```"


def _act(plant: WeComPlant, line: str) -> None:
    if match := re.match(r"^(\S+) ▶ (.+?)(?: \((.+)\))?$", line):
        plant[match[1]].tap(match[2], match[3] or "")
    elif match := re.match(r"^(\S+) ▾ (.+)$", line):
        plant[match[1]].choose(match[2])
    elif match := re.match(r"^(\S+) 📷$", line):
        plant[match[1]].photo(hazard_photo(len(plant.fake.calls) % 5))
    elif match := re.match(r"^(\S+) 🎤$", line):
        plant[match[1]].voice(b"#!AMR\n" + b"v" * 99)
    elif match := re.match(r"^(\S+) 📍 (\S+),(\S+)$", line):
        plant[match[1]].location(float(match[2]), float(match[3]))
    elif match := re.match(r"^(\S+) ☰ (.+)$", line):
        plant[match[1]].click(match[2])
    elif match := re.match(r"^(\S+) ⌂$", line):
        plant[match[1]].enter()
    elif match := re.match(r"^(\S+): (.+)$", line):
        plant[match[1]].text(match[2])
    else:
        raise AssertionError(f"nobody can act this out: {line!r}")


def _screens(plant: WeComPlant) -> dict[str, list[Look]]:
    return {name: [_look(shown) for shown in phone.screen] for name, phone in plant.phones.items()}


def _look(shown: Shown) -> Look:
    labels = [f"[{button['text']}]" for button in shown.buttons] + [f"(○ {one['text']})" for one in shown.options]
    if box := shown.drop_down:
        labels.append(f"{{{box['title']} ▾ {' · '.join(one['text'] for one in box['option_list'])}}}")
    return shown.kind, shown.text, tuple(labels), shown.grey


def _changes(before: dict[str, list[Look]], after: dict[str, list[Look]]) -> list[str]:
    lines = []
    for name, screen in after.items():
        old = before[name]
        for n, look in enumerate(screen):
            if n >= len(old) or look != old[n]:
                first, *rest = _lines(look)
                lines.append(f"  {'→' if n >= len(old) else '✎'} {name}  {first}")
                lines += [f"      {line}".rstrip() for line in rest]
    return lines


def _lines(look: Look) -> list[str]:
    kind, text, buttons, grey = look
    lines = [MARK[kind]] if kind in MARK else []
    lines += text.splitlines()
    if buttons:
        lines.append("  ".join(buttons))
    if grey:
        lines.append(f"‹{grey}›")
    return lines or [""]
