"""Plays a story on a platform; what it forces to be otherwise stands in a block of its name below each ```story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.carried import Carried, OnScreen
from tests.carriers.base import Carrier, Look
from tests.carriers.telegram import TelegramCarrier
from tests.carriers.wecom import WeComCarrier
from tests.carriers.wecom_bot import WeComBotCarrier
from tests.platform_screens import differences, told
from tests.storyteller import Codes, act, counted_codes, setting
from tests.worker_side import workers_read
from tests.world import Seen

CARRIERS: dict[str, type[Carrier]] = {
    "telegram": TelegramCarrier,
    "wecom": WeComCarrier,
    "wecom_bot": WeComBotCarrier,
}
_BLOCKS = re.compile(r"(```story\n.*?```(?:\n\n```(?:telegram|wecom|wecom_bot)\n.*?```)*)", re.S)
_ONE = re.compile(r"```(\w+)\n(.*?)```", re.S)
_NOT_ON = re.compile(r"not on: (\w+) – (.+?)(?: -->)?$", re.M)


def not_on(story: str) -> dict[str, str]:
    """The platforms this story cannot be told on, and why."""
    return dict(_NOT_ON.findall(story))


@dataclass
class Step:
    """A line of a block and what stands under it; `first` are lines that a platform needs before it."""

    line: str
    shown: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)


def steps(block: str) -> Iterator[Step]:
    """The steps of a block."""
    step: Step | None = None
    first: list[str] = []
    for line in block.splitlines():
        if line.startswith("+ "):
            first.append(line.removeprefix("+ "))
        elif line.strip() and not line.startswith((" ", "|")):
            if step is not None:
                yield step
            step, first = Step(line, [], first), []
        elif step is not None and not first:
            step.shown.append(line)
    if step is not None:
        yield step


def play(story: str, platform: str, folder: Path) -> str:
    """The story with the platform's own blocks told anew; equal to the story if nothing has changed."""
    world = Carried(folder / "story.db", kind=CARRIERS[platform], **setting(story))
    try:
        workers_read(world)
        with counted_codes():
            teller = Teller(world, platform)
            parts = _BLOCKS.split(story)
            played = "".join(teller.group(p) if p.startswith("```story") else p for p in parts)
        assert world.carrier is not None
        strange = world.carrier.strange()
        assert not strange, strange
        return played
    finally:
        world.close()


class Teller:
    """Does what the lines say, and writes down what is otherwise on this platform."""

    def __init__(self, world: Carried, platform: str) -> None:
        self.world = world
        self.platform = platform
        self.codes = Codes()

    def group(self, group: str) -> str:
        """A ```story block with the platforms' blocks below it; this platform's is told anew."""
        blocks = dict(_ONE.findall(group))
        own = self._told(blocks["story"], blocks.get(self.platform, ""))
        blocks[self.platform] = own
        kept = [(name, blocks[name]) for name in ("story", *CARRIERS) if blocks.get(name)]
        return "\n\n".join(f"```{name}\n{block}```" for name, block in kept)

    def _told(self, story: str, own: str) -> str:
        changes = [step for step in steps(own) if step.first or step.line.startswith("- ")]
        lines: list[str] = []
        for step in steps(story):
            if changes and changes[0].line.removeprefix("- ") == step.line:
                change = changes.pop(0)
                for first in change.first:
                    lines += [f"+ {first}", *self._shown(first, [])]
                if change.line.startswith("- "):
                    lines.append(change.line)
                    continue
                lines += [step.line, *self._shown(step.line, step.shown)]
            elif shown := self._shown(step.line, step.shown):
                lines += [step.line, *shown]
        assert not changes, f"no such step: {changes[0].line}"
        return "".join(f"{line}\n" for line in lines)

    def _shown(self, line: str, shown: list[str]) -> list[str]:
        seen = [self._written(one) for one in act(self.world, self.codes.meant(line))]
        toasts = [f"  ({p.name}: {toast})" for p in self.world.phones.values() for toast in p.toasts]
        for phone in self.world.phones.values():
            phone.toasts.clear()
        splits = CARRIERS[self.platform].splits
        return differences(told(shown), seen, self.codes.hidden(toasts), splits=splits)

    def _written(self, one: Seen) -> Seen:
        """With a report's code as the story writes it."""
        if not isinstance(one, OnScreen):
            text = "\n".join(self.codes.hidden(one.message.text.split("\n")))
            return replace(one, message=one.message._replace(text=text))
        before = self._look(one.before) if one.before else None
        return replace(one, look=self._look(one.look), before=before)

    def _look(self, look: Look) -> Look:
        lines, facts = self.codes.hidden(list(look.lines)), self.codes.hidden(list(look.facts))
        return replace(look, lines=tuple(lines), facts=tuple(facts))
